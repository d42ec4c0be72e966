"""What became of a choice and what to do now: the one text for page, printed slip and phone script.

Everything is said to the person ("you"); whoever reads it out on the phone can read it as it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from flask_babel import gettext as _

from eldercampus.catalogue.models import Section
from eldercampus.enrolment.explaining import Explanation
from eldercampus.enrolment.models import HOLDING, Offer, Placement, Round, WaitlistEntry
from eldercampus.enrolment.own_classes import OwnClass
from eldercampus.language import name_of
from eldercampus.language.comparison import Compared, comparison
from eldercampus.language.hours import weekdays, weekly_words
from eldercampus.language.kept_seats import Reserved
from eldercampus.language.reasons import About, Other, reason_sentences, waitlist_sentence
from eldercampus.language.words import choice_words, date_words, moment_words, ordinal

_ENDED = ("declined", "withdrawn", "lapsed", "removed", "transferred")


class Part(Protocol):
    """A person's part in a round, as reasons need it; kinds: of seats kept for people like them."""

    @property
    def round(self) -> Round: ...
    @property
    def kinds(self) -> frozenset[str]: ...
    @property
    def choices(self) -> list[OwnClass]: ...


@dataclass(frozen=True)
class ToldChoice:
    """heading: which choice, which class; which: the choice alone; where: campus and hours; reason:
    of the draw, since: what followed; compared: the own key beside the last seat's where one
    decided."""

    heading: str
    which: str
    where: str
    reason: list[str]
    since: list[str]
    compared: list[Compared]

    @property
    def sentences(self) -> list[str]:
        return [*self.reason, *self.since]


def tell(explanation: Explanation, *, in_public: bool = False) -> list[ToldChoice]:
    """Every choice in words, best first, then classes asked for after the draw. in_public: without
    saying what the person is, as by the kind of a seat that is kept."""
    return [_told(choice, explanation, in_public=in_public) for choice in explanation.choices]


def next_steps(explanation: Explanation, now: datetime) -> list[str]:
    """What to do, and until when; one sentence each, the most pressing first."""
    choices = explanation.choices
    steps = [
        _(
            "%(course)s: a seat is kept for you. Please tell us by %(moment)s whether you take it.",
            course=name_of(choice.section.course),
            moment=moment_words(choice.offer.ends_at),
        )
        for choice in choices
        if choice.offer and choice.offer.state == "live"
    ]
    steps += [_answer(choice, choice.placement, now) for choice in choices if _awaits(choice)]
    if any(choice.now for choice in choices) and not any(_is_offered(one) for one in choices):
        steps.append(
            _("While you wait you need not do anything. We tell you when it is your turn.")
        )
    return steps or [_last_resort(explanation)]


def _awaits(choice: OwnClass) -> bool:
    return choice.placement is not None and choice.placement.state == "awaiting"


def _is_offered(choice: OwnClass) -> bool:
    return choice.offer is not None and choice.offer.state == "live"


def _answer(choice: OwnClass, placement: Placement | None, now: datetime) -> str:
    course = name_of(choice.section.course)
    by = placement.confirm_by_at if placement else None
    if by is None or by < now:
        return _("%(course)s: please tell us today whether you will come.", course=course)
    return _(
        "%(course)s: please tell us by %(moment)s whether you will come.",
        course=course,
        moment=moment_words(by),
    )


def _last_resort(explanation: Explanation) -> str:
    if any(_holds(choice) for choice in explanation.choices):
        return _("You need not do anything. We look forward to seeing you.")
    return _("Some classes still have free seats. Ring us or look on our pages if you want one.")


def _holds(choice: OwnClass) -> bool:
    return choice.placement is not None and choice.placement.state in HOLDING


def _told(choice: OwnClass, explanation: Explanation, *, in_public: bool) -> ToldChoice:
    about = replace(about_choice(choice, explanation), in_public=in_public)
    reason = choice.reason
    cut = reason is not None and reason.code == "below_cutoff"
    return ToldChoice(
        heading=f"{_which(choice)}{_(': ')}{_class(choice.section)}",
        which=_which(choice),
        where=f"{name_of(choice.section.campus)}{_(', ')}{weekly_words(choice.section.meetings)}",
        reason=[*_put_together(choice), *_reason(choice, about)],
        since=[*_seat_since(choice), *_line_since(choice)],
        compared=comparison(reason.facts, explanation.round.rules) if cut and reason else [],
    )


def _which(choice: OwnClass) -> str:
    return choice_words(choice.rank) if choice.rank else _("Asked for after the draw")


def _class(section: Section) -> str:
    """Calligraphy 1, Tuesday: two classes of one course are told apart by their days."""
    course, days = name_of(section.course), weekdays(section.meetings)
    return f"{course}{_(', ')}{days}" if days else course


def _put_together(choice: OwnClass) -> Iterator[str]:
    if choice.listed is not None:
        yield _(
            "You chose %(course)s at %(campus)s, %(hours)s. Too few chose it, so it was put "
            "together with this class before the draw.",
            course=name_of(choice.listed.course),
            campus=name_of(choice.listed.campus),
            hours=weekly_words(choice.listed.meetings),
        )


def why(choice: OwnClass, part: Part) -> list[str]:
    """What the draw said about a choice; empty for one that took no part in it."""
    reason = choice.reason
    if reason is None:
        return []
    return reason_sentences(reason.code, reason.facts, about_choice(choice, part))


def about_choice(choice: OwnClass, explanation: Part) -> About:
    """What the sentences of a reason need beside its facts."""
    return About(
        seats=choice.seats,
        rules=explanation.round.rules,
        other=_other(choice.other, explanation.choices) if choice.other else None,
        goes_on=choice.goes_on,
        reserved=[
            Reserved(one.kind, one.count, one.kind in explanation.kinds)
            for one in sorted(choice.section.reserves, key=lambda one: one.position)
        ],
        drawn=sum(bool(one.reason and one.reason.code == "placed") for one in explanation.choices),
    )


def _other(section: Section, choices: Iterable[OwnClass]) -> Other:
    ranks = {one.section.id: one.rank for one in choices}
    return Other(name_of(section.course), weekdays(section.meetings), ranks.get(section.id))


def _reason(choice: OwnClass, about: About) -> list[str]:
    if choice.reason is not None:
        return reason_sentences(choice.reason.code, choice.reason.facts, about)
    return [_("This choice took no part in the draw.")] if choice.rank else []


def _seat_since(choice: OwnClass) -> Iterator[str]:
    """What became of the seat, or of the last offer of one."""
    placement, offer = choice.placement, choice.offer
    if placement is not None and placement.origin != "draw":
        yield _came_later(placement)
    if placement is not None and placement.state in _ENDED:
        yield _ended(placement)
    elif placement is not None and placement.state == "confirmed":
        yield _("You have told us that you will come.")
    elif placement is not None and placement.state == "completed":
        yield _("You have finished this class.")
    if offer is not None and (said := _offered(offer)):
        yield said


def _came_later(placement: Placement) -> str:
    on = date_words(placement.placed_at)
    if placement.origin == "offer":
        return _("A seat became free later, and you took it on %(day)s.", day=on)
    return _("You got a seat later, on %(day)s.", day=on)


def _ended(placement: Placement) -> str:
    on = date_words(placement.ended_at or placement.placed_at)
    match placement.state:
        case "lapsed":
            return _("We had no answer from you by %(day)s, so the seat went to the next.", day=on)
        case "removed":
            return _("The seat was taken off you on %(day)s.", day=on)
        case "transferred":
            return _("You changed to another class on %(day)s.", day=on)
        case _:
            return _("You gave the seat back on %(day)s.", day=on)


def _offered(offer: Offer) -> str:
    match offer.state:
        case "live":
            until = moment_words(offer.ends_at)
            return _("A seat is free now, and is kept for you until %(moment)s.", moment=until)
        case "declined":
            on = date_words(offer.answered_at or offer.made_at)
            return _("You were offered a seat, and said no on %(day)s.", day=on)
        case "lapsed":
            on = date_words(offer.ends_at)
            return _("You were offered a seat. We had no answer by %(day)s.", day=on)
        case _:
            return ""


def _line_since(choice: OwnClass) -> Iterator[str]:
    """The place in the queue now, and at the draw where that was another; none beside an offer."""
    now, then, entry = choice.now, choice.then, choice.entry
    if _is_offered(choice):
        return
    if now is not None and now.place is not None:
        yield waitlist_sentence(now.place, now.of)
    elif now is not None:
        yield _(
            "You are on the waiting list. As things stand you could not take a seat here: "
            "another class of yours is in the way."
        )
    if entry is not None and then is not None and then.place is not None and then != now:
        yield _begun(entry, then.place, then.of)
    if now is None and entry is not None and entry.state in ("left", "refused", "lapsed"):
        yield _("You are not on this list any more.")


def _begun(entry: WaitlistEntry, place: int, of: int) -> str:
    if entry.late:
        return _(
            "When you joined you were %(ordinal)s of %(of)d on the waiting list.",
            ordinal=ordinal(place),
            of=of,
        )
    return _(
        "At the draw you were %(ordinal)s of %(of)d on the waiting list.",
        ordinal=ordinal(place),
        of=of,
    )
