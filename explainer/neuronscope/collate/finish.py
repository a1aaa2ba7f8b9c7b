"""Layers that saw every sequence in; out what is written of each, a part of its units at a time.

Sequences are chosen for all units first. Rows that were chosen and not kept, few if any, are computed again from the
batches that they came from, which gives the same bits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.bits import Bits, bits_of, floats_of
from neuronscope.collate.job import Job, Layer
from neuronscope.collate.options import SHARD
from neuronscope.collate.result import Choice, LayerResult, UnitStatistics
from neuronscope.collate.running import Batch, batches, run_batches
from neuronscope.collate.stopwatch import Stopwatch

if TYPE_CHECKING:
    import torch

    from neuronscope.subject import SparseActivations

Again = dict[tuple[int, int, int], Bits]  # layer, sequence and unit: [recorded position]
_Missing = dict[tuple[int, int], list[int]]  # layer and sequence: units


@dataclass(frozen=True)
class Chosen:
    """One layer's units that are kept, ascending; what they show; and the statistics of all units of the layer."""

    layer: Layer
    units: NDArray[np.int64]
    choice: Choice
    statistics: UnitStatistics

    @property
    def dead_units(self) -> int:
        """Units of the layer, kept or not, that never fired with either sign."""
        fired = (self.statistics.sequences_fired > 0) | (self.statistics.sequences_fired_negative > 0)
        return int((~fired).sum())


def choose_layer(job: Job, layer: Layer) -> Chosen:
    """Work out which units of a layer are kept, and which sequences they show."""
    statistics = layer.statistics(job.tokens, true_zero=job.source.true_zero)
    kept = most_selective(statistics.kurtosis, job.options.most_selective)
    parts = [layer.choose(units, job.options.sampling) for units in _blocks(layer, kept)]
    choice = Choice(
        np.concatenate([part.chosen for part in parts]),
        np.concatenate([part.pools for part in parts]),
        np.concatenate([part.fired for part in parts]),
    )
    return Chosen(layer, kept, choice, statistics)


def most_selective(kurtosis: NDArray[np.float64], count: int | None) -> NDArray[np.int64]:
    """The ``count`` units of highest kurtosis, ascending by index; units that never vary come last."""
    if count is None:
        return np.arange(len(kurtosis))
    return np.sort(np.argsort(-np.nan_to_num(kurtosis, nan=-1.0), kind="stable")[:count])


def results(chosen: Chosen, again: Again) -> Iterator[LayerResult]:
    """A layer, a part of its units at a time; ``again`` are rows computed again."""
    layer, start = chosen.layer, 0
    for units in _blocks(layer, chosen.units):
        span = slice(start, start + len(units))
        start += len(units)
        picked = chosen.choice.chosen[span]
        bits, here = layer.rows(units, picked)
        for row, slot in zip(*np.nonzero(~here), strict=True):
            bits[row, slot] = again[layer.layer, int(picked[row, slot]), int(units[row])]
        yield LayerResult(
            layer=layer.layer,
            units=units,
            statistics=_rows(chosen.statistics, units),
            chosen=picked,
            pools=chosen.choice.pools[span],
            fired=chosen.choice.fired[span],
            activations=floats_of(bits),
        )


def compute_again(job: Job, layers: list[Chosen], watch: Stopwatch) -> Again:
    """Rows that were chosen and not kept."""
    missing: _Missing = defaultdict(list)
    for chosen in layers:
        _add_missing(chosen, missing)
    wanted: dict[int, set[int]] = defaultdict(set)  # first sequence of a batch -> layers
    for layer, sequence in missing:
        wanted[_first_of_batch(job, sequence)].add(layer)
    found: Again = {}

    def keep(layer: int, batch: Batch, values: torch.Tensor | SparseActivations) -> None:
        bits = bits_of(values[:, job.span.recorded :].cpu())  # type: ignore[index]  # sparse layers keep every row
        for i in range(len(bits)):
            for unit in missing.get((layer, batch.first + i), []):
                found[layer, batch.first + i, unit] = bits[i, :, unit].copy()

    shards = sorted({first // SHARD for first in wanted})
    several = (batch for shard in shards for batch in batches(job, shard) if batch.first in wanted)
    for some, alike in groupby(several, key=lambda batch: sorted(wanted[batch.first])):
        for _ in run_batches(job, alike, keep, watch, layers=some):
            pass
    return found


def _add_missing(chosen: Chosen, missing: _Missing) -> None:
    start = 0
    for units in _blocks(chosen.layer, chosen.units):
        picked = chosen.choice.chosen[start : start + len(units)]
        start += len(units)
        for row, slot in zip(*np.nonzero(~chosen.layer.has(units, picked)), strict=True):
            missing[chosen.layer.layer, int(picked[row, slot])].append(int(units[row]))


def _first_of_batch(job: Job, sequence: int) -> int:
    """Batches do not cross the end of a shard."""
    shard = sequence // SHARD * SHARD
    return shard + (sequence - shard) // job.batch_size * job.batch_size


def _blocks(layer: Layer, units: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """``units`` in the parts that the layer reads at a time."""
    return [part for block in layer.blocks() if len(part := units[(units >= block[0]) & (units <= block[-1])])]


def _rows(statistics: UnitStatistics, units: NDArray[np.int64]) -> UnitStatistics:
    return UnitStatistics(**{name: column[units] for name, column in vars(statistics).items()})
