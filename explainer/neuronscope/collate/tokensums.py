"""Sums of one layer's activations by token: shards in, in index order; every unit's strongest tokens out.

A shard's sums are made in memory, in a table of the tokens that occur in it, and then added to those of all shards,
which lie on disk and are mapped: float32 [block of units, column, lane].
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.bits import Bits
from neuronscope.collate.followed import Followed, Places
from neuronscope.collate.nonzeros import Nonzeros
from neuronscope.dataset.newfile import disk

FOLDER = "tokens"
LANES = 32  # as the kernels have them

Table = NDArray[np.float32]  # [block, row, lane]
# (sequences, recorded positions), int32 [pair] each -> token ids
TokensAt = Callable[[NDArray[np.int32], NDArray[np.int32]], NDArray[np.int64]]


@dataclass(frozen=True)
class TokenMeans:
    """Of some units the tokens with the highest mean activation, highest first; only means above 0."""

    columns: NDArray[np.int32]  # [unit, place], -1 where there are no more
    means: NDArray[np.float64]  # [unit, place]


@dataclass(frozen=True)
class ShardSums:
    """What one shard adds."""

    columns: NDArray[np.int32]  # [row]
    sums: Table


def sums_bytes(units: int, columns: int) -> int:
    """What the sums of a layer take on disk."""
    return _blocks(units) * columns * LANES * 4


def open_sums(folder: Path, layer: int, units: int, columns: int) -> Table:
    """The sums of all shards, made and 0 where they are not there yet; writable.

    :raises StorageFailed: the disk has no room for them.
    """
    shape = (_blocks(units), columns, LANES)
    path = folder / FOLDER / f"{layer}.bin"
    if not columns:
        return np.zeros(shape, np.float32)
    with disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # sums of a run that was cut off are those of its last checkpoint
        with path.open("ab") as file:
            os.posix_fallocate(file.fileno(), 0, math.prod(shape) * 4)
        return np.memmap(path, dtype=np.float32, mode="r+", shape=shape)


class ShardTable:
    """Room for the sums of one shard after the other: memory that is touched for the first time is dear."""

    def __init__(self, units: int) -> None:
        self._blocks = _blocks(units)
        self._room = np.empty(0, np.float32)

    def cleared(self, rows: int) -> Table:
        """Zeros."""
        size = self._blocks * rows * LANES
        if size > len(self._room):
            self._room = np.empty(size + size // 8, np.float32)
        table = self._room[:size].reshape(self._blocks, rows, LANES)
        table[:] = 0
        return table


class TokenTally:
    """Sums of one shard, batch after batch; the first batch says which tokens there are."""

    def __init__(self, table: ShardTable) -> None:
        self._table = table
        self._columns: NDArray[np.int32] | None = None
        self._sums = np.empty((0, 0, LANES), np.float32)

    def begin(self, places: Places) -> Table:
        """Where activations are added."""
        if self._columns is None:
            self._columns, self._sums = places.columns, self._table.cleared(len(places.columns))
        return self._sums

    def add(self, rows: NDArray[np.int32], sums: NDArray[np.float32]) -> None:
        """Add sums that were made elsewhere: float32 [row, unit]; no row stands twice."""
        blocks, units = len(self._sums), sums.shape[1]
        whole = np.zeros((len(rows), blocks * LANES), np.float32)
        whole[:, :units] = sums
        self._sums[:, rows] += whole.reshape(len(rows), blocks, LANES).transpose(1, 0, 2)

    def close(self) -> ShardSums | None:
        """What was seen; None where no token is followed. It is overwritten by the next shard."""
        return None if self._columns is None else ShardSums(self._columns, self._sums)


def merge(total: Table, seen: ShardSums) -> None:
    """Add one shard's sums to those of all shards before it."""
    from neuronscope.collate.kernels.bytoken import add_rows

    add_rows(seen.sums, seen.columns, total)


def strongest(total: Table, units: NDArray[np.int64], followed: Followed, many: int) -> TokenMeans:
    """The ``many`` tokens with the highest means of each unit; equal means by token id."""
    from neuronscope.collate.kernels.bytoken import highest_means

    shape = (len(total) * LANES, many)
    columns, means = np.full(shape, -1, np.int32), np.zeros(shape)
    highest_means(total, followed.counts, columns, means)
    return TokenMeans(columns[units], means[units])


def strongest_sparse(
    counted: Nonzeros, units: NDArray[np.int64], followed: Followed, many: int, tokens_at: TokensAt
) -> TokenMeans:
    """The same from all non-zeros of ``units`` at counted positions, by unit."""
    columns = followed.columns[tokens_at(counted.sequence, counted.position)]
    there = columns >= 0
    row = np.searchsorted(units, counted.unit[there])
    pairs, places = np.unique(row * len(followed.ids) + columns[there], return_inverse=True)
    row, column = np.divmod(pairs, max(1, len(followed.ids)))
    means = np.bincount(places, counted.value[there], len(pairs)) / followed.counts[column]
    best = np.lexsort((column, -means, row))
    place = np.arange(len(best)) - np.searchsorted(row[best], row[best])
    best, place = best[(place < many) & (means[best] > 0)], place[(place < many) & (means[best] > 0)]
    found = TokenMeans(np.full((len(units), many), -1, np.int32), np.zeros((len(units), many)))
    found.columns[row[best], place] = column[best]
    found.means[row[best], place] = means[best]
    return found


def sums_on_device(values: Any, places: Places) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Sums of ``values``, a tensor [sequence, counted position, unit] on any device, by row of the shard's table.

    :returns: rows, ascending, and float32 [row, unit].
    """
    import torch

    flat = places.rows.reshape(-1)
    order = np.argsort(flat, kind="stable")
    order = order[flat[order] >= 0]
    rows, lengths = np.unique(flat[order], return_counts=True)
    if not len(rows):
        return rows, np.empty((0, values.shape[2]), np.float32)
    picked = values.flatten(0, 1)[torch.from_numpy(order).to(values.device)].float()
    sums = torch.segment_reduce(picked, "sum", lengths=torch.from_numpy(lengths).to(values.device), axis=0)
    return rows, sums.cpu().numpy()


def no_places(bits: Bits, counted: int) -> Places:
    """Where no token is followed."""
    return Places(np.empty(0, np.int32), np.full((len(bits), bits.shape[1] - counted), -1, np.int32))


def _blocks(units: int) -> int:
    return -(-units // LANES)
