"""Which sequences may still be chosen for a record, seen at a glance: figures of merit in, a mark per unit out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import inlined, kernel
from neuronscope.collate.kernels.draws import QUANTILE_STREAM, RANDOM_STREAM, key_of, priority
from neuronscope.collate.kernels.lanes import LANES, U_LANES

Floats = NDArray[np.float32]
# What a figure of merit must exceed to be one of the best so far, [unit]; to stay below, [unit]; to reach to be in a
# range, [range, unit].
Floors = tuple[Floats, Floats, Floats]
# Whom chance allows. A sequence whose priority is at most ``ranges[r]`` may be drawn from range r, one whose priority
# for the random group is at most ``random[unit]`` from that: what priorities are made from, [2, unit]; ``ranges``,
# those of higher figures first; ``random``; how many ranks there are down to the end of each range.
Draws = tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64], NDArray[np.int64]]
# Of a block's units in one sequence, [lane]: the largest and the smallest activation; the first range that may draw the
# sequence, or one of the two below; 1 where it may be chosen; and room to work in, [2 * lane].
Glance = tuple[Floats, Floats, NDArray[np.int32], NDArray[np.int32], NDArray[np.uint64]]
AT_RANDOM, NEVER = 127, -1  # kinds beside the ranges' own, 0, 1 and so on


@kernel
def new_glance() -> Glance:
    """Nothing in it yet."""
    high, low = np.empty(LANES, np.float32), np.empty(LANES, np.float32)
    kinds, wanted = np.empty(LANES, np.int32), np.empty(LANES, np.int32)
    return high, low, kinds, wanted, np.empty(2 * LANES, np.uint64)


@kernel
def draw_keys(identity: tuple[int, int], units: int) -> NDArray[np.uint64]:
    """What priorities are made from, [2, unit]: for the ranges, and for the random group; from seed and layer."""
    keys = np.empty((2, units), np.uint64)
    for unit in range(units):
        keys[0, unit] = key_of(identity[0], QUANTILE_STREAM, identity[1], unit)
        keys[1, unit] = key_of(identity[0], RANDOM_STREAM, identity[1], unit)
    return keys


@kernel
def look(glance: Glance, first: int, width: int, sequence: int, draws: Draws, floors: Floors) -> None:
    """Find the kind of ``sequence`` for each unit from ``first`` on, and whether it may still be chosen.

    Of several ranges that may draw it the first counts, whose floor is the lowest.
    """
    high, low, kinds, wanted, numbers = glance
    keys, cuts, random, _ = draws
    top, negative, ranges = floors
    begin, lanes = np.uint64(first), np.uint64(width)
    for lane in range(lanes):
        numbers[lane] = priority(keys[0, begin + lane], sequence)
        numbers[U_LANES + lane] = priority(keys[1, begin + lane], sequence)
    for lane in range(lanes):
        better = (high[lane] > top[begin + lane]) | (low[lane] < negative[begin + lane])
        at_random = numbers[U_LANES + lane] <= random[begin + lane]
        kinds[lane] = AT_RANDOM if at_random else NEVER
        wanted[lane] = better | at_random
    for place in range(np.uint64(len(cuts))):
        cut = cuts[place]
        for lane in range(lanes):
            here = (numbers[lane] <= cut) & (kinds[lane] == NEVER)
            kinds[lane] = np.int32(place) if here else kinds[lane]
            wanted[lane] |= here & (high[lane] >= ranges[place, begin + lane])


@inlined
def may_be_drawn(kind: int, high: np.float32, ranges: Floats, unit: int, new: bool) -> bool:
    """``ranges`` are floors; ``new``: not seen when they were worked out, so that one on a floor comes after as many
    as there are."""
    if kind < 0 or kind == AT_RANDOM:
        return kind == AT_RANDOM
    return high > ranges[kind, unit] or (high == ranges[kind, unit] and not new)
