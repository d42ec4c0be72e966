"""Labels and sentences of enrolment (see the package's docstring)."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LABELS: dict[str, LazyString] = {
    # applying
    "application.draft": _l("not handed in yet"),
    "application.submitted": _l("handed in"),
    "application.withdrawn": _l("withdrawn"),
    "channel.web": _l("on the web"),
    "channel.phone": _l("by phone"),
    "channel.counter": _l("at the counter"),
    "channel.paper": _l("on paper"),
}

SENTENCES: dict[str, LazyString] = {
    # applying
    "round_not_open": _l("Applying has not begun yet. It begins on %(opens_at)s."),
    "round_closed": _l(
        "Applying ended on %(closes_at)s. Nothing was changed. What was handed in before counts. "
        "Ring us if you have a question."
    ),
    "no_open_round": _l("Nobody can apply just now. The home page says when it begins again."),
    "round_published": _l("The results are out. Please look at My classes, and answer there."),
    "too_many_choices": _l(
        "There is room for %(most)d classes on the list. Take one off before you add another."
    ),
    "section_twice": _l("%(course)s stands on the list already. Once is enough."),
    "unknown_section": _l("We do not know this class. Please choose it from the list again."),
    "section_of_another_term": _l(
        "%(course)s belongs to another term. Please choose a class of this term."
    ),
    "section_closed": _l("%(course)s takes nobody any more. Please take it off the list."),
    "no_choice": _l("There is no class on the list yet. Choose at least one."),
    "wants_out_of_range": _l("Please say how many courses you would like: from 1 to %(most)d."),
    "second_application": _l(
        "This person has an application in this round already. Change that one instead."
    ),
    "stale_form": _l(
        "The list was changed in another window meanwhile. What was kept last stands below. "
        "Please look at it and send it again."
    ),
    "class_too_young": _l(
        "%(course)s is for people of %(limit)d and over. On %(starts_on)s the age is %(age)d. "
        "Please take the class off the list."
    ),
    "class_not_for_newcomers": _l(
        "%(course)s goes on from an earlier class that has to be finished first. "
        "Please take it off the list, or choose the first stage."
    ),
}
