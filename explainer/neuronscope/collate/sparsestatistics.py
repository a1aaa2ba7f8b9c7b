"""Statistics of units that are mostly silent: their non-zero activations in, the same columns as for any unit out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.histogram import BINS, exponents_for
from neuronscope.collate.moments import Moments
from neuronscope.collate.nonzeros import Nonzeros
from neuronscope.collate.result import UnitStatistics


def statistics_of(nonzeros: Nonzeros, units: NDArray[np.int64], *, tokens: int) -> UnitStatistics:
    """Of ``units``, over ``tokens`` tokens each; ``nonzeros`` are all of theirs at counted positions, by unit."""
    row = np.searchsorted(units, nonzeros.unit)
    value = nonzeros.value.astype(np.float64)
    count = np.bincount(row, minlength=len(units))
    high, low = _extremes(row, nonzeros.value, count, tokens)
    moments = _moments(row, value, count, tokens)
    exponents = exponents_for(np.maximum(np.maximum(high, -low), 0))
    fired = [_sequences(row[which], nonzeros.sequence[which], len(units)) for which in (value > 0, value < 0)]
    return UnitStatistics(
        mean=moments.mean,
        variance=moments.variance(),
        skewness=moments.skewness(),
        kurtosis=moments.kurtosis(),
        minimum=low,
        maximum=high,
        sequences_fired=fired[0],
        sequences_fired_negative=fired[1],
        density=np.bincount(row[value > 0], minlength=len(units)) / tokens,
        density_threshold=np.zeros(len(units)),
        histogram_exponent=exponents,
        histogram_counts=_histogram(row, value, exponents, tokens - count),
    )


def _extremes(
    row: NDArray[np.intp], value: NDArray[np.float32], count: NDArray[np.intp], tokens: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The largest and smallest activation, the zeros included."""
    outside = np.where(count < tokens, 0, -np.inf)
    high, low = outside.astype(np.float32), (-outside).astype(np.float32)
    np.maximum.at(high, row, value)
    np.minimum.at(low, row, value)
    return high + np.float32(0), low + np.float32(0)


def _moments(row: NDArray[np.intp], value: NDArray[np.float64], count: NDArray[np.intp], tokens: int) -> Moments:
    """Sums over the non-zeros about the mean of all, and what the zeros add to them."""
    units = len(count)
    mean = np.bincount(row, value, units) / tokens
    deviation = value - mean[row]
    zeros = tokens - count
    sums = [np.bincount(row, deviation**power, units) + zeros * (-mean) ** power for power in (2, 3, 4)]
    return Moments(tokens, mean, *sums)


def _histogram(
    row: NDArray[np.intp], value: NDArray[np.float64], exponents: NDArray[np.int32], zeros: NDArray[np.intp]
) -> NDArray[np.int64]:
    width = np.ldexp(1.0, exponents) / (BINS // 2)
    bins = np.floor(value / width[row]).astype(np.int64) + BINS // 2
    counts = np.bincount(row * BINS + bins, minlength=len(zeros) * BINS).reshape(-1, BINS)
    counts[:, BINS // 2] += zeros
    return counts


def _sequences(row: NDArray[np.intp], sequence: NDArray[np.int32], units: int) -> NDArray[np.int64]:
    """How many different sequences each unit has here; they stand together."""
    new = np.ones(len(row), np.bool_)
    new[1:] = (np.diff(row) != 0) | (np.diff(sequence) != 0)
    return np.bincount(row[new], minlength=units)
