"""Rows of activations that may still be chosen for a record, while a corpus streams by.

In come batches with their figures of merit, in order of sequences; out come, at the end, the rows of those that were
chosen. This is a cache, not a decision: the choice is made from the table of all figures of merit (``choose.py``), and
a chosen row that is not here is computed again. What makes that rare, and the memory bounded:

* A sequence outside the best ``top`` so far can never be one of them later; likewise for the negative group.
* Ranks only get worse as more sequences come. A sequence that is below the running value of a rank range's last rank
  has left the range for good.
* Who is drawn has the smallest of priorities that are fixed beforehand. So only small ones are kept: of each range
  about as many as leave one unit in 200,000 with too few, since a range is drawn from some ``bound / pool`` of them.
* Rows that hold nothing but zeros are not kept where their figures say so: they can be written down as they are.
* Where a unit's places are full all the same, as in a corpus that is ordered by what it is about, its ranges are made
  tighter by the rows that are there, and by the table soon after.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.options import Sampling
from neuronscope.collate.ranks import rank_ranges

if TYPE_CHECKING:
    from neuronscope.collate.kernels.intake import Kept
    from neuronscope.collate.kernels.wanted import Draws

Bits = NDArray[Any]
Floats = NDArray[np.float32]
_EVERY = 2**64 - 1
_SPARSER = 1.5  # how many times more sequences there must be before floors are worked out again
_CROWDED = 1.05  # the same for a unit whose places are nearly full, as where a corpus is ordered by what it is about


@dataclass(frozen=True)
class PackedRows:
    """A cache's rows without its free places: those of unit u are ``starts[u]`` to ``starts[u + 1]``, by sequence."""

    starts: NDArray[np.int64]
    sequences: NDArray[np.int32]
    high: Floats
    low: Floats
    rows: Bits  # [row, recorded position]


@dataclass(frozen=True)
class Floors:
    """What a figure of merit must exceed to be one of the best so far, and reach to be in a range; all float32."""

    top: Floats  # [unit]
    negative: Floats  # [unit], to stay below
    ranges: Floats  # [range, unit]

    def copy(self) -> Floors:
        """Not changed by what is done with the original."""
        return Floors(self.top.copy(), self.negative.copy(), self.ranges.copy())


def no_floors(units: int, sampling: Sampling) -> Floors:
    """Before anything was seen; nothing gets into a group that nothing is asked for."""
    top = np.full(units, 0 if sampling.top else np.inf, np.float32)
    negative = np.full(units, 0 if sampling.negative else -np.inf, np.float32)
    return Floors(top, negative, np.full((len(sampling.quantiles) - 1, units), -np.inf, np.float32))


@dataclass(frozen=True)
class CachePlan:
    """What a layer's cache is for."""

    layer: int
    sampling: Sampling
    sequences: int
    positions: int  # recorded ones, of a sequence
    ignored: int  # of those, how many are not counted
    dtype: np.dtype[Any]  # of the bits
    places: int  # rows per unit
    draws: Draws


def plan_cache(
    layer: int, units: int, sampling: Sampling, *, shape: tuple[int, int, int], dtype: np.dtype[Any]
) -> CachePlan:
    """For one layer; ``shape``: sequences of the corpus, recorded positions, and how many of those are not counted."""
    from neuronscope.collate.kernels.floors import random_cuts
    from neuronscope.collate.kernels.wanted import draw_keys

    sequences, positions, ignored = shape
    ranges = rank_ranges(sequences, sampling.quantiles)
    cuts = np.array([_cut(sampling, first, end) for first, end in ranges], dtype=np.uint64)
    identity = (sampling.seed, layer)
    random = random_cuts(identity, units, sequences, _random_kept(sampling, sequences))
    ends = np.array([end for _, end in ranges], np.int64)
    draws = (draw_keys(identity, units), cuts, random, ends)
    return CachePlan(layer, sampling, sequences, positions, ignored, dtype, places_for(sampling, sequences), draws)


def _random_kept(sampling: Sampling, sequences: int) -> int:
    """The random group's size, and as many more as other groups may have taken of its first draws."""
    shown = sampling.top + sampling.negative + (len(sampling.quantiles) - 1) * sampling.per_quantile
    taken = sampling.random * shown / max(sequences, 1)
    return sampling.random + math.ceil(taken + 4.6 * math.sqrt(taken) + 3) if sampling.random else 0


def _expected(sampling: Sampling) -> float:
    """How many of a range should be kept on average, so that fewer than are asked for are as good as never left."""
    asked = sampling.per_quantile
    return asked + 4.6 * math.sqrt(asked) + 7.5


def _cut(sampling: Sampling, first: int, end: int) -> int:
    pool = end - max(first, sampling.top) - sampling.negative
    if not sampling.per_quantile or end <= first:
        return 0
    return _EVERY if pool <= _expected(sampling) else int(_expected(sampling) / pool * _EVERY)


def places_for(sampling: Sampling, sequences: int) -> int:
    """Rows per unit that a cache should have room for: all that can be wanted at a time, and some to spare."""
    wanted = float(sampling.top + sampling.negative + _random_kept(sampling, sequences))
    share = 0.0
    for first, end in rank_ranges(sequences, sampling.quantiles):
        cut = _cut(sampling, first, end) / _EVERY
        wanted += max(cut - share, 0) * end * 1.1  # floors lag behind
        share = max(cut, share)
    return max(1, min(sequences, math.ceil(wanted + 4 * math.sqrt(wanted))))


class RowCache:
    """Of one layer; arrays are in the run's own dtype, as bits."""

    def __init__(self, plan: CachePlan, floors: Floors, *, places: int | None = None) -> None:
        """``places`` per unit, by default the plan's."""
        from neuronscope.collate.kernels.keep import new_stock, no_rows

        sampling, self.units = plan.sampling, len(floors.top)
        places = places or plan.places
        self.floors = floors
        self.plan = plan
        # Few units need all of their places at a time; memory that is never touched costs nothing.
        self.rows = np.empty((places * self.units, plan.positions), plan.dtype)
        # Figures of 0 say nothing about positions that are not counted.
        self._sizes = (sampling.top, sampling.negative, plan.ignored > 0)
        self._state, self._stock = no_rows(self.units, places, self._sizes), new_stock(len(self.rows))
        self._floors_at = np.zeros(self.units)  # how many sequences there were when floors were last worked out

    def let_go(self) -> None:
        """Give back the memory of all rows, after which there are none."""
        self.rows, self._state = self.rows[:0].copy(), self._state[:, :0].copy()

    @property
    def kept(self) -> Kept:
        """What the kernels need to know; they change what is in it."""
        return self._sizes, self.plan.draws, self._floors(), self._state, self._stock

    def add(self, maxima: Floats, minima: Floats, first: int) -> NDArray[np.int32]:
        """Find where the rows of a batch go: figures of merit [unit, sequence] in; for ``put``, [unit, sequence], -1
        where they are not kept."""
        from neuronscope.collate.kernels.intake import place_rows

        placed = np.empty(maxima.shape, np.int32)
        place_rows(maxima, minima, first, self.kept, placed)
        return placed

    def raise_floors(self, largest: Bits, seen: int) -> None:
        """Work out the ranges' floors from the figures of the first ``seen`` sequences, bits [shard, unit, sequence].

        Only now and then: a floor that lags behind keeps more rows than need be, no fewer while there is room.
        """
        from neuronscope.collate.kernels.floors import raise_floors
        from neuronscope.collate.kernels.keep import crowded, drop

        ends = self.plan.draws[3]
        shortest = ends[ends > self.plan.sampling.top].min(initial=seen + 1)  # shorter ones are seen to by ``admit``
        if not shortest <= seen < self.plan.sequences:
            return
        full = crowded(self._state)
        due = seen >= self._floors_at * np.where(full, _CROWDED, _SPARSER)
        if due.any():
            raise_floors(largest, seen, due, ends, self.floors.ranges)
            self._floors_at[due], full[due] = seen, 0
            drop(due, self._sizes, self._floors(), self._state, self._stock)

    def insert(self, packed: PackedRows) -> None:
        """Take in the rows of another cache, of later sequences."""
        from neuronscope.collate.kernels.intake import place_packed

        figures = (packed.high, packed.low)
        place_packed(packed.starts, packed.sequences, figures, packed.rows, self.kept, self.rows)

    def packed(self) -> PackedRows:
        """What is still wanted."""
        from neuronscope.collate.kernels.keep import drop, figures_of, sequences_and_rows
        from neuronscope.collate.kernels.rows import pack_rows

        drop(np.ones(self.units, np.bool_), self._sizes, self._floors(), self._state, self._stock)
        places = sequences_and_rows(self._state, self._sizes)
        counts = np.count_nonzero(places[0] >= 0, axis=1)
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        unit, place = np.repeat(np.arange(self.units), counts), np.empty(starts[-1], np.int64)
        packed = np.empty((starts[-1], self.plan.positions), self.rows.dtype)
        pack_rows(places, self.rows, starts, place, packed)
        high, low = figures_of(self._state, self._sizes, unit, place)
        return PackedRows(starts, places[0][unit, place], high, low, packed)

    def put(self, at: NDArray[np.int32], rows: Bits) -> None:
        """Write rows where ``add`` said, [row] and [row, recorded position]; of two with one place the later stays."""
        self.rows[at] = rows

    def rows_of(self, units: NDArray[np.int64], chosen: NDArray[np.int64]) -> tuple[Bits, NDArray[np.bool_]]:
        """Rows of the ``chosen`` sequences, [row, slot, position], 0 where there is none; and which ones are here."""
        from neuronscope.collate.kernels.keep import sequences_and_rows
        from neuronscope.collate.kernels.rows import find_rows

        found = np.zeros((*chosen.shape, self.plan.positions), self.rows.dtype)
        here = find_rows(sequences_and_rows(self._state, self._sizes), self.rows, units, chosen, found)
        return found, here

    def _floors(self) -> tuple[Floats, Floats, Floats]:
        return self.floors.top, self.floors.negative, self.floors.ranges
