"""What the round's page for staff says of the public value while the list is fixed."""

from dataclasses import dataclass
from datetime import date, datetime

from eldercampus.enrolment.beacon import is_doubted
from eldercampus.enrolment.ceremony import (
    is_beacon_late,
    is_void,
    last_day_of_beacon,
    spare_counts_from,
)
from eldercampus.enrolment.models import Round


@dataclass(frozen=True)
class BeaconBoard:
    """confirming: somebody else has written a value, the reader may write it too; may_type: the
    moment of its announcement has come; doubted: a second person wrote another one; last_day: after
    it the spare counts."""

    confirming: bool
    may_type: bool
    doubted: bool
    is_late: bool
    spare_counts: bool
    is_void: bool
    last_day: date


def build_beacon_board(round_: Round, now: datetime, account_id: int | None) -> BeaconBoard:
    typed_by = round_.beacon_typed_by_id
    return BeaconBoard(
        confirming=typed_by is not None and typed_by != account_id,
        may_type=now >= round_.draws_at,
        doubted=is_doubted(round_) if typed_by is not None else False,
        is_late=is_beacon_late(round_, now),
        spare_counts=now >= spare_counts_from(round_),
        is_void=is_void(round_, now),
        last_day=last_day_of_beacon(round_),
    )
