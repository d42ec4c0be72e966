"""What a decision changes: two dry runs of one round beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from eldercampus.enrolment.run_outcome import Outcome

Got = Sequence[tuple[int, str]]
"""(rank, section) of the seats that a learner got, best first."""


@dataclass(frozen=True)
class Change:
    """A learner for whom something else came out."""

    learner: str
    before: Got
    after: Got


@dataclass(frozen=True)
class Comparison:
    """Sections opened or closed are those held in one run only, appeared and gone those that stand
    in one file only; came and left are learners who stand in one file only. same_numbers: both drew
    the same draw numbers, so that no difference is chance."""

    opened: Sequence[str]
    closed: Sequence[str]
    appeared: Sequence[str]
    gone: Sequence[str]
    gaining: Sequence[Change]
    losing: Sequence[Change]
    elsewhere: Sequence[Change]
    unchanged: int
    came: int
    left: int
    same_numbers: bool


def compare(before: Outcome, after: Outcome) -> Comparison:
    """Who would do better and who worse.

    For each learner in both files the seats got are counted first: more seats is better. With as
    many, the ranks they had on the learner's own list in that run are compared, best first: at the
    first place where they differ the smaller rank is better. With the same ranks the learner stands
    under elsewhere if the classes are others (two were merged), and is unchanged otherwise.
    """
    both = before.choices.keys() & after.choices.keys()
    lots: dict[int, list[Change]] = {1: [], -1: [], 0: []}
    unchanged = 0
    for learner in sorted(both):
        change = Change(learner, _got(before, learner), _got(after, learner))
        verdict = _verdict(change)
        if verdict == 0 and change.before == change.after:
            unchanged += 1
        else:
            lots[verdict].append(change)
    shut_before = {closing.section for closing in before.closed}
    shut_after = {closing.section for closing in after.closed}
    return Comparison(
        opened=sorted(shut_before & (after.sections - shut_after)),
        closed=sorted(shut_after & (before.sections - shut_before)),
        appeared=sorted(after.sections - before.sections),
        gone=sorted(before.sections - after.sections),
        gaining=lots[1],
        losing=lots[-1],
        elsewhere=lots[0],
        unchanged=unchanged,
        came=len(after.choices.keys() - both),
        left=len(before.choices.keys() - both),
        same_numbers=before.seed == after.seed,
    )


def _got(outcome: Outcome, learner: str) -> list[tuple[int, str]]:
    return list(zip(outcome.ranks(learner), outcome.seats.get(learner, ()), strict=True))


def _verdict(change: Change) -> int:
    """1: better, -1: worse, 0: neither."""
    before, after = _worth(change.before), _worth(change.after)
    return (after > before) - (after < before)


def _worth(got: Got) -> tuple[int, list[int]]:
    """Larger is better: the number of seats, then their ranks."""
    return len(got), [-rank for rank, _section in got]
