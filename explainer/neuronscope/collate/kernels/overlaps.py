"""Sequences that two units share: counted from bits of a row, or followed from non-zero figure to non-zero figure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import inlined, kernel
from neuronscope.collate.kernels.pairs import Floats, Found, Ints, insert

Words = NDArray[np.uint64]  # [row, word], a bit per sequence in which the unit fires
Postings = tuple[Ints, NDArray[np.int32], NDArray[np.float32]]  # where each row begins; sequence and figure, by row
# Some rows by sequence: where each sequence begins; which row, counted from the first; and its figure; the first row
# and the end.
Block = tuple[Ints, NDArray[np.int32], NDArray[np.float32], int, int]
# Of every row the mean, the norm about it and one over that (0 where it has no correlation), and in how many sequences
# it fires (0 where it has no overlap).
Facts = tuple[Floats, Floats, Floats, Ints]

_AT_A_TIME = 64  # pairs that are looked at together: hardly ever one of them counts
_NEAR = 32  # rows of bits that stay in the first cache
_SLACK = 1e-9  # in a quick test that a division decides


@kernel
def count_both(left: Words, right: Words, out: NDArray[np.int32]) -> None:
    """In how many sequences both fire, [place of ``left``, place of ``right``]."""
    for first in range(0, len(right), _NEAR):
        for a in range(len(left)):
            for b in range(first, min(first + _NEAR, len(right))):
                both = np.uint64(0)
                for word in range(left.shape[1]):
                    both += _ones(left[a, word] & right[b, word])
                out[a, b] = both


@kernel
def take_overlaps(both: NDArray[np.int32], firsts: tuple[int, int], fired: Ints, mutual: bool, found: Found) -> None:
    """Take in the counts of rows ``firsts[0]`` and on with rows ``firsts[1]`` and on, with ``mutual`` for either."""
    values = found[1]
    for a in range(both.shape[0]):
        i = firsts[0] + a
        for b in range(both.shape[1]):
            j = firsts[1] + b
            bar = min(values[i, -1], values[j, -1]) if mutual else values[i, -1]
            either = fired[i] + fired[j] - both[a, b]
            if both[a, b] and i != j and both[a, b] >= bar * either * (1 - _SLACK):
                value = both[a, b] / either
                insert(i, j, value, found)
                if mutual:
                    insert(j, i, value, found)


@kernel
def follow(rows: Ints, postings: Postings, block: Block, facts: Facts, found: tuple[Found, Found]) -> None:
    """Bring up to date which of a block's rows are nearest to each of ``rows``, by correlation and by overlap."""
    starts, sequences, figures = postings
    begins, columns, values, first, end = block
    sums, both = np.empty(end - first), np.empty(end - first, np.int32)
    for row in rows:
        sums[:], both[:] = 0, 0
        for k in range(starts[row], starts[row + 1]):
            figure, fires = np.float64(figures[k]), np.int32(figures[k] > 0)
            for m in range(begins[sequences[k]], begins[sequences[k] + 1]):
                column, value = np.uint64(columns[m]), values[m]
                sums[column] += figure * np.float64(value)
                both[column] += fires & np.int32(value > 0)
        if facts[1][row] > 0:
            _take_correlations(row, first, sums, len(begins) - 1, facts, found[0])
        if facts[3][row] > 0:
            _take_overlaps_of(row, first, both, facts, found[1])


@kernel
def _take_correlations(row: int, first: int, sums: Floats, sequences: int, facts: Facts, found: Found) -> None:
    means = sequences * facts[0][row]
    end_of_block = first + len(sums)
    mean, norm, inverse = facts[0][first:end_of_block], facts[1][first:end_of_block], facts[2][first:end_of_block]
    for start in range(0, len(sums), _AT_A_TIME):
        end = min(start + _AT_A_TIME, len(sums))
        bar, met = (found[1][row, -1] - _SLACK) * facts[1][row], 0
        for column in range(np.uint64(start), np.uint64(end)):  # without a division, and without a branch
            met += (sums[column] - means * mean[column]) * inverse[column] >= bar
        for column in range(start, end if met else start):
            if norm[column] > 0 and first + column != row:
                value = (sums[column] - means * mean[column]) / (facts[1][row] * norm[column])
                if value >= found[1][row, -1] - _SLACK:
                    insert(row, first + column, min(1.0, max(-1.0, value)), found)


@kernel
def _take_overlaps_of(row: int, first: int, both: NDArray[np.int32], facts: Facts, found: Found) -> None:
    own, fired = facts[3][row], facts[3][first : first + len(both)]
    for start in range(0, len(both), _AT_A_TIME):
        end = min(start + _AT_A_TIME, len(both))
        bar, met = max(0.0, found[1][row, -1]) * (1 - _SLACK), 0
        for column in range(np.uint64(start), np.uint64(end)):
            either = own + fired[column] - both[column]
            met += (both[column] > 0) & (np.float64(both[column]) >= bar * np.float64(either))
        for column in range(start, end if met else start):
            if both[column] and fired[column] > 0 and first + column != row:
                insert(row, first + column, both[column] / (own + fired[column] - both[column]), found)


@inlined
def _ones(word: np.uint64) -> np.uint64:
    """How many bits are set, in the way that compilers know as one instruction."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (word * np.uint64(0x0101010101010101)) >> np.uint64(56)
