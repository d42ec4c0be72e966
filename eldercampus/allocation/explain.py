"""What a page tells a person about a stored result: facts, never a sentence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from eldercampus.allocation import lottery

Part = Literal["level", "group", "distance", "misses", "lottery"]
_PLAIN: tuple[Part, ...] = ("level", "group", "distance", "lottery")
_WITH_MISSES: tuple[Part, ...] = ("level", "group", "distance", "misses", "lottery")
_SHORT = 4


def parts_of(key: Sequence[int | str]) -> tuple[Part, ...]:
    """What the parts of a key of a result are; one of five has the misses in it."""
    return _WITH_MISSES if len(key) == len(_WITH_MISSES) else _PLAIN


def short_number(number: str, beside: str = "") -> str:
    """The first 4 hex digits of a draw number; more where `beside` would look the same."""
    length = _SHORT
    while length < len(number) and number != beside and number[:length] == beside[:length]:
        length += 1
    return number[:length]


@dataclass(frozen=True)
class DrawNumber:
    """A learner's draw number (64 hex digits), and its place, from 1 on, among `of` numbers."""

    number: str
    place: int
    of: int


def draw_number(seed: str, learner_ids: Collection[str], learner: str) -> DrawNumber | None:
    """For the public look-up by learner id; None if nobody of that id took part."""
    if learner not in learner_ids:
        return None
    own = (lottery.number(seed, learner), learner)
    before = sum((lottery.number(seed, other), other) < own for other in learner_ids)
    return DrawNumber(own[0], before + 1, len(learner_ids))
