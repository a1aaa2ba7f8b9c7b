"""Activations summed by token: those of a few units in, sums brought up to date; every unit's strongest tokens out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import inlined, kernel
from neuronscope.collate.kernels.lanes import LANES, U_LANES, wide

Bits = NDArray[Any]
Table = NDArray[np.float32]  # [block, row, lane]


@kernel
def add_by_token(
    block: Bits,
    items: NDArray[np.uint64],
    starts: NDArray[np.int32],
    rows: NDArray[np.int32],
    table: NDArray[np.float32],
) -> None:
    """Add some sequences of one block of units, row by row: a row is far away, and is fetched once for all of them.

    :param block: bits [sequence * position * lane].
    :param items: where in it each position begins, those of one row after those of the other.
    :param starts: [row + 1], where in ``items`` those of each of ``rows`` begin, and the last ones end.
    :param table: float32 [row * lane].
    """
    for i in range(len(rows)):
        to = np.uint64(rows[i]) * U_LANES
        first, end = starts[i], starts[i + 1]
        if (end - first) & 1:
            at = items[first]
            for lane in range(U_LANES):
                table[to + lane] += wide(block[at + lane]).view(np.float32)
            first += 1
        for item in range(first, end, 2):
            at, other = items[item], items[item + 1]
            for lane in range(U_LANES):
                both = wide(block[at + lane]).view(np.float32) + wide(block[other + lane]).view(np.float32)
                table[to + lane] += both


@kernel
def add_rows(sums: Table, columns: NDArray[np.int32], total: Table) -> None:
    """Add the rows of a shard's table to those of all shards: row i to row ``columns[i]``."""
    for block in range(len(sums)):
        some, whole = sums[block].reshape(-1), total[block].reshape(-1)
        at = np.uint64(0)
        for column in columns:
            to = np.uint64(column) * U_LANES
            for lane in range(U_LANES):
                whole[to + lane] += some[at + lane]
            at += U_LANES


@kernel
def highest_means(total: Table, counts: NDArray[np.int64], columns: NDArray[np.int32], means: Bits) -> None:
    """The columns with the highest means above 0 of each unit, highest first, equal ones in ascending order.

    :param columns: [unit, place], -1 throughout, written; ``means``, float64 [unit, place], 0 throughout, likewise.
    """
    bars = np.empty(LANES)
    for block in range(len(total)):
        bars[:] = 0
        first = block * LANES
        for column in range(len(counts)):
            share = 1.0 / counts[column]
            row = total[block, column]
            above = 0
            for lane in range(U_LANES):
                above += row[lane] * share > bars[lane]
            if above:
                _take(row, share, column, first, bars, columns, means)


@inlined
def _take(
    row: NDArray[np.float32],
    share: float,
    column: int,
    first: int,
    bars: NDArray[np.float64],
    columns: NDArray[np.int32],
    means: NDArray[np.float64],
) -> None:
    """Put a column where it belongs among those of the units whose bar it passes."""
    for lane in range(LANES):
        mean = row[lane] * share
        if mean > bars[lane]:
            unit, place = first + lane, columns.shape[1] - 1
            while place > 0 and (columns[unit, place - 1] < 0 or means[unit, place - 1] < mean):
                columns[unit, place], means[unit, place] = columns[unit, place - 1], means[unit, place - 1]
                place -= 1
            columns[unit, place], means[unit, place] = column, mean
            bars[lane] = means[unit, -1]  # 0 while there is room
