"""A fixed random number for each (seed, stream, layer, unit, sequence): what is drawn does not depend on any order."""

from __future__ import annotations

import numpy as np

from neuronscope.collate.kernels.compiling import inlined, kernel

QUANTILE_STREAM, RANDOM_STREAM = 1, 2
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@inlined
def _mixed(x: np.uint64) -> np.uint64:
    """SplitMix64's finaliser after one step: every input bit changes about half of the output bits."""
    x = x + _STEP
    x = (x ^ (x >> np.uint64(30))) * _FIRST
    x = (x ^ (x >> np.uint64(27))) * _SECOND
    return x ^ (x >> np.uint64(31))


@kernel
def key_of(seed: int, stream: int, layer: int, unit: int) -> np.uint64:
    """What the priorities of one unit's sequences are made from."""
    key = _mixed(np.uint64(seed))
    key = _mixed(key ^ np.uint64(stream))
    key = _mixed(key ^ np.uint64(layer))
    return _mixed(key ^ np.uint64(unit))


@inlined
def priority(key: np.uint64, sequence: int | np.integer) -> np.uint64:
    """One sequence's number; whoever has the smallest is drawn first."""
    return _mixed(key + np.uint64(sequence) * _STEP)
