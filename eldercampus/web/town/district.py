"""/district: all towns beside each other."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus.capacity.queries import (
    find_published_round,
    list_published_rounds,
    list_town_rows,
)
from eldercampus.places.distances import metres_to_campuses
from eldercampus.web.access import allow

pages = Blueprint("district", __name__)


@pages.get("/district")
@allow("district.see")
def index() -> ResponseReturnValue:
    round_ = find_published_round(request.args.get("round"))
    if round_ is None:
        return render_template("town/none.html", town=None)
    return render_template(
        "town/district.html",
        round=round_,
        rounds=list_published_rounds(),
        rows=list_town_rows(round_, metres_to_campuses()),
        office_name=_("District office"),
    )
