"""Rows of token ids in, out which of them never came before: 16 bytes are kept of each row, whatever its length."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

# A chance match of two 128-bit digests among 10^9 rows has odds of 10^-21.
_BYTES = 16
_DTYPE = np.dtype(f"S{_BYTES}")


class SeenRows:
    """Digests of all rows so far, as sorted runs; a run is merged with the one before it once it is as long.

    So there are few runs (the logarithm of the number of rows), and a row is moved as rarely.
    """

    def __init__(self) -> None:
        self._runs: list[NDArray[np.bytes_]] = []

    def first_seen(self, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which of ``rows`` [row, token] are neither in an earlier call nor further up; they are seen from now on."""
        unique, first = np.unique(_digests(rows), return_index=True)
        new = np.ones(len(unique), dtype=np.bool_)
        for run in self._runs:
            new &= ~_contained(unique, run)
        self._add(unique[new])
        found = np.zeros(len(rows), dtype=np.bool_)
        found[first[new]] = True
        return found

    def _add(self, run: NDArray[np.bytes_]) -> None:
        while self._runs and len(self._runs[-1]) <= len(run):
            run = np.concatenate([self._runs.pop(), run])
            run.sort(kind="stable")  # merges two sorted halves in one pass
        if len(run):
            self._runs.append(run)


def _digests(rows: NDArray[np.int32]) -> NDArray[np.bytes_]:
    rows = np.ascontiguousarray(rows)
    joined = b"".join(hashlib.blake2b(row, digest_size=_BYTES).digest() for row in rows)
    return np.frombuffer(joined, dtype=_DTYPE)


def _contained(values: NDArray[np.bytes_], run: NDArray[np.bytes_]) -> NDArray[np.bool_]:
    places = np.searchsorted(run, values)
    found: NDArray[np.bool_] = run[np.minimum(places, len(run) - 1)] == values
    return found
