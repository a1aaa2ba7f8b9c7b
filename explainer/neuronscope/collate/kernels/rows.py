"""Rows of activations found again for the sequences that were chosen, or put together to be written down."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import kernel

Bits = NDArray[Any]
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@kernel
def find_rows(
    places: tuple[Ints, Ints], rows: Bits, units: NDArray[np.int64], chosen: NDArray[np.int64], found: Bits
) -> NDArray[np.bool_]:
    """Copy the rows of ``chosen``, [row, slot], to ``found``, [row, slot, position]; true where one was there.

    :param places: [unit, place]: whose row each place has, and which of ``rows``, [row, position], that is.
    """
    sequences, at = places
    here = np.zeros(chosen.shape, np.bool_)
    slots = chosen.shape[1]
    size = 1  # of a table of slots by sequence, at least half of it empty
    while size < 2 * slots:
        size *= 2
    table = np.empty(size, np.int64)
    for row in range(len(units)):
        unit = units[row]
        table[:] = -1
        for slot in range(slots):
            entry = chosen[row, slot] & (size - 1)
            while table[entry] >= 0:
                entry = (entry + 1) & (size - 1)
            table[entry] = slot
        for place in range(sequences.shape[1]):
            if sequences[unit, place] >= 0:
                entry = sequences[unit, place] & (size - 1)
                while table[entry] >= 0 and chosen[row, table[entry]] != sequences[unit, place]:
                    entry = (entry + 1) & (size - 1)
                if table[entry] >= 0:
                    found[row, table[entry]] = rows[at[unit, place]]
                    here[row, table[entry]] = True
    return here


@kernel
def pack_rows(
    places: tuple[Ints, Ints], rows: Bits, starts: NDArray[np.int64], taken: NDArray[np.int64], packed: Bits
) -> None:
    """Put the rows of every unit behind each other, by sequence.

    :param places: as in ``find_rows``.
    :param starts: [unit + 1], where each unit's begin and the last one's end.
    :param taken: [row], written: the place that each comes from; ``packed``, [row, position], likewise.
    """
    sequences, at = places
    for unit in range(len(starts) - 1):
        kept = np.flatnonzero(sequences[unit] >= 0)
        order = np.argsort(sequences[unit][kept])
        for i in range(len(kept)):
            place, row = kept[order[i]], starts[unit] + i
            taken[row] = place
            packed[row] = rows[at[unit, place]]


@kernel
def fill_rows(
    starts: NDArray[np.int64],
    sequence: NDArray[np.int32],
    position: NDArray[np.int32],
    value: Floats,
    chosen: NDArray[np.int64],
    found: Floats,
) -> None:
    """Put non-zeros, those of row i from ``starts[i]`` on, where ``chosen``, [row, slot], shows their sequence."""
    for row in range(len(chosen)):
        for slot in range(chosen.shape[1]):
            wanted = chosen[row, slot]
            if wanted >= 0:
                i = starts[row] + np.searchsorted(sequence[starts[row] : starts[row + 1]], wanted)
                while i < starts[row + 1] and sequence[i] == wanted:
                    found[row, slot, position[i]] = value[i]
                    i += 1
