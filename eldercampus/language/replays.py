"""A replay in words: what was put right, and each choice as it was and as it would have been."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask_babel import gettext as _

from eldercampus.catalogue.models import Section
from eldercampus.enrolment.correcting import Fact
from eldercampus.enrolment.learners import key_distance
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.queues import kind_of
from eldercampus.language import name_of
from eldercampus.language.hours import weekdays, weekly_words
from eldercampus.language.kept_seats import Reserved, seats_for
from eldercampus.language.reasons import About, Other, distance_range, reason_sentences
from eldercampus.language.words import choice_words, ordinal


@dataclass(frozen=True)
class ReplayedChoice:
    """before and after: sentences; same: whether the same came out."""

    heading: str
    where: str
    before: list[str]
    after: list[str]
    same: bool


def correction_words(fact: Fact, sections: Mapping[str, Section], place: str = "") -> str:
    """What is put right. place: the community and town of another home."""
    match fact.name.partition(":")[0]:
        case "home" if place:
            return _("The person lived in %(place)s", place=place)
        case "home":
            return _("The person lived in another village or community")
        case "time" if fact.stands:
            return _("The application came late")
        case "time":
            return _("The application came in time")
        case "tag" if fact.stands:
            return _("Does not count among: %(who)s", who=seats_for(fact.about))
        case "tag":
            return _("Counts among: %(who)s", who=seats_for(fact.about))
        case _:
            course = name_of(sections[fact.about].course) if fact.about in sections else fact.about
            if fact.stands:
                return _("Has not completed the stage before %(course)s", course=course)
            return _("Has completed the stage before %(course)s", course=course)


def fact_of(facts: Mapping[str, Any]) -> Fact:
    """What a stored replay put right."""
    return Fact(facts["fact"], facts["stood"])


def ways_words(facts: Mapping[str, Any], rules: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(campus code, way before, way after) where the home was put right."""
    before, after = facts["before"].get("metres", {}), facts["after"].get("metres", {})
    return [
        (
            campus,
            distance_range(key_distance(metres, rules), rules),
            distance_range(key_distance(after[campus], rules), rules),
        )
        for campus, metres in before.items()
    ]


def replay_words(
    choices: list[dict[str, Any]],
    round_: Round,
    sections: Mapping[str, Section],
    tags: tuple[Collection[str], Collection[str]],
    further: Collection[str],
) -> list[ReplayedChoice]:
    """Every choice. sections: by code; tags: the learner's in the file, before and after; further:
    codes of the sections that go on from an earlier stage."""
    others = {
        choice["section"]: _other(sections[choice["section"]], rank)
        for rank, choice in enumerate(choices, start=1)
    }
    words = partial(
        _sentences,
        round_=round_,
        sections=sections,
        others=others,
        further=further,
        drawn={
            which: sum(choice[which]["code"] == "placed" for choice in choices)
            for which in ("before", "after")
        },
    )
    return [
        ReplayedChoice(
            heading=_heading(rank, sections[choice["section"]]),
            where=_where(sections[choice["section"]]),
            before=words(choice, "before", tags[0]),
            after=words(choice, "after", tags[1]),
            same=_outcome(choice["before"]) == _outcome(choice["after"]),
        )
        for rank, choice in enumerate(choices, start=1)
    ]


def _outcome(told: Mapping[str, Any]) -> tuple[Any, ...]:
    return told["code"], told["facts"].get("waitlist")


def _heading(rank: int, section: Section) -> str:
    return f"{choice_words(rank)}{_(': ')}{name_of(section.course)}"


def _where(section: Section) -> str:
    return f"{name_of(section.campus)}{_(', ')}{weekly_words(section.meetings)}"


def _other(section: Section, rank: int | None = None) -> Other:
    return Other(name_of(section.course), weekdays(section.meetings), rank)


def _sentences(
    choice: Mapping[str, Any],
    which: str,
    tags: Collection[str],
    *,
    round_: Round,
    sections: Mapping[str, Section],
    others: Mapping[str, Other],
    further: Collection[str],
    drawn: Mapping[str, int],
) -> list[str]:
    told, section = choice[which], sections[choice["section"]]
    facts = told["facts"]
    kinds = {kind_of(tag, round_.tag_names) for tag in tags}
    stands = sections.get(facts.get("with", ""))
    about = About(
        seats=told["seats"],
        rules=round_.rules,
        other=others.get(stands.code, _other(stands)) if stands else None,
        goes_on=section.code in further,
        reserved=[Reserved(one.kind, one.count, one.kind in kinds) for one in section.reserves],
        drawn=drawn[which],
    )
    sentences = reason_sentences(told["code"], facts, about)
    if "waitlist" in facts:
        sentences.append(
            _(
                "At the draw you were %(ordinal)s of %(of)d on the waiting list.",
                ordinal=ordinal(facts["waitlist"]),
                of=told["waiting"],
            )
        )
    return sentences
