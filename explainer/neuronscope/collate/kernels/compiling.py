"""How kernels are compiled: functions in, compiled ones out, kept on disk for the next process.

numba looks for a change only in the file that a function stands in. A kernel that calls those of other files would be
kept when they change, so all kernels are kept or given up together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])

_FOLDER = Path(__file__).parent
_CONSTANTS = ("finebins.py", "options.py")  # what kernels take from the folder above


def kernel(function: F) -> F:
    """Compile ``function`` when it is first called; it lets go of Python's lock."""
    return _kept(njit(nogil=True, cache=True, boundscheck=False)(function))


def fused_kernel(function: F) -> F:
    """The same, with a product and a sum in one step, whose rounding differs."""
    return _kept(njit(nogil=True, cache=True, boundscheck=False, fastmath={"contract"})(function))


def inlined(function: F) -> F:
    """A part of the kernels that call it."""
    return njit(nogil=True, boundscheck=False, inline="always")(function)


def _kept(compiled: Any) -> Any:
    compiled._cache._cache_file._source_stamp = _stamp()
    return compiled


@cache
def _stamp() -> str:
    sources = [*sorted(_FOLDER.glob("*.py")), *(_FOLDER.parent / name for name in _CONSTANTS)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
