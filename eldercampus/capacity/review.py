"""A round seen from a town office: who applied, who got a seat, how far, and what is missing.

Everything is an aggregate. A cell of one to four people is never given: such communities are joined
into one row, such counts are None.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median

LEAST_CELL = 5
NEAR_M = 3000


@dataclass(frozen=True)
class PersonRow:
    """One applicant: where they live and the campus codes of the seats they hold."""

    community_id: int
    seats: tuple[str, ...]


@dataclass(frozen=True)
class Residents:
    """People of an area. unmet: applied and hold nothing. Distances in metres, one for each seat.

    A count that would tell about one to four people is None.
    """

    applied: int | None
    placed: int | None
    unmet: int | None
    median_m: int | None
    mean_m: int | None
    near_share: float | None  # of the seats, those at most NEAR_M from the holder's community


@dataclass(frozen=True)
class CommunityRow:
    """A community, or (community_id None) the small ones together.

    Where even these are few, placed and unmet are None, and applied too if it is small.
    """

    community_id: int | None
    communities: int
    applied: int | None
    placed: int | None
    unmet: int | None


@dataclass(frozen=True)
class CampusRow:
    """Seats and people of a campus; from_here and from_elsewhere are None where one is small."""

    campus_id: int
    seats: int
    taken: int
    from_here: int | None
    from_elsewhere: int | None
    waiting: int | None


def shown(count: int) -> int | None:
    """The count, or None where it would tell about one to four people."""
    return None if 0 < count < LEAST_CELL else count


def review_residents(
    people: Sequence[PersonRow], metres: Mapping[int, Mapping[str, int]]
) -> Residents:
    """metres: by community id and campus code; communities without a point are left out."""
    placed = [person for person in people if person.seats]
    far = [
        metres[person.community_id][campus]
        for person in placed
        if person.community_id in metres
        for campus in person.seats
    ]
    enough = len(far) >= LEAST_CELL
    unmet = len(people) - len(placed)
    small = shown(len(placed)) is None or shown(unmet) is None
    return Residents(
        applied=shown(len(people)),
        placed=None if small else len(placed),
        unmet=None if small else unmet,
        median_m=round(median(far)) if enough else None,
        mean_m=round(fmean(far)) if enough else None,
        near_share=sum(m <= NEAR_M for m in far) / len(far) if enough else None,
    )


@dataclass(frozen=True)
class _Tally:
    """True counts; never leaves this module."""

    community_id: int
    communities: int = 1
    applied: int = 0
    placed: int = 0

    @property
    def unmet(self) -> int:
        return self.applied - self.placed

    def is_small(self) -> bool:
        return any(shown(count) is None for count in (self.applied, self.placed, self.unmet))

    def with_(self, other: "_Tally") -> "_Tally":
        return replace(
            self,
            communities=self.communities + other.communities,
            applied=self.applied + other.applied,
            placed=self.placed + other.placed,
        )


def review_communities(people: Sequence[PersonRow]) -> list[CommunityRow]:
    """Most unmet people first; small rows are joined, so that no difference gives them away."""
    tallies: dict[int, _Tally] = {}
    for person in people:
        tally = tallies.get(person.community_id, _Tally(person.community_id))
        tallies[person.community_id] = replace(
            tally, applied=tally.applied + 1, placed=tally.placed + bool(person.seats)
        )
    ordered = sorted(tallies.values(), key=lambda one: (-one.unmet, -one.applied, one.community_id))
    kept, joined = _join_small(ordered)
    rows = [CommunityRow(one.community_id, 1, one.applied, one.placed, one.unmet) for one in kept]
    return [*rows, _together(joined)] if joined else rows


def _join_small(tallies: list[_Tally]) -> tuple[list[_Tally], _Tally | None]:
    """Joins every small one, and then the smallest others until the joined one is not small.

    One small community alone could be worked out from the total: it gets company.
    """
    kept = [tally for tally in tallies if not tally.is_small()]
    joined: _Tally | None = None
    for tally in tallies:
        if tally.is_small():
            joined = joined.with_(tally) if joined else tally
    while joined and kept and (joined.is_small() or joined.communities < 2):
        joined = joined.with_(kept.pop())
    return kept, joined


def _together(joined: _Tally) -> CommunityRow:
    small = joined.is_small()
    return CommunityRow(
        None,
        joined.communities,
        shown(joined.applied),
        None if small else joined.placed,
        None if small else joined.unmet,
    )


def review_campus(
    campus_id: int, seats: int, from_here: int, from_elsewhere: int, waiting: int
) -> CampusRow:
    """taken is the sum; where one part is too small, the other is left out as well."""
    small = shown(from_here) is None or shown(from_elsewhere) is None
    return CampusRow(
        campus_id=campus_id,
        seats=seats,
        taken=from_here + from_elsewhere,
        from_here=None if small else from_here,
        from_elsewhere=None if small else from_elsewhere,
        waiting=shown(waiting),
    )
