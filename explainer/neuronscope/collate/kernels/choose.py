"""Which sequences stand in a unit's record: every sequence's figures of merit in, chosen sequences by group out.

The choice is exact: it is made from all figures at the end, so nothing depends on what was kept meanwhile. Ranks follow
(value descending, sequence ascending); no sequence is chosen twice.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from neuronscope.collate.kernels.draws import QUANTILE_STREAM, RANDOM_STREAM, key_of, priority
from neuronscope.collate.kernels.partition import partition

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_LATEST = np.uint64(0xFFFFFFFFFFFFFFFF)
_SEQUENCE = np.uint64(0xFFFFFFFF)  # the part of a key that numbers the sequence


@njit(parallel=True, cache=True, boundscheck=False)
def choose(
    table: NDArray[Any],
    sequences: int,
    units: Ints,
    identity: tuple[int, int],
    sizes: tuple[int, int, int, int],
    firsts: Ints,
    out: tuple[Ints, Ints, Ints],
) -> None:
    """Choose for ``units`` of a layer.

    :param table: bits [shard, 2, unit, sequence]: largest and smallest activation of every sequence.
    :param sizes: of the top, the negative, each quantile and the random group.
    :param firsts: [range], the first rank (0 strongest) of each quantile range, ascending ranges: descending ranks.
    :param out: chosen [row, slot], pools [row, group], fired [row, group], written (``LayerResult``).
    """
    per_shard = table.shape[3]
    shift = np.uint32(32 - 8 * table.itemsize)
    for row in prange(len(units)):
        bits = np.empty((2, sequences), np.uint32)
        for sequence in range(sequences):
            shard, place = sequence // per_shard, sequence % per_shard
            bits[0, sequence] = np.uint32(table[shard, 0, units[row], place]) << shift
            bits[1, sequence] = np.uint32(table[shard, 1, units[row], place]) << shift
        figures = bits.view(np.float32)
        _choose_one(
            figures[0],
            figures[1],
            (
                key_of(identity[0], QUANTILE_STREAM, identity[1], units[row]),
                key_of(identity[0], RANDOM_STREAM, identity[1], units[row]),
            ),
            sizes,
            firsts,
            (out[0][row], out[1][row], out[2][row]),
        )


@njit(parallel=True, cache=True, boundscheck=False)
def choose_sparse(
    starts: Ints,
    where: NDArray[np.int32],
    figures: tuple[Floats, Floats],
    sequences: int,
    units: Ints,
    identity: tuple[int, int],
    sizes: tuple[int, int, int, int],
    firsts: Ints,
    out: tuple[Ints, Ints, Ints],
) -> None:
    """The same where most figures are 0: row i's others are those of ``where[starts[i]:starts[i + 1]]``."""
    for row in prange(len(units)):
        high, low = np.zeros(sequences, np.float32), np.zeros(sequences, np.float32)
        for i in range(starts[row], starts[row + 1]):
            high[where[i]], low[where[i]] = figures[0][i], figures[1][i]
        _choose_one(
            high,
            low,
            (
                key_of(identity[0], QUANTILE_STREAM, identity[1], units[row]),
                key_of(identity[0], RANDOM_STREAM, identity[1], units[row]),
            ),
            sizes,
            firsts,
            (out[0][row], out[1][row], out[2][row]),
        )


@njit(cache=True, boundscheck=False)
def _choose_one(
    high: Floats,
    low: Floats,
    draws: tuple[np.uint64, np.uint64],
    sizes: tuple[int, int, int, int],
    firsts: Ints,
    out: tuple[Ints, Ints, Ints],
) -> None:
    chosen, pools, fired = out
    top, negative, per_range, _ = sizes
    chosen[:] = -1
    shown = np.zeros(len(high), np.bool_)
    keys = _keys(high)
    pools[0], fired[0] = _denominator(high, shown)
    _rank(keys, high, shown, chosen[:top])
    below = -low
    pools[1], fired[1] = _denominator(below, shown)
    _rank(_keys(below), below, shown, chosen[top : top + negative])
    start = top + negative
    drawn = chosen[start : start + len(firsts) * per_range].reshape(len(firsts), per_range)
    _draw_ranges(high, keys, (shown, firsts), draws[0], drawn, (pools[2:-1], fired[2:-1]))
    pools[-1], fired[-1] = _denominator(high, shown)
    _draw(shown, draws[1], chosen[start + len(firsts) * per_range :])


@njit(cache=True, boundscheck=False)
def _keys(figures: Floats) -> NDArray[np.uint64]:
    """Numbers that ascend as ranks do: by value descending, then by sequence."""
    plain = figures + np.float32(0)  # -0 and 0 are equal
    bits = plain.view(np.uint32)
    keys = np.empty(len(figures), np.uint64)
    for i in range(len(figures)):
        ascending = bits[i] ^ (np.uint32(0xFFFFFFFF) if bits[i] >> np.uint32(31) else np.uint32(0x80000000))
        keys[i] = (np.uint64(~ascending & np.uint32(0xFFFFFFFF)) << np.uint64(32)) | np.uint64(i)
    return keys


@njit(cache=True, boundscheck=False)
def _denominator(figures: Floats, shown: NDArray[np.bool_]) -> tuple[int, int]:
    """How many sequences are not shown yet, and how many of those fire."""
    left = fires = 0
    for i in range(len(figures)):
        if not shown[i]:
            left += 1
            fires += figures[i] > 0
    return left, fires


@njit(cache=True, boundscheck=False)
def _rank(keys: NDArray[np.uint64], figures: Floats, shown: NDArray[np.bool_], chosen: Ints) -> None:
    """Choose the best of those that fire and are not shown, and show them."""
    if len(chosen) == 0:
        return
    best = np.full(len(chosen), _LATEST, np.uint64)
    for i in range(len(keys)):
        if keys[i] < best[-1] and figures[i] > 0 and not shown[i]:
            _insert(keys[i], best)
    for place in range(len(chosen)):
        if best[place] != _LATEST:
            chosen[place] = np.int64(best[place] & _SEQUENCE)
            shown[chosen[place]] = True


@njit(cache=True, boundscheck=False)
def _insert(number: np.uint64, ascending: NDArray[np.uint64]) -> None:
    """Put ``number``, smaller than the last one, in its place; the last one drops out."""
    at = len(ascending) - 1
    while at > 0 and ascending[at - 1] > number:
        ascending[at] = ascending[at - 1]
        at -= 1
    ascending[at] = number


@njit(cache=True, boundscheck=False)
def _draw_ranges(
    high: Floats,
    keys: NDArray[np.uint64],
    which: tuple[NDArray[np.bool_], Ints],
    draws: np.uint64,
    chosen: Ints,
    counts: tuple[Ints, Ints],
) -> None:
    """Draw from each rank range, strongest first, and show what was drawn; ``which``: what is shown, the ranks."""
    shown, firsts = which
    bounds = _bounds(keys, firsts)
    ranges, size = chosen.shape
    smallest = np.full((ranges, size + 1), _LATEST, np.uint64)
    picks = np.zeros((ranges, size + 1), np.int64)
    counts[0][:], counts[1][:] = 0, 0
    for i in range(len(keys)):
        place = 0
        while place < ranges and keys[i] < bounds[place]:
            place += 1
        if place == ranges or shown[i]:
            continue
        counts[0][place] += 1
        counts[1][place] += high[i] > 0
        _draw_one(priority(draws, i), i, smallest[place, :size], picks[place, :size])
    for place in range(ranges):
        count = min(size, counts[0][place])
        order = np.argsort(keys[picks[place, :count]])
        for i in range(count):
            chosen[place, i] = picks[place, order[i]]
            shown[chosen[place, i]] = True


@njit(cache=True, boundscheck=False)
def _draw_one(number: np.uint64, sequence: int, smallest: NDArray[np.uint64], picks: Ints) -> None:
    last = len(smallest) - 1
    if last < 0 or number >= smallest[last]:
        return
    at = last
    while at > 0 and smallest[at - 1] > number:
        smallest[at], picks[at] = smallest[at - 1], picks[at - 1]
        at -= 1
    smallest[at], picks[at] = number, sequence


@njit(cache=True, boundscheck=False)
def _draw(shown: NDArray[np.bool_], draws: np.uint64, chosen: Ints) -> None:
    """Draw from all that is not shown, in the order drawn."""
    smallest = np.full(len(chosen), _LATEST, np.uint64)
    for i in range(len(shown)):
        if not shown[i]:
            _draw_one(priority(draws, i), i, smallest, chosen)


@njit(cache=True, boundscheck=False)
def _bounds(keys: NDArray[np.uint64], firsts: Ints) -> NDArray[np.uint64]:
    """The key at each of the ranks ``firsts``, which descend; the last possible key where there is no such rank."""
    bounds = np.full(len(firsts), _LATEST, np.uint64)
    work = keys.copy()
    end = len(work)
    for place in range(len(firsts)):
        if firsts[place] < end:
            partition(work, firsts[place], end - 1)
            end = firsts[place]
            bounds[place] = work[end]
        elif place:
            bounds[place] = bounds[place - 1]
    return bounds
