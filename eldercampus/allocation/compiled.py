"""Numba in one place: it knows no types, the rest of the draw does."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Compiles a function when it is first called, and keeps the result on disk.

    What is kept is thrown away when the file of the function changes, not when another one
    does: functions that call each other stand in one file. Call each with arrays of one type
    only, so that it is compiled once.
    """
    return _compile(function, inline=False)


def inlined(function: _Function) -> _Function:
    """Like `compiled`, for what is called in the innermost loops: it becomes part of its callers,
    since handing over so many arrays takes longer than what is done with them."""
    return _compile(function, inline=True)


def _compile(function: _Function, *, inline: bool) -> _Function:
    try:
        made = numba.njit(function, cache=True, nogil=True, forceinline=inline)
    except RuntimeError:  # no folder to write to: each start compiles again
        made = numba.njit(function, cache=False, nogil=True, forceinline=inline)
    return cast("_Function", made)
