"""The table of figures of merit: the largest and the smallest activation of every unit in every sequence, on disk.

One file per layer, mapped into memory: bits [shard, 2, unit, sequence of the shard], so that a shard is written in one
piece and a unit is read in pieces of a shard's length. Its size is taken from the disk before anything is computed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.bits import Bits, floats_of
from neuronscope.collate.options import SHARD
from neuronscope.dataset.newfile import disk

FOLDER = "figures"


def table_bytes(units: Mapping[int, int], sequences: int, dtype: np.dtype[Any]) -> int:
    """What the tables of all layers take on disk."""
    return sum(units.values()) * 2 * _shards(sequences) * SHARD * dtype.itemsize


def open_table(folder: Path, layer: int, units: int, *, sequences: int, dtype: np.dtype[Any]) -> Bits:
    """The table of one layer, made where it is not there yet: bits [shard, 2, unit, sequence], writable.

    :raises StorageFailed: the disk has no room for it.
    """
    shape = (_shards(sequences), 2, units, SHARD)
    path = folder / FOLDER / f"{layer}.bin"
    with disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            # Writing to a mapped hole of a full disk would end the process: the room is taken first.
            os.posix_fallocate(file.fileno(), 0, int(np.prod(shape)) * dtype.itemsize)
        return np.memmap(path, dtype=dtype, mode="r+", shape=shape)


def figures_of(table: Bits, units: NDArray[np.int64], sequences: int) -> Bits:
    """Rows of some units as one array: bits [sign, row, sequence]; ``table`` may be cut to one sign."""
    picked = table[:, :, units].transpose(1, 2, 0, 3)
    return np.ascontiguousarray(picked).reshape(*picked.shape[:2], -1)[:, :, :sequences]


@dataclass(frozen=True)
class Extremes:
    """Of every unit over all sequences: the largest and smallest activation, and in how many it fires, [unit]."""

    maxima: NDArray[np.float32]
    minima: NDArray[np.float32]
    fired: NDArray[np.int64]
    fired_negative: NDArray[np.int64]


def extremes_of(table: Bits, sequences: int) -> Extremes:
    """A table's, one shard after the other."""
    units = table.shape[2]
    found = Extremes(
        np.full(units, -np.inf, np.float32),
        np.full(units, np.inf, np.float32),
        np.zeros(units, int),
        np.zeros(units, int),
    )
    for shard in range(len(table)):
        figures = floats_of(np.ascontiguousarray(table[shard, :, :, : min(SHARD, sequences - shard * SHARD)]))
        np.maximum(found.maxima, figures[0].max(axis=1), out=found.maxima)
        np.minimum(found.minima, figures[1].min(axis=1), out=found.minima)
        found.fired[:] += (figures[0] > 0).sum(axis=1)
        found.fired_negative[:] += (figures[1] < 0).sum(axis=1)
    return found


def _shards(sequences: int) -> int:
    return -(-sequences // SHARD)
