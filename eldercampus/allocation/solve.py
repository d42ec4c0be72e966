"""The one door through which a frozen round becomes a result."""

from collections.abc import Callable
from typing import Any

from eldercampus.allocation import lottery, problem

STEPS = 100


def solve(
    frozen: problem.Round, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """The whole result of a round with its seed, but for the facts of the ceremony.

    A pure function of the round. `progress` hears (steps done, steps in all). Raises
    problem.RoundFileError if anything is wrong with the round or the seed is missing.
    """
    # Only who draws loads NumPy and Numba, never a web worker.
    from eldercampus.allocation import arrays, engine, outcome, telling

    def done(step: int) -> None:
        if progress:
            progress(step, STEPS)

    done(0)
    ready = problem.validate(frozen, drawing=True)
    fingerprint = problem.input_sha256(ready)
    done(20)
    numbers = [lottery.number(ready["seed"], learner["id"]) for learner in ready["learners"]]
    market = arrays.market_of(ready, numbers)
    done(40)
    drawn = engine.draw(
        market,
        ready["rules"]["rounds"],
        lambda small, at_first: done(70 - 30 * min(small, at_first) // max(at_first, 1)),
    )
    told = telling.tell(market, drawn.ground, drawn.rounds, drawn.after, drawn.shut)
    done(80)
    result = outcome.Outcome(ready, numbers, market, drawn.ground, told).result(
        fingerprint, drawn.closed
    )
    done(STEPS)
    return result
