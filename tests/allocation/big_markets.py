"""Markets of any size made as arrays at once, for measuring the engine alone."""

import numpy as np
from numpy.random import Generator, default_rng

from eldercampus.allocation.arrays import Ints, Market, blocks, offsets, timetables

CHOICES = 8
FREE = 30  # seats of a class
HOURS = 40  # a week's times at which classes meet
DAY, WEEK = 1440, 10080


def big_market(learners: int, seed: int = 1, minimum: int = 15, seats_each: float = 1.6) -> Market:
    """Learners with eight choices of different popularity, who want one to three seats.

    One class in five has reserved seats, of two kinds, one of them kept; some learners hold a
    seat; classes meet at one of 40 hours. `minimum`: of each class that may be closed, 0 for
    no closings. `seats_each`: seats for each learner.
    """
    rng = default_rng(seed)
    sections = max(int(learners * seats_each / FREE), CHOICES * 2)
    chosen = _choices(rng, learners, sections)
    held = rng.integers(0, sections, learners // 20, np.int32)
    minimums = np.full(sections, minimum)
    minimums[held] = 0
    laid = blocks(
        [(FREE, _reserves(i), i % 2 == 0) for i in range(sections)],
        np.bincount(chosen, minlength=sections).tolist(),
    )
    return Market(
        first=np.arange(0, len(chosen) + 1, CHOICES, dtype=np.int32),
        wants=rng.choice(np.array([1, 2, 3], np.uint8), learners, p=[0.5, 0.35, 0.15]),
        rank=rng.permutation(learners).astype(np.int32),
        misses=np.zeros(learners, np.uint8),
        held_first=_one_for_the_first(learners, len(held)),
        held=held,
        tags_first=_one_for_the_first(learners, learners // 8),
        tags=rng.integers(0, 2, learners // 8, np.int32),
        section=chosen,
        group=rng.choice(np.array([1, 2, 3], np.uint8), len(chosen), p=[0.1, 0.85, 0.05]),
        distance=rng.integers(0, 5, len(chosen), np.int32),
        minimum=minimums,
        course=rng.integers(0, sections // 3 + 1, sections, np.int32),
        **timetables([_weekly(i % HOURS) for i in range(sections)]),
        **{f"block_{name}": array for name, array in laid._asdict().items()},
    )


def _choices(rng: Generator, learners: int, sections: int) -> Ints:
    """Eight different sections for each, the first ones by number more often than the last."""
    steps = 1 + (rng.random((learners, CHOICES)) ** 1.5 * (sections // CHOICES - 1)).astype(
        np.int32
    )
    # Rising numbers are all different; the order on the list is by chance.
    rising = np.cumsum(steps, axis=1, dtype=np.int32) - 1
    return np.ascontiguousarray(rng.permuted(rising, axis=1).ravel())


def _one_for_the_first(learners: int, some: int) -> Ints:
    return offsets((np.arange(learners) < some).tolist())


def _reserves(section: int) -> list[tuple[int, int, bool]]:
    return [(0, 4, True), (1, 2, False)] if section % 5 == 0 else []


def _weekly(hour: int) -> list[tuple[int, int]]:
    start = hour // 8 * DAY + hour % 8 * 60 + 480
    return [(start + week * WEEK, start + week * WEEK + 90) for week in range(16)]
