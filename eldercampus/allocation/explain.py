"""What a page tells a person about a stored result: facts, never a sentence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from eldercampus.allocation import lottery

Part = Literal["level", "group", "distance", "lottery"]
_PARTS: tuple[Part, ...] = ("level", "group", "distance", "lottery")
_SHORT = 4


def decided_by(own_key: Sequence[int | str], cutoff_key: Sequence[int | str]) -> Part:
    """The first part in which two keys (level, group, distance, lottery) of a result differ."""
    for part, own, cutoff in zip(_PARTS, own_key, cutoff_key, strict=True):
        if own != cutoff:
            return part
    return "lottery"


def short_number(number: str, beside: str = "") -> str:
    """The first 4 hex digits of a draw number; more where `beside` would look the same."""
    length = _SHORT
    while length < len(number) and number != beside and number[:length] == beside[:length]:
        length += 1
    return number[:length]


def line_position(seated: int, place: int) -> int:
    """Where somebody stands among all who applied for a class: those with a seat come first.

    `place` is theirs on the waiting list, from 1 on. Raises ValueError if it is less.
    """
    if place < 1:
        raise ValueError(f"no place {place} on a waiting list")
    return seated + place


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
