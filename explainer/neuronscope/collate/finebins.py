"""Counts of many units in fine bins, kept while a corpus streams by; out of them come the histogram that records show
and the density, both exact.

Each sign has a window of ``OCTAVES`` powers of two that ends with the largest magnitude met, cut into ``FINE`` bins per
octave; what is smaller is one bin more, and so is 0. A window moves up by whole octaves and what leaves it at the lower
end is added together, so counts do not depend on the order that values came in. The histogram's edges are edges of
these bins, and so is every value with five binary digits within the window, such as a tenth of the maximum rounded
down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.histogram import BINS, Histograms, exponents_for

OCTAVES = 5  # a tenth of the maximum is less than 2^-3 and more than 2^-4 of it
FINE = 16  # bins per octave: the histogram has 16 bins in its upper octave
SIDE = 2 + OCTAVES * FINE  # bins of one sign: 0, smaller than the window, the window
LOWEST = (1 - OCTAVES) * FINE  # the window of a sign that was never met
_SHIFT = 19  # from the bits of a float32 to a number that counts fine bins
# For units without a true zero, a token counts as dense from this share of the unit's maximum on.
SHARE = np.float32(0.1)


@dataclass(frozen=True)
class FineBins:
    """``bases`` is int32 [2, unit], the first fine bin of the window of either sign (bits of its lower edge >> 19);
    ``counts`` is int64 [unit, 2 * SIDE], positive side first."""

    bases: NDArray[np.int32]
    counts: NDArray[np.int64]


def no_counts(units: int) -> FineBins:
    """Of no values at all: what merging starts from."""
    return FineBins(np.full((2, units), LOWEST, np.int32), np.zeros((units, 2 * SIDE), np.int64))


def merge(a: FineBins, b: FineBins) -> FineBins:
    """Counts of both together."""
    bases = np.maximum(a.bases, b.bases)
    return FineBins(bases, moved(a, bases).counts + moved(b, bases).counts)


def moved(fine: FineBins, bases: NDArray[np.int32]) -> FineBins:
    """The same counts in windows that begin at ``bases``, none below its present one."""
    return FineBins(bases, moved_counts(fine.counts, fine.bases, bases))


def moved_counts(counts: NDArray[Any], bases: NDArray[np.int32], after: NDArray[np.int32]) -> NDArray[Any]:
    """Counts, [unit, 2 * SIDE] of any dtype, of windows that began at ``bases``, in windows that begin at ``after``."""
    before = counts
    for side in range(2):
        steps = after[side] - bases[side]
        for step in np.unique(steps[steps > 0]):
            rows = np.flatnonzero(steps == step)
            counts = counts.copy() if counts is before else counts
            counts[rows, side * SIDE : (side + 1) * SIDE] = _moved_side(
                counts[rows, side * SIDE : (side + 1) * SIDE], int(step)
            )
    return counts


def _moved_side(counts: NDArray[Any], step: int) -> NDArray[Any]:
    target = np.concatenate([[0, 1], np.maximum(np.arange(2, SIDE) - step, 1)])
    out = np.zeros_like(counts)
    np.add.at(out.T, target, counts.T)
    return out


def histograms(fine: FineBins, maxima: NDArray[np.float32], minima: NDArray[np.float32]) -> Histograms:
    """The histograms that records show; ``maxima`` and ``minima``, float32 [unit], are over the values counted."""
    exponents = exponents_for(np.maximum(np.maximum(maxima, -minima), 0))
    counts = np.zeros((len(exponents), BINS), np.int64)
    rows = np.arange(len(exponents))
    for side in range(2):
        for place in range(SIDE):
            bin_ = np.clip(_lower_edge(fine.bases[side], place) / np.ldexp(1.0, exponents - 5), 0, BINS // 2 - 1)
            index = bin_.astype(np.int64)
            counts[rows, BINS // 2 - 1 - index if side else BINS // 2 + index] += fine.counts[:, side * SIDE + place]
    return Histograms(exponents, counts)


def _lower_edge(bases: NDArray[np.int32], place: int) -> NDArray[np.float64]:
    """The smaller magnitude of one bin, float64 [unit]."""
    if place < 2:
        return np.zeros(len(bases))
    bits = np.maximum(bases + (place - 2), 0).astype(np.uint32) << np.uint32(_SHIFT)
    return bits.view(np.float32).astype(np.float64)


def above_zero(fine: FineBins) -> NDArray[np.int64]:
    """How many values are above 0, [unit]."""
    total: NDArray[np.int64] = fine.counts[:, 1:SIDE].sum(axis=1)
    return total


def dense(fine: FineBins, maxima: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """How many values reach a tenth of the maximum, rounded down to five binary digits; and that threshold, [unit].

    The threshold is NaN where the maximum is not above 0.
    """
    tenth = np.where(maxima > 0, maxima * SHARE, np.float32(0)).astype(np.float32)
    edge = (tenth.view(np.uint32) >> np.uint32(_SHIFT)).astype(np.int64)
    place = np.clip(edge - fine.bases[0] + 2, 1, SIDE - 1)
    upward = np.cumsum(fine.counts[:, SIDE - 1 : 0 : -1], axis=1)[:, ::-1]  # column i: bins i + 1 and above
    counts = np.where(maxima > 0, np.take_along_axis(upward, place[:, None] - 1, axis=1)[:, 0], 0)
    threshold = (edge.astype(np.uint32) << np.uint32(_SHIFT)).view(np.float32).astype(np.float64)
    return counts, np.where(maxima > 0, threshold, np.nan)
