"""Which rows of a batch may still be chosen for a record: figures of merit in, a place in the unit's cache for each row
that is kept out.

A cache has places for a fixed number of rows per unit. ``sequences`` is int32 [unit, place], -1 where a place is free;
``high`` and ``low`` are float32 [unit, place], the figures of the rows that are there; ``marks`` is int32 [3, unit]: a
place before which none is free, how many places are used before rows are dropped (memory that is never touched costs
nothing), and whether there was hardly room for all that was wanted; ``kinds`` is int8 [unit, place]: the first range
that may draw the row, or one of the two below.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from neuronscope.collate.kernels.draws import QUANTILE_STREAM, RANDOM_STREAM, key_of, priority

Bits = NDArray[Any]
Floats = NDArray[np.float32]
Cache = tuple[NDArray[np.int32], Floats, Floats, NDArray[np.int32], NDArray[np.int8]]
Cuts = tuple[NDArray[np.uint64], NDArray[np.uint64]]
Bounds = tuple[Floats, Floats, Floats, NDArray[np.int64]]
_DRAWN_AT_RANDOM, _NEVER_DRAWN = 127, -1
_SPARE = 16  # places that there should be after rows were dropped, so that it is not done for every row


@njit(parallel=True, cache=True, boundscheck=False)
def admit(
    maxima: Floats,
    minima: Floats,
    first: int,
    identity: tuple[int, int],
    sizes: tuple[int, int, bool],
    cuts: Cuts,
    floors: Bounds,
    cache: Cache,
    placed: NDArray[np.int32],
) -> None:
    """Give every row that may still be chosen a place, in order of sequences.

    :param maxima: [unit, sequence], ``minima`` likewise; the first is sequence ``first`` of the corpus.
    :param identity: seed and layer, for the draws.
    :param sizes: how many rows the top and the negative group take; whether rows whose figures are 0 are kept too.
    :param cuts: priorities up to these may be drawn: uint64 [range] and, for the random group, [unit].
    :param floors: of the top group [unit], the negative group [unit] (a ceiling), and the ranges [range, unit]; worked
        out from sequences before ``first``, which come before later ones that equal them; and how many ranks there are
        down to the end of each range, [range].
    :param cache: ``sequences``, ``high``, ``low``, ``marks``, ``kinds``.
    :param placed: [unit, sequence], written: the place, or -1.
    """
    top_floors, negative_floors, range_floors, _ = floors
    for unit in prange(maxima.shape[0]):
        keys = _keys(identity, unit)
        for i in range(maxima.shape[1]):
            # Most rows are of no use: what can be seen of that at a glance is looked at here.
            high, low = maxima[unit, i], minima[unit, i]
            kind = _kind(first + i, keys, cuts, unit)
            wanted = high > top_floors[unit] or low < negative_floors[unit] or kind == _DRAWN_AT_RANDOM
            if wanted or (kind >= 0 and high >= range_floors[kind, unit]):
                placed[unit, i] = _admit_one(unit, first + i, (high, low, kind), sizes, floors, cache)
            else:
                placed[unit, i] = -1


@njit(parallel=True, cache=True, boundscheck=False)
def admit_rows(
    starts: NDArray[np.int64],
    sequences: NDArray[np.int32],
    figures: tuple[Floats, Floats],
    identity: tuple[int, int],
    sizes: tuple[int, int, bool],
    cuts: Cuts,
    floors: Bounds,
    cache: Cache,
    rows: tuple[Bits, Bits],
) -> None:
    """The same for rows that another cache kept: those of unit u are ``starts[u]`` to ``starts[u + 1]``, ascending by
    sequence. ``rows`` are [row, position], from where, and [place, unit, position], to where."""
    for unit in prange(len(starts) - 1):
        keys = _keys(identity, unit)
        for i in range(starts[unit], starts[unit + 1]):
            kind = _kind(sequences[i], keys, cuts, unit)
            place = _admit_one(unit, sequences[i], (figures[0][i], figures[1][i], kind), sizes, floors, cache)
            if place >= 0:
                rows[1][place, unit] = rows[0][i]


@njit(cache=True, boundscheck=False)
def _keys(identity: tuple[int, int], unit: int) -> tuple[np.uint64, np.uint64]:
    """What the priorities of one unit's sequences are made from: of the ranges, and of the random group."""
    seed, layer = identity
    return key_of(seed, QUANTILE_STREAM, layer, unit), key_of(seed, RANDOM_STREAM, layer, unit)


@njit(cache=True, boundscheck=False, inline="always")
def _kind(sequence: int, keys: tuple[np.uint64, np.uint64], cuts: Cuts, unit: int) -> int:
    """Who may draw a sequence. Of several ranges it is the first, whose floor is the lowest."""
    if priority(keys[1], sequence) <= cuts[1][unit]:
        return _DRAWN_AT_RANDOM
    drawn = priority(keys[0], sequence)
    for place in range(len(cuts[0])):
        if drawn <= cuts[0][place]:
            return place
    return _NEVER_DRAWN


@njit(cache=True, boundscheck=False)
def _admit_one(
    unit: int,
    sequence: int,
    row: tuple[np.float32, np.float32, int],
    sizes: tuple[int, int, bool],
    floors: Bounds,
    cache: Cache,
) -> int:
    """The place of a row, or -1 where it cannot be chosen any more or need not be kept; ``row``: its figures, kind."""
    high, low, kind = row
    ranked = (high > 0 and high > floors[0][unit]) or (low < 0 and low < floors[1][unit])
    if not ranked:
        if high == 0 and low == 0 and not sizes[2]:
            return -1
        if not _may_be_drawn(kind, high, floors[2][:, unit], True):
            return -1
    place = _free_place(cache[0][unit], cache[3][:, unit])
    if place < 0:
        _prune(unit, sizes, floors, cache)
        place = _free_place(cache[0][unit], cache[3][:, unit])
    if place < 0 and _raise_floors_of(unit, floors, cache):
        if not ranked and not _may_be_drawn(kind, high, floors[2][:, unit], True):
            return -1
        _prune(unit, sizes, floors, cache)
        place = _free_place(cache[0][unit], cache[3][:, unit])
    if place < 0 and ranked:  # a row that was to be drawn makes room: it can be computed again
        place = _weakest(cache[1][unit], cache[2][unit])
    if place >= 0:
        cache[0][unit, place], cache[1][unit, place], cache[2][unit, place] = sequence, high, low
        cache[4][unit, place] = kind
    return place


@njit(cache=True, boundscheck=False, inline="always")
def _may_be_drawn(kind: int, high: np.float32, floors: Floats, new: bool) -> bool:
    """``new``: not seen when the floors were worked out, so that one on a floor comes after as many as there are."""
    if kind < 0 or kind == _DRAWN_AT_RANDOM:
        return kind == _DRAWN_AT_RANDOM
    return high > floors[kind] or (high == floors[kind] and not new)


@njit(cache=True, boundscheck=False)
def _raise_floors_of(unit: int, floors: Bounds, cache: Cache) -> bool:
    """Raise one unit's floors by the rows that are here, a part of all that were seen, and give up those on a floor
    that come after as many others as there are ranks; true if anything changed."""
    sequences, high, kinds, ends = cache[0][unit], cache[1][unit], cache[4][unit], floors[3]
    there = np.sort(high[sequences >= 0])
    changed = False
    for place in range(len(ends)):
        if 0 < ends[place] <= len(there) and there[len(there) - ends[place]] > floors[2][place, unit]:
            floors[2][place, unit] = there[len(there) - ends[place]]
            changed = True
    for row in range(len(sequences)):
        if sequences[row] >= 0 and 0 <= kinds[row] < len(ends) and high[row] == floors[2][kinds[row], unit]:
            before = 0
            for other in range(len(sequences)):
                equal = high[other] == high[row] and 0 <= sequences[other] < sequences[row]
                before += equal or (sequences[other] >= 0 and high[other] > high[row])
            if before >= ends[kinds[row]]:
                kinds[row] = _NEVER_DRAWN
                changed = True
    return changed


@njit(cache=True, boundscheck=False)
def _free_place(sequences: NDArray[np.int32], marks: NDArray[np.int32]) -> int:
    for place in range(marks[0], marks[1]):
        if sequences[place] < 0:
            marks[0] = place + 1
            return place
    marks[0] = marks[1]
    return -1


@njit(cache=True, boundscheck=False)
def _weakest(high: Floats, low: Floats) -> int:
    """The row closest to 0."""
    found, size = 0, np.float32(np.inf)
    for place in range(len(high)):
        strength = max(high[place], -low[place])
        if strength < size:
            found, size = place, strength
    return found


@njit(cache=True, boundscheck=False)
def _prune(unit: int, sizes: tuple[int, int, bool], floors: Bounds, cache: Cache) -> None:
    """Free the places of rows that cannot be chosen any more, and raise the floors of the ranked groups.

    What leaves the top group never comes back to it, so the negative group is taken from the others.
    """
    sequences, high, low, kinds = cache[0][unit], cache[1][unit], cache[2][unit], cache[4][unit]
    kept = np.zeros(len(sequences), np.bool_)
    used = 0
    floors[0][unit] = max(floors[0][unit], _keep_strongest(sequences, high, sizes[0], kept))
    floors[1][unit] = min(floors[1][unit], -_keep_strongest(sequences, -low, sizes[1], kept))
    for place in range(len(sequences)):
        if sequences[place] >= 0:
            if kept[place] or _may_be_drawn(kinds[place], high[place], floors[2][:, unit], False):
                used += 1
            else:
                sequences[place] = -1
    cache[3][0, unit] = 0
    cache[3][1, unit] = min(len(sequences), max(cache[3][1, unit], used + _SPARE))
    cache[3][2, unit] |= used + 2 * _SPARE > len(sequences)


@njit(cache=True, boundscheck=False)
def _keep_strongest(sequences: NDArray[np.int32], figures: Floats, size: int, kept: NDArray[np.bool_]) -> np.float32:
    """Mark the ``size`` largest figures above 0 (equal ones: lower sequence first) that are not marked yet.

    Gives the smallest of them where there are so many, else 0.
    """
    best = np.empty(max(size, 1), np.int64)
    count = 0
    for place in range(len(sequences)):
        if sequences[place] < 0 or kept[place] or not figures[place] > 0:
            continue
        at = count
        while at > 0 and (
            figures[best[at - 1]] < figures[place]
            or (figures[best[at - 1]] == figures[place] and sequences[best[at - 1]] > sequences[place])
        ):
            if at < size:
                best[at] = best[at - 1]
            at -= 1
        if at < size:
            best[at] = place
            count = min(count + 1, size)
    for i in range(count):
        kept[best[i]] = True
    return figures[best[size - 1]] if count == size and size > 0 else np.float32(0)


@njit(parallel=True, cache=True, boundscheck=False)
def prune_all(sizes: tuple[int, int, bool], floors: Bounds, cache: Cache) -> None:
    """Free every place whose row cannot be chosen any more."""
    for unit in prange(len(cache[0])):
        _prune(unit, sizes, floors, cache)
