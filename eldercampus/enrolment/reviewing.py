"""Before the list is fixed: which classes the draw would close, and whom that would touch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eldercampus.enrolment.run_outcome import Closing, Outcome


@dataclass(frozen=True)
class Touched:
    """A learner who listed a class that would not be held. rank: where on their own list; instead:
    (rank, section) of what they would get, best first, empty for nothing."""

    learner: str
    rank: int
    instead: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class ClassAtRisk:
    """A class that would be closed, and everybody who listed it: first those who would get nothing
    at all, then by where the class stands on their list."""

    closing: Closing
    touched: Sequence[Touched]

    @property
    def empty_handed(self) -> int:
        """Persons who listed it and would get nothing."""
        return sum(1 for one in self.touched if not one.instead)


def classes_at_risk(outcome: Outcome) -> list[ClassAtRisk]:
    """In the order in which the draw closed them.

    Who would have sat in a class is among those who listed it; the others are shown too, because a
    class that is gone moves everybody behind it.
    """
    by_section = _listed(outcome, {closing.section for closing in outcome.closed})
    return [ClassAtRisk(one, by_section.get(one.section, [])) for one in outcome.closed]


def _listed(outcome: Outcome, sections: set[str]) -> Mapping[str, list[Touched]]:
    found: dict[str, list[Touched]] = {section: [] for section in sections}
    for learner, choices in outcome.choices.items():
        concerned = sections.intersection(choices)
        if not concerned:
            continue
        ranks = outcome.ranks(learner)
        instead = list(zip(ranks, outcome.seats.get(learner, ()), strict=True))
        for section in concerned:
            rank = list(choices).index(section) + 1
            found[section].append(Touched(learner, rank, instead))
    for line in found.values():
        line.sort(key=lambda one: (bool(one.instead), one.rank, one.learner))
    return found
