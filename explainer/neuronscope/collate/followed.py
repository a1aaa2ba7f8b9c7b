"""Tokens whose mean activations are taken: a corpus in; a column for each such token, and their places, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

_ROWS = 65536  # sequences that are counted at a time


@dataclass(frozen=True)
class Followed:
    """Tokens that occur at least ``minimum`` times at counted positions of the corpus; a column each."""

    ids: NDArray[np.int32]  # [column], ascending
    counts: NDArray[np.int64]  # [column]
    minimum: int
    columns: NDArray[np.int32]  # [token id]: its column, or -1


@dataclass(frozen=True)
class ByRow:
    """Counted positions of some sequences by the row that they are added to: to ``rows[i]`` those of ``order`` from
    ``starts[i]`` to ``starts[i + 1]``."""

    order: NDArray[np.int32]  # sequence * counted positions + position, ascending within a row
    starts: NDArray[np.int32]  # [row + 1]
    rows: NDArray[np.int32]  # [row], ascending; only those that something is added to


@dataclass(frozen=True)
class Places:
    """Of some sequences of one shard, the rows of a table of the shard's own that their activations are added to."""

    columns: NDArray[np.int32]  # [row], ascending: the column that a row of the shard's table is of
    rows: NDArray[np.int32]  # [sequence, counted position], or -1

    @cached_property
    def by_row(self) -> ByRow:
        """The same, row by row."""
        flat = self.rows.reshape(-1)
        order = np.argsort(flat, kind="stable").astype(np.int32)
        order = order[np.searchsorted(flat[order], 0) :]
        rows, starts = np.unique(flat[order], return_index=True)
        return ByRow(order, np.append(starts, len(order)).astype(np.int32), rows)


def follow(ids: NDArray[np.int32], prefix: Sequence[int], counted: int, *, minimum: int, room: int | None) -> Followed:
    """Count tokens, and take those that occur often enough.

    :param ids: int32 [sequence, position], without ``prefix``, which stands before each of them.
    :param counted: the first counted position, the prefix included.
    :param room: how many at most: where there are more, ``minimum`` is raised; None for any number.
    """
    vocabulary = 1 + max(int(ids.max(initial=0)), *prefix, 0)
    counts = np.zeros(vocabulary, np.int64)
    for first in range(0, len(ids), _ROWS):
        part = ids[first : first + _ROWS, max(0, counted - len(prefix)) :]
        counts += np.bincount(part.reshape(-1), minlength=vocabulary)
    for token in prefix[counted:]:
        counts[token] += len(ids)
    if room is not None:
        minimum = max(minimum, _smallest(counts, room))
    taken = np.flatnonzero(counts >= max(1, minimum))
    columns = np.full(vocabulary, -1, np.int32)
    columns[taken] = np.arange(len(taken))
    return Followed(taken.astype(np.int32), counts[taken], minimum, columns)


def places(followed: Followed, tokens: NDArray[np.int64]) -> Places:
    """Where the tokens of a shard go, int64 [sequence, counted position]."""
    columns = followed.columns[tokens]
    taken = np.unique(columns)
    taken = taken[taken >= 0]
    rows = np.searchsorted(taken, columns).astype(np.int32)
    return Places(taken, np.where(columns < 0, np.int32(-1), rows))


def _smallest(counts: NDArray[np.int64], room: int) -> int:
    """The smallest minimum that at most ``room`` tokens reach."""
    if np.count_nonzero(counts) <= room:
        return 0
    return 1 + int(np.sort(counts)[::-1][room])
