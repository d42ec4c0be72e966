"""What the pages of applying show: the ranked classes, the answers to check, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from markupsafe import Markup

from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import sections_by_id
from eldercampus.enrolment.choosing import Remark, find_refusals, remarks_on
from eldercampus.enrolment.decision_queries import find_listed_before
from eldercampus.enrolment.models import Round
from eldercampus.errors import DomainError
from eldercampus.language import label, name_of, sentence
from eldercampus.language.hours import weekly_words
from eldercampus.language.words import (
    calendar_date,
    choice_words,
    date_words,
    distance_words,
    listed,
    local,
    moment_words,
)
from eldercampus.people.eligibility import age_on
from eldercampus.people.identity import masked_identity, masked_phone
from eldercampus.people.models import Person
from eldercampus.people.queries import id_number_of
from eldercampus.places.distances import haversine_m, points_in_use

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


def ranked_choices(round_: Round, person: Person, section_ids: Sequence[int]) -> list[Choice]:
    """The person's list with distances and everything worth knowing before going on."""
    known = sections_by_id(section_ids)
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


def _merged(listed_before: Section) -> str:
    return _(
        "In place of the class at %(campus)s, %(when)s: too few people chose that one.",
        campus=name_of(listed_before.campus),
        when=weekly_words(listed_before.meetings),
    )


def _distances(person: Person, sections: Sequence[Section]) -> dict[int, str]:
    home = points_in_use().get(person.community_id)
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
    if section.state != "open":
        text = _("This class takes nobody any more. Please take it off the list.")
        return [Line(lead, text, mind=True)]
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


def wish_answers(
    choices: Sequence[Choice], wants: int | None, classes: str = "", how_many: str = ""
) -> list[Answer]:
    """classes and how_many: the addresses of the pages that change them, if they may be changed."""
    rows = [Answer(_("How many courses"), wants_words(wants), how_many)]
    for choice in choices:
        lines = [_(", ").join([choice.title, choice.place]), choice.when, choice.merged]
        place = Markup("<br>").join(filter(None, lines))
        href = f"{classes}#choice-{choice.number}" if classes else ""
        rows.append(Answer(choice_words(choice.number), place, href))
    return rows


def wish_lines(choices: Sequence[Choice], wants: int | None) -> list[tuple[str, str]]:
    """The same on a slip: one line each, so that it stays on one sheet."""
    lines = [(_("How many courses"), wants_words(wants))]
    for choice in choices:
        what = _(", ").join(filter(None, [choice.title, choice.place, choice.when, choice.merged]))
        lines.append((choice_words(choice.number), what))
    return lines


def person_answers(person: Person, now: datetime) -> list[Answer]:
    """Who applies; numbers are masked. person: with community, town, contacts and tags."""
    number = id_number_of(person)
    born = _(
        "%(date)s, %(age)d years old now",
        date=calendar_date(person.born_on),
        age=age_on(person.born_on, local(now).date()),
    )
    home = f"{name_of(person.community.town)} {name_of(person.community)}"
    tags = listed(label(f"tag.{tag.kind}") for tag in person.tags)
    return [
        Answer(_("Name"), name_of(person)),
        Answer(_("Birth date"), born),
        Answer(_("Lives in"), home),
        Answer(_("Identity number"), masked_identity(number) if number else _("not given")),
        Answer(_("Disability or low-income certificate"), tags or _("none")),
        Answer(_("In an emergency"), _emergency(person)),
        Answer(_("News comes by"), _news(person)),
    ]


def _emergency(person: Person) -> str:
    if not person.emergency_phone:
        return _("not given")
    parts = (person.emergency_name, masked_phone(person.emergency_phone))
    return _(", ").join(part for part in parts if part)


def _news(person: Person) -> str:
    kinds = {"email": ("email",), "letter": ("address",)}.get(person.news, ("mobile", "landline"))
    way = label(f"news.{person.news}")
    for contact in person.contacts:
        if contact.kind in kinds and contact.kind in ("mobile", "landline"):
            return _(", ").join([way, masked_phone(contact.value)])
    return way


def next_dates(round_: Round, handed_in_at: datetime, now: datetime) -> list[dict[str, object]]:
    """What happens after handing in; round_.term loaded."""
    by = moment_words(round_.confirm_by_at)
    coming: list[tuple[datetime, str, str]] = [
        (
            round_.closes_at,
            moment_words(round_.closes_at),
            _("Applying ends. Until then you can change the application or take it back."),
        ),
        (round_.draws_at, date_words(round_.draws_at), _("The public draw. You need not come.")),
        (
            round_.publishes_at,
            moment_words(round_.publishes_at),
            _("The results. We tell you in the way you asked for."),
        ),
        (
            round_.confirm_by_at,
            _("until %(moment)s", moment=by),
            _("Tell us whether you come. If you forget, that is no harm: we ring you first."),
        ),
    ]
    day = date_words(handed_in_at)
    today = day == date_words(now)
    lines: list[dict[str, object]] = [
        {
            "when": _("Today, %(date)s", date=day) if today else day,
            "text": _("We have the application."),
            "now": today,
        }
    ]
    lines += [{"when": when, "text": text} for at, when, text in coming if at > now]
    return [*lines, {"when": date_words(round_.term.starts_on), "text": _("Term begins.")}]
