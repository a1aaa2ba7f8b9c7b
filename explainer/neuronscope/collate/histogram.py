"""Histograms of many units whose ranges grow by doubling, so that any split of the values gives the same counts.

A unit's range is [-2^k, 2^k) in ``BINS`` equal bins. For a larger value k grows, and bins merge in pairs about 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neuronscope.records import Histogram

if TYPE_CHECKING:
    import torch

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


def no_histograms(units: int) -> Histograms:
    """Of no values at all: what merging starts from."""
    return Histograms(np.full(units, NARROWEST, dtype=np.int32), np.zeros((units, BINS), dtype=np.int64))


def histograms_of(values: torch.Tensor, exponents: NDArray[np.int32]) -> Histograms:
    """Count ``values``, [token, unit], all within the ranges that ``exponents`` give (``exponents_for``).

    They should be float64: in float32 the smallest negative numbers divided by a bin's width would become 0.
    """
    import torch

    units = values.shape[1]
    width = torch.from_numpy(np.ldexp(1.0, exponents) / _HALF).to(values.device)
    first_bin = torch.arange(units, device=values.device) * BINS + _HALF
    bins = (values / width).floor().to(torch.int64) + first_bin
    counts = torch.bincount(bins.flatten(), minlength=units * BINS)
    return Histograms(exponents, counts.reshape(units, BINS).cpu().numpy())


def exponents_for(largest: NDArray[np.float32]) -> NDArray[np.int32]:
    """The smallest k for each unit such that 2^k is above its largest magnitude, [unit], and not below NARROWEST."""
    return np.where(largest == 0, NARROWEST, np.maximum(np.frexp(largest)[1], NARROWEST)).astype(np.int32)


def merge(a: Histograms, b: Histograms) -> Histograms:
    """Counts of both together, in the wider range of the two for each unit."""
    exponents = np.maximum(a.exponents, b.exponents)
    return Histograms(exponents, _widened(a, exponents) + _widened(b, exponents))


def _widened(histograms: Histograms, exponents: NDArray[np.int32]) -> NDArray[np.int64]:
    """Counts in wider ranges: bin b (from -32 to 31) becomes floor(b / 2^doublings)."""
    doublings = exponents - histograms.exponents
    counts = histograms.counts
    for count in np.unique(doublings[doublings > 0]):
        rows = np.flatnonzero(doublings == count)
        target = (np.arange(-_HALF, _HALF) >> min(int(count), _HALF)) + _HALF
        merged = np.zeros((len(rows), BINS), dtype=np.int64)
        np.add.at(merged.T, target, counts[rows].T)
        counts = counts.copy() if counts is histograms.counts else counts
        counts[rows] = merged
    return counts
