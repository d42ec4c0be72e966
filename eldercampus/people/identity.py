"""Resident identity numbers (GB 11643-1999) and how they and phones are shown.

Eighteen signs: six for the county of the first entry, eight for the birth date, three for the order
(odd: male), and a check digit by ISO 7064 MOD 11-2. The county is not judged: many of the elders'
counties have been renamed or merged.
"""

import re
from dataclasses import dataclass
from datetime import date

from eldercampus.errors import DomainError

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]", re.ASCII)
_CHECKS = "10X98765432"


@dataclass(frozen=True)
class Identity:
    """A number that is right in itself. sex: "f" or "m"."""

    number: str
    born_on: date
    sex: str


def check_digit(seventeen: str) -> str:
    """The eighteenth sign that belongs to the first seventeen digits."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(seventeen))
    return _CHECKS[total % 11]


def read_identity(number: str) -> Identity:
    """Reads a tidied number (ASCII, upper-case X, no blanks).

    Raises identity_length, identity_signs, identity_birth_date or identity_check_digit.
    """
    if len(number) != 18:
        raise DomainError("identity_length", length=len(number))
    if not _SHAPE.fullmatch(number):
        raise DomainError("identity_signs")
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise DomainError("identity_birth_date") from None
    if check_digit(number[:17]) != number[17]:
        raise DomainError("identity_check_digit")
    return Identity(number, born_on, "m" if int(number[16]) % 2 else "f")


def masked_identity(number: str) -> str:
    """3302**********123X: the county's beginning and the last four signs."""
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if len(number) > 8 else "****"


def masked_phone(number: str) -> str:
    """+8613812345678 → 138****5678, +8657488880021 → 0574-****0021, others keep their last four."""
    national = number.removeprefix("+86")
    if number.startswith("+861") and len(national) == 11:
        return f"{national[:3]}****{national[-4:]}"
    if number.startswith("+86") and len(national) > 8:
        return f"0{national[:-8]}-****{national[-4:]}"
    return f"****{number[-4:]}"


def masked_mailbox(address: str) -> str:
    """wang@example.com → w***@example.com."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}***@{host}"


def masked_letterbox(target: str) -> str:
    """Of an address or a mailbox, enough to know one's own again: 东钱***, w***@example.com."""
    return masked_mailbox(target) if "@" in target else f"{target[:2]}***"
