"""Nearest rows by Jaccard's index of firing: figures of merit in, the best of each out.

Each row is a bit per sequence; how many two rows share is counted for all pairs, in blocks.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import numpy as np

from neuronscope.collate.bits import Bits
from neuronscope.collate.coactivation.scratch import on_disk
from neuronscope.collate.coactivation.table import FIRES_TOO_OFTEN, Found
from neuronscope.collate.coactivation.work import Ints, pairs_of, side_by_side, split
from neuronscope.collate.lanes import Turn

_BLOCK = 512  # rows of one block
_WORD = 64  # bits


def nearest_by_overlap(bits: Bits, fired: Ints, folder: Path, found: Found) -> None:
    """Fill in the nearest of every row that fires, but not too often; ``fired`` is in how many sequences it does."""
    sequences = bits.shape[1]
    some = np.flatnonzero((fired > 0) & (fired <= FIRES_TOO_OFTEN * sequences))
    shape = (len(some), -(-sequences // _WORD))
    with on_disk(folder / "firing.bin", shape, np.dtype(np.uint64)) as words:
        for part in split(np.arange(len(some)), _BLOCK):
            words.view(np.uint8)[part] = _packed(bits[some[part]], shape[1])
        own = (np.full((len(some), found[0].shape[1]), -1, np.int32), np.full((len(some), found[0].shape[1]), -2.0))
        _compare(words, fired[some], own)
    found[0][some] = np.where(own[0] >= 0, some[own[0]], -1)
    found[1][some] = own[1]


def _packed(bits: Bits, words: int) -> Bits:
    """A bit for each figure above 0, filled up to whole words; of positive floats bits are positive too."""
    packed = np.packbits(bits > 0, axis=1)
    return np.pad(packed, ((0, 0), (0, words * _WORD // 8 - packed.shape[1])))


def _compare(words: Bits, fired: Ints, found: Found) -> None:
    from neuronscope.collate.kernels.overlaps import count_both, take_overlaps

    blocks = split(np.arange(len(words)), _BLOCK)
    pairs, merging = pairs_of(len(blocks)), Lock()

    def work(i: int, _: Turn) -> None:
        own = np.array(words[blocks[i]])
        for j in pairs[i]:
            both = np.empty((len(blocks[i]), len(blocks[j])), np.int32)
            count_both(own, np.array(words[blocks[j]]), both)
            with merging:
                take_overlaps(both, (i * _BLOCK, j * _BLOCK), fired, i != j, found)

    side_by_side(range(len(blocks)), work)
