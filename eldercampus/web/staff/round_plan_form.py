"""The form of a round's plan: it asks for the window, and the other days follow unless given."""

from datetime import date, datetime, time
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.catalogue.models import Term
from eldercampus.enrolment.announced import MOMENTS
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.round_defaults import BEACON_WORDS, USUAL_TIMES, completed
from eldercampus.enrolment.rounds import RoundPlan
from eldercampus.errors import DomainError
from eldercampus.language import LABELS, label, name_of, sentence
from eldercampus.language.words import time_words
from eldercampus.web.forms import (
    DateField,
    Form,
    Required,
    SelectField,
    SubmitField,
    TextField,
    tidy,
)

_HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
_STEMS = tuple(moment.removesuffix("_at") for moment in MOMENTS)
_WORDS = ("code", "name", "name_en", *BEACON_WORDS)
_FIELDS = {
    "round_code_wrong": "code",
    "round_code_taken": "code",
    "term_not_found": "term",
    "beacon_must_be_new": "beacon_source",
}


class MomentField(DateField):
    """A day whose errors name it, since the page asks for several."""

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        fits = super().validate(form, extra_validators)
        self.errors = [self.named(str(text)) for text in self.errors]
        return bool(fits)

    def named(self, problem: str) -> str:
        return gettext("%(label)s: %(problem)s", label=str(self.label.text), problem=problem)


class WordsField(TextField):
    """One line of words: the marks of Chinese sentences stay full-width."""

    def read(self, typed: str) -> str | None:
        return " ".join(tidy.lines(typed).split()) or None


def _day(stem: str, hint: LazyString | str = "", required: bool = False) -> MomentField:
    missing = Required(_l("Please write the day."))
    return MomentField(
        LABELS[f"moment.{stem}_at"], hint=hint, validators=[missing] if required else []
    )


def _hour(stem: str) -> SelectField:
    return SelectField(
        _l("%(moment)s: at what time?", moment=LABELS[f"moment.{stem}_at"]),
        default=USUAL_TIMES[stem],
        validators=[Required(_l("Please choose the time."))],
    )


class RoundForm(Form):
    """Each moment is a day and a time in Shanghai; the days after the window may be left empty."""

    term = SelectField(
        _l("For which term?"),
        empty=_l("Choose"),
        validators=[Required(_l("Please choose the term."))],
    )
    name = WordsField(
        _l("Name in Chinese"), most=60, validators=[Required(_l("Please write the name."))]
    )
    name_en = WordsField(_l("Name in English"), most=80)
    code = TextField(
        _l("Short name"),
        hint=_l("It stands in the address of the public page, for example 2027-spring-1"),
        width=20,
        most=40,
        validators=[Required(_l("Please write a short name."))],
    )
    opens_on, opens_time = _day("opens", required=True), _hour("opens")
    closes_on, closes_time = _day("closes", required=True), _hour("closes")
    freezes_on = _day(
        "freezes",
        _l("Left empty: three days later. That is the time to enter paper forms."),
    )
    freezes_time = _hour("freezes")
    draws_on = _day(
        "draws", _l("Left empty: a day later. Nobody may know the number before this moment.")
    )
    draws_time = _hour("draws")
    publishes_on = _day("publishes", _l("Left empty: a day later."))
    publishes_time = _hour("publishes")
    confirm_by_on = _day("confirm_by", _l("Left empty: five working days later."))
    confirm_by_time = _hour("confirm_by")
    beacon_source = WordsField(
        _l("Which number from outside counts? (in Chinese)"),
        hint=_l("For example the numbers of a national lottery draw of that evening"),
        most=200,
    )
    beacon_source_en = WordsField(_l("Which number from outside counts? (in English)"), most=200)
    beacon_where = WordsField(
        _l("Where is it announced? (in Chinese)"),
        hint=_l("A place where everybody can look it up, for example a website"),
        most=200,
    )
    beacon_where_en = WordsField(_l("Where is it announced? (in English)"), most=200)
    beacon_example = TextField(
        _l("How is it written? An example"),
        hint=_l("Made-up numbers, blanks and signs as they will be: 01 02 03 04 05 06 + 07"),
        most=200,
    )
    spare_source = WordsField(
        _l("What counts if it is not announced in time, and where? (in Chinese)"),
        hint=_l(
            "Another number from outside: the first one announced after the days that the rules "
            "give"
        ),
        most=200,
    )
    spare_source_en = WordsField(
        _l("What counts if it is not announced in time, and where? (in English)"), most=200
    )
    spare_example = TextField(
        _l("How is the replacement written? An example"),
        hint=_l("As above, for example 01 02 03 04 05 + 06 07"),
        most=200,
    )
    send = SubmitField(_l("Keep"))

    def offer(self, terms: list[Term]) -> None:
        """Fills the lists that depend on the data and the language."""
        self.term.choices = [(str(term.id), name_of(term)) for term in terms]
        for stem in _STEMS:
            self[f"{stem}_time"].choices = [(f"{at:%H:%M}", time_words(at)) for at in _HALF_HOURS]

    def plan(self) -> RoundPlan:
        """What was filled in, and what follows from it; the form must be valid."""
        days = completed({stem: self[f"{stem}_on"].data for stem in _STEMS})
        values: dict[str, Any] = {name: self[name].data or "" for name in _WORDS}
        values |= {f"{stem}_at": self._moment(stem, days[stem]) for stem in _STEMS}
        return RoundPlan(term_id=int(self.term.data), **values)

    def _moment(self, stem: str, day: date) -> datetime:
        at = time.fromisoformat(self[f"{stem}_time"].data)
        return datetime.combine(day, at, clock.SHANGHAI)

    def refuse_plan(self, error: DomainError) -> None:
        """At the field that it is about; what is said of a day names it."""
        which = error.facts.get("which")
        if which is None:
            self.refuse(error, _FIELDS.get(error.code))
            return
        field = f"{which.removesuffix('_at')}_on"
        if error.code == "moments_out_of_order":
            before = label(f"moment.{MOMENTS[MOMENTS.index(which) - 1]}")
            problem = gettext("this has to be later than “%(before)s”.", before=before)
        else:
            problem = sentence(error)
        self.refuse(self[field].named(problem), field)


def values_of(round_: Round) -> dict[str, Any]:
    """What the form shows of a round that is there."""
    values: dict[str, Any] = {"term": str(round_.term_id)}
    values |= {name: getattr(round_, name) for name in _WORDS}
    for stem in _STEMS:
        at = getattr(round_, f"{stem}_at").astimezone(clock.SHANGHAI)
        values |= {f"{stem}_on": at.date(), f"{stem}_time": f"{at:%H:%M}"}
    return values
