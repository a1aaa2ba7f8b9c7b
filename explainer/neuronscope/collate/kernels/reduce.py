"""Batches of activations in, figures of every unit out, in one reading of the memory: what a collation spends its time
on beside the model.

Units are taken a few at a time: their activations over the batch are laid out unit by unit in the processor's cache,
and everything is worked out there. Bits come in, not floats, since NumPy has no bfloat16; seen as integers, bits of
floats have the floats' order, and their upper digits number the fine bins.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from neuronscope.collate.finebins import FINE, OCTAVES, SIDE

_BLOCK = 16  # columns laid out together: their 32 bits at one position fill one line of the cache
_RUN = 8  # positions that are moved together
_PAD = 16  # keeps the rows of different columns from falling on the same lines of the cache
_COPIES = 8  # of a histogram while one batch is counted, so that increments of one bin need not wait for each other
_SIDE = SIDE
_NEGATIVE = np.int32(SIDE)
_UPPER = np.int32(-65536)  # the upper 16 bits
_MAGNITUDE = np.int32(0x7FFFFFFF)

# Sums may be taken in any order, which makes them fast; which order is fixed when this is compiled.
_SUMS: Any = {"reassoc", "contract"}

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@njit(parallel=True, cache=True, boundscheck=False)
def reduce(
    columns: Ints,
    per_column: int,
    maxima: Floats,
    minima: Floats,
    sums: NDArray[np.float64],
    bases: Ints,
    bins: NDArray[np.uint32],
) -> None:
    """Work out every unit's figures over one batch.

    :param columns: [sequence, position, column]: bits of float32, or of two neighbouring units in bfloat16, the first
        one in the lower half; ``per_column`` says how many.
    :param maxima: [unit, sequence], written; ``minima`` likewise.
    :param sums: [4, unit], written: the mean, and the sums of (value - mean) to the powers 2 to 4.
    :param bases: [2, unit], raised where a value lies beyond its window (``finebins.py``).
    :param bins: [unit, 2 * SIDE], added to, and moved along with the windows.
    """
    sequences, positions, width = columns.shape
    tokens = sequences * positions
    for block in prange((width + _BLOCK - 1) // _BLOCK):
        first = block * _BLOCK
        tile = np.empty((min(_BLOCK, width - first), tokens + _PAD), np.int32)
        _lay_out(columns, first, tile)
        bits = np.empty(tokens, np.int32)
        floats = bits.view(np.float32)
        codes = np.empty(tokens // 8 + 1, np.uint64)
        copies = np.zeros((_COPIES, 256), np.uint32)
        for row in range(len(tile)):
            for half in range(per_column):
                unit = (first + row) * per_column + half
                _take(tile[row], per_column, half, bits)
                _extremes(bits, maxima[unit], minima[unit])
                _moments(floats, sums[:, unit])
                _fit(maxima[unit], minima[unit], bases[:, unit], bins[unit])
                _code(bits, bases[0, unit], bases[1, unit], codes.view(np.uint8))
                _count(codes, tokens, copies, bins[unit])


@njit(cache=True, boundscheck=False)
def _lay_out(columns: Ints, first: int, tile: Ints) -> None:
    """Turn [sequence, position, column] into [column, sequence * position]."""
    sequences, positions, _ = columns.shape
    whole = positions // _RUN * _RUN if len(tile) == _BLOCK else 0
    for sequence in range(sequences):
        block = columns[sequence, :, first : first + len(tile)]
        rows = tile[:, sequence * positions : (sequence + 1) * positions]
        for start in range(0, whole, _RUN):  # sizes that are known when this is compiled make it twice as fast
            for column in range(_BLOCK):
                for position in range(_RUN):
                    rows[column, start + position] = block[start + position, column]
        for column in range(len(tile)):
            for position in range(whole, positions):
                rows[column, position] = block[position, column]


@njit(cache=True, boundscheck=False)
def _take(row: Ints, per_column: int, half: int, bits: Ints) -> None:
    """One unit's activations as bits of float32."""
    if per_column == 1:
        for i in range(bits.size):
            bits[i] = row[i]
    elif half == 0:
        for i in range(bits.size):
            bits[i] = np.int32(row[i] << 16)
    else:
        for i in range(bits.size):
            bits[i] = np.int32(row[i] & _UPPER)


@njit(cache=True, boundscheck=False)
def _extremes(bits: Ints, maxima: Floats, minima: Floats) -> None:
    """The largest and the smallest value of each sequence, compared as integers, which is four times as fast."""
    largest, smallest = maxima.view(np.int32), minima.view(np.int32)
    positions = bits.size // maxima.size
    for sequence in range(maxima.size):
        row = bits[sequence * positions : (sequence + 1) * positions]
        high, low = np.int32(-_MAGNITUDE), _MAGNITUDE
        for position in range(positions):
            value = row[position]
            ordered = np.int32(value ^ np.int32(np.int32(value >> 31) & _MAGNITUDE))
            high, low = np.int32(max(high, ordered)), np.int32(min(low, ordered))
        largest[sequence] = high ^ ((high >> 31) & _MAGNITUDE)
        smallest[sequence] = low ^ ((low >> 31) & _MAGNITUDE)


@njit(fastmath=_SUMS, cache=True, boundscheck=False)
def _moments(values: Floats, sums: NDArray[np.float64]) -> None:
    """Sums about the first value, in one go, turned into sums about the mean.

    No value of n is further than n ** 0.5 deviations from the mean, so what cancels leaves ten digits at least.
    """
    pivot = np.float64(values[0])
    s1 = s2 = s3 = s4 = 0.0
    for i in range(values.size):
        deviation = np.float64(values[i]) - pivot
        square = deviation * deviation
        s1 += deviation
        s2 += square
        s3 += square * deviation
        s4 += square * square
    shift = s1 / values.size
    sums[0] = pivot + shift
    sums[1] = max(s2 - s1 * shift, 0.0)
    sums[2] = s3 - 3 * shift * s2 + 2 * shift * shift * s1
    sums[3] = max(s4 - 4 * shift * s3 + 6 * shift * shift * s2 - 3 * shift * shift * shift * s1, 0.0)


@njit(cache=True, boundscheck=False)
def _fit(maxima: Floats, minima: Floats, bases: Ints, bins: NDArray[np.uint32]) -> None:
    """Raise the windows so that the batch's extremes lie in them."""
    extremes = np.empty(2, np.float32)
    extremes[0], extremes[1] = np.max(maxima), -np.min(minima)
    bits = extremes.view(np.int32)
    for side in range(2):
        if extremes[side] > 0:
            # A window ends with the octave of its extreme; below 0, a power of two belongs to the octave under it.
            octave = (bits[side] - side) >> 23
            base = (octave + 1 - OCTAVES) * FINE
            if base > bases[side]:
                _move(bins[side * _SIDE : (side + 1) * _SIDE], base - bases[side])
                bases[side] = base


@njit(cache=True, boundscheck=False)
def _move(bins: NDArray[np.uint32], step: int) -> None:
    """Give bins of one sign their places in a window that begins ``step`` bins higher."""
    for place in range(2, bins.size):
        count = bins[place]
        bins[place] = 0
        bins[max(place - step, 1)] += count


@njit(cache=True, boundscheck=False)
def _code(bits: Ints, above: int, below: int, codes: NDArray[np.uint8]) -> None:
    """Each value's place among the bins; the windows begin with the fine bins ``above`` and ``below``."""
    start, start_below = np.int32(above - 2), np.int32(below - 2)
    for i in range(bits.size):
        value = bits[i]
        negative = np.int32(value >> 31)  # -1 or 0
        size = np.int32(value & _MAGNITUDE)
        # Bins below 0 hold their outer edge, not their inner one: as those of a histogram do, seen from the left.
        fine = np.int32(np.int32(size + negative) >> 19)  # without the last 19 digits: an exponent and 4 more
        place = np.int32(fine - (start_below if negative != 0 else start))
        place = place if place > 1 else np.int32(1)
        place = np.int32(place + np.int32(_NEGATIVE & negative))
        codes[i] = np.uint8(place if size > 0 else np.int32(0))  # 0 and -0 are one, whatever the windows


@njit(cache=True, boundscheck=False)
def _count(codes: NDArray[np.uint64], tokens: int, copies: NDArray[np.uint32], bins: NDArray[np.uint32]) -> None:
    """Add ``codes``, eight to a number, to ``bins``; ``copies`` come and go as zeros."""
    byte = np.uint64(255)
    for i in range(tokens // 8):
        eight = codes[i]
        for copy in range(_COPIES):
            copies[copy, (eight >> np.uint64(8 * copy)) & byte] += np.uint32(1)
    rest = codes.view(np.uint8)
    for i in range(tokens // 8 * 8, tokens):
        copies[0, np.uint64(rest[i])] += np.uint32(1)
    for place in range(2 * _SIDE):
        count = np.uint32(0)
        for copy in range(_COPIES):
            count += copies[copy, place]
            copies[copy, place] = 0
        bins[place] += count
