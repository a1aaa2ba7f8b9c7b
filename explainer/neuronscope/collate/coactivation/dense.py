"""Nearest units of dense layers: their figures of merit in, correlations and overlaps of firing of the best out."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import numpy as np

from neuronscope.collate.bits import Bits
from neuronscope.collate.coactivation.correlation import DenseRows, nearest_by_correlation
from neuronscope.collate.coactivation.overlap import nearest_by_overlap
from neuronscope.collate.coactivation.scratch import on_disk
from neuronscope.collate.coactivation.table import FigureTable, Found
from neuronscope.collate.coactivation.work import Heard, Ints, side_by_side, split
from neuronscope.collate.lanes import Turn

_BYTES = 2**25  # of figures that are copied at a time
_MEASURED = 256  # rows that are measured at a time


def nearest_dense(table: FigureTable, folder: Path, found: tuple[Found, Found], heard: Heard) -> None:
    """Fill in the nearest by correlation, and those by overlap of firing."""
    with ExitStack() as files:
        shape = (table.rows, table.sequences)
        dtype = table.dense[0].figures(0, np.zeros(1, np.int64)).dtype
        rows = _lay(table, files.enter_context(on_disk(folder / "together.bin", shape, dtype)))
        nearest_by_correlation(rows, found[0], heard)
        nearest_by_overlap(rows.bits, rows.fired, folder, found[1])


def _lay(table: FigureTable, bits: Bits) -> DenseRows:
    """Copy figures to where a row lies in one piece, and measure them."""
    from neuronscope.collate.kernels.pairs import measure

    size, first = max(1, _BYTES // bits[:1].nbytes), 0
    for layer in table.dense:
        units = table.units[layer.layer]
        for start in range(0, len(units), size):
            part = units[start : start + size]
            bits[first : first + len(part)] = layer.figures(0, part)
            first += len(part)
    count = len(bits)
    rows = DenseRows(bits, np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count, np.int64))

    def work(some: Ints, _: Turn) -> None:
        measure(rows.figures, some, rows.lost, rows.fired)

    side_by_side(split(np.arange(count), _MEASURED), work)
    return rows
