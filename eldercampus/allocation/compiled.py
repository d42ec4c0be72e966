"""Numba in one place: it knows no types, the rest of the draw does."""

# mypy: disallow-untyped-calls=false

import logging
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache
from numba.core.serialize import dumps, loads

_Function = TypeVar("_Function", bound=Callable[..., Any])
_log = logging.getLogger(__name__)
_said: set[str] = set()


def compiled(function: _Function) -> _Function:
    """Compiles a function when it is first called, and keeps the result on disk.

    What is kept is thrown away when the file of the function changes, not when another one
    does: functions that call each other stand in one file. It is thrown away as well, and compiled
    once more, when it was damaged. Call each with arrays of one type only, so that it is compiled
    once.
    """
    return _compile(function, inline=False)


def inlined(function: _Function) -> _Function:
    """Like `compiled`, for what is called in the innermost loops: it becomes part of its callers,
    since handing over so many arrays takes longer than what is done with them."""
    return _compile(function, inline=True)


def _compile(function: _Function, *, inline: bool) -> _Function:
    try:
        made = numba.njit(function, cache=True, nogil=True, forceinline=inline)
        made._cache = _Kept(function)
    except RuntimeError:  # no folder to write to: each start compiles again
        made = numba.njit(function, cache=False, nogil=True, forceinline=inline)
    return cast("_Function", made)


class _Kept(FunctionCache):
    """What was compiled, on disk. Nothing that stands there stops a draw, and machine code whose
    fingerprint is not the one it was kept with is never run."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception as error:  # a damaged file may raise anything
            _warn_once("cannot be read", self.cache_path, error)
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _warn_once("cannot be written", self.cache_path, error)

    def _load_overload(self, sig: Any, target_context: Any) -> Any:
        kept = self._cache_file.load(self._index_key(sig, target_context.codegen()))
        if kept is None:
            return None
        fingerprint, code = kept
        if fingerprint != sha256(code).digest():
            raise ValueError("another fingerprint than when it was kept")
        return self._impl.rebuild(target_context, loads(code))

    def _save_overload(self, sig: Any, data: Any) -> None:
        if self._impl.check_cachable(data):
            self._impl.locator.ensure_cache_path()
            code = dumps(self._impl.reduce(data))
            key = self._index_key(sig, data.codegen)
            self._cache_file.save(key, (sha256(code).digest(), code))


def _warn_once(what: str, folder: str, error: Exception) -> None:
    if what not in _said:
        _said.add(what)
        _log.warning("compiled code %s in %s, so it is compiled again: %r", what, folder, error)
