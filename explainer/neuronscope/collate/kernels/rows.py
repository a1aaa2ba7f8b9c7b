"""Rows of activations put where they were given a place, and found again for the sequences that were chosen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Bits = NDArray[Any]
Floats = NDArray[np.float32]
_BLOCK = 32  # units whose activations share a line of the cache


@njit(parallel=True, cache=True, boundscheck=False)
def copy_rows(values: Bits, placed: NDArray[np.int32], rows: Bits) -> None:
    """Put the rows of a batch where they were admitted.

    :param values: [sequence, position, unit]; :param rows: [place, unit, position].
    """
    sequences, positions, units = values.shape
    for block in prange((units + _BLOCK - 1) // _BLOCK):
        first = block * _BLOCK
        # A place given twice within a batch ends with the later row, as it should.
        for sequence in range(sequences):
            for unit in range(first, min(first + _BLOCK, units)):
                place = placed[unit, sequence]
                if place >= 0:
                    for position in range(positions):
                        rows[place, unit, position] = values[sequence, position, unit]


@njit(parallel=True, cache=True, boundscheck=False)
def find_rows(
    sequences: NDArray[np.int32], rows: Bits, units: NDArray[np.int64], chosen: NDArray[np.int64], found: Bits
) -> NDArray[np.bool_]:
    """Copy the rows of ``chosen``, [row, slot], to ``found``, [row, slot, position]; true where one was there."""
    here = np.zeros(chosen.shape, np.bool_)
    for row in prange(len(units)):
        unit = units[row]
        for place in range(sequences.shape[1]):
            if sequences[unit, place] < 0:
                continue
            for slot in range(chosen.shape[1]):
                if chosen[row, slot] == sequences[unit, place]:
                    found[row, slot] = rows[place, unit]
                    here[row, slot] = True
                    break
    return here


@njit(parallel=True, cache=True, boundscheck=False)
def fill_rows(
    starts: NDArray[np.int64],
    sequence: NDArray[np.int32],
    position: NDArray[np.int32],
    value: Floats,
    chosen: NDArray[np.int64],
    found: Floats,
) -> None:
    """Put non-zeros, those of row i from ``starts[i]`` on, where ``chosen``, [row, slot], shows their sequence."""
    for row in prange(len(chosen)):
        for slot in range(chosen.shape[1]):
            wanted = chosen[row, slot]
            if wanted >= 0:
                i = starts[row] + np.searchsorted(sequence[starts[row] : starts[row + 1]], wanted)
                while i < starts[row + 1] and sequence[i] == wanted:
                    found[row, slot, position[i]] = value[i]
                    i += 1
