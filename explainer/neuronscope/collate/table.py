"""The table of figures of merit: the largest and the smallest activation of every unit in every sequence, on disk.

One file per layer, mapped into memory: bits [shard, 2, unit, sequence of the shard], so that a shard is written in one
piece and a unit is read in pieces of a shard's length. Its size is taken from the disk before anything is computed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.bits import Bits
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


def _shards(sequences: int) -> int:
    return -(-sequences // SHARD)
