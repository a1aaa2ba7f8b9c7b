"""Keys of 16 bits counted byte by byte, so that the key of any rank is found without sorting."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import kernel

Keys = NDArray[np.uint16]
Counts = NDArray[np.int64]
_COPIES = 4  # counted in turn, since increments of one number wait for each other


@kernel
def find_ranks(keys: Keys, ranks: Counts, found: Counts, left: Counts) -> None:
    """The key that each of ``ranks``, 0 the smallest key, has; and its rank among those that have the same one.

    :param found: [rank], written; ``left`` likewise. Nothing is written for a rank that there is not.
    """
    upper, lower = np.zeros((_COPIES, 256), np.int64), np.zeros((len(ranks) + 1, 256), np.int64)
    _count_upper(keys, upper)
    slots = np.full(256, len(ranks), np.int64)  # the last one for all bytes that hold no rank
    for place in range(len(ranks)):
        if 0 <= ranks[place] < len(keys):
            slots[_find(upper[0], ranks[place])[0]] = place
    for i in range(len(keys)):
        lower[slots[keys[i] >> 8], keys[i] & 255] += 1
    for place in range(len(ranks)):
        if 0 <= ranks[place] < len(keys):
            first, rank = _find(upper[0], ranks[place])
            second, left[place] = _find(lower[slots[first]], rank)
            found[place] = first * 256 + second


@kernel
def _count_upper(keys: Keys, counts: NDArray[np.int64]) -> None:
    """How many keys have each upper byte, added to ``counts[0]``."""
    for i in range(len(keys)):
        counts[i % _COPIES, keys[i] >> 8] += 1
    for copy in range(1, _COPIES):
        for byte in range(256):
            counts[0, byte] += counts[copy, byte]


@kernel
def _find(counts: Counts, rank: int) -> tuple[int, int]:
    """Which byte the key of ``rank`` has, and its rank among those that have the same."""
    byte = 0
    while counts[byte] <= rank:
        rank -= counts[byte]
        byte += 1
    return byte, rank
