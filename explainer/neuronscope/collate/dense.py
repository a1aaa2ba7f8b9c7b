"""One layer whose units have an activation at every token: batches in; statistics, choice and rows out.

A tally sees one shard; the layer's state merges shards in index order, whoever tallied them.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate import finebins, moments
from neuronscope.collate.bits import Bits, bits_of, floats_of, to_bits
from neuronscope.collate.finebins import FineBins
from neuronscope.collate.followed import Followed, Places
from neuronscope.collate.moments import Moments
from neuronscope.collate.options import SHARD, Sampling
from neuronscope.collate.ranks import rank_ranges
from neuronscope.collate.result import Choice, UnitStatistics, no_choice
from neuronscope.collate.rowcache import Floors, PackedRows, RowCache
from neuronscope.collate.table import extremes_of, figures_of
from neuronscope.collate.tokensums import (
    ShardSums,
    ShardTable,
    Table,
    TokenMeans,
    TokensAt,
    TokenTally,
    merge,
    no_places,
    strongest,
    sums_on_device,
)
from neuronscope.errors import BrokenData

if TYPE_CHECKING:
    import torch


_AT_A_TIME = 400_000  # units times recorded positions: some 100 MB of float32 rows at 65 records


@dataclass(frozen=True)
class Span:
    """Of each sequence, positions from ``counted`` on are ranked and counted, those from ``recorded`` on are kept."""

    recorded: int
    counted: int


@dataclass(frozen=True)
class DenseShard:
    """What one shard adds to one layer; the last two are None where the state has them in its own table and cache."""

    moments: Moments
    fine: FineBins
    fired: NDArray[np.bool_]  # [unit], with either sign
    tokens: ShardSums | None = None  # none where no token is followed
    figures: Bits | None = None  # [2, unit, sequence]: largest, smallest
    rows: PackedRows | None = None


class DenseTally:
    """Figures of one shard of one layer, batch after batch."""

    def __init__(
        self, layer: int, cache: RowCache, table: Bits, *, shard: int, span: Span, sums: ShardTable | None = None
    ) -> None:
        """``table``: bits [shard, 2, unit, sequence]; figures go to ``shard`` of it, and those before are there."""
        from neuronscope.collate.kernels.reduce import no_counts

        self._layer = layer
        self._cache = cache
        self._table = table
        self._shard = shard
        self._span = span
        self._seen = 0
        self._tokens = TokenTally(sums or ShardTable(cache.units))
        self._sums, self._bases, self._bins = no_counts(cache.units)
        self._moments = moments.no_moments(cache.units)  # of what was reduced on a device

    def add(self, values: torch.Tensor, first: int, places: Places | None = None) -> None:
        """Take in ``values``, [sequence, position, unit]; the first one is sequence ``first`` of the corpus.

        :param places: where sums by token go, if they are taken.

        :raises BrokenData: an activation is infinite or not a number.
        """
        if values.device.type == "cuda":  # others may lack float64
            self._add_on_device(values, first)
            if places is not None:
                self._tokens.begin(places)
                self._tokens.add(*sums_on_device(values[:, self._span.counted :], places))
        else:
            self._add_here(bits_of(values.cpu()), first, places)

    def _add_here(self, bits: Bits, first: int, places: Places | None) -> None:
        from neuronscope.collate.kernels.intake import take_in

        figures, span = self._figures(len(bits)), (self._span.recorded, self._span.counted)
        whole, counts = np.ascontiguousarray(bits), (self._sums, self._bases, self._bins)
        begins, cache = self._seen == 0, self._cache
        places = places or no_places(bits, self._span.counted)
        by_row = places.by_row
        by_token = (by_row.order, by_row.starts, by_row.rows, self._tokens.begin(places))
        self._refuse_unless(take_in(whole, span, first, begins, counts, by_token, figures, cache.kept, cache.rows))
        self._advance(len(bits))

    def _add_on_device(self, values: torch.Tensor, first: int) -> None:
        from neuronscope.collate.ondevice import reduce_on_device, rows_on_device

        units, figures = self._cache.units, self._figures(len(values))
        found = reduce_on_device(values[:, self._span.counted :], self._bases[:, :units])
        self._refuse_unless(bool(np.isfinite(found.sums).all()))
        figures[0], figures[1] = (to_bits(bound, figures.dtype) for bound in (found.maxima, found.minima))
        moved = finebins.moved_counts(self._bins[:units], self._bases[:, :units], found.bases)
        self._bases[:, :units], self._bins[:units] = found.bases, moved + found.bins
        placed = self._cache.add(found.maxima, found.minima, first)
        unit, sequence, rows = rows_on_device(values[:, self._span.recorded :], placed)
        self._cache.put(placed[unit, sequence], rows)
        tokens = values[:, self._span.counted :, 0].numel()
        self._moments = moments.merge(self._moments, Moments(tokens, *found.sums))
        self._advance(len(values))

    def _refuse_unless(self, finite: bool) -> None:
        if not finite:
            raise BrokenData(f"layer {self._layer} has activations that are not finite numbers: try dtype float32")

    def _advance(self, sequences: int) -> None:
        self._seen += sequences
        self._cache.raise_floors(self._table[:, 0], self._shard * SHARD + self._seen)

    def _figures(self, more: int) -> Bits:
        """Where figures of the next ``more`` sequences go: bits [2, unit, sequence]."""
        part: Bits = self._table[self._shard, :, :, self._seen : self._seen + more]
        return part

    def close(self) -> DenseShard:
        """What was seen."""
        units, seen = self._cache.units, self._table[self._shard, :, :, : self._seen]
        bases, bins = self._bases[:, :units].copy(), self._bins[:units].astype(np.int64)
        fired = np.logical_or((floats_of(seen[0]) > 0).any(axis=1), (floats_of(seen[1]) < 0).any(axis=1))
        return DenseShard(self._moments_seen(), FineBins(bases, bins), fired, self._tokens.close())

    def _moments_seen(self) -> Moments:
        from neuronscope.collate.kernels.reduce import sums_of

        if self._moments.count:
            return self._moments
        plan = self._cache.plan
        tokens = self._seen * (plan.positions - plan.ignored)
        return moments.about_the_mean(tokens, *sums_of(self._sums, self._cache.units))

    def carried(self) -> DenseShard:
        """What was seen, with the figures and rows, for a state elsewhere to merge."""
        figures = self._table[self._shard, :, :, : self._seen]
        return dataclasses.replace(self.close(), figures=np.ascontiguousarray(figures), rows=self._cache.packed())


class DenseLayer:
    """One layer over the shards merged so far: statistics, the table of figures of merit, and the rows kept."""

    def __init__(self, layer: int, table: Bits, cache: RowCache, sums: Table | None = None) -> None:
        """``sums``: of activations by token, [block, column, lane], 0 throughout; none are taken without."""
        self.layer = layer
        self.units = cache.units
        self.cache = cache
        self.fired: NDArray[np.bool_] = np.zeros(cache.units, np.bool_)
        self._table = table
        self._sums = np.zeros((0, 0, 1), np.float32) if sums is None else sums
        self._shard_sums = ShardTable(cache.units)
        self._sequences = cache.plan.sequences
        # Where every recorded position counts, a row whose figures are 0 is all zeros.
        self._zeros_are_rows = cache.plan.ignored == 0
        self._moments = moments.no_moments(cache.units)
        self._fine = finebins.no_counts(cache.units)

    def tally(self, shard: int, span: Span) -> DenseTally:
        """For the next shard, with figures and rows going to this state's own table and cache."""
        return DenseTally(self.layer, self.cache, self._table, shard=shard, span=span, sums=self._shard_sums)

    def merge(self, shard: int, seen: DenseShard) -> None:
        """Add one shard; they must come in index order."""
        self._moments = moments.merge(self._moments, seen.moments)
        self._fine = finebins.merge(self._fine, seen.fine)
        self.fired |= seen.fired
        if seen.tokens is not None and self._sums.size:
            merge(self._sums, seen.tokens)
        if seen.rows is not None:
            self.cache.insert(seen.rows)
        if seen.figures is not None:  # floors rise after the rows that they were worked out from are in
            count = seen.figures.shape[2]
            self._table[shard, :, :, :count] = seen.figures
            self.cache.raise_floors(self._table[:, 0], shard * SHARD + count)

    def statistics(self, tokens: int, *, true_zero: bool) -> UnitStatistics:
        """Of every unit of the layer, over ``tokens`` counted ones; ``true_zero`` says what density counts."""
        extremes = extremes_of(self._table, self._sequences)
        histograms = finebins.histograms(self._fine, extremes.maxima, extremes.minima)
        dense, threshold = finebins.dense(self._fine, extremes.maxima)
        share = np.where(np.isnan(threshold), np.nan, dense / tokens)
        return UnitStatistics(
            mean=self._moments.mean,
            variance=self._moments.variance(),
            skewness=self._moments.skewness(),
            kurtosis=self._moments.kurtosis(),
            minimum=extremes.minima,
            maximum=extremes.maxima,
            sequences_fired=extremes.fired,
            sequences_fired_negative=extremes.fired_negative,
            density=finebins.above_zero(self._fine) / tokens if true_zero else share,
            density_threshold=np.zeros(self.units) if true_zero else threshold,
            histogram_exponent=histograms.exponents,
            histogram_counts=histograms.counts,
        )

    def choose(self, units: NDArray[np.int64], sampling: Sampling) -> Choice:
        """The sequences that each of ``units`` shows."""
        from neuronscope.collate.kernels.choose import choose

        choice = no_choice(len(units), sampling)
        firsts = np.array([first for first, _ in rank_ranges(self._sequences, sampling.quantiles)], np.int64)
        out = (choice.chosen, choice.pools, choice.fired)
        sizes = (sampling.top, sampling.negative, sampling.per_quantile, sampling.random)
        choose(self._table, self._sequences, units, (sampling.seed, self.layer), sizes, firsts, out)
        return choice

    def has(self, units: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which rows of ``chosen``, [row, slot], are here; empty slots count as here."""
        here: NDArray[np.bool_] = self.rows(units, chosen)[1]
        return here

    def rows(self, units: NDArray[np.int64], chosen: NDArray[np.int64]) -> tuple[Bits, NDArray[np.bool_]]:
        """Rows of ``chosen``, bits [row, slot, recorded position], and which of them are here."""
        found, here = self.cache.rows_of(units, chosen)
        silent = (self._figures_of(units, chosen) == 0).all(axis=0) if self._zeros_are_rows else np.False_
        return found, here | (chosen < 0) | silent

    def _figures_of(self, units: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.float32]:
        """Largest and smallest activation of each of ``chosen``, [2, row, slot]."""
        shard, place = np.divmod(np.maximum(chosen, 0), SHARD)
        both = [self._table[shard, sign, units[:, None], place] for sign in range(2)]
        return floats_of(np.stack(both))

    def token_means(self, units: NDArray[np.int64], followed: Followed, many: int, _tokens_at: TokensAt) -> TokenMeans:
        """The ``many`` tokens with the highest mean activation of each of ``units``."""
        return strongest(self._sums, units, followed, many)

    def figures(self, sign: int, units: NDArray[np.int64]) -> Bits:
        """The largest (``sign`` 0) or smallest (1) activation of some units in every sequence, bits [row, sequence]."""
        figures: Bits = figures_of(self._table[:, sign : sign + 1], units, self._sequences)[0]
        return figures

    def blocks(self) -> list[NDArray[np.int64]]:
        """All units, as many at a time as make some 100 MB of rows."""
        size = max(1, _AT_A_TIME // self.cache.plan.positions)
        return [np.arange(first, min(first + size, self.units)) for first in range(0, self.units, size)]

    def let_go(self) -> None:
        """Give back the memory of rows and of further shards' sums; figures of merit stay."""
        self.cache.let_go()
        self._shard_sums = ShardTable(self.units)

    def flush(self) -> None:
        """Force the table to the disk."""
        if isinstance(self._table, np.memmap):
            self._table.flush()

    def state(self) -> list[NDArray[Any]]:
        """Everything but the table, to be written down: ``restore`` takes it back."""
        packed, floors = self.cache.packed(), self.cache.floors
        return [
            np.array([self._moments.count]),
            np.stack([self._moments.mean, self._moments.m2, self._moments.m3, self._moments.m4]),
            self._fine.bases,
            self._fine.counts,
            self.fired,
            *(floors.top, floors.negative, floors.ranges),
            *(packed.starts, packed.sequences, packed.high, packed.low, packed.rows),
            self._sums,
        ]

    def restore(self, state: list[NDArray[Any]]) -> None:
        """Become what ``state`` was taken from."""
        count, sums, bases, counts, self.fired, top, negative, ranges, *packed, by_token = state
        self._sums[:] = by_token
        self._moments = Moments(int(count[0]), *sums)
        self._fine = FineBins(bases, counts)
        self.cache.insert(PackedRows(*packed))
        self.cache.floors = Floors(top, negative, ranges)
