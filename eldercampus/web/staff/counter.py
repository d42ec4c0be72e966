"""/staff/counter: an application for somebody who stands there, rings, or sent a paper form."""

from collections.abc import Sequence
from datetime import datetime, time

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import sections_by_id
from eldercampus.enrolment.application_queries import (
    draft_of,
    find_application,
    find_open_round,
    find_round_for_paper,
)
from eldercampus.enrolment.choosing import Draft, remarks_on
from eldercampus.enrolment.entry import enter_application, find_ids_by_code, list_classes_of_term
from eldercampus.enrolment.models import Application, Round
from eldercampus.enrolment.person_queries import find_persons
from eldercampus.errors import DomainError
from eldercampus.language import name_of
from eldercampus.language.hours import weekly_words
from eldercampus.language.words import choice_words
from eldercampus.people.eligibility import age_on, lowest_age
from eldercampus.people.models import Person
from eldercampus.people.queries import get_person
from eldercampus.web.access import allow, signed_in
from eldercampus.web.once import once
from eldercampus.web.staff.counter_forms import EntryForm, FindForm, PaperForm
from eldercampus.web.wishes import person_answers, remark_line, wants_words

pages = Blueprint("counter", __name__)


@pages.get("/staff/counter")
@allow("application.enter")
def start() -> ResponseReturnValue:
    return _counter(FindForm())


@pages.post("/staff/counter")
@allow("application.enter")
def find() -> ResponseReturnValue:
    """The people who may be meant. By POST: names and numbers stay out of addresses and logs."""
    form, found = FindForm(), None
    if form.validate_on_submit():
        found = find_persons(str(form.words.data))
    return _counter(form, found)


def _counter(form: FindForm, found: Sequence[Person] | None = None) -> str:
    return render_template(
        "staff/counter.html",
        form=form,
        round=find_open_round(clock.now()),
        paper_round=find_round_for_paper(),
        found=found,
    )


def _find_round(now: datetime) -> Round | None:
    """Where an application goes that comes now: after the close that is paper only."""
    return find_open_round(now) or find_round_for_paper()


@pages.route("/staff/counter/<int:person_id>", methods=["GET", "POST"])
@allow("application.enter")
def enter(person_id: int) -> ResponseReturnValue:
    """One screen: who it is, up to eight classes, how many courses, how it came, or when."""
    round_ = _find_round(clock.now())
    if round_ is None:
        return redirect(url_for("counter.start"), 303)
    form = _entry_form(round_)
    if form.validate_on_submit() and _read_codes(form, round_) and form.send.data:
        try:
            return redirect(_hand_in(form, round_, person_id), 303)
        except DomainError as error:
            form.refuse(error)
    return _entry_page(form, person_id)


def _entry_form(round_: Round) -> EntryForm | PaperForm:
    form = EntryForm() if round_.state == "open" else PaperForm()
    most = int(round_.rules["courses_per_term"])
    form.wants.choices = [(str(number), wants_words(number)) for number in range(1, most + 1)]
    return form


def _read_codes(form: EntryForm | PaperForm, round_: Round) -> bool:
    """Whether every code typed is one of the term's; marks those that are not."""
    typed = [field for field in form.choices() if field.data]
    known = find_ids_by_code(round_.term_id, [field.data for field in typed])
    for field in typed:
        if field.data not in known:
            form.refuse(DomainError("unknown_code", code=field.data), field.name)
    return not form.is_troubled


def _hand_in(form: EntryForm | PaperForm, round_: Round, person_id: int) -> str:
    """Enters it, once; the address of the slip."""
    account, now = signed_in(), clock.now()
    if account is None:
        abort(403)
    clerk_id, round_id, term_id = account.id, round_.id, round_.term_id

    def deed() -> str:
        codes = [field.data for field in form.choices() if field.data]
        known = find_ids_by_code(term_id, codes)
        draft: Draft = {
            "wants": int(form.wants.data),
            "choices": [known[code] for code in codes],
            "accept_automatically": False,
        }
        application = enter_application(
            round_id,
            person_id,
            draft,
            version=form.shown(),
            channel=form.channel.data if isinstance(form, EntryForm) else "paper",
            clerk_id=clerk_id,
            now=now,
            arrived_at=_stamp(form),
        )
        return url_for("staff_applications.slip", application_id=application.id)

    return once(str(form.key.data), clerk_id, now, deed)


def _stamp(form: EntryForm | PaperForm) -> datetime | None:
    if isinstance(form, EntryForm):
        return None
    hour, minute = divmod(form.arrived_minute.data, 60)
    return datetime.combine(form.arrived_on.data, time(hour, minute), clock.SHANGHAI)


def _entry_page(form: EntryForm | PaperForm, person_id: int) -> ResponseReturnValue:
    """Reads everything anew: a refused entry has emptied what was read before."""
    now = clock.now()
    round_, person = _find_round(now), get_person(person_id)
    if round_ is None:
        return redirect(url_for("counter.start"), 303)
    application = find_application(round_.id, person.id)
    classes = list_classes_of_term(round_.term_id)
    overtaken = form.is_submitted() and application is not None and _overtakes(form, application)
    if not form.is_submitted():
        _fill_in(form, application, classes)
    return render_template(
        "staff/entry.html",
        form=form,
        round=round_,
        person=person,
        application=application,
        classes=[(section.code, _class_words(section)) for section in classes],
        answers=person_answers(person, now),
        kept=_kept(application) if application and overtaken else None,
        lowest_age=_lowest_age(round_, person),
        paper=isinstance(form, PaperForm),
        remarks=_look_up(form, classes),
    )


def _overtakes(form: EntryForm | PaperForm, application: Application) -> bool:
    """Whether somebody changed the application since the page was opened. From now on the page is
    about what they left; what the clerk has typed stays."""
    shown = form.shown()
    form.version.data = str(application.version)
    return shown != application.version


def _kept(application: Application) -> list[tuple[str, str]]:
    """What the application holds now, in lines."""
    draft = draft_of(application)
    known = sections_by_id(draft["choices"])
    words = [_class_words(known[one]) for one in draft["choices"]]
    lines = [(choice_words(number), text) for number, text in enumerate(words, start=1)]
    return [(_("How many courses"), wants_words(draft["wants"])), *lines]


def _lowest_age(round_: Round, person: Person) -> int | None:
    """Where the person is too young for most classes: the age that the rules ask for."""
    lowest = lowest_age(person.sex, round_.rules)
    return lowest if age_on(person.born_on, round_.term.starts_on) < lowest else None


def _fill_in(
    form: EntryForm | PaperForm, application: Application | None, classes: Sequence[Section]
) -> None:
    form.wants.data = "1"
    if isinstance(form, EntryForm):
        form.channel.data = application.channel if application else "counter"
    if application is None:
        return
    codes = {section.id: section.code for section in classes}
    if isinstance(form, PaperForm) and application.arrived_at:
        stamp = application.arrived_at.astimezone(clock.SHANGHAI)
        form.arrived_on.process(None, stamp.date())
        form.arrived_minute.data = stamp.hour * 60 + stamp.minute
    draft = draft_of(application)
    form.wants.data = str(draft["wants"] or 1)
    form.version.data = str(application.version)
    for field, section_id in zip(form.choices(), draft["choices"], strict=False):
        field.data = codes.get(section_id)


def _look_up(form: EntryForm | PaperForm, classes: Sequence[Section]) -> list[tuple[int, object]]:
    """Writes each class's words below its code; what to say about the order."""
    by_code = {section.code: section for section in classes}
    chosen: list[Section] = []
    for field in form.choices():
        if field.data in by_code:
            section = by_code[field.data]
            field.found = _class_words(section)
            chosen += [] if section in chosen else [section]
    remarks = remarks_on(chosen)
    return [
        (number, remark_line(remark))
        for number, section in enumerate(chosen, start=1)
        for remark in remarks.get(section.id, [])
    ]


def _class_words(section: Section) -> str:
    parts = [name_of(section.course), name_of(section.campus), weekly_words(section.meetings)]
    return _(", ").join(parts)
