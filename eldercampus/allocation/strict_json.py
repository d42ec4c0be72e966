"""JSON that hides nothing, and the checks of one value that a round is made of.

What JSON lets pass and a round does not (floats, NaN, endless numbers, a key twice) is kept as
a mark when the file is read, so that the check that meets it can name its place. Each check
returns the value with its type known, or raises RoundFileError with that place.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn

LARGEST = 2**31 - 1
# Some 150 000 learners with eight choices: more than a district has.
MAX_BYTES = 64 * 1024 * 1024

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RoundFileError(ValueError):
    """A round that may not be drawn; str() is the one line that says where and why."""


class _Odd:
    def __init__(self, text: str) -> None:
        self.text = text


class _Twice:
    def __init__(self, key: str) -> None:
        self.key = key


def read(data: bytes) -> object:
    """The JSON value in a file, for `validate`. Raises RoundFileError."""
    if len(data) > MAX_BYTES:
        refuse("", f"longer than {MAX_BYTES} bytes")
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_pairs,
            parse_int=_whole,
            parse_float=_odd,
            parse_constant=_odd,
        )
    except UnicodeDecodeError as error:
        refuse(f"byte {error.start}", "not UTF-8")
    except json.JSONDecodeError as error:
        refuse(f"line {error.lineno} column {error.colno}", f"not JSON ({error.msg})")
    except RecursionError:
        refuse("", "nested too deeply")


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


def _odd(text: str) -> object:
    return _Odd(text)


def object_at(
    value: object, place: str, required: Iterable[str] = (), optional: Iterable[str] = ()
) -> dict[str, Any]:
    """A dict with these keys; with no keys named, any."""
    if isinstance(value, _Twice):
        refuse(place, f"key {show(value.key)} stands twice")
    if not isinstance(value, dict):
        refuse(place, f"{show(value)} is not an object")
    allowed = {*required, *optional}
    for key in value if allowed else ():
        if key not in allowed:
            refuse(place, f"unknown key {show(key)}")
    for key in required:
        if key not in value:
            refuse(f"{place}.{key}" if place else key, "missing")
    return value


def list_at(value: object, place: str) -> list[Any]:
    if not isinstance(value, list):
        refuse(place, f"{show(value)} is not a list")
    return value


def whole_at(value: object, place: str, low: int = 0, high: int = LARGEST) -> int:
    # bool is a kind of int in Python, not in a round.
    if type(value) is not int or not low <= value <= high:
        refuse(place, f"{show(value)} is not a whole number from {low} to {high}")
    return value


def id_at(value: object, place: str) -> str:
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
    raise RoundFileError(f"{place or 'file'}: {fault}")
