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
    """A community, or (community_id None) the small ones together."""

    community_id: int | None
    communities: int
    applied: int
    placed: int
    unmet: int

    def is_small(self) -> bool:
        return any(0 < count < LEAST_CELL for count in (self.applied, self.placed, self.unmet))


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


def review_communities(people: Sequence[PersonRow]) -> list[CommunityRow]:
    """Most unmet people first; small rows are joined, so that no difference gives them away."""
    rows: dict[int, CommunityRow] = {}
    for person in people:
        row = rows.get(person.community_id, CommunityRow(person.community_id, 1, 0, 0, 0))
        rows[person.community_id] = _join(row, _one(person), person.community_id)
    ordered = sorted(rows.values(), key=lambda row: (-row.unmet, -row.applied, row.community_id))
    return _join_small(ordered)


def _one(person: PersonRow) -> CommunityRow:
    held = 1 if person.seats else 0
    return CommunityRow(None, 0, 1, held, 1 - held)


def _join(a: CommunityRow, b: CommunityRow, community_id: int | None) -> CommunityRow:
    return CommunityRow(
        community_id,
        a.communities + b.communities,
        a.applied + b.applied,
        a.placed + b.placed,
        a.unmet + b.unmet,
    )


def _join_small(rows: list[CommunityRow]) -> list[CommunityRow]:
    """Joins every small row, and then the smallest others until the joined row is no small one.

    One small community alone could be worked out from the total: it gets company.
    """
    kept = [row for row in rows if not row.is_small()]
    joined: CommunityRow | None = None
    for row in rows:
        if row.is_small():
            joined = row if joined is None else _join(joined, row, None)
    if joined is None:
        return kept
    while kept and (joined.is_small() or joined.communities < 2):
        joined = _join(joined, kept.pop(), None)
    return [*kept, replace(joined, community_id=None)]


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
