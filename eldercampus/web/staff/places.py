"""/staff/places: campuses and their rooms, and the points of communities from a file."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.catalogue.rooms import change_room
from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.places.campuses import change_campus, create_campus, create_room
from eldercampus.places.distances import town_seat_towns
from eldercampus.places.point_file import read_point_file
from eldercampus.places.points import PointsRefused, RowProblem, import_points
from eldercampus.places.queries import get_campus, get_room, list_campuses
from eldercampus.web.access import allow, require_account
from eldercampus.web.once import once
from eldercampus.web.staff.place_forms import (
    CAMPUS_FIELDS,
    ROOM_FIELDS,
    PointsForm,
    RoomForm,
    campus_answers,
    campus_details,
    campus_form,
    room_answers,
    room_details,
)

pages = Blueprint("staff_places", __name__, url_prefix="/staff/places")


def _campus_ids() -> frozenset[int] | None:
    """The asker's campuses; None for the whole district."""
    return None if g.scope.district else g.scope.campus_ids


@pages.get("")
@allow("places.see")
def index() -> ResponseReturnValue:
    return render_template(
        "staff/places.html", campuses=list_campuses(_campus_ids()), seat_towns=town_seat_towns()
    )


@pages.get("/<int:campus_id>")
@allow("places.see")
def show(campus_id: int) -> ResponseReturnValue:
    return render_template("staff/campus.html", campus=get_campus(campus_id, _campus_ids()))


@pages.route("/new", methods=["GET", "POST"])
@allow("places.edit")
def new() -> ResponseReturnValue:
    form = campus_form({"datum": "gcj02", "step_free": True, "active": True})
    if form.validate_on_submit():
        now, mine = clock.now(), require_account().id

        def create() -> str:
            campus = create_campus(campus_details(form), account_id=mine, now=now)
            return url_for("staff_places.show", campus_id=campus.id)

        try:
            to = once(form.key.data, mine, now, create)
        except DomainError as error:
            form.refuse(error, CAMPUS_FIELDS.get(error.code))
        else:
            flash(_("Saved."))
            return redirect(to, 303)
    return render_template("staff/campus_form.html", form=form, campus=None)


@pages.route("/<int:campus_id>/edit", methods=["GET", "POST"])
@allow("places.edit")
def edit(campus_id: int) -> ResponseReturnValue:
    campus = get_campus(campus_id, _campus_ids())
    form = campus_form(campus_answers(campus))
    if form.validate_on_submit():
        mine = require_account().id
        try:
            with transaction():
                change_campus(campus_id, campus_details(form), account_id=mine, now=clock.now())
        except DomainError as error:
            form.refuse(error, CAMPUS_FIELDS.get(error.code))
            campus = get_campus(campus_id)
        else:
            flash(_("Saved."))
            return redirect(url_for("staff_places.show", campus_id=campus_id), 303)
    return render_template("staff/campus_form.html", form=form, campus=campus)


@pages.route("/<int:campus_id>/rooms/new", methods=["GET", "POST"])
@allow("catalogue.edit")
def new_room(campus_id: int) -> ResponseReturnValue:
    get_campus(campus_id, _campus_ids())
    form = RoomForm(data={"step_free": True})
    if form.validate_on_submit():
        now, mine = clock.now(), require_account().id

        def create() -> str:
            create_room(campus_id, room_details(form), account_id=mine, now=now)
            return url_for("staff_places.show", campus_id=campus_id)

        try:
            to = once(form.key.data, mine, now, create)
        except DomainError as error:
            form.refuse(error, ROOM_FIELDS.get(error.code))
        else:
            flash(_("Saved."))
            return redirect(to, 303)
    return render_template(
        "staff/room_form.html", form=form, campus=get_campus(campus_id), room=None
    )


@pages.route("/rooms/<int:room_id>", methods=["GET", "POST"])
@allow("catalogue.edit")
def edit_room(room_id: int) -> ResponseReturnValue:
    room = get_room(room_id, _campus_ids())
    form = RoomForm(data=room_answers(room))
    if form.validate_on_submit():
        mine = require_account().id
        try:
            with transaction():
                change_room(room_id, room_details(form), account_id=mine, now=clock.now())
        except DomainError as error:
            form.refuse(error, ROOM_FIELDS.get(error.code))
            room = get_room(room_id)
        else:
            flash(_("Saved."))
            return redirect(
                url_for("staff_places.show", campus_id=get_room(room_id).campus_id), 303
            )
    return render_template("staff/room_form.html", form=form, campus=room.campus, room=room)


@pages.route("/points", methods=["GET", "POST"])
@allow("places.edit")
def points() -> ResponseReturnValue:
    form = PointsForm.made()
    problems: list[RowProblem] = []
    if form.validate_on_submit():
        try:
            count = _take_in(form)
        except PointsRefused as refused:
            problems = list(refused.problems)
            form.refuse(refused, "file")
        except DomainError as error:
            form.refuse(error, "file")
        else:
            flash(_("Points taken in: %(count)d.", count=count))
            return redirect(url_for("staff_places.index"), 303)
    return render_template("staff/points.html", form=form, problems=problems)


def _take_in(form: Any) -> int:
    sent = request.files["file"]
    rows = read_point_file(sent.read())
    with transaction():
        return import_points(
            rows,
            form.datum.data,
            source=form.source.data,
            account_id=require_account().id,
            now=clock.now(),
        )
