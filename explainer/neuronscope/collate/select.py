"""Which sequences stand in a unit's record: one unit's figures of merit in, chosen sequence indices by group out.

Pure: the choice depends on the figures, the sampling and the seed alone, never on the order the sequences came in.
Ranks follow (value descending, sequence index ascending). No sequence is chosen twice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.options import Sampling
from neuronscope.records import GroupCount

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]
Priorities = NDArray[np.uint64]

_QUANTILE_STREAM, _RANDOM_STREAM = 1, 2


@dataclass(frozen=True)
class Selection:
    """Sequence indices by group: top and quantiles strongest first, negative most negative first, random in the order
    they were drawn (so that any first part of it is a fair sample too)."""

    top: list[int]
    negative: list[int]
    quantiles: list[list[int]]
    random: list[int]
    counts: list[GroupCount]

    def all(self) -> list[int]:
        """Every chosen sequence, ascending."""
        return sorted([*self.top, *self.negative, *(i for group in self.quantiles for i in group), *self.random])


@dataclass
class _Unit:
    """One unit's figures, and the sequences already in its record."""

    maxima: Floats
    minima: Floats
    shown: NDArray[np.bool_]
    counts: list[GroupCount] = field(default_factory=list)

    def take(self, group: str, chosen: Indices, pool: Indices, *, asked: int) -> list[int]:
        """Mark ``chosen`` as shown and state the group's denominator: ``pool`` is what it could choose from."""
        self.shown[chosen] = True
        fires = self.minima < 0 if group == "negative" else self.maxima > 0
        note = None
        if len(chosen) < asked:
            few = f"only {len(chosen)}" if len(chosen) else "none"
            note = f"{asked} asked for, {few} {self._why_not_more(group, int(fires.sum()) - len(chosen))}"
        self.counts.append(GroupCount(group, len(pool), int(fires[pool].sum()), len(chosen), note))
        return [int(i) for i in chosen]

    def _why_not_more(self, group: str, others_that_fired: int) -> str:
        if group not in ("top", "negative"):
            return "were left to choose from"
        return f"left: the {others_that_fired} others that fired are in the top group" if others_that_fired else "fired"


def select(maxima: Floats, minima: Floats, *, layer: int, unit: int, sampling: Sampling) -> Selection:
    """Choose the sequences of one unit.

    :param maxima: float32 [sequence], the largest activation over each sequence's counted tokens; ``minima`` likewise.
    """
    state = _Unit(maxima, minima, np.zeros(len(maxima), dtype=bool))
    ranked = np.argsort(-maxima, kind="stable")
    top = state.take("top", _first(ranked, maxima[ranked] > 0, sampling.top), ranked, asked=sampling.top)
    negative = _negative(state, sampling)
    quantiles = _quantiles(state, ranked, priorities(layer, unit, _QUANTILE_STREAM, len(maxima), sampling), sampling)
    left = np.flatnonzero(~state.shown)
    drawn = _drawn(left, priorities(layer, unit, _RANDOM_STREAM, len(maxima), sampling), sampling.random)
    random = state.take("random", drawn, left, asked=sampling.random)
    return Selection(top, negative, quantiles, random, state.counts)


def rank_ranges(sequences: int, quantiles: tuple[float, ...]) -> list[tuple[int, int]]:
    """Ranks (0 strongest) that each range between two neighbouring quantiles covers, as (first, end), ascending ranges.

    The sequence with p others ranked below it, of n, is in [q, r] when q * n <= p < r * n. Reckoned in decimal
    fractions: 0.9 means nine tenths.
    """
    below = [math.ceil(Fraction(str(q)) * sequences) for q in quantiles]
    return [(sequences - high, sequences - low) for low, high in pairwise(below)]


def priorities(layer: int, unit: int, stream: int, sequences: int, sampling: Sampling) -> Priorities:
    """A fixed random number for each sequence, uint64 [sequence]; whoever has the smallest is drawn first."""
    key = np.zeros(1, dtype=np.uint64)
    for part in (sampling.seed, stream, layer, unit):
        key = _mixed(key ^ np.uint64(part))
    return _mixed(key + np.arange(sequences, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def _mixed(x: Priorities) -> Priorities:
    """SplitMix64's finaliser after one step: every input bit changes about half of the output bits."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _first(ranked: Indices, eligible: NDArray[np.bool_], count: int) -> Indices:
    return ranked[eligible][:count]


def _negative(state: _Unit, sampling: Sampling) -> list[int]:
    ranked = np.argsort(state.minima, kind="stable")
    pool = ranked[~state.shown[ranked]]
    chosen = _first(pool, state.minima[pool] < 0, sampling.negative)
    return state.take("negative", chosen, pool, asked=sampling.negative)


def _quantiles(state: _Unit, ranked: Indices, order: Priorities, sampling: Sampling) -> list[list[int]]:
    groups = []
    ranges = rank_ranges(len(ranked), sampling.quantiles)
    for (first, end), (low, high) in zip(ranges, pairwise(sampling.quantiles), strict=True):
        pool = ranked[first:end][~state.shown[ranked[first:end]]]
        drawn = _drawn(pool, order, sampling.per_quantile)
        chosen = pool[np.isin(pool, drawn)]
        groups.append(state.take(f"quantile {low:g}-{high:g}", chosen, pool, asked=sampling.per_quantile))
    return groups


def _drawn(pool: Indices, order: Priorities, count: int) -> Indices:
    """The ``count`` members of ``pool`` with the smallest priorities, smallest first."""
    if count < len(pool):
        pool = pool[np.argpartition(order[pool], count)[:count]] if count else pool[:0]
    return pool[np.argsort(order[pool], kind="stable")]
