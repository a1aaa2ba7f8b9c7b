"""Nearest units of sparse layers: non-zero figures of merit in, correlations and overlaps of firing of the best out.

Products are summed where both figures are not 0, a row after the other, with some rows of all at a time: work follows
the non-zeros, but for one comparison per pair. Sums are float64 in the order of sequences, so nothing is approximate.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.coactivation.scratch import on_disk
from neuronscope.collate.coactivation.table import FIRES_TOO_OFTEN, FigureTable, Found
from neuronscope.collate.coactivation.work import Heard, Ints, side_by_side, split
from neuronscope.collate.lanes import Turn

_AT_A_TIME = 2**20  # figures of the rows that all are compared with at a time: they should stay in the last cache
_WIDTH = 16384  # rows that all are compared with at a time, at most: sums should stay in the second cache
_ROWS = 64  # that are compared in one go

Floats = NDArray[np.float64]
Part = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]  # how many of each unit; sequence; figure


@dataclass(frozen=True)
class Postings:
    """Non-zero figures by row: those of row i are from ``starts[i]`` up to ``starts[i + 1]``, sequences ascending."""

    starts: Ints
    sequence: NDArray[np.int32]
    figure: NDArray[np.float32]


def nearest_sparse(table: FigureTable, folder: Path, found: tuple[Found, Found], heard: Heard) -> None:
    """Fill in the nearest by correlation, and those by overlap of firing."""
    from neuronscope.collate.kernels.overlaps import follow

    counts = np.concatenate([counted for counted, _, _ in _parts(table)])
    starts = np.concatenate([[0], np.cumsum(counts)])
    total = (int(starts[-1]),)
    with ExitStack() as files:
        sequence = files.enter_context(on_disk(folder / "sequences.bin", total, np.dtype(np.int32)))
        figure = files.enter_context(on_disk(folder / "figures.bin", total, np.dtype(np.float32)))
        postings = Postings(starts, sequence, figure)
        facts = _fill(postings, table)
        rows = np.arange(len(counts))
        columns = _blocks(starts)
        for done, (first, end) in enumerate(columns):
            block = (*_by_sequence(postings, first, end, table.sequences), first, end)

            def work(some: Ints, _: Turn, block: tuple = block) -> None:  # type: ignore[type-arg]
                follow(some, (starts, sequence, figure), block, facts, found)

            side_by_side(split(rows, _ROWS), work)
            heard(done + 1, len(columns))


def _parts(table: FigureTable) -> Iterator[Part]:
    """Figures of all rows, some at a time."""
    for layer in table.sparse:
        wanted = table.units[layer.layer]
        for block in layer.blocks():
            units = wanted[(wanted >= block[0]) & (wanted <= block[-1])]
            if len(units):
                unit, sequence, figure = layer.figures(units)
                yield np.bincount(np.searchsorted(units, unit), minlength=len(units)), sequence, figure


def _fill(postings: Postings, table: FigureTable) -> tuple[Floats, Floats, Floats, Ints]:
    """Write the figures down; gives of each row the mean, the norm about it, one over it, how often it fires; or 0."""
    facts, first = [], 0
    for counts, sequence, figure in _parts(table):
        span = slice(first, first := first + len(figure))
        postings.sequence[span], postings.figure[span] = sequence, figure
        facts.append(_facts(counts, figure.astype(np.float64), table.sequences))
    mean, norm, fired = (np.concatenate(column) for column in zip(*facts, strict=True))
    inverse = np.divide(1, norm, out=np.zeros_like(norm), where=norm > 0)
    return mean, norm, inverse, np.where(fired <= FIRES_TOO_OFTEN * table.sequences, fired, 0)


def _facts(counts: Ints, figure: NDArray[np.float64], sequences: int) -> tuple[NDArray[np.float64], ...]:
    row, size = np.repeat(np.arange(len(counts)), counts), len(counts)
    mean = np.bincount(row, figure, size) / sequences
    squares = np.bincount(row, (figure - mean[row]) ** 2, size) + (sequences - counts) * mean**2
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, row, figure)
    np.maximum.at(high, row, figure)
    varies = (counts > 0) & ((counts < sequences) | (low < high))
    return mean, np.where(varies, np.sqrt(squares), 0.0), np.bincount(row, figure > 0, size).astype(np.int64)


def _blocks(starts: Ints) -> list[tuple[int, int]]:
    """First row and end of rows that have about as many figures as are looked at at a time, or are as many."""
    rows = np.arange(len(starts) - 1)
    changes = np.diff(starts[1:] // _AT_A_TIME, prepend=0).astype(bool) | (rows % _WIDTH == 0)
    return list(pairwise([*sorted({0, *np.flatnonzero(changes).tolist()}), len(rows)]))


def _by_sequence(
    postings: Postings, first: int, end: int, sequences: int
) -> tuple[Ints, NDArray[np.int32], NDArray[np.float32]]:
    """Figures of some rows: where each sequence begins, [sequence + 1]; the row, from ``first`` on; the figure."""
    span = slice(int(postings.starts[first]), int(postings.starts[end]))
    sequence = np.array(postings.sequence[span])
    order = np.argsort(sequence, kind="stable")
    row = np.repeat(np.arange(end - first, dtype=np.int32), np.diff(postings.starts[first : end + 1]))
    begins = np.concatenate([[0], np.cumsum(np.bincount(sequence, minlength=sequences))])
    return begins, row[order], np.array(postings.figure[span])[order]
