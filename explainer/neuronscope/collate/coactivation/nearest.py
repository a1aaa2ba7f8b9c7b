"""Which units act together: figures of merit of every unit in every sequence in; every unit's nearest others out."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from neuronscope.collate.coactivation.dense import nearest_dense
from neuronscope.collate.coactivation.sparse import nearest_sparse
from neuronscope.collate.coactivation.table import Coactivation, FigureTable, nothing_found
from neuronscope.errors import BadInput

_MEASURED = 512  # rows of the product that an estimate is made from
_OF_A_PRODUCT = 0.75  # of all pairs in both orders, measured: each pair is taken once, and overlaps are counted too
Progress = Callable[[int, int], None]  # so many parts of so many are done; parts take about as long


def coactivation(table: FigureTable, folder: Path, *, top: int = 10, progress: Progress | None = None) -> Coactivation:
    """For every unit the ``top`` others whose figures of merit are nearest to its own, of all layers.

    By Pearson's r of the figures (largest activation in a sequence) over all sequences, and by Jaccard's index of
    firing, |both fire| / |either fires| over sequences, a unit firing where its figure is above 0. Largest values
    first, equal ones (to twelve decimals) by layer and unit. A unit whose figure never varies has no r and is in
    nobody's list. Jaccard is taken among units that fire in at most 90% of the sequences, since most units of a gated
    MLP fire in nearly all; and others that never fire together with a unit are not in its list.

    The choice is that of float64 arithmetic, whatever a faster one says first, and does not depend on threads.

    :param folder: for working files: of dense layers 2 or 4 bytes per unit and sequence, as the run's dtype, and a bit;
        of sparse ones 8 bytes per figure. They are gone in the end.
    :raises BadInput: ``top`` is below 1.
    :raises StorageFailed: the disk has no room for them.
    """
    if top < 1:
        raise BadInput(f"top must be 1 or greater, not {top}")
    layer, unit = table.places()
    correlated, overlapping = nothing_found(table.rows, top), nothing_found(table.rows, top)
    search = nearest_sparse if table.sparse else nearest_dense
    if table.rows and table.sequences:
        search(table, folder, (correlated, overlapping), progress or unheard)
    return Coactivation(layer, unit, *correlated, *overlapping)


def seconds_for(units: int, sequences: int) -> float:
    """What comparing ``units`` of dense layers takes about, from the product of a few rows in bfloat16."""
    import torch

    some = torch.ones(_MEASURED, sequences, dtype=torch.bfloat16)
    _ = some @ some.T
    began = time.perf_counter()
    _ = some @ some.T
    return (time.perf_counter() - began) * (units / _MEASURED) ** 2 * _OF_A_PRODUCT


def unheard(_done: int, _total: int) -> None:
    """Progress that nobody watches."""
