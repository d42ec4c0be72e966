"""Forms of the round pages."""

from datetime import date, datetime, time
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.catalogue.models import Term
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.rounds import MOMENTS, RoundPlan
from eldercampus.language import LABELS, name_of
from eldercampus.language.words import time_words
from eldercampus.web.forms import (
    DateField,
    Form,
    LongTextField,
    Required,
    SelectField,
    SubmitField,
    TextField,
)

_HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
_USUAL = {
    "opens_at": "08:00",
    "closes_at": "20:00",
    "freezes_at": "12:00",
    "draws_at": "21:30",
    "publishes_at": "10:00",
    "confirm_by_at": "16:30",
}


def _day(moment: str, hint: LazyString | str = "") -> DateField:
    return DateField(
        LABELS[f"moment.{moment}"],
        hint=hint,
        validators=[Required(_l("Please write the day."))],
    )


def _hour(moment: str) -> SelectField:
    return SelectField(
        _l("At what time?"),
        default=_USUAL[moment],
        validators=[Required(_l("Please choose the time."))],
    )


class RoundForm(Form):
    """A round as staff plan it. Each moment is a day and a time in Shanghai."""

    term = SelectField(
        _l("For which term?"),
        empty=_l("Choose"),
        validators=[Required(_l("Please choose the term."))],
    )
    code = TextField(
        _l("Short name"),
        hint=_l("It stands in the address of the public page, for example 2027-spring-1"),
        width=20,
        most=40,
        validators=[Required(_l("Please write a short name."))],
    )
    name = TextField(
        _l("Name in Chinese"),
        most=60,
        validators=[Required(_l("Please write the name."))],
    )
    name_en = TextField(_l("Name in English"), most=80)
    opens_on, opens_time = _day("opens_at"), _hour("opens_at")
    closes_on, closes_time = _day("closes_at"), _hour("closes_at")
    freezes_on = _day(
        "freezes_at",
        _l("Leave some days to enter paper forms and to look at certificates."),
    )
    freezes_time = _hour("freezes_at")
    draws_on = _day("draws_at", _l("After the list is fixed. Nobody may know the value before."))
    draws_time = _hour("draws_at")
    publishes_on, publishes_time = _day("publishes_at"), _hour("publishes_at")
    confirm_by_on = _day("confirm_by_at", _l("Leave at least five working days."))
    confirm_by_time = _hour("confirm_by_at")
    beacon_source = TextField(
        _l("Which public value counts, and where it is announced (in Chinese)"),
        hint=_l("For example the numbers of a national lottery draw of that evening"),
        most=200,
    )
    beacon_source_en = TextField(_l("The same in English"), most=200)
    send = SubmitField(_l("Keep"))

    def offer(self, terms: list[Term]) -> None:
        """Fills the lists that depend on the data and the language."""
        self.term.choices = [(str(term.id), name_of(term)) for term in terms]
        for moment in MOMENTS:
            field = self[moment.removesuffix("_at") + "_time"]
            field.choices = [(f"{at:%H:%M}", time_words(at)) for at in _HALF_HOURS]

    def plan(self) -> RoundPlan:
        """What was filled in; the form must be valid."""
        moments = {moment: self._moment(moment) for moment in MOMENTS}
        return RoundPlan(
            code=str(self.code.data),
            term_id=int(self.term.data),
            name=str(self.name.data),
            name_en=self.name_en.data or "",
            beacon_source=self.beacon_source.data or "",
            beacon_source_en=self.beacon_source_en.data or "",
            **moments,
        )

    def _moment(self, moment: str) -> datetime:
        stem = moment.removesuffix("_at")
        day: date = self[f"{stem}_on"].data
        at = time.fromisoformat(self[f"{stem}_time"].data)
        return datetime.combine(day, at, clock.SHANGHAI)


def values_of(round_: Round) -> dict[str, Any]:
    """What the form shows of a round that is there."""
    values: dict[str, Any] = {"term": str(round_.term_id)}
    for name in ("code", "name", "name_en", "beacon_source", "beacon_source_en"):
        values[name] = getattr(round_, name)
    for moment in MOMENTS:
        stem = moment.removesuffix("_at")
        at = getattr(round_, moment).astimezone(clock.SHANGHAI)
        values |= {f"{stem}_on": at.date(), f"{stem}_time": f"{at:%H:%M}"}
    return values


class BeaconForm(Form):
    """The public value, as it was announced."""

    beacon = TextField(
        _l("The public value"),
        hint=_l("Exactly as it was announced, with blanks between the numbers"),
        width=20,
        most=200,
        validators=[Required(_l("Please write the public value."))],
    )
    send = SubmitField(_l("Keep"))


class SpareForm(Form):
    """The value that takes the place of one that was not announced in time."""

    why = LongTextField(
        _l("What happened to the value that was named first?"),
        hint=_l("This stands on the public page."),
        most=500,
        validators=[Required(_l("Please write what happened."))],
    )
    beacon = TextField(
        _l("The replacement value"),
        hint=_l("Exactly as it was announced, with blanks between the numbers"),
        width=20,
        most=200,
        validators=[Required(_l("Please write the replacement value."))],
    )
    send = SubmitField(_l("Take this value"))


class CancelForm(Form):
    reason = LongTextField(
        _l("Why is this round cancelled?"),
        hint=_l("The reason stands on the public page. Please write no names."),
        most=500,
        validators=[Required(_l("Please write why."))],
    )
    look = SubmitField(_l("Next"))
    send = SubmitField(_l("Cancel this round"))
