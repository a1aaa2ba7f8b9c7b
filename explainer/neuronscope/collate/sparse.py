"""One layer whose units are mostly silent (SAE latents): non-zeros in; statistics, choice and rows out.

Every non-zero activation goes to the disk, a file per shard, ordered by unit. So nothing has to be decided while the
corpus streams by, and work and memory follow the non-zeros: at the end units are taken a few at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.dense import Span
from neuronscope.collate.followed import Followed, Places
from neuronscope.collate.nonzeros import Nonzeros, ShardFiles, group
from neuronscope.collate.options import SHARD, Sampling
from neuronscope.collate.ranks import rank_ranges
from neuronscope.collate.result import Choice, UnitStatistics, no_choice
from neuronscope.collate.sparsestatistics import statistics_of
from neuronscope.collate.tokensums import TokenMeans, TokensAt, strongest_sparse
from neuronscope.errors import BrokenData

if TYPE_CHECKING:
    from neuronscope.subject import SparseActivations

_AT_A_TIME = 4_000_000  # non-zeros in memory at the end: some 100 MB


@dataclass(frozen=True)
class SparseShard:
    """What one shard adds to one layer: its non-zeros at recorded positions, by unit, sequence and position."""

    nonzeros: Nonzeros
    fired: NDArray[np.bool_]  # [unit]


class SparseTally:
    """Non-zeros of one shard of one layer, batch after batch."""

    def __init__(self, layer: int, units: int, *, span: Span) -> None:
        self._layer = layer
        self._units = units
        self._span = span
        self._batches: list[Nonzeros] = []

    def add(self, values: SparseActivations, first: int, places: Places | None = None) -> None:  # noqa: ARG002
        """Take in one batch; its first sequence is sequence ``first`` of the corpus. ``places``: as for dense ones.

        :raises BrokenData: an activation is infinite or not a number.
        """
        value = values.value.float().cpu().numpy()
        if not np.isfinite(value).all():
            raise BrokenData(f"layer {self._layer} has activations that are not finite numbers: try dtype float32")
        sequence, position = np.divmod(values.position.cpu().numpy(), values.shape[1])
        shown = position >= self._span.recorded
        self._batches.append(
            Nonzeros(
                unit=values.unit.cpu().numpy()[shown].astype(np.int32),
                sequence=(sequence[shown] + first).astype(np.int32),
                position=(position[shown] - self._span.recorded).astype(np.int32),
                value=value[shown],
            )
        )

    def close(self) -> SparseShard:
        """What was seen."""
        nonzeros = group(self._batches)
        counted = nonzeros.position >= self._span.counted - self._span.recorded
        fired = np.zeros(self._units, np.bool_)
        fired[nonzeros.unit[counted]] = True
        return SparseShard(nonzeros, fired)

    carried = close


class SparseLayer:
    """One layer over the shards merged so far."""

    def __init__(self, layer: int, units: int, files: ShardFiles, *, shape: tuple[int, int, int]) -> None:
        """``shape``: sequences of the corpus, recorded positions, and how many of those are not counted."""
        self.layer = layer
        self.units = units
        self.fired: NDArray[np.bool_] = np.zeros(units, np.bool_)
        self._files = files
        self._sequences, self._positions, self._ignored = shape
        self._shards = -(-self._sequences // SHARD)

    def tally(self, _shard: int, span: Span) -> SparseTally:
        """For the next shard."""
        return SparseTally(self.layer, self.units, span=span)

    def merge(self, shard: int, seen: SparseShard) -> None:
        """Add one shard.

        :raises StorageFailed: the disk is full or failed.
        """
        self._files.write(shard, seen.nonzeros)
        self.fired |= seen.fired

    def statistics(self, tokens: int, *, true_zero: bool) -> UnitStatistics:  # noqa: ARG002  # as for dense ones
        """Of every unit of the layer, over ``tokens`` counted ones, silent ones included."""
        parts = [statistics_of(self._counted(units), units, tokens=tokens) for units in self.blocks()]
        columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])}
        return UnitStatistics(**columns)

    def choose(self, units: NDArray[np.int64], sampling: Sampling) -> Choice:
        """The sequences that each of ``units`` shows."""
        from neuronscope.collate.kernels.choose import choose_sparse

        nonzeros = self._counted(units)
        starts = self._starts(nonzeros)
        bounds = np.searchsorted(nonzeros.unit[starts], np.append(units, units[-1] + 1))
        choice = no_choice(len(units), sampling)
        firsts = np.array([first for first, _ in rank_ranges(self._sequences, sampling.quantiles)], np.int64)
        sizes = (sampling.top, sampling.negative, sampling.per_quantile, sampling.random)
        choose_sparse(
            bounds,
            nonzeros.sequence[starts],
            self._figures(nonzeros.value, starts),
            self._sequences,
            units,
            (sampling.seed, self.layer),
            sizes,
            firsts,
            (choice.chosen, choice.pools, choice.fired),
        )
        return choice

    def token_means(self, units: NDArray[np.int64], followed: Followed, many: int, tokens_at: TokensAt) -> TokenMeans:
        """The ``many`` tokens with the highest mean activation of each of ``units``."""
        parts = []
        for block in self.blocks():
            some = units[(units >= block[0]) & (units <= block[-1])]
            parts.append(strongest_sparse(self._counted(some), some, followed, many, tokens_at))
        return TokenMeans(np.concatenate([p.columns for p in parts]), np.concatenate([p.means for p in parts]))

    def rows(self, units: NDArray[np.int64], chosen: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Rows of ``chosen``, bits of float32 [row, slot, recorded position]; all of them are here."""
        from neuronscope.collate.kernels.rows import fill_rows

        nonzeros = self._files.read(units, self._shards)
        bounds = np.searchsorted(nonzeros.unit, np.append(units, units[-1] + 1))
        found = np.zeros((*chosen.shape, self._positions), np.float32)
        fill_rows(bounds, nonzeros.sequence, nonzeros.position, nonzeros.value, chosen, found)
        return found.view(np.int32), np.ones(chosen.shape, np.bool_)

    def has(self, _units: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which rows of ``chosen``, [row, slot], are here: every one."""
        return np.ones(chosen.shape, np.bool_)

    def figures(self, units: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
        """Unit, sequence and largest activation where that is not 0, ascending by unit and then by sequence."""
        nonzeros = self._counted(units)
        starts = self._starts(nonzeros)
        high = self._figures(nonzeros.value, starts)[0]
        there = np.flatnonzero(high)
        return nonzeros.unit[starts[there]], nonzeros.sequence[starts[there]], high[there]

    def let_go(self) -> None:
        """Everything is on disk."""

    def flush(self) -> None:
        """Files are forced to the disk when they are written."""

    def state(self) -> list[NDArray[Any]]:
        """Everything but the files, to be written down: ``restore`` takes it back."""
        return [self.fired]

    def restore(self, state: list[NDArray[Any]]) -> None:
        """Become what ``state`` was taken from."""
        (self.fired,) = state

    def blocks(self) -> list[NDArray[np.int64]]:
        """All units, as many at a time as their non-zeros allow."""
        ends = np.cumsum(self._files.counts(self.units, self._shards)) // _AT_A_TIME
        cuts = np.flatnonzero(np.diff(ends)) + 1
        return np.split(np.arange(self.units), cuts)

    def _starts(self, nonzeros: Nonzeros) -> NDArray[np.int64]:
        """Where the rows of another unit, or of another sequence, begin."""
        key = nonzeros.unit.astype(np.int64) * self._sequences + nonzeros.sequence
        return np.flatnonzero(np.diff(key, prepend=-1))

    def _figures(
        self, values: NDArray[np.float32], starts: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Largest and smallest activation of each run of ``values``, those of one unit in one sequence."""
        if not len(starts):
            return values, values
        high, low = np.maximum.reduceat(values, starts), np.minimum.reduceat(values, starts)
        silent = np.diff(starts, append=len(values)) < self._positions - self._ignored  # somewhere in the sequence
        return np.where(silent, np.maximum(high, 0), high), np.where(silent, np.minimum(low, 0), low)

    def _counted(self, units: NDArray[np.int64]) -> Nonzeros:
        nonzeros = self._files.read(units, self._shards)
        return nonzeros if not self._ignored else nonzeros.only(nonzeros.position >= self._ignored)
