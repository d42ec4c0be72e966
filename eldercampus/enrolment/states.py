"""Which step leads from which state to which; anything else is refused (design.md §2)."""

from typing import Final

from eldercampus.errors import IllegalTransition

Steps = dict[str, dict[str, str]]  # step → {state before: state after}

_BEFORE_PUBLISHING = ("draft", "open", "closed", "frozen", "drawn")
ROUND_STATES = (*_BEFORE_PUBLISHING, "published", "cancelled")
GATHERING = ("open", "closed")  # applications can still change; dry runs make sense
FIXED = ("frozen", "drawn")  # the file counts on the term's free seats
PLACEMENT_STATES = (
    *("awaiting", "confirmed", "declined", "lapsed"),
    *("withdrawn", "transferred", "removed", "completed"),
)
ENTRY_STATES = ("waiting", "dormant", "left", "refused", "lapsed", "placed", "closed")

ROUND: Final[Steps] = {
    "open": {"draft": "open"},
    "close": {"open": "closed"},
    "freeze": {"closed": "frozen"},
    "draw": {"frozen": "drawn"},
    "publish": {"drawn": "published"},
    "cancel": dict.fromkeys(_BEFORE_PUBLISHING, "cancelled"),
}

APPLICATION: Final[Steps] = {
    "submit": {"draft": "submitted", "submitted": "submitted", "withdrawn": "submitted"},
    "withdraw": {"submitted": "withdrawn"},
}

PLACEMENT: Final[Steps] = {
    "confirm": {"awaiting": "confirmed"},
    "decline": {"awaiting": "declined"},
    "lapse": {"awaiting": "lapsed"},
    "withdraw": {"confirmed": "withdrawn"},
    "transfer": {"confirmed": "transferred"},
    "remove": {"confirmed": "removed", "awaiting": "removed"},
    "complete": {"confirmed": "completed"},
}

OFFER: Final[Steps] = {
    "accept": {"live": "accepted"},
    "decline": {"live": "declined"},
    "lapse": {"live": "lapsed"},
    "revoke": {"live": "revoked"},
    "extend": {"live": "live"},
}


def after(steps: Steps, what: str, state: str, step: str) -> str:
    """The state that `step` leads to from `state`; raises IllegalTransition where there is none."""
    try:
        return steps[step][state]
    except KeyError:
        raise IllegalTransition(what, state, step) from None
