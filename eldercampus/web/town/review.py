"""/town: demand, seats and unmet need, as tables and pictures."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eldercampus.capacity.queries import (
    find_published_round,
    get_town_in,
    list_applicants,
    list_campus_rows,
    list_published_rounds,
)
from eldercampus.capacity.review import PersonRow, review_communities, review_residents
from eldercampus.errors import NotFound
from eldercampus.language import in_english, name_of
from eldercampus.places.distances import metres_to_campuses
from eldercampus.places.models import Campus
from eldercampus.places.queries import list_campuses, list_communities, list_towns
from eldercampus.web.access import allow
from eldercampus.web.town.places_map import draw_map, mark

pages = Blueprint("town", __name__)

_LARGEST, _NAMED, _TOLD = 8, 5, 3  # as bars, on the map, in words


@pages.get("/town")
@allow("town.see")
def index() -> ResponseReturnValue:
    """One town: straight to it; more: a list."""
    towns = [t for t in list_towns() if g.scope.district or t.id in g.scope.town_ids]
    if len(towns) == 1:
        return redirect(url_for("town.show", code=towns[0].code), 303)
    return render_template("town/index.html", towns=towns)


@pages.get("/town/<code>")
@allow("town.see")
def show(code: str) -> ResponseReturnValue:
    try:
        town = get_town_in(code, None if g.scope.district else g.scope.town_ids)
    except NotFound:
        abort(404)
    round_ = find_published_round(request.args.get("round"))
    if round_ is None:
        return render_template("town/none.html", town=town)
    people = list_applicants(round_.id).get(town.id, [])
    metres = metres_to_campuses()
    campuses = [campus for campus in list_campuses(active=True) if campus.town_id == town.id]
    campus_rows = {row.campus_id: row for row in list_campus_rows(round_, town.id)}
    return render_template(
        "town/show.html",
        town=town,
        round=round_,
        rounds=list_published_rounds(),
        residents=review_residents(people, metres),
        nearest={community_id: min(far.values()) for community_id, far in metres.items() if far},
        campuses=[(mark(n, in_english()), c, campus_rows[c.id]) for n, c in enumerate(campuses)],
        office_name=name_of(town),
        **_communities(town.id, people, campuses),
    )


def _communities(
    town_id: int, people: Sequence[PersonRow], campuses: Sequence[Campus]
) -> dict[str, Any]:
    """The table's rows, the communities with most people without a seat, and the map."""
    communities, rows = list_communities(town_id), review_communities(people)
    by_id = {community.id: community for community in communities}
    largest = [row for row in rows if row.community_id in by_id and row.unmet][:_LARGEST]
    names = {
        row.community_id: name_of(by_id[row.community_id]) for row in largest if row.community_id
    }
    named = dict(list(names.items())[:_NAMED])
    return {
        "communities": by_id,
        "rows": rows,
        "largest": largest,
        "most": list(names.values())[:_TOLD],
        "map": draw_map(communities, rows, campuses, named, in_english()),
    }
