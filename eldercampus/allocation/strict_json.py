"""JSON that hides nothing, and the checks of one value that a round is made of.

What JSON lets pass and a round does not (floats, NaN, endless numbers, a key twice) is kept as
a mark when the file is read, so that the check that meets it can name its place. Each check
returns the value with its type known, or raises RoundFileError with that place.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, Self

from eldercampus.allocation.memory import collector_paused

LARGEST = 2**31 - 1

# Size and marks tell what a file would become in memory before anything is made of it. 130 000
# learners with eight choices, eight campuses and three tags each stay below all of these: about as
# many as the first district has people of sixty and older, whether they apply or not. The worst
# file that does takes 4 s and 800 MB to refuse.
MAX_BYTES = 48 * 2**20
MARKS = (
    ((b"{", b"["), 900_000, "objects and lists"),
    ((b":",), 2_100_000, "keys"),
    ((b",",), 4_500_000, "commas"),
)

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RoundFileError(ValueError):
    """A round that may not be drawn; str() is the one line that says where and why."""

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(place, fault)
        self.place, self.fault = place, fault

    def __str__(self) -> str:
        return f"{self.place or 'file'}: {self.fault}"

    def within(self, place: str) -> Self:
        """The same fault, seen from outside the thing at `place`."""
        dot = "." if self.place and not self.place.startswith("[") else ""
        return type(self)(f"{place}{dot}{self.place}", self.fault)


class _Odd:
    def __init__(self, text: str) -> None:
        self.text = text


class _Twice:
    def __init__(self, key: str) -> None:
        self.key = key


def read(data: bytes) -> object:
    """The JSON value in a file, for `validate`. Raises RoundFileError.

    Everything in a round is ASCII; other letters would only make the text four times as large.
    """
    refuse_too_large(data)
    try:
        with collector_paused():
            return json.loads(
                data.decode("ascii"),
                object_pairs_hook=_pairs,
                parse_int=_whole,
                parse_float=_Odd,
                parse_constant=_Odd,
            )
    except UnicodeDecodeError as error:
        refuse(f"byte {error.start}", "not ASCII, as everything in a round is")
    except json.JSONDecodeError as error:
        refuse(f"line {error.lineno} column {error.colno}", f"not JSON ({error.msg})")
    except RecursionError:
        refuse("", "nested too deeply")


def refuse_too_large(data: bytes) -> None:
    """Raises RoundFileError for a file that `read` would not look into."""
    if len(data) > MAX_BYTES:
        refuse("", f"longer than {MAX_BYTES} bytes")
    for marks, most, words in MARKS:
        if sum(data.count(mark) for mark in marks) > most:
            refuse("", f"more than {most} {words}")


def _pairs(pairs: list[tuple[str, object]]) -> object:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            break
        seen.add(key)
    return _Twice(key)


def _whole(text: str) -> object:
    # A number of a million digits would take minutes to convert.
    return int(text) if len(text) <= 11 else _Odd(text)


def object_at(
    value: object, place: str, required: Sequence[str] = (), optional: Sequence[str] = ()
) -> dict[str, Any]:
    """A dict with these keys; with no keys named, any."""
    if isinstance(value, _Twice):
        refuse(place, f"key {show(value.key)} stands twice")
    if not isinstance(value, dict):
        refuse(place, f"{show(value)} is not an object")
    for key in required:
        if key not in value:
            refuse(f"{place}.{key}" if place else key, "missing")
    if required and len(value) > len(required):
        for key in value:
            if key not in required and key not in optional:
                refuse(place, f"unknown key {show(key)}")
    return value


def each_at(value: object, place: str, check: Callable[[object], object]) -> None:
    """Checks every item of a list; a fault found in one is told with the item's place."""
    for i, item in enumerate(list_at(value, place)):
        try:
            check(item)
        except RoundFileError as fault:
            raise fault.within(f"{place}[{i}]") from None


def list_at(value: object, place: str) -> list[Any]:
    if not isinstance(value, list):
        refuse(place, f"{show(value)} is not a list")
    return value


def whole_at(value: object, place: str, low: int = 0, high: int = LARGEST) -> int:
    # bool is a kind of int in Python, not in a round.
    if type(value) is not int or not low <= value <= high:
        refuse(place, f"{show(value)} is not a whole number from {low} to {high}")
    return value


def id_at(value: object, place: str = "") -> str:
    if not (isinstance(value, str) and _ID.fullmatch(value)):
        refuse(place, f"{show(value)} is not an id of 1 to 64 of A-Z a-z 0-9 . _ -")
    return value


def one_of_at(value: object, place: str, allowed: tuple[str, ...]) -> None:
    if not (isinstance(value, str) and value in allowed):
        refuse(place, f"{show(value)} is not {' or '.join(map(show, allowed))}")


def show(value: object) -> str:
    """A value in one short line of ASCII."""
    if isinstance(value, str):
        return json.dumps(value if len(value) <= 64 else value[:64] + "…")
    if isinstance(value, _Odd):
        return value.text if len(value.text) <= 20 else value.text[:20] + "..."
    if isinstance(value, bool | None):
        return json.dumps(value)
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict | _Twice):
        return "an object"
    return "an endless number" if isinstance(value, int) and abs(value) > 10**12 else str(value)


def refuse(place: str, fault: str) -> NoReturn:
    raise RoundFileError(place, fault)
