"""Which sequences stand in a unit's record: every sequence's figures of merit in, chosen sequences by group out.

The choice is exact: it is made from all figures at the end, so nothing depends on what was kept meanwhile. Ranks
follow (value descending, sequence ascending); no sequence is chosen twice. Draws look first at the small priorities
only, which nearly always hold enough, and at all of them where they do not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import inlined, kernel
from neuronscope.collate.kernels.draws import QUANTILE_STREAM, RANDOM_STREAM, key_of, priority
from neuronscope.collate.kernels.partition import partition
from neuronscope.collate.kernels.radix import find_ranks

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
Shown = NDArray[np.bool_]
Sizes = tuple[int, int, int, int]  # of the top, the negative, each quantile and the random group
_LATEST = np.uint64(0xFFFFFFFFFFFFFFFF)
_SEQUENCE = np.uint64(0xFFFFFFFF)  # the part of a key that numbers the sequence
_AT_A_TIME = 256  # sequences whose priorities are worked out together


@kernel
def choose(
    table: NDArray[Any],
    sequences: int,
    units: Ints,
    identity: tuple[int, int],
    sizes: Sizes,
    firsts: Ints,
    out: tuple[Ints, Ints, Ints],
) -> None:
    """Choose for ``units`` of a layer.

    :param table: bits [shard, 2, unit, sequence]: largest and smallest activation of every sequence.
    :param identity: seed and layer.
    :param firsts: [range], the first rank (0 strongest) of each quantile range, ascending ranges: descending ranks.
    :param out: chosen [row, slot], pools [row, group], fired [row, group], written (``LayerResult``).
    """
    per_shard = table.shape[3]
    shift = np.uint32(32 - 8 * table.itemsize)
    bits, keys = np.empty((2, sequences), np.uint32), np.empty(sequences, np.uint64)
    figures = bits.view(np.float32)
    for row in range(len(units)):
        for first in range(0, sequences, per_shard):
            shard, many = first // per_shard, min(per_shard, sequences - first)
            for sign in range(2):
                for i in range(many):
                    bits[sign, first + i] = np.uint32(table[shard, sign, units[row], i]) << shift
        draws = _draws(identity, units[row])
        _choose_one(figures[0], figures[1], keys, draws, sizes, firsts, (out[0][row], out[1][row], out[2][row]))


@kernel
def choose_sparse(
    starts: Ints,
    where: NDArray[np.int32],
    figures: tuple[Floats, Floats],
    sequences: int,
    units: Ints,
    identity: tuple[int, int],
    sizes: Sizes,
    firsts: Ints,
    out: tuple[Ints, Ints, Ints],
) -> None:
    """The same where most figures are 0: row i's others are those of ``where[starts[i]:starts[i + 1]]``."""
    high, low = np.zeros(sequences, np.float32), np.zeros(sequences, np.float32)
    keys = np.empty(sequences, np.uint64)
    for row in range(len(units)):
        high[:], low[:] = 0, 0
        for i in range(starts[row], starts[row + 1]):
            high[where[i]], low[where[i]] = figures[0][i], figures[1][i]
        draws = _draws(identity, units[row])
        _choose_one(high, low, keys, draws, sizes, firsts, (out[0][row], out[1][row], out[2][row]))


@kernel
def _draws(identity: tuple[int, int], unit: int) -> tuple[np.uint64, np.uint64]:
    """What priorities are made from: of the ranges, and of the random group."""
    seed, layer = identity
    return key_of(seed, QUANTILE_STREAM, layer, unit), key_of(seed, RANDOM_STREAM, layer, unit)


@kernel
def _choose_one(
    high: Floats,
    low: Floats,
    keys: Keys,
    draws: tuple[np.uint64, np.uint64],
    sizes: Sizes,
    firsts: Ints,
    out: tuple[Ints, Ints, Ints],
) -> None:
    """``keys``: room to work in."""
    chosen, pools, fired = out
    top, negative, per_range, _ = sizes
    ranges, start = len(firsts), top + negative
    chosen[:] = -1
    shown = np.zeros(len(high), np.bool_)
    below = np.empty(len(low), np.float32)
    for i in range(len(low)):
        below[i] = -low[i]
    fires = _count_above(high)
    pools[0], fired[0] = len(high), fires
    _find_keys(high, keys)
    _rank(keys, high, shown, chosen[:top])
    pools[1], fired[1] = _left(chosen[:top], below, len(high), _count_above(below))
    _find_keys(below, keys)
    _rank(keys, below, shown, chosen[top:start])
    _find_keys(high, keys)
    drawn = chosen[start : start + ranges * per_range].reshape(ranges, per_range)
    bounds = _bounds(keys, firsts)
    _count_ranges(high, keys, chosen[:start], bounds, firsts, fires, (pools[2:-1], fired[2:-1]))
    _draw_ranges(keys, bounds, shown, draws[0], pools[2:-1], drawn)
    pools[-1], fired[-1] = _left(chosen[: start + ranges * per_range], high, len(high), fires)
    _draw(shown, draws[1], pools[-1], chosen[start + ranges * per_range :])


@kernel
def _find_keys(figures: Floats, keys: Keys) -> None:
    """Numbers that ascend as ranks do: by value descending, then by sequence."""
    for i in range(np.uint64(len(keys))):
        bits = np.float32(figures[i] + np.float32(0)).view(np.int32)  # -0 and 0 are equal
        ascending = np.uint32(np.int32(bits ^ np.int32(np.int32(bits >> 31) & np.int32(0x7FFFFFFF))))
        keys[i] = (np.uint64(np.uint32(ascending ^ np.uint32(0x7FFFFFFF))) << np.uint64(32)) | np.uint64(i)


@kernel
def _count_above(figures: Floats) -> int:
    count = 0
    for i in range(len(figures)):
        count += figures[i] > 0
    return count


@kernel
def _left(shown: Ints, figures: Floats, sequences: int, fires: int) -> tuple[int, int]:
    """How many sequences are left when some are shown, and how many of those fire."""
    for i in range(len(shown)):
        if shown[i] >= 0:
            sequences -= 1
            fires -= figures[shown[i]] > 0
    return sequences, fires


@kernel
def _rank(keys: Keys, figures: Floats, shown: Shown, chosen: Ints) -> None:
    """Choose the best of those that fire and are not shown, and show them."""
    if len(chosen) == 0:
        return
    best = np.full(len(chosen), _LATEST, np.uint64)
    for i in range(len(keys)):
        if keys[i] < best[-1] and figures[i] > 0 and not shown[i]:
            at = len(best) - 1
            while at > 0 and best[at - 1] > keys[i]:
                best[at] = best[at - 1]
                at -= 1
            best[at] = keys[i]
    for place in range(len(chosen)):
        if best[place] != _LATEST:
            chosen[place] = np.int64(best[place] & _SEQUENCE)
            shown[chosen[place]] = True


@kernel
def _bounds(keys: Keys, firsts: Ints) -> Keys:
    """[range + 1]: keys of a range are those from its own bound to that of the range before, the latest one first."""
    upper = np.empty(len(keys), np.uint16)
    for i in range(np.uint64(len(keys))):
        upper[i] = np.uint16(keys[i] >> np.uint64(48))
    found, left = np.zeros(len(firsts), np.int64), np.zeros(len(firsts), np.int64)
    find_ranks(upper, firsts, found, left)
    bounds = np.full(len(firsts) + 1, _LATEST, np.uint64)
    alike = np.empty(len(keys), np.uint64)
    for place in range(len(firsts)):
        if firsts[place] >= len(keys):
            continue
        count = 0
        for i in range(len(keys)):
            if upper[i] == found[place]:
                alike[count] = keys[i]
                count += 1
        partition(alike, left[place], count - 1)
        bounds[place + 1] = alike[left[place]]
    return bounds


@inlined
def _range_of(key: np.uint64, bounds: Keys) -> int:
    """Which range a key is in; their number where it is in none."""
    place = 0
    while place < len(bounds) - 1 and key < bounds[place + 1]:
        place += 1
    return place


@kernel
def _count_ranges(
    high: Floats, keys: Keys, shown: Ints, bounds: Keys, firsts: Ints, fires: int, counts: tuple[Ints, Ints]
) -> None:
    """How many sequences of each range are not shown, and how many of those fire; those that fire rank first."""
    end = len(keys)
    for place in range(len(firsts)):
        counts[0][place] = end - firsts[place]
        counts[1][place] = max(min(fires, end) - firsts[place], 0)
        end = firsts[place]
    for i in range(len(shown)):
        if shown[i] >= 0:
            place = _range_of(keys[shown[i]], bounds)
            if place < len(firsts):
                counts[0][place] -= 1
                counts[1][place] -= high[shown[i]] > 0


@kernel
def _draw_ranges(keys: Keys, bounds: Keys, shown: Shown, draws: np.uint64, pools: Ints, chosen: Ints) -> None:
    """Draw from each rank range, strongest first, and show what was drawn."""
    ranges, size = chosen.shape
    smallest = np.full((ranges, size + 1), _LATEST, np.uint64)
    picks = np.zeros((ranges, size + 1), np.int64)
    cuts, only = np.empty(ranges, np.uint64), np.zeros(ranges, np.uint64)
    for place in range(ranges):
        cuts[place] = _cut(size, pools[place])
    _look_for_small(keys, bounds, shown, draws, cuts, smallest, picks)
    for place in range(ranges):
        if smallest[place, min(size, pools[place]) - 1] == _LATEST and size > 0 and pools[place] > 0:
            smallest[place, :] = _LATEST
            only[place] = _LATEST
            _look_for_small(keys, bounds, shown, draws, only, smallest, picks)
            only[place] = 0
    for place in range(ranges):
        for i in range(min(size, pools[place])):
            _sort_in(picks[place, i], i, keys, chosen[place])
            shown[picks[place, i]] = True


@kernel
def _sort_in(sequence: int, count: int, keys: Keys, chosen: Ints) -> None:
    """Put a sequence in its place among the first ``count``, which ascend by key."""
    while count > 0 and keys[chosen[count - 1]] > keys[sequence]:
        chosen[count] = chosen[count - 1]
        count -= 1
    chosen[count] = sequence


@kernel
def _look_for_small(
    keys: Keys, bounds: Keys, shown: Shown, draws: np.uint64, cuts: Keys, smallest: Keys, picks: Ints
) -> None:
    """Find the sequences of each range with the smallest priorities up to its cut; of none where that is 0."""
    numbers, wanted = np.empty(_AT_A_TIME, np.uint64), np.empty(_AT_A_TIME, np.uint8)
    for first in range(0, len(keys), _AT_A_TIME):
        start, many = np.uint64(first), np.uint64(min(_AT_A_TIME, len(keys) - first))
        for i in range(many):
            numbers[i] = priority(draws, start + i)
            wanted[i] = 0
        for place in range(len(cuts)):
            cut, low, high = cuts[place], bounds[place + 1], bounds[place]
            for i in range(many):
                wanted[i] |= (numbers[i] <= cut) & (keys[start + i] >= low) & (keys[start + i] < high)
        for i in range(many):
            if wanted[i] and not shown[start + i]:
                place = _range_of(keys[start + i], bounds)
                _keep_small(numbers[i], np.int64(start + i), smallest[place, :-1], picks[place, :-1])


@kernel
def _cut(size: int, pool: int) -> np.uint64:
    """Below this there are as good as always ``size`` of ``pool`` priorities."""
    expected = size + 4.6 * np.sqrt(size) + 7.5
    return _LATEST if pool <= expected else np.uint64(expected / pool * 2.0**64)


@kernel
def _keep_small(number: np.uint64, sequence: int | np.integer, smallest: Keys, picks: Ints) -> None:
    last = len(smallest) - 1
    if last < 0 or number >= smallest[last]:
        return
    at = last
    while at > 0 and smallest[at - 1] > number:
        smallest[at], picks[at] = smallest[at - 1], picks[at - 1]
        at -= 1
    smallest[at], picks[at] = number, sequence


@kernel
def _draw(shown: Shown, draws: np.uint64, pool: int, chosen: Ints) -> None:
    """Draw from all that is not shown, in the order drawn."""
    smallest = np.full(len(chosen), _LATEST, np.uint64)
    wanted = min(len(chosen), pool)
    if wanted == 0:
        return
    for cut in (_cut(len(chosen), pool), _LATEST):
        for i in range(len(shown)):
            number = priority(draws, i)
            if number <= cut and not shown[i]:
                _keep_small(number, i, smallest, chosen)
        if smallest[wanted - 1] != _LATEST:
            return
        smallest[:] = _LATEST
