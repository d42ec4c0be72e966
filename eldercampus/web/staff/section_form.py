"""The form of a class, and the way between it and SectionDetails."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus.catalogue.queries import list_courses, list_teachers, list_terms
from eldercampus.catalogue.sections import ReserveSeats, SectionDetails
from eldercampus.catalogue.timetable import WeeklyHour
from eldercampus.errors import DomainError
from eldercampus.language import label, name_of
from eldercampus.language.words import weekday_words
from eldercampus.places.queries import list_campuses, list_towns
from eldercampus.web.access import Scope
from eldercampus.web.forms import (
    Form,
    LongTextField,
    NumberField,
    NumberRange,
    RadioField,
    Required,
    SelectField,
    SubmitField,
    YesField,
)
from eldercampus.web.staff.clock_field import ClockField

HOURS = (1, 2, 3)
RESERVES = (1, 2, 3, 4)

# where a refusal of the domain is shown
FIELDS = {
    "room_taken": "room",
    "room_missing": "room",
    "room_elsewhere": "room",
    "teacher_taken": "teacher",
    "capacity_above_room": "capacity",
    "capacity_below_taken": "capacity",
    "closed_with_learners": "state",
    "minimum_above_capacity": "minimum",
    "section_term": "term",
    "campus_is_fixed": "campus",
    "no_meeting": "day_1",
    "meetings_overlap": "day_1",
    "reserve_twice": "kind_1",
    "reserves_above_capacity": "count_1",
    "reason_missing": "reason",
}


class SectionForm(Form):
    term = SelectField(_l("Term"), validators=[Required()])
    course = SelectField(_l("Course"), empty=_l("Choose"), validators=[Required()])
    campus = SelectField(_l("Campus"), empty=_l("Choose"), validators=[Required()])
    room = SelectField(_l("Room"), empty=_l("No room (online)"))
    teacher = SelectField(_l("Teacher"), empty=_l("Not known yet"))
    capacity = NumberField(
        _l("Seats"), width=3, validators=[Required(), NumberRange(least=1, most=500)]
    )
    minimum = NumberField(
        _l("Learners needed for the class to be held"),
        hint=_l("0: it is always held"),
        width=3,
        validators=[Required(), NumberRange(least=0, most=500)],
    )
    fee = NumberField(
        _l("Fee for the term, in yuan"),
        width=4,
        validators=[Required(), NumberRange(least=0, most=9999)],
    )
    mode = RadioField(_l("How"), validators=[Required()], inline=True)
    fill = RadioField(_l("Which seats are filled first"), validators=[Required()])
    state = RadioField(_l("State"), validators=[Required()], inline=True)
    exempt = YesField(_l("The draw never closes this class, however few apply"))
    paused = YesField(_l("Offer no freed seats for the time being"))
    reason = LongTextField(
        _l("Why is it changed?"),
        hint=_l(
            "People apply in this term. If seats, reserved seats, the number of learners needed or "
            "the state change, the reason stands on the public page. Please write no names."
        ),
        most=500,
    )
    send = SubmitField(_l("Save the class"))


for _number in HOURS:
    setattr(SectionForm, f"day_{_number}", SelectField(_l("Day of the week"), empty=_l("None")))
    setattr(SectionForm, f"from_{_number}", ClockField(_l("Begins")))
    setattr(SectionForm, f"until_{_number}", ClockField(_l("Ends")))
for _number in RESERVES:
    setattr(SectionForm, f"kind_{_number}", SelectField(_l("For whom"), empty=_l("No seats kept")))
    setattr(
        SectionForm,
        f"count_{_number}",
        NumberField(_l("Seats"), width=3, validators=[NumberRange(least=1, most=500)]),
    )
    setattr(SectionForm, f"unfilled_{_number}", SelectField(_l("When nobody asks for them")))


def offer_choices(form: SectionForm, scope: Scope) -> None:
    """What may be chosen: courses, and the campuses and rooms of the asker's scope."""
    campuses = list_campuses(None if scope.district else scope.campus_ids)
    form.term.choices = [(term.id, name_of(term)) for term in list_terms()]
    form.course.choices = [(one.id, f"{one.code} {name_of(one)}") for one in list_courses()]
    form.campus.choices = [(campus.id, name_of(campus)) for campus in campuses]
    form.room.choices = {
        name_of(campus): [
            (room.id, _("%(room)s, %(places)d places", room=name_of(room), places=room.places))
            for room in campus.rooms
        ]
        for campus in campuses
    }
    form.teacher.choices = [(teacher.id, name_of(teacher)) for teacher in list_teachers()]
    for name, values in (
        ("mode", ("in_person", "online", "hybrid")),
        ("fill", ("reserved_first", "open_first")),
    ):
        form[name].choices = [(value, label(f"{name}.{value}")) for value in values]
    states = ("planned", "open", "closed")
    form.state.choices = [(value, label(f"section.{value}")) for value in states]
    _offer_hours_and_reserves(form)


def _offer_hours_and_reserves(form: SectionForm) -> None:
    kinds = [(kind, label(f"reserve.{kind}")) for kind in ("disability", "low_income", "new")]
    kinds += [
        (f"town:{town.code}", _("people who live in %(town)s", town=name_of(town)))
        for town in list_towns()
    ]
    for number in HOURS:
        form[f"day_{number}"].choices = [(day, weekday_words(day)) for day in range(1, 8)]
    for number in RESERVES:
        form[f"kind_{number}"].choices = kinds
        form[f"unfilled_{number}"].choices = [
            (value, label(f"unfilled.{value}")) for value in ("release", "keep")
        ]


def answers_of(details: SectionDetails) -> dict[str, Any]:
    """What the form shows of a section."""
    answers: dict[str, Any] = {
        "term": details.term_id,
        "course": details.course_id,
        "campus": details.campus_id,
        "room": details.room_id,
        "teacher": details.teacher_id,
        "capacity": details.capacity,
        "minimum": details.minimum,
        "fee": details.fee_yuan,
    }
    for name in ("mode", "fill", "state", "exempt", "paused"):
        answers[name] = getattr(details, name)
    for number, hour in enumerate(details.meetings, 1):
        answers[f"day_{number}"] = hour.weekday
        answers[f"from_{number}"] = hour.starts_minute
        answers[f"until_{number}"] = hour.ends_minute
    for number, reserve in enumerate(details.reserves, 1):
        answers[f"kind_{number}"] = reserve.kind
        answers[f"count_{number}"] = reserve.count
        answers[f"unfilled_{number}"] = reserve.unfilled
    return answers


def read_details(form: SectionForm) -> SectionDetails | None:
    """What was typed; None where it does not hang together, which then stands at the field."""
    meetings = [hour for number in HOURS if (hour := _read_hour(form, number))]
    reserves = [reserve for number in RESERVES if (reserve := _read_reserve(form, number))]
    if form.is_troubled:
        return None
    return SectionDetails(
        term_id=int(form.term.data),
        course_id=int(form.course.data),
        campus_id=int(form.campus.data),
        room_id=int(form.room.data) if form.room.data else None,
        teacher_id=int(form.teacher.data) if form.teacher.data else None,
        capacity=form.capacity.data,
        minimum=form.minimum.data,
        meetings=meetings,
        reserves=reserves,
        fee_yuan=form.fee.data,
        mode=form.mode.data,
        fill=form.fill.data,
        state=form.state.data,
        exempt=form.exempt.data,
        paused=form.paused.data,
    )


def _read_hour(form: SectionForm, number: int) -> WeeklyHour | None:
    day, begins, ends = (form[f"{name}_{number}"].data for name in ("day", "from", "until"))
    given = [answer is not None for answer in (day, begins, ends)]
    if not any(given):
        return None
    if not all(given):
        form.refuse(DomainError("meeting_unfinished"), f"day_{number}")
        return None
    if begins >= ends:
        form.refuse(DomainError("meeting_times"), f"until_{number}")
        return None
    return WeeklyHour(int(day), begins, ends)


def _read_reserve(form: SectionForm, number: int) -> ReserveSeats | None:
    kind, count = form[f"kind_{number}"].data, form[f"count_{number}"].data
    if kind is None and count is None:
        return None
    if kind is None or count is None:
        form.refuse(DomainError("reserve_unfinished"), f"kind_{number}")
        return None
    return ReserveSeats(kind, count, form[f"unfilled_{number}"].data or "release")
