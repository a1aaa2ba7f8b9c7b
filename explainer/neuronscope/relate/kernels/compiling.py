"""How kernels are compiled: functions in, compiled ones out, kept on disk for the next process.

numba looks for changes only in the file that a function stands in, so a kernel calls functions of its own file only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile ``function`` when it is first called; it lets go of Python's lock."""
    compiled: F = njit(nogil=True, cache=True, boundscheck=False)(function)
    return compiled


def reordering_kernel(function: F) -> F:
    """The same, whose sums are added up in an order that suits the processor: fixed, but not from left to right."""
    compiled: F = njit(nogil=True, cache=True, boundscheck=False, fastmath={"reassoc", "contract"})(function)
    return compiled
