"""How a public value is written: as its example is, so that two ways of writing one value are not
two draws.

"01 02 03 + 04" means: two digits, a blank, and so on. A small letter stands for any small letter, a
capital for any capital, every other sign for itself. A run of sixteen or more of 0-9 and a-f with
both in it is a number to the base of sixteen, as random beacons print it, and stands for as many of
these.
"""

import re
import unicodedata

from eldercampus.errors import DomainError

_RUN = re.compile(r"(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{16,}")


def as_written(value: str, example: str) -> str:
    """The value as it counts: full-width signs made ordinary ones, no blanks at the ends.

    Raises beacon_missing, beacon_form_differs (example). Without an example, which rounds fixed
    before examples were asked for do not have, any form goes.
    """
    written, shown = _plain(value), _plain(example)
    if not written:
        raise DomainError("beacon_missing")
    if shown and not re.fullmatch(_pattern(shown), written):
        raise DomainError("beacon_form_differs", example=shown)
    return written


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _pattern(example: str) -> str:
    parts, end = [], 0
    for run in _RUN.finditer(example):
        parts += [_sign(sign) for sign in example[end : run.start()]]
        parts.append(f"[0-9a-f]{{{len(run[0])}}}")
        end = run.end()
    return "".join([*parts, *(_sign(sign) for sign in example[end:])])


def _sign(sign: str) -> str:
    for span in ("0-9", "a-z", "A-Z"):
        if span[0] <= sign <= span[-1]:
            return f"[{span}]"
    return re.escape(sign)
