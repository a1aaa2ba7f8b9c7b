"""Units of two datasets matched by how their activations go together: both models and their text in, the first dataset
with a file of partners per layer out.

Each batch of sequences goes through both models once; of every pair of layers only sums stay.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neuronscope.codec import dumps
from neuronscope.dataset import change_dataset, layout
from neuronscope.errors import BadInput
from neuronscope.match.sides import Side, refuse_other_tokens
from neuronscope.match.sums import Sums, correlation, strongest
from neuronscope.relations import LayerMatches, UnitMatch

if TYPE_CHECKING:
    import torch

Pair = tuple[int, int]  # a layer of the first dataset, and one of the other
Progress = Callable[[int, int], None]  # sequences done, of how many

_POSITIONS = 1024  # of one batch: few enough that all layers' activations stay small
_MOST_BYTES = 8_000_000_000  # of sums of products


@dataclass(frozen=True)
class MatchSummary:
    """What was added to a dataset; ``median`` is that of the units' best correlations, None where there is none."""

    dataset: str
    other: str
    layers: int  # of the dataset, with partners
    units: int
    matched: int  # units that have a partner: others never change, or nothing that they were compared with does
    tokens: int
    median: float | None
    seconds: float


def match(
    root: Path,
    a: Side,
    b: Side,
    sequences: NDArray[np.int32],
    *,
    other: str,
    pairs: Sequence[Pair],
    partners: int = 3,
    progress: Progress | None = None,
) -> MatchSummary:
    """Give each unit of the dataset at ``root``, which is ``a``, its best ``partners`` among the units of ``b``.

    Best is the highest Pearson correlation of activations over all tokens that both datasets count, in float64.

    :param sequences: the text of both, [sequence, token].
    :param other: the name under which the partners' dataset is to be found.
    :param pairs: which layer is compared with which; of several with one layer the best of all are taken.
    :raises BadInput: the models' tokens differ, or the sums of so many pairs would not fit.
    :raises BrokenData: activations are not finite.
    :raises StorageFailed: the disk is full or failed; the dataset is as it was.
    """
    began = time.perf_counter()
    refuse_other_tokens(a, b)
    _refuse_too_many(a, b, pairs)
    compared = _Compared(a, b, pairs)
    compared.run(sequences, progress or _unseen)
    found = [
        LayerMatches(layer, other, compared.tokens, list(a.units[layer]), compared.partners(layer, partners))
        for layer in sorted({layer for layer, _ in pairs})
    ]
    with change_dataset(root) as change:
        for table in found:
            change.add_file(layout.matches_path(other, table.layer), dumps(table))
        change.finish()
    best = [partners[0].correlation for table in found for partners in table.matches if partners]
    return MatchSummary(
        dataset=str(root),
        other=other,
        layers=len(found),
        units=sum(len(table.unit) for table in found),
        matched=len(best),
        tokens=compared.tokens,
        median=statistics.median(best) if best else None,
        seconds=time.perf_counter() - began,
    )


def _unseen(_done: int, _total: int) -> None:
    """Nobody looks."""


def _refuse_too_many(a: Side, b: Side, pairs: Sequence[Pair]) -> None:
    size = sum(8 * len(a.units[own]) * len(b.units[theirs]) for own, theirs in pairs)
    if size > _MOST_BYTES:
        raise BadInput(
            f"comparing {len(pairs)} pairs of layers takes {size / 1e9:.0f} GB of memory, and at most "
            f"{_MOST_BYTES / 1e9:.0f} are used: compare fewer at a time with --layers"
        )


class _Compared:
    """The sums of all pairs of layers."""

    def __init__(self, a: Side, b: Side, pairs: Sequence[Pair]) -> None:
        self._a, self._b, self._pairs = a, b, pairs
        self._own = {layer: Sums() for layer, _ in pairs}
        self._others = {layer: Sums() for _, layer in pairs}
        self._products: dict[Pair, torch.Tensor] = {}
        self.tokens = 0

    def run(self, sequences: NDArray[np.int32], progress: Progress) -> None:
        first = max(self._a.first, self._b.first)
        progress(0, len(sequences))
        for done, batch in _batches(sequences):
            own = self._a.read(batch, self._own, first)
            others = self._b.read(batch, self._others, first)
            self._add(own, others)
            self.tokens += len(batch) * (sequences.shape[1] - first)
            progress(done, len(sequences))

    def _add(self, own: dict[int, torch.Tensor], others: dict[int, torch.Tensor]) -> None:
        theirs = {layer: self._others[layer].add(values) for layer, values in others.items()}
        for layer, values in own.items():
            moved = self._own[layer].add(values)
            for pair in self._pairs:
                if pair[0] == layer:
                    products = moved.T @ theirs[pair[1]].to(moved.device)
                    self._products[pair] = self._products[pair] + products if pair in self._products else products

    def partners(self, layer: int, count: int) -> list[list[UnitMatch]]:
        """The best of each unit of a layer, best first."""
        import torch

        others = [pair for pair in self._pairs if pair[0] == layer]
        units = [(theirs, unit) for _, theirs in others for unit in self._b.units[theirs]]
        columns = [
            correlation(self._own[layer], self._others[pair[1]], self._products[pair].cpu(), self.tokens)
            for pair in others
        ]
        places, values = strongest(torch.cat(columns, dim=1), count)
        return [
            [UnitMatch(*units[place], value) for place, value in zip(row, numbers, strict=True)]
            for row, numbers in zip(places, values, strict=True)
        ]


def _batches(sequences: NDArray[np.int32]) -> Iterator[tuple[int, NDArray[np.int32]]]:
    size = max(1, _POSITIONS // sequences.shape[1])
    for first in range(0, len(sequences), size):
        yield min(first + size, len(sequences)), sequences[first : first + size]
