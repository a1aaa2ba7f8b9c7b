"""A few units' activations over one sequence in; their extremes out, and their sums and fine bins brought up to date.

Neighbouring units are worked on together, one in each lane of the processor's vectors, so that memory is read as it
lies. Bits come in, not floats, since NumPy has no bfloat16; seen as integers, bits of floats have the floats' order,
and their upper digits number the fine bins.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.finebins import FINE, LOWEST, OCTAVES, SIDE
from neuronscope.collate.kernels.compiling import fused_kernel, inlined, kernel
from neuronscope.collate.kernels.lanes import LANES, U_LANES, cast, fine, magnitude, sign, value

_FOUR = np.uint64(4)
_ROW, _TWO_ROWS, _THREE_ROWS = (np.uint64(rows * LANES) for rows in (1, 2, 3))
_PIVOT, _SUM1, _SUM2, _SUM3, _SUM4, _HIGH, _LOW = (np.uint64(row * LANES) for row in range(7))
_BINS = 2 * SIDE
_AT_A_TIME = 64  # positions whose bins are worked out before they are counted: stores are slow to read at once
_SHORT = 256  # sequences with fewer positions are counted in 16 bits over a whole batch; it has no more than 256
_TOGETHER = 1024  # positions of longer ones

Floats = NDArray[np.float32]
Bits = NDArray[Any]


# What is known of a shard; units are filled up to whole blocks of lanes. [block, 7 * lane]: a pivot, sums of
# (value - pivot) to the powers 1 to 4, and room for two; [2, unit]: where the windows of fine bins begin
# (``finebins.py``); [unit, 2 * SIDE]: the bins.
Counts = tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.uint32]]
# To work in, for one block at a time. [3 * lane]: where each lane's windows and its bins begin, in the bits' own width;
# [_AT_A_TIME * lane]: bins to be counted; [lane * 2 * SIDE]: counts that were not added to the shard's yet.
Room = tuple[Bits, NDArray[np.uint16], NDArray[np.uint16]]


def no_counts(units: int) -> Counts:
    """Of nothing so far."""
    blocks = -(-units // LANES)
    whole = np.zeros(blocks * 7 * LANES + 8)
    start = -whole.ctypes.data % 64 // 8  # a vector that lies within one line of the cache is read at once
    sums = whole[start : start + blocks * 7 * LANES].reshape(blocks, 7 * LANES)
    bases = np.full((2, blocks * LANES), LOWEST, np.int32)
    return sums, bases, np.zeros((blocks * LANES, _BINS), np.uint32)


def sums_of(sums: NDArray[np.float64], units: int) -> NDArray[np.float64]:
    """[5, unit]: the pivot, and the sums of (value - pivot) to the powers 1 to 4."""
    return sums.reshape(-1, 7, LANES).transpose(1, 0, 2).reshape(7, -1)[:5, :units]


@kernel
def room_for(bits: Bits) -> Room:
    """``bits`` says how wide they are."""
    windows = np.empty(3 * LANES, bits.dtype)
    places = np.empty(_AT_A_TIME * LANES, np.uint16)
    return windows, places, np.zeros(LANES * _BINS, np.uint16)


@kernel
def begin_block(block: int, counts: Counts, room: Room) -> None:
    """Before a block's first sequence."""
    _take_windows(counts[1], block * LANES, room[0])


@kernel
def end_block(block: int, counts: Counts, room: Room) -> None:
    """After its last one."""
    _add_bins(room[2], counts[2].reshape(-1)[block * LANES * _BINS :])


@kernel
def set_pivots(tile: Bits, block: int, counts: Counts) -> None:
    """Sums are about the mean of the shard's first sequence: near the mean, and independent of what was seen elsewhere.

    It lies within the values, none of n of which is further than n ** 0.5 deviations from their mean: what cancels
    leaves ten digits at least.
    """
    rows, sums = len(tile) // LANES, counts[0][block]
    for lane in range(LANES):
        pivot = 0.0
        for row in range(rows):
            pivot += value(tile[row * LANES + lane]) / rows
        sums[_PIVOT + np.uint64(lane)] = pivot


@kernel
def reduce_tile(tile: Bits, block: int, counts: Counts, room: Room) -> bool:
    """Count a block's units over one sequence; false where an activation is not finite.

    :param tile: bits [position * lane].
    """
    sums, bases, bins = counts[0][block], counts[1], counts[2]
    windows, places, some = room
    first = block * LANES
    for lane in range(U_LANES):
        sums[_HIGH + lane] = -np.inf
        sums[_LOW + lane] = np.inf
    rows = len(tile) // LANES
    _add_rows(tile, np.uint64(rows), sums)
    if not _finite(sums):
        return False
    if _beyond(sums, bases, np.uint64(first)):
        end_block(block, counts, room)
        _fit(sums, bases, bins, first)
        _take_windows(bases, first, windows)
    for row in range(0, rows, _AT_A_TIME):
        many = min(_AT_A_TIME, rows - row)
        _find_places(tile, np.uint64(row), many, windows, places)
        _count(places, many * LANES, some)
        if rows >= _SHORT and (row + many == rows or (row + many) % _TOGETHER == 0):
            end_block(block, counts, room)
    return True


@kernel
def extremes(block: int, counts: Counts, high: Floats, low: Floats) -> None:
    """Each unit's largest and smallest value in the last sequence, float32 [lane], written; -0 becomes 0."""
    sums = counts[0][block]
    for lane in range(U_LANES):
        high[lane] = np.float32(sums[_HIGH + lane] + 0.0)
        low[lane] = np.float32(sums[_LOW + lane] + 0.0)


@fused_kernel
def _add_rows(tile: Bits, rows: np.uint64, sums: NDArray[np.float64]) -> None:
    """Add to every lane's sums and extremes, four positions at a time: the sums are then fetched less often."""
    start = np.uint64(0)
    for _ in range(rows // _FOUR):
        for lane in range(U_LANES):
            at = start + lane
            a, b = value(tile[at]), value(tile[at + _ROW])
            c, d = value(tile[at + _TWO_ROWS]), value(tile[at + _THREE_ROWS])
            _extend(sums, lane, _greater(_greater(a, b), _greater(c, d)), _smaller(_smaller(a, b), _smaller(c, d)))
            pivot = sums[_PIVOT + lane]
            a, b, c, d = a - pivot, b - pivot, c - pivot, d - pivot
            aa, bb, cc, dd = a * a, b * b, c * c, d * d
            sums[_SUM1 + lane] += (a + b) + (c + d)
            sums[_SUM2 + lane] += (aa + bb) + (cc + dd)
            sums[_SUM3 + lane] += (aa * a + bb * b) + (cc * c + dd * d)
            sums[_SUM4 + lane] += (aa * aa + bb * bb) + (cc * cc + dd * dd)
        start += _FOUR * _ROW
    for _ in range(rows % _FOUR):
        for lane in range(U_LANES):
            a = value(tile[start + lane])
            _extend(sums, lane, a, a)
            a -= sums[_PIVOT + lane]
            aa = a * a
            sums[_SUM1 + lane] += a
            sums[_SUM2 + lane] += aa
            sums[_SUM3 + lane] += aa * a
            sums[_SUM4 + lane] += aa * aa
        start += _ROW


@inlined
def _greater(a: np.float64, b: np.float64) -> np.float64:
    return a if a > b else b  # one instruction; Python's max has a rule for NaN


@inlined
def _smaller(a: np.float64, b: np.float64) -> np.float64:
    return a if a < b else b


@inlined
def _extend(sums: NDArray[np.float64], lane: int | np.uint64, high: np.float64, low: np.float64) -> None:
    sums[_HIGH + lane] = _greater(high, sums[_HIGH + lane])
    sums[_LOW + lane] = _smaller(low, sums[_LOW + lane])


@kernel
def _finite(sums: NDArray[np.float64]) -> bool:
    """Whether all sums are; one that is not comes from a value that is not."""
    wrong = 0
    for lane in range(U_LANES):
        wrong += sums[_SUM1 + lane] - sums[_SUM1 + lane] != 0
    return wrong == 0


@kernel
def _beyond(sums: NDArray[np.float64], bases: NDArray[np.int32], first: np.uint64) -> bool:
    """Whether a value lies beyond its window."""
    found = 0
    for lane in range(U_LANES):
        found += _base(sums[_HIGH + lane], 0) > bases[0, first + lane]
        found += _base(-sums[_LOW + lane], 1) > bases[1, first + lane]
    return found > 0


@kernel
def _fit(sums: NDArray[np.float64], bases: NDArray[np.int32], bins: NDArray[np.uint32], first: int) -> None:
    """Raise the windows so that the sequence's extremes lie in them."""
    for lane in range(LANES):
        unit = first + lane
        for side in range(2):
            extreme = -sums[_LOW + np.uint64(lane)] if side else sums[_HIGH + np.uint64(lane)]
            base = _base(extreme, side)
            if base > bases[side, unit]:
                _move(bins[unit, side * SIDE : (side + 1) * SIDE], base - bases[side, unit])
                bases[side, unit] = base


@inlined
def _base(extreme: np.float64, side: int) -> np.int32:
    """Where the window begins that ends with the octave of a side's largest magnitude."""
    # Below 0, a power of two belongs to the octave under it.
    octave = np.int32(np.int32(np.float32(extreme).view(np.int32) - np.int32(side)) >> 23)
    base = np.int32(np.int32(octave + np.int32(1 - OCTAVES)) * np.int32(FINE))
    return base if extreme > 0 else np.int32(LOWEST)


@kernel
def _move(bins: NDArray[np.uint32], step: int) -> None:
    """Give bins of one sign their places in a window that begins ``step`` bins higher."""
    for place in range(2, bins.size):
        count = bins[place]
        bins[place] = 0
        bins[max(place - step, 1)] += count


@kernel
def _take_windows(bases: NDArray[np.int32], first: int, windows: Bits) -> None:
    """What ``_find_places`` needs to know."""
    for lane in range(LANES):
        windows[lane] = bases[0, first + lane] - 2
        windows[LANES + lane] = bases[1, first + lane] - 2
        windows[2 * LANES + lane] = lane * _BINS


@kernel
def _find_places(tile: Bits, first: np.uint64, rows: int, windows: Bits, places: NDArray[np.uint16]) -> None:
    """Each value's place among the bins of its block, for some positions."""
    start, out = first * _ROW, np.uint64(0)
    for _ in range(rows):
        for lane in range(U_LANES):
            bits = tile[start + lane]
            negative, size = sign(bits), magnitude(bits)
            above, below = windows[lane], windows[U_LANES + lane]
            base = cast(above ^ cast(cast(above ^ below, bits) & negative, bits), bits)
            # Bins below 0 hold their outer edge, not their inner one: as those of a histogram do, seen from the left.
            place = cast(fine(cast(size + negative, bits)) - base, bits)
            place = place if place > 1 else cast(1, bits)
            place = cast(place + cast(cast(SIDE, bits) & negative, bits), bits)
            place = cast(place & sign(cast(-size, bits)), bits)  # 0 and -0 are one, whatever the windows
            places[out + lane] = np.uint16(cast(place + windows[U_LANES + U_LANES + lane], bits))
        start += _ROW
        out += _ROW


@kernel
def _count(places: NDArray[np.uint16], count: int, bins: NDArray[np.uint16]) -> None:
    """One more in each of ``places``: neighbours are of different units, so none waits for the one before."""
    for i in range(np.uint64(count)):
        at = np.uint64(places[i])
        bins[at] = bins[at] + np.uint16(1)


@kernel
def _add_bins(some: NDArray[np.uint16], bins: NDArray[np.uint32]) -> None:
    """Add counts to the shard's, and begin anew."""
    for i in range(np.uint64(some.size)):
        bins[i] = bins[i] + np.uint32(some[i])
        some[i] = 0
