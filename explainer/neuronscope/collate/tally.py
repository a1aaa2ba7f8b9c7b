"""One layer's statistics while its activations stream by, batch after batch.

In come [sequence, position, unit] batches in index order; kept are moments, a histogram, counts, and the table of
figures of merit (largest and smallest activation of every unit in every sequence).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate import histogram, moments
from neuronscope.collate.options import SHARD
from neuronscope.errors import BrokenData

if TYPE_CHECKING:
    import torch


class LayerTally:
    """Statistics of all units of one layer over every counted token."""

    def __init__(self, layer: int, units: int, sequences: int) -> None:
        self.layer = layer
        self.maxima: NDArray[np.float32] = np.zeros((units, sequences), dtype=np.float32)
        self.minima: NDArray[np.float32] = np.zeros((units, sequences), dtype=np.float32)
        self.above_zero: NDArray[np.int64] = np.zeros(units, dtype=np.int64)
        self.histograms = histogram.no_histograms(units)
        self.moments = moments.no_moments(units)
        self._shard = moments.no_moments(units)

    def add(self, values: torch.Tensor, first: int) -> None:
        """Count ``values``, [sequence, counted position, unit]; the first one is sequence ``first`` of the corpus.

        :raises BrokenData: an activation is infinite or not a number.
        """
        figures = values.float()
        largest, smallest = figures.amax(dim=1).cpu().numpy(), figures.amin(dim=1).cpu().numpy()
        if not (np.isfinite(largest) & np.isfinite(smallest)).all():
            raise BrokenData(f"layer {self.layer} has activations that are not finite numbers: try dtype float32")
        end = first + len(values)
        self.maxima[:, first:end], self.minima[:, first:end] = largest.T, smallest.T
        exact = values.flatten(0, 1).double()
        self.above_zero += (exact > 0).sum(dim=0).cpu().numpy()
        self._shard = moments.merge(self._shard, moments.moments_of(exact))
        exponents = histogram.exponents_for(np.maximum(largest.max(axis=0), -smallest.min(axis=0)))
        self.histograms = histogram.merge(self.histograms, histogram.histograms_of(exact, exponents))
        if end % SHARD == 0 or end == self.maxima.shape[1]:
            self.moments = moments.merge(self.moments, self._shard)
            self._shard = moments.no_moments(len(self.maxima))
