"""Labels and sentences of places (see the package's docstring)."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LABELS: dict[str, LazyString] = {
    "campus_kind.elder_university": _l("elder university"),
    "campus_kind.community_college": _l("community college"),
    "campus_kind.town_school": _l("town school"),
    "campus_kind.learning_point": _l("learning point"),
    "campus_kind.shared_venue": _l("room lent by others"),
    "datum.wgs84": _l("satellite receiver, OpenStreetMap (WGS-84)"),
    "datum.gcj02": _l("Amap, Tencent maps (GCJ-02)"),
    "datum.bd09": _l("Baidu maps (BD-09)"),
    "point_origin.community": _l("the community's own point"),
    "point_origin.town_seat": _l("the town's seat"),
}

SENTENCES: dict[str, LazyString] = {
    "no_district": _l("This system is empty: no district has been set up yet."),
    "no_town": _l("There is no such town here. Please choose one from the list."),
    "no_community": _l("There is no such community here. Please choose one from the list."),
    "no_campus": _l("There is no such campus."),
    "no_room": _l("There is no such room."),
    "campus_kind": _l("Please choose from the list what kind of campus it is."),
    "datum": _l("Please choose from the list which map the numbers come from."),
    "campus_name_taken": _l(
        "Another campus has this name already. Please write a name that tells them apart."
    ),
    "room_name_taken": _l(
        "This campus has a room of this name already. Please write another name."
    ),
    "room_places": _l("A room needs at least one place."),
    "point_swapped": _l(
        "Longitude and latitude are the wrong way round. "
        "Longitude is the larger number, about 121 here."
    ),
    "point_outside": _l("This point does not lie in China. Please look at both numbers again."),
    "point_far": _l(
        "This point lies %(kilometres)d km from the seat of its town. "
        "Please look at the code and at both numbers again."
    ),
    "point_not_a_number": _l(
        'Longitude or latitude is not a number: "%(typed)s". '
        "Please write degrees with a point, for example 121.40226."
    ),
    "point_code_missing": _l("The code is missing. It has 12 digits."),
    "point_code_rounded": _l(
        'The spreadsheet has shortened the code to "%(typed)s". '
        "Please format the column as text and write all 12 digits."
    ),
    "point_code_unknown": _l(
        'This district has no community with the code "%(typed)s". '
        "Please look it up in the list of communities."
    ),
    "point_code_twice": _l(
        "The same code stands in row %(first)d already. Please delete one of the two."
    ),
    "points_refused": _l(
        "Nothing was taken in, because of the rows named here (%(count)d). "
        "Please put them right and send the whole file again."
    ),
    "file_missing": _l("Please choose a file."),
    "file_too_large": _l("The file is too large: more than %(megabytes)d MB."),
    "file_rows": _l("The file has more than %(most)d rows. Please send fewer at a time."),
    "file_unreadable": _l(
        "This file cannot be read. Please save it as CSV or XLSX and send it again."
    ),
    "file_columns": _l("The first row must name the three columns: code, longitude, latitude."),
    "file_empty": _l("There are no rows in this file."),
    "geography_file": _l("%(file)s, row %(row)d: %(problem)s"),
    "district_exists": _l(
        "This database holds a district already: %(name)s. A database is for one district."
    ),
    "district_code": _l("%(typed)s is not a district's code: it has six digits."),
    "district_text": _l("--%(field)s is empty or too long."),
}
