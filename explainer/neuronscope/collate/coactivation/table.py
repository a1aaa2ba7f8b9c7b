"""What co-activation is worked out from, and what comes out: figures of merit by layer; nearest others by row.

A row is a unit that takes part; rows are numbered by layer, then by unit, from 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.dense import DenseLayer
from neuronscope.collate.job import Layer
from neuronscope.collate.sparse import SparseLayer
from neuronscope.errors import BadInput

FIRES_TOO_OFTEN = 0.9  # of the sequences: above this share overlap of firing says nothing
Found = tuple[NDArray[np.int32], NDArray[np.float64]]


@dataclass(frozen=True)
class FigureTable:
    """Layers that saw all ``sequences``, all dense or all sparse; ``units`` of each that take part, ascending.

    :raises BadInput: a layer stands there twice or after one of a higher index, or both kinds are there.
    """

    layers: Sequence[Layer]
    units: Mapping[int, NDArray[np.int64]]
    sequences: int

    def __post_init__(self) -> None:
        indices = [layer.layer for layer in self.layers]
        if indices != sorted(set(indices)):
            raise BadInput(f"layers must ascend and stand there once, not {indices}")
        if len({type(layer) for layer in self.layers}) > 1:
            raise BadInput("layers must be all dense or all sparse: compare them in two runs")

    @property
    def rows(self) -> int:
        """How many units take part."""
        return sum(len(self.units[layer.layer]) for layer in self.layers)

    @property
    def dense(self) -> list[DenseLayer]:
        """The layers, if they are dense ones."""
        return [layer for layer in self.layers if isinstance(layer, DenseLayer)]

    @property
    def sparse(self) -> list[SparseLayer]:
        """The layers, if they are sparse ones."""
        return [layer for layer in self.layers if isinstance(layer, SparseLayer)]

    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Layer and unit of every row."""
        units = [np.asarray(self.units[layer.layer], np.int64) for layer in self.layers]
        indices = [layer.layer for layer in self.layers]
        return np.repeat(np.array(indices, np.int64), [len(u) for u in units]), np.concatenate([*units, _NONE])


@dataclass(frozen=True)
class Coactivation:
    """Of every row the others that are nearest to it, best first; -1 where there are no more.

    ``layer`` and ``unit`` are those of the rows, int64 [row]; others are given as rows, int32 [row, place], and their
    values, float64 [row, place], which mean nothing where the other is -1.
    """

    layer: NDArray[np.int64]
    unit: NDArray[np.int64]
    correlated: NDArray[np.int32]
    pearson: NDArray[np.float64]
    overlapping: NDArray[np.int32]
    jaccard: NDArray[np.float64]


def nothing_found(rows: int, top: int) -> Found:
    """Room for ``top`` others of each row and their values, [row, place]."""
    return np.full((rows, top), -1, np.int32), np.full((rows, top), -2.0)


_NONE = np.empty(0, np.int64)
