"""The forms of campuses, rooms and point files, and the way between them and their details."""

import re
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from eldercampus.errors import DomainError
from eldercampus.language import label, name_of, sentence
from eldercampus.places.campuses import CampusDetails, RoomDetails
from eldercampus.places.datum import DATUMS
from eldercampus.places.models import CAMPUS_KINDS, Campus, Room
from eldercampus.places.queries import list_towns
from eldercampus.web.forms import (
    Form,
    LongTextField,
    NumberField,
    NumberRange,
    PhoneField,
    RadioField,
    Required,
    SelectField,
    SubmitField,
    TextField,
    YesField,
)
from eldercampus.web.forms.fields import Piece, WordedField
from eldercampus.web.forms.tidy import plain

CAMPUS_FIELDS = {
    "campus_name_taken": "name",
    "point_swapped": "longitude",
    "point_outside": "longitude",
    "no_town": "town",
}
ROOM_FIELDS = {"room_name_taken": "name", "room_places": "places", "room_too_small": "places"}

_DEGREES = re.compile(r"[0-9]{1,3}(\.[0-9]{1,10})?")


class DegreesField(TextField):
    """Degrees with a point; data is float | None."""

    width = 10
    inputmode = "decimal"

    def read(self, typed: str) -> float | None:
        text = plain(typed).rstrip("°")
        if not text:
            return None
        if not _DEGREES.fullmatch(text):
            raise ValueError(gettext("Please write degrees with a point, for example 121.40226."))
        return float(text)


class FileField(WordedField):
    """A file to send; data is whether one was chosen."""

    widget = Piece("file")

    def process(self, *_arguments: Any, **_named: Any) -> None:
        sent = request.files.get(self.name)
        self.process_errors = []
        self.data = bool(sent and sent.filename)


class CampusForm(Form):
    name = TextField(_l("Name in Chinese"), most=60, validators=[Required()])
    name_en = TextField(_l("Name in English"), most=120)
    kind = SelectField(_l("What kind of campus"), empty=_l("Choose"), validators=[Required()])
    town = SelectField(_l("Town"), empty=_l("Choose"), validators=[Required()])
    address = TextField(_l("Address in Chinese"), most=120, validators=[Required()])
    address_en = TextField(_l("Address in English"), most=200)
    phone = PhoneField(_l("Telephone"), validators=[Required()])
    datum = RadioField(_l("Which map do longitude and latitude come from?"),
                       validators=[Required()])  # fmt: skip
    longitude = DegreesField(_l("Longitude"), validators=[Required()])
    latitude = DegreesField(_l("Latitude"), validators=[Required()])
    point_source = TextField(_l("Who measured the point"), most=200, validators=[Required()])
    bus = TextField(_l("Buses and stop, in Chinese"), most=200)
    bus_en = TextField(_l("Buses and stop, in English"), most=200)
    step_free = YesField(_l("There are no steps at the door"))
    access_note = TextField(_l("Doors, lifts, toilets, in Chinese"), most=200)
    access_note_en = TextField(_l("Doors, lifts, toilets, in English"), most=200)
    active = YesField(_l("Classes are held here"))
    send = SubmitField(_l("Save the campus"))


class RoomForm(Form):
    name = TextField(_l("Name or number of the room"), most=40, validators=[Required()])
    name_en = TextField(_l("Name in English"), most=80)
    places = NumberField(
        _l("Places to sit"), width=3, validators=[Required(), NumberRange(least=1, most=500)]
    )
    step_free = YesField(_l("It can be reached without steps"))
    note = LongTextField(_l("Note for the staff"), most=500)
    send = SubmitField(_l("Save the room"))


class PointsForm(Form):
    file = FileField(
        _l("File (CSV or XLSX)"),
        hint=_l("The first row names the columns: code, longitude, latitude."),
    )
    datum = RadioField(_l("Which map do the numbers come from?"), validators=[Required()])
    source = TextField(_l("Who measured the points"), most=100, validators=[Required()])
    send = SubmitField(_l("Check and take in"))

    @classmethod
    def made(cls) -> "PointsForm":
        form = cls()
        form.datum.choices = _datums()
        return form

    def validate_file(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(sentence(DomainError("file_missing")))


def campus_form(answers: dict[str, Any]) -> CampusForm:
    form = CampusForm(data=answers)
    form.kind.choices = [(kind, label(f"campus_kind.{kind}")) for kind in CAMPUS_KINDS]
    form.town.choices = [(town.id, name_of(town)) for town in list_towns()]
    form.datum.choices = _datums()
    return form


def _datums() -> list[tuple[str, str]]:
    return [(datum, label(f"datum.{datum}")) for datum in DATUMS]


_SAME = (
    *("name", "name_en", "kind", "address", "address_en", "phone", "longitude", "latitude"),
    *("point_source", "bus", "bus_en", "step_free", "access_note", "access_note_en", "active"),
)


def campus_answers(campus: Campus) -> dict[str, Any]:
    """The stored point is WGS-84, whatever it was given in."""
    answers = {name: getattr(campus, name) for name in _SAME}
    return {**answers, "town": campus.town_id, "datum": "wgs84"}


def campus_details(form: CampusForm) -> CampusDetails:
    answers = {name: form[name].data for name in _SAME}
    texts: dict[str, Any] = {name: _text(answer) for name, answer in answers.items()}
    return CampusDetails(**texts, town_id=int(form.town.data), datum=form.datum.data)


_ROOM = ("name", "name_en", "places", "step_free", "note")


def room_answers(room: Room) -> dict[str, Any]:
    return {name: getattr(room, name) for name in _ROOM}


def room_details(form: RoomForm) -> RoomDetails:
    answers: dict[str, Any] = {name: _text(form[name].data) for name in _ROOM}
    return RoomDetails(**answers)


def _text(answer: Any) -> Any:
    """A field left empty is an empty text in the table."""
    return "" if answer is None else answer
