"""How often a receipt number may be tried, with a birth date, by whichever door."""

from datetime import datetime, timedelta

from eldercampus.people.throttling import count_try

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
MOST_OF_ALL = 40_000
"""An hour, from everywhere: hundreds of addresses must not shut out those who need the number."""


def may_try_receipt(receipt: str, address: str, now: datetime) -> bool:
    """Counts one try; address: where the asker sits. Few a day for one number: a birth date could
    be guessed."""
    caps = (
        count_try("receipt", receipt or address, most=10, window=_HOUR, now=now),
        count_try("receipt", receipt or address, most=20, window=_DAY, now=now),
        count_try("receipt_from", address, most=60, window=_HOUR, now=now),
        count_try("receipt_all", "", most=MOST_OF_ALL, window=_HOUR, now=now),
    )
    return all(caps)
