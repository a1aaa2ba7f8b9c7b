"""One layer, ready to be written: which sequences each unit shows, their activations, and the unit's statistics.

Plain arrays without behaviour; row i of each belongs to unit ``units[i]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.options import Sampling

TOP, NEGATIVE, RANDOM = "top", "negative", "random"


@dataclass(frozen=True)
class Group:
    """A kind of record; its sequences stand in the slots ``start`` to ``start + size - 1``."""

    name: str
    start: int
    size: int


def groups_of(sampling: Sampling) -> list[Group]:
    """The groups of a record in the order of their slots: top, negative, quantile ranges ascending, random."""
    ranges = [(f"quantile {low:g}-{high:g}", sampling.per_quantile) for low, high in pairwise(sampling.quantiles)]
    groups: list[Group] = []
    start = 0
    for name, size in [(TOP, sampling.top), (NEGATIVE, sampling.negative), *ranges, (RANDOM, sampling.random)]:
        groups.append(Group(name, start, size))
        start += size
    return groups


@dataclass(frozen=True)
class Choice:
    """Which sequences some units show, and the denominators: as they stand in a ``LayerResult``."""

    chosen: NDArray[np.int64]  # [row, slot]
    pools: NDArray[np.int64]  # [row, group]
    fired: NDArray[np.int64]  # [row, group]


def no_choice(rows: int, sampling: Sampling) -> Choice:
    """Room for the choice of ``rows`` units."""
    groups = groups_of(sampling)
    slots = groups[-1].start + groups[-1].size
    counts = np.zeros((2, rows, len(groups)), np.int64)
    return Choice(np.full((rows, slots), -1, np.int64), counts[0], counts[1])


@dataclass(frozen=True)
class UnitStatistics:
    """Statistics over every counted token; each array has one row per unit."""

    mean: NDArray[np.float64]
    variance: NDArray[np.float64]  # of the population
    skewness: NDArray[np.float64]  # NaN for units that never vary
    kurtosis: NDArray[np.float64]  # not excess; NaN for units that never vary
    minimum: NDArray[np.float32]
    maximum: NDArray[np.float32]
    sequences_fired: NDArray[np.int64]  # sequences with an activation above 0
    sequences_fired_negative: NDArray[np.int64]  # sequences with an activation below 0
    density: NDArray[np.float64]  # share of tokens; NaN where undefined
    density_threshold: NDArray[np.float64]  # in activation units; NaN where undefined
    histogram_exponent: NDArray[np.int32]  # the unit covers [-2^e, 2^e)
    histogram_counts: NDArray[np.int64]  # [row, 64], bins of equal width


@dataclass(frozen=True)
class LayerResult:
    """``chosen`` holds sequence indices, group after group, each group filled from the left and -1 where it ends.

    Top and quantile groups stand strongest first, the negative group most negative first, the random one as drawn.
    """

    layer: int
    units: NDArray[np.int64]  # ascending
    statistics: UnitStatistics
    chosen: NDArray[np.int64]  # [row, slot]
    pools: NDArray[np.int64]  # [row, group], how many sequences the group could choose from
    fired: NDArray[np.int64]  # [row, group], how many of those fire (below 0 for the negative group, else above 0)
    activations: NDArray[np.float32]  # [row, slot, recorded position]; 0 in empty slots
