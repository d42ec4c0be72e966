"""/staff/counter: an application for somebody who stands there, rings, or sent a paper form."""

from collections.abc import Sequence
from datetime import datetime, time

from flask import Blueprint, redirect, render_template, request, url_for
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
from eldercampus.enrolment.choosing import Draft
from eldercampus.enrolment.entry import enter_application, list_classes_of_term
from eldercampus.enrolment.late_papers import Typed
from eldercampus.enrolment.models import Application, Round
from eldercampus.enrolment.paper_forms import find_paper_form, find_person_by_form
from eldercampus.enrolment.person_queries import find_persons
from eldercampus.errors import DomainError
from eldercampus.language.words import choice_words
from eldercampus.people.eligibility import age_on, lowest_age
from eldercampus.people.models import Person
from eldercampus.people.news import choose_news
from eldercampus.people.queries import MOST_FOUND, get_person
from eldercampus.web.access import allow, may, require_account
from eldercampus.web.once import once
from eldercampus.web.sealed_cookie import keep_sealed, take_sealed
from eldercampus.web.staff.class_boxes import (
    class_words,
    go_on,
    prepare_boxes,
    proposals,
    read_draft,
    show_classes,
)
from eldercampus.web.staff.counter_forms import FindForm, KnownForm, PaperForm
from eldercampus.web.staff.late_papers import ask_second
from eldercampus.web.staff.new_person import LOOKED_FOR
from eldercampus.web.wishes import person_answers, wants_words

pages = Blueprint("counter", __name__)

_SCANNED = "scanned_form"
_FIELDS = {
    "paper_not_in_time": "arrived_on",
    "phone_missing": "reach",
    "address_missing": "reach",
    "mailbox_missing": "reach",
    "mailbox_odd": "reach",
    "not_a_mobile": "reach",
}


@pages.get("/staff/counter")
@allow("application.enter")
def start() -> ResponseReturnValue:
    return _counter(FindForm())


@pages.post("/staff/counter")
@allow("application.enter")
def find() -> ResponseReturnValue:
    """One found: on to their screen. Several: their list. Nobody: a new person. By POST: names and
    numbers stay out of addresses and logs."""
    form = FindForm()
    if form.new.data and may("person.enter"):
        return _to_new_person(form, form.words.data or form.before.data or "")
    if not form.validate_on_submit():
        return _counter(form)
    if (chosen := form.chosen()) is not None:
        return _to_entry(chosen, form.paper.data or "")
    printed = find_paper_form(form.words.data)
    if printed is not None and printed.application_id is None:
        form.paper.data = printed.receipt
    found = _who(form.words.data)
    if len(found) == 1:
        return _to_entry(found[0].id, form.paper.data or "")
    if not found and printed is None and may("person.enter"):
        return _to_new_person(form, form.words.data, nobody_found=True)
    return _counter(form, found, blank=printed is not None)


def _who(words: str) -> Sequence[Person]:
    by_form = find_person_by_form(words)
    return [get_person(by_form)] if by_form is not None else find_persons(words)


def _to_entry(person_id: int, paper: str) -> ResponseReturnValue:
    """To the person's screen; the number of a scanned form comes along, outside the address."""
    if paper:
        keep_sealed(_SCANNED, {"number": paper})
    return redirect(url_for("counter.enter", person_id=person_id), 303)


def _to_new_person(form: FindForm, words: str, nobody_found: bool = False) -> ResponseReturnValue:
    paper = form.paper.data or ""
    keep_sealed(LOOKED_FOR, {"words": words, "paper": paper, "nobody_found": nobody_found})
    return redirect(url_for("new_person.enter"), 303)


def _counter(form: FindForm, found: Sequence[Person] | None = None, blank: bool = False) -> str:
    """found: of several the number in front is enough. blank: a form without a name was scanned."""
    if found is not None:
        form.before.data = form.words.data
        form.found.data = " ".join(str(person.id) for person in found)
        form.words.typed = ""
    form.words.focus = True
    return render_template(
        "staff/counter.html",
        form=form,
        round=find_open_round(clock.now()),
        paper_round=find_round_for_paper(),
        found=found,
        blank=blank,
        most=MOST_FOUND,
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
    form = KnownForm() if round_.state == "open" else PaperForm()
    prepare_boxes(form, round_)
    if form.is_submitted():
        form.validate()
        if "another" in request.form and isinstance(form, KnownForm):
            form.news.data = None  # typed for somebody new, who turned out to be this person
        draft = read_draft(form, round_.term_id)
        if draft is not None:
            try:
                return redirect(_hand_in(form, draft, round_, person_id), 303)
            except DomainError as error:
                form.refuse(error, _field_of(error))
    return _entry_page(form, person_id)


def _field_of(error: DomainError) -> str | None:
    """What the clerk should look at again; None: the whole."""
    if error.code.startswith("form_"):
        return "number"
    return _FIELDS.get(error.code)


def _hand_in(form: KnownForm | PaperForm, draft: Draft, round_: Round, person_id: int) -> str:
    """Enters it, once; the address of the slip, or of the forms that wait for a second person."""
    clerk_id, round_id, now = require_account().id, round_.id, clock.now()
    version, number = form.shown(), form.number.data or ""
    if isinstance(form, PaperForm):
        typed = Typed(draft, version, _stamp(form), number)
        return ask_second(round_id, person_id, typed, form.reason.data, str(form.key.data))

    def deed() -> str:
        _change_news(form, person_id, now)
        application = enter_application(
            round_id,
            person_id,
            draft,
            version=version,
            channel=form.channel.data,
            clerk_id=clerk_id,
            now=now,
            receipt=number,
        )
        return url_for("staff_applications.slip", application_id=application.id)

    return once(str(form.key.data), clerk_id, now, deed)


def _change_news(form: KnownForm, person_id: int, now: datetime) -> None:
    """Only where the clerk has chosen or written something else than what is kept."""
    person, way, target = get_person(person_id), form.news.data, form.reach.data
    if way is None or (way == person.news and not target):
        return
    choose_news(
        person_id,
        way,
        person.contacts,
        target=target,
        whose="relative" if way == "relative" else "own",
        account_id=require_account().id,
        now=now,
    )


def _stamp(form: PaperForm) -> datetime:
    hour, minute = divmod(form.arrived_minute.data, 60)
    return datetime.combine(form.arrived_on.data, time(hour, minute), clock.SHANGHAI)


def _entry_page(form: KnownForm | PaperForm, person_id: int) -> ResponseReturnValue:
    """Reads everything anew: a refused entry has emptied what was read before."""
    now = clock.now()
    round_, person = _find_round(now), get_person(person_id)
    if round_ is None:
        return redirect(url_for("counter.start"), 303)
    application = find_application(round_.id, person.id)
    classes = list_classes_of_term(round_.term_id)
    overtaken = not form.is_fresh and application is not None and _overtakes(form, application)
    if form.is_fresh:
        _fill_in(form, application, classes)
    if isinstance(form, KnownForm) and form.news.data is None:
        form.news.data = person.news
    show_classes(form, round_, person)
    go_on(form)
    return render_template(
        "staff/entry.html",
        form=form,
        round=round_,
        person=person,
        application=application,
        classes=proposals(classes),
        answers=person_answers(person, now),
        kept=_kept(application) if application and overtaken else None,
        lowest_age=_lowest_age(round_, person),
        paper=isinstance(form, PaperForm),
    )


def _overtakes(form: KnownForm | PaperForm, application: Application) -> bool:
    """Whether somebody changed the application since the page was opened. From now on the page is
    about what they left; what the clerk has typed stays."""
    shown = form.shown()
    form.version.data = str(application.version)
    return shown != application.version


def _kept(application: Application) -> list[tuple[str, str]]:
    """What the application holds now, in lines."""
    draft = draft_of(application)
    known = sections_by_id(draft["choices"])
    words = [class_words(known[one]) for one in draft["choices"]]
    lines = [(choice_words(number), text) for number, text in enumerate(words, start=1)]
    return [(_("How many courses"), wants_words(draft["wants"])), *lines]


def _lowest_age(round_: Round, person: Person) -> int | None:
    """Where the person is too young for most classes: the age that the rules ask for."""
    lowest = lowest_age(person.sex, round_.rules)
    return lowest if age_on(person.born_on, round_.term.starts_on) < lowest else None


def _fill_in(
    form: KnownForm | PaperForm, application: Application | None, classes: Sequence[Section]
) -> None:
    """As the person's application stands, and with the number of the form that was scanned."""
    form.number.data = take_sealed(_SCANNED).get("number")
    if isinstance(form, KnownForm):
        came = "paper" if form.number.data else "counter"
        form.channel.data = application.channel if application else came
    if application is None:
        return
    codes = {section.id: section.code for section in classes}
    if isinstance(form, PaperForm) and application.arrived_at:
        stamp = application.arrived_at.astimezone(clock.SHANGHAI)
        form.arrived_on.process(None, stamp.date())
        form.arrived_minute.data = stamp.hour * 60 + stamp.minute
    draft = draft_of(application)
    form.wants.data = str(draft["wants"]) if draft["wants"] else None
    form.accept.data = draft["accept_automatically"]
    form.version.data = str(application.version)
    for field, section_id in zip(form.choices(), draft["choices"], strict=False):
        field.data = codes.get(section_id)
