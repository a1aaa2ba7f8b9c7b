"""Histograms of many units: ranges are powers of two about 0, so that any split of the values has the same bins.

A unit's range is [-2^k, 2^k) in ``BINS`` equal bins, with the smallest k that holds its values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuronscope.records import Histogram

BINS = 64
_HALF = BINS // 2
NARROWEST = -24  # 2^-24: units that are 0 throughout need some range


@dataclass(frozen=True)
class Histograms:
    """``counts`` is int64 [unit, bin]; unit u covers [-2^exponents[u], 2^exponents[u])."""

    exponents: NDArray[np.int32]
    counts: NDArray[np.int64]

    def unit(self, index: int) -> Histogram:
        """One unit's histogram, as it stands in a record."""
        edge = 2.0 ** int(self.exponents[index])
        return Histogram(lowest=-edge, width=edge / _HALF, counts=self.counts[index].tolist())


def exponents_for(largest: NDArray[np.float32]) -> NDArray[np.int32]:
    """The smallest k for each unit such that 2^k is above its largest magnitude, [unit], and not below NARROWEST."""
    return np.where(largest == 0, NARROWEST, np.maximum(np.frexp(largest)[1], NARROWEST)).astype(np.int32)
