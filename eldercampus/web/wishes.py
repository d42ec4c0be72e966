"""What the pages of applying show: the ranked classes, the answers to check."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from markupsafe import Markup

from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import LISTED, sections_by_id
from eldercampus.enrolment.choosing import Remark, check_open, find_refusals, remarks_on
from eldercampus.enrolment.decision_queries import find_listed_before
from eldercampus.enrolment.models import Round
from eldercampus.errors import DomainError
from eldercampus.language import label, name_of, sentence
from eldercampus.language.hours import weekly_words
from eldercampus.language.words import (
    calendar_date,
    choice_words,
    distance_words,
    listed,
    local,
)
from eldercampus.people.eligibility import age_on
from eldercampus.people.identity import masked_identity, masked_letterbox, masked_phone
from eldercampus.people.models import Person
from eldercampus.people.news import find_target
from eldercampus.people.queries import id_number_of
from eldercampus.places.distances import find_point, haversine_m

_UNCHANGED = ("draft", "open")  # states of a round in which no class is put together with another


@dataclass(frozen=True)
class Line:
    """A remark below a choice; mind: look before you go on."""

    lead: str
    text: str
    mind: bool = False


@dataclass(frozen=True)
class Choice:
    """A row of the ranked list, as macros/rank.html shows it."""

    number: int
    value: int
    title: str
    when: str
    place: str
    distance: str = ""
    remarks: list[Line] = field(default_factory=list)
    merged: str = ""  # which class the person had listed, if staff put it together with this one


@dataclass(frozen=True)
class Answer:
    """A row of "check your answers"; about names the answer for those who hear the page."""

    label: str
    value: str
    href: str = ""
    about: str = ""


@dataclass(frozen=True)
class Ways:
    """The addresses of the pages that change the wishes; "" where they may not be changed."""

    classes: str = ""
    wants: str = ""
    automatic: str = ""


_NO_WAY = Ways()


def ranked_choices(round_: Round, person: Person, section_ids: Sequence[int]) -> list[Choice]:
    """The person's list with distances and everything worth knowing before going on."""
    known = sections_by_id(section_ids, LISTED)
    sections = [known[section_id] for section_id in section_ids if section_id in known]
    refused = find_refusals(round_, person, sections)
    remarks = remarks_on(sections)
    far = _distances(person, sections)
    before = find_listed_before(round_.id, person.id) if round_.state not in _UNCHANGED else {}
    return [
        Choice(
            number=number,
            value=section.id,
            title=name_of(section.course),
            when=weekly_words(section.meetings),
            place=name_of(section.campus),
            distance=far.get(section.id, ""),
            remarks=[
                *_refusals(section, refused.get(section.id, [])),
                *(remark_line(remark) for remark in remarks.get(section.id, [])),
            ],
            merged=_merged(before[section.id]) if section.id in before else "",
        )
        for number, section in enumerate(sections, start=1)
    ]


def removed_choice(section_id: int, number: int) -> Choice | None:
    """A class that was on the list at that number; None where there is no such class."""
    section = sections_by_id([section_id], LISTED).get(section_id)
    if section is None:
        return None
    return Choice(
        number=number,
        value=section.id,
        title=name_of(section.course),
        when=weekly_words(section.meetings),
        place=name_of(section.campus),
    )


def _merged(listed_before: Section) -> str:
    return _(
        "In place of the class at %(campus)s, %(when)s: too few people chose that one.",
        campus=name_of(listed_before.campus),
        when=weekly_words(listed_before.meetings),
    )


def _distances(person: Person, sections: Sequence[Section]) -> dict[int, str]:
    home = find_point(person.community_id)
    if home is None:
        return {}
    return {
        section.id: distance_words(
            haversine_m(
                home.longitude, home.latitude, section.campus.longitude, section.campus.latitude
            )
        )
        for section in sections
    }


def _refusals(section: Section, errors: Sequence[DomainError]) -> list[Line]:
    lead = _("Please note:")
    try:
        check_open(section)
    except DomainError as error:
        return [Line(lead, sentence(error), mind=True)]
    return [Line(lead, sentence(error), mind=True) for error in errors[:1]]


def remark_line(remark: Remark) -> Line:
    other = choice_words(remark.rank)
    if remark.kind == "clash":
        text = _(
            "It is at the same time as this one: %(choice)s. You may keep both; "
            "at most one of them is given to you.",
            choice=other,
        )
        return Line(_("Please note:"), text, mind=True)
    text = _(
        "It is the same course as this one: %(choice)s. At most one of them is given to you. "
        "One more on the list is one more chance.",
        choice=other,
    )
    return Line(_("A reminder:"), text)


def wants_words(wants: int | None) -> str:
    words = {1: _("one course"), 2: _("two courses"), 3: _("three courses")}
    return words.get(wants or 0, "")


def automatic_words(automatic: bool) -> str:
    return _("take it for me at once") if automatic else _("ask me first")


def wish_answers(
    choices: Sequence[Choice],
    wants: int | None,
    automatic: bool | None = None,
    ways: Ways = _NO_WAY,
) -> list[Answer]:
    """automatic: whether a seat that comes free is taken without asking; None leaves it out."""
    rows = [Answer(_("How many courses"), wants_words(wants), ways.wants)]
    for choice in choices:
        lines = [_(", ").join([choice.title, choice.place]), choice.when, choice.merged]
        place = Markup("<br>").join(filter(None, lines))
        href = f"{ways.classes}#choice-{choice.number}" if ways.classes else ""
        rows.append(Answer(choice_words(choice.number), place, href))
    if automatic is not None:
        label_ = _("If a seat comes free later")
        rows.append(Answer(label_, automatic_words(automatic), ways.automatic))
    return rows


def wish_lines(
    choices: Sequence[Choice], wants: int | None, automatic: bool | None = None
) -> list[tuple[str, str]]:
    """The same on a slip: one line each, so that it stays on one sheet."""
    lines = [(_("How many courses"), wants_words(wants))]
    for choice in choices:
        what = _(", ").join(filter(None, [choice.title, choice.place, choice.when, choice.merged]))
        lines.append((choice_words(choice.number), what))
    if automatic is not None:
        lines.append((_("If a seat comes free later"), automatic_words(automatic)))
    return lines


def person_answers(
    person: Person, now: datetime, news_href: str = "", *, by_slip: bool = False
) -> list[Answer]:
    """Who applies; numbers are masked. person: with community, town, contacts and tags.

    by_slip: for somebody who showed no more than a slip and a birth date. They see neither
    certificates nor whom to ring, and no address or mailbox in full.
    """
    number = id_number_of(person)
    born = _(
        "%(date)s, %(age)d years old now",
        date=calendar_date(person.born_on),
        age=age_on(person.born_on, local(now).date()),
    )
    home = f"{name_of(person.community.town)} {name_of(person.community)}"
    tags = listed(label(f"tag.{tag.kind}") for tag in person.tags)
    rows = [
        Answer(_("Name"), name_of(person)),
        Answer(_("Birth date"), born),
        Answer(_("Lives in"), home),
    ]
    if not by_slip:
        rows += [
            Answer(_("Identity number"), masked_identity(number) if number else _not_given()),
            Answer(_("Disability or low-income certificate"), tags or _("none")),
            Answer(_("In an emergency"), _emergency(person)),
        ]
    return [*rows, Answer(_("News comes by"), _news(person, by_slip), news_href)]


def _not_given() -> str:
    return _("not given; you may leave it out, or tell us on the telephone")


def _emergency(person: Person) -> str:
    if not person.emergency_phone:
        return _not_given()
    parts = (person.emergency_name, masked_phone(person.emergency_phone))
    return _(", ").join(part for part in parts if part)


def _news(person: Person, by_slip: bool) -> str:
    way, target = label(f"news.{person.news}"), find_target(person, person.contacts, person.news)
    if target and person.news not in ("letter", "email"):
        target = masked_phone(target)
    elif target and by_slip:
        target = masked_letterbox(target)
    return _(", ").join(filter(None, [way, target]))
