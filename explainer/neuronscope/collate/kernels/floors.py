"""Which figures and priorities a row must have to be of any use: what ``keep.py`` admits rows by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import kernel
from neuronscope.collate.kernels.draws import RANDOM_STREAM, key_of, priority
from neuronscope.collate.kernels.radix import find_ranks

Bits = NDArray[Any]
Floats = NDArray[np.float32]


@kernel
def random_cuts(identity: tuple[int, int], units: int, sequences: int, count: int) -> NDArray[np.uint64]:
    """The priority of the ``count``-th sequence that each unit's random group would draw, [unit]."""
    cuts = np.full(units, np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64)
    if count == 0:
        cuts[:] = 0
    if 0 < count < sequences:
        for unit in range(units):
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


@kernel
def raise_floors(largest: Bits, seen: int, due: NDArray[np.bool_], ends: NDArray[np.int64], floors: Floats) -> None:
    """Raise ``floors``, [range, unit], to the ``ends[range]``-th largest of the first ``seen`` figures, where ``due``.

    Later sequences can only push an earlier one down, so one below the floor has left the range's ranks for good. Only
    the first 16 bits of figures are looked at: of float32 ones a floor is a little lower than it could be.

    :param largest: bits [shard, unit, sequence].
    """
    keys, narrow = np.empty(seen, np.uint16), largest.itemsize == 2
    found, left = np.empty(len(ends), np.int64), np.empty(len(ends), np.int64)
    for unit in range(largest.shape[1]):
        if due[unit]:
            _find_keys(largest, unit, keys)
            find_ranks(keys, ends - 1, found, left)
            for place in range(len(ends)):
                if 0 < ends[place] <= seen:
                    floors[place, unit] = max(floors[place, unit], _smallest(found[place], narrow))


@kernel
def _find_keys(largest: Bits, unit: int, keys: NDArray[np.uint16]) -> None:
    """The first 16 bits of one unit's figures, as integers that descend as figures ascend."""
    per_shard, shift = largest.shape[2], 8 * largest.itemsize - 16
    for first in range(0, len(keys), per_shard):
        shard = first // per_shard
        for i in range(min(per_shard, len(keys) - first)):
            bits = np.int16(largest[shard, unit, i] >> shift)
            ascending = np.int16(bits ^ np.int16(np.int16(bits >> 15) & np.int16(0x7FFF)))
            keys[first + i] = np.uint16(np.int16(ascending ^ np.int16(0x7FFF)))


@kernel
def _smallest(key: int, narrow: bool) -> np.float32:
    """The smallest figure that has this key; ``narrow``: there is but one."""
    ascending = np.int16(np.int16(key) ^ np.int16(0x7FFF))
    bits = np.int32(np.int16(ascending ^ np.int16(np.int16(ascending >> 15) & np.int16(0x7FFF))))
    rest = 0 if narrow or bits >= 0 else 0xFFFF
    return np.int32((bits << 16) | rest).view(np.float32)
