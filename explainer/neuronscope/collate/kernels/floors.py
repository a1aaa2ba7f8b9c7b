"""Which figures and priorities a row must have to be of any use: what ``keep.py`` admits rows by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from neuronscope.collate.kernels.draws import RANDOM_STREAM, key_of, priority
from neuronscope.collate.kernels.partition import partition

Bits = NDArray[Any]
Floats = NDArray[np.float32]


@njit(parallel=True, cache=True, boundscheck=False)
def random_cuts(identity: tuple[int, int], units: int, sequences: int, count: int) -> NDArray[np.uint64]:
    """The priority of the ``count``-th sequence that each unit's random group would draw, [unit]."""
    cuts = np.full(units, np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64)
    if count == 0:
        cuts[:] = 0
    if 0 < count < sequences:
        for unit in prange(units):
            key = key_of(identity[0], RANDOM_STREAM, identity[1], unit)
            smallest = np.full(count, np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64)
            for sequence in range(sequences):
                drawn = priority(key, sequence)
                if drawn < smallest[count - 1]:
                    at = count - 1
                    while at > 0 and smallest[at - 1] > drawn:
                        smallest[at] = smallest[at - 1]
                        at -= 1
                    smallest[at] = drawn
            cuts[unit] = smallest[count - 1]
    return cuts


@njit(parallel=True, cache=True, boundscheck=False)
def raise_floors(largest: Bits, seen: int, due: NDArray[np.bool_], ends: NDArray[np.int64], floors: Floats) -> None:
    """Raise ``floors``, [range, unit], to the ``ends[range]``-th largest of the first ``seen`` figures, where ``due``.

    Later sequences can only push an earlier one down, so one below the floor has left the range's ranks for good.

    :param largest: bits [shard, unit, sequence]; :param ends: descending.
    """
    _, units, per_shard = largest.shape
    shift = np.uint32(32 - 8 * largest.itemsize)
    for unit in prange(units):
        if not due[unit]:
            continue
        bits = np.empty(seen, np.uint32)
        for first in range(0, seen, per_shard):
            figures = largest[first // per_shard, unit]
            for i in range(min(per_shard, seen - first)):
                bits[first + i] = np.uint32(figures[i]) << shift
        descending = -bits.view(np.float32)
        end = seen
        for place in range(len(ends)):
            if 0 < ends[place] <= end:
                partition(descending, ends[place] - 1, end - 1)
                end = ends[place]
                floors[place, unit] = max(floors[place, unit], -descending[end - 1])
