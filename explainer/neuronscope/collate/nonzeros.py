"""Non-zero activations of a layer: in memory as four columns, on disk as a file per shard, read back by unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.dataset.newfile import NewFile, disk

FOLDER = "nonzeros"
BYTES = 16  # of one row
_FIELDS = (("unit", np.int32), ("sequence", np.int32), ("position", np.int32), ("value", np.float32))


@dataclass(frozen=True)
class Nonzeros:
    """One row per non-zero activation; ``sequence`` is its index in the corpus, ``position`` a recorded one."""

    unit: NDArray[np.int32]
    sequence: NDArray[np.int32]
    position: NDArray[np.int32]
    value: NDArray[np.float32]

    def only(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Nonzeros:
        """Some of the rows."""
        return Nonzeros(self.unit[which], self.sequence[which], self.position[which], self.value[which])


def joined(parts: Iterable[Nonzeros]) -> Nonzeros:
    """All rows of ``parts``, one part after the other."""
    there = list(parts)
    columns: dict[str, NDArray[Any]] = {
        name: np.concatenate([getattr(part, name) for part in there]) if there else np.empty(0, dtype)
        for name, dtype in _FIELDS
    }
    return Nonzeros(**columns)


def group(parts: Iterable[Nonzeros]) -> Nonzeros:
    """All rows, by unit; those of a unit stay in the order in which they came."""
    whole = joined(parts)
    return whole.only(np.argsort(whole.unit, kind="stable"))


class ShardFiles:
    """The files of one layer."""

    def __init__(self, folder: Path, layer: int) -> None:
        self._folder = folder / FOLDER / str(layer)

    def write(self, shard: int, nonzeros: Nonzeros) -> None:
        """Write one shard's rows, ordered by unit; a file that is there is replaced.

        :raises StorageFailed: the disk is full or failed.
        """
        with disk(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        with NewFile(self._path(shard)) as file:
            for name, dtype in _FIELDS:
                file.write(np.ascontiguousarray(getattr(nonzeros, name), dtype).tobytes())

    def read(self, units: NDArray[np.int64], shards: int) -> Nonzeros:
        """Rows of ``units``, ascending, of the first ``shards`` files: by unit, then in order of sequences."""
        low, high = (int(units[0]), int(units[-1]) + 1) if len(units) else (0, 0)
        parts = []
        for shard in range(shards):
            whole = self._open(shard)
            begin, end = np.searchsorted(whole.unit, [low, high])
            parts.append(whole.only(np.arange(begin, end)))
        found = group(parts)
        return found if len(units) == high - low else found.only(np.isin(found.unit, units))

    def counts(self, units: int, shards: int) -> NDArray[np.int64]:
        """How many rows each of the layer's ``units`` has."""
        total = np.zeros(units, np.int64)
        for shard in range(shards):
            total += np.bincount(self._open(shard).unit, minlength=units)
        return total

    def _open(self, shard: int) -> Nonzeros:
        path = self._path(shard)
        rows = path.stat().st_size // BYTES
        if not rows:
            return joined([])
        whole = np.memmap(path, dtype=np.int32, mode="r", shape=(4, rows))
        return Nonzeros(whole[0], whole[1], whole[2], whole[3].view(np.float32))

    def _path(self, shard: int) -> Path:
        return self._folder / f"{shard:06}.bin"
