"""The one door through which a frozen round becomes a result."""

from collections.abc import Callable
from typing import Any

from eldercampus.allocation import lottery, problem
from eldercampus.allocation.memory import collector_paused

STEPS = 100
_CHECKED, _NUMBERED, _DRAWN_ONCE, _DRAWN = 25, 40, 45, 60


def solve(
    frozen: problem.Round, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """The whole result of a round with its seed, but for the facts of the ceremony.

    A pure function of the round. `progress` hears (steps done, steps in all) when the round
    is checked, when the numbers are drawn, after each time that the seats were given and a class
    was still too small, and when everything is told. Raises problem.RoundFileError if anything
    is wrong with the round or the seed is missing.
    """

    def done(step: int) -> None:
        if progress:
            progress(step, STEPS)

    done(0)
    with collector_paused():
        ready = problem.validate(frozen, drawing=True)
        done(_CHECKED)
        result = _draw(ready, done)
    done(STEPS)
    return result


def _draw(ready: problem.Round, done: Callable[[int], None]) -> dict[str, Any]:
    # Only who draws loads NumPy and Numba, never a web worker.
    from eldercampus.allocation import arrays, engine, outcome, telling

    numbers = lottery.numbers(ready["seed"], [learner["id"] for learner in ready["learners"]])
    market = arrays.market_of(ready, numbers)
    done(_NUMBERED)
    drawn = engine.draw(
        market,
        ready["rules"]["rounds"],
        lambda small, at_first: done(_drawn(small, at_first)),
    )
    told = telling.tell(market, drawn)
    done(_DRAWN)
    named = outcome.Outcome(ready, numbers, market, drawn, told)
    return named.result(problem.input_sha256(ready))


def _drawn(small: int, at_first: int) -> int:
    """Steps done when so many classes are still too small, of so many the first time."""
    left = min(small, at_first) / max(at_first, 1)
    return _DRAWN_ONCE + int((1 - left) * (_DRAWN - _DRAWN_ONCE))
