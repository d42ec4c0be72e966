"""/courses: finding a class without signing in; as a list, on a map, on paper."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from eldercampus import clock
from eldercampus.catalogue.queries import list_sessions
from eldercampus.db import Page
from eldercampus.enrolment.finder import (
    FoundCampus,
    FoundClass,
    find_all_classes,
    find_campuses,
    find_classes,
    get_class,
)
from eldercampus.enrolment.windows import Window, find_window
from eldercampus.language import in_english
from eldercampus.people.models import Person
from eldercampus.places.homes import list_places
from eldercampus.web.access import allow
from eldercampus.web.context import current_school
from eldercampus.web.for_whom import find_representation, show_for
from eldercampus.web.numbers import whole_number
from eldercampus.web.picks import OwnList, own_list
from eldercampus.web.public.class_cards import (
    Card,
    applied_so_far,
    card,
    far,
    language,
    reached,
)
from eldercampus.web.public.class_map import draw_map
from eldercampus.web.public.finding import (
    Asked,
    fixed_options,
    hints,
    place_options,
    read_question,
)
from eldercampus.web.public.paper_list import by_place, choose_extent, within

pages = Blueprint("courses", __name__)

PAGE = 20


@pages.get("/courses")
@allow("public.see")
def index() -> ResponseReturnValue:
    asked, window = _asked(), find_window(clock.now())
    found = _find(window, asked)
    return render_template(
        "public/courses.html",
        **_form(asked),
        window=window,
        found=found,
        cards=[(_card(one, window), _far(one.metres)) for one in found.rows] if found else [],
        own=_own_list(window),
        page=found.number if found and found.number > 1 else None,
        whole="all" in request.args,
        hints=hints(asked),
    )


@pages.get("/courses/map")
@allow("public.see")
def on_map() -> ResponseReturnValue:
    asked, window = _asked(), find_window(clock.now())
    found = find_campuses(window.term_id, asked.wanted) if window.term_id else []
    return render_template(
        "public/courses_map.html",
        **_form(asked),
        found=found,
        reached=[_reached(campus) for campus in found],
        map=draw_map(tuple(found), asked.start, asked.places.seats, in_english()),
    )


@pages.get("/courses/print")
@allow("public.see")
def on_paper() -> ResponseReturnValue:
    asked, window = _asked(), find_window(clock.now())
    found = find_all_classes(window.term_id, asked.wanted) if window.term_id else []
    in_town = asked.places.campuses_in(asked.question.town)
    typed = request.args.get("extent", "")
    extent, extents = choose_extent(typed, found, in_town, asked.start is not None)
    return render_template(
        "public/courses_print.html",
        **_form(asked),
        window=window,
        anything=bool(found),
        places=by_place(within(found, extent, in_town)),
        extent=extent,
        extents=extents,
    )


@pages.get("/courses/<int:section_id>")
@allow("public.see")
def show(section_id: int) -> ResponseReturnValue:
    asked, window = _asked(), find_window(clock.now())
    found = get_class(section_id, asked.start.point if asked.start else None)
    known = found.facts
    takes = known.term_id == window.term_id and known.state == "open"
    return render_template(
        "public/course.html",
        asked=asked,
        found=found,
        card=_card(found, window),
        sessions=list_sessions(section_id),
        own=_own_list(window),
        page=request.args.get("page", type=whole_number),
        may_pick=window.is_open and takes,
        may_join=window.may_join and takes,
    )


def _asked() -> Asked:
    return read_question(request.args, _person(), list_places)


def _person() -> Person | None:
    """Whose list a class goes on and whose home counts, for those who are signed in."""
    row = find_representation()
    return show_for(row) if row is not None and row.may_apply else None


def _so_far(window: Window, section_id: int) -> int | None:
    """How many list the class; None while nobody can."""
    if window.round is None or not window.is_open:
        return None
    return applied_so_far(window.round.id, window.now).get(section_id, 0)


def _own_list(window: Window) -> OwnList:
    if window.round is None or not window.is_open:
        return OwnList([], False)
    return own_list(window.round.id)


def _find(window: Window, asked: Asked) -> Page[FoundClass] | None:
    if window.term_id is None:
        return None
    if "all" in request.args:
        rows = find_all_classes(window.term_id, asked.wanted)
        return Page(rows, 1, max(len(rows), 1), len(rows))
    page = request.args.get("page", 1, type=whole_number)
    return find_classes(window.term_id, asked.wanted, page=page, size=PAGE)


def _form(asked: Asked) -> dict[str, Any]:
    """What the form of conditions needs."""
    question, places, words = asked.question, asked.places, language()
    options = {
        name: fixed_options(words, name, getattr(question, name))
        for name in ("department", "day", "part", "stage", "mode")
    }
    options["town"] = place_options(words, places.towns, question.town)
    options["community"] = place_options(words, places.communities, question.community)
    options["campus"] = place_options(words, places.campuses, question.campus)
    return {"asked": asked, "question": question, "options": options}


def _card(found: FoundClass, window: Window) -> Card:
    school = current_school()
    phone = school.phone if school else ""
    return card(language(), found.facts, _so_far(window, found.facts.id), phone)


def _far(metres: int | None) -> str:
    return "" if metres is None else far(language(), metres)


def _reached(campus: FoundCampus) -> tuple[FoundCampus, Markup, str]:
    """With its words for the table."""
    words = reached(language(), campus._replace(classes=0, metres=None))
    return campus, words, _far(campus.metres)
