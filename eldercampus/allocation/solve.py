"""The one door through which a frozen round becomes a result."""

from collections.abc import Callable
from typing import Any

from eldercampus.allocation import problem, verify


def solve(
    frozen: problem.Round, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """The whole result of a round with its seed, but for the facts of the ceremony.

    A pure function of the round. `progress` hears (steps done, steps in all). Raises
    problem.RoundFileError if anything is wrong with the round or the seed is missing.
    """
    ready = problem.validate(frozen, drawing=True)
    if progress:
        progress(0, 1)
    result = verify.run(ready)
    if progress:
        progress(1, 1)
    return result
