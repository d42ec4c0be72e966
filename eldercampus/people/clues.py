"""What staff type to find somebody, taken apart: a name, a birth date, a phone, an identity number.

All in one box, in any order, with full-width digits and stray blanks.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_DATE = re.compile(
    r"(1[89][0-9]{2}|20[0-9]{2})[-./年 ]?([0-9]{1,2})[-./月 ]?([0-9]{1,2})日?", re.ASCII
)
_GROUPED = re.compile(r"\+?[0-9]{11,17}[0-9Xx]?", re.ASCII)
_IDENTITY = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_PHONE = re.compile(r"\+?[0-9]{7,15}", re.ASCII)
_SPACED_DATE = re.compile(
    r"(?<![0-9])((?:1[89]|20)[0-9]{2}) ?[年 ] ?([0-9]{1,2}) ?[月 ] ?([0-9]{1,2})(?![0-9])(?: ?日)?",
    re.ASCII,
)
_HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN_GAP = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_NAME_THEN_DIGITS = re.compile(rf"(?<=[{_HAN}])(?=[0-9])")


@dataclass(frozen=True)
class Clues:
    """Empty parts were not typed; phone as typed, names joined by blanks, in their order."""

    names: tuple[str, ...] = ()
    born_on: date | None = None
    phone: str = ""
    id_number: str = ""

    @property
    def name(self) -> str:
        return " ".join(self.names)


def read_clues(text: str) -> Clues:
    """Takes `text` apart; of two dates, phones or numbers the last one counts."""
    names: list[str] = []
    born_on, phone, id_number = None, "", ""
    for word in _words(unicodedata.normalize("NFKC", text)):
        plain = word.replace("-", "").upper()
        if _IDENTITY.fullmatch(plain):
            id_number = plain
        elif (day := _read_date(word)) is not None:
            born_on = day
        elif _PHONE.fullmatch(plain):
            phone = plain
        else:
            names.append(word)
    return Clues(tuple(names), born_on, phone, id_number)


def _words(text: str) -> list[str]:
    """Blanks part words, but not the groups of a phone or identity number; a birth date may stand
    right behind the name, though not inside a date (1952年3月)."""
    whole = re.sub(r"[\s-]", "", text)
    if _GROUPED.fullmatch(whole):
        return [whole]
    joined = _HAN_GAP.sub("", _SPACED_DATE.sub(r"\1-\2-\3", " ".join(text.split())))
    return [part for word in joined.split() for part in _name_and_rest(word)]


def _name_and_rest(word: str) -> list[str]:
    return [word] if _read_date(word) else _NAME_THEN_DIGITS.split(word, maxsplit=1)


def _read_date(word: str) -> date | None:
    match = _DATE.fullmatch(word)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
