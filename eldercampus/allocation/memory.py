"""Millions of small values at once, none of them in a ring."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Python looks for rings among the values it holds ever again while they grow in number: half
    the time of a draw. Memory without rings is given back at once in any case."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
