"""Which rows are kept for a unit: a row's figures and kind in, where it is to be written out.

A unit has places for a fixed number of rows. The best rows so far are listed, so that one which leaves a list and can
be drawn by nobody gives its place back at once. The rows themselves come from a stock that a layer's units share: what
one gives back another takes. ``stock`` is int32 [2 + row]: how many of them were ever used, how many are free again,
and which those are, the last one to be taken first.

All that is known of a unit stands together in one line of ``state``, int32 [unit, word], since it is fetched from far
away each time that the unit's turn comes:

* the five words that begin with ``_FREE``,
* the list of the largest figures so far, best first: their keys, then their places,
* the same of the most negative ones that are not among those,
* of every place five words that begin with ``_SEQUENCE``.

A key is a figure's bits as an integer that is ordered as the figures are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import inlined, kernel
from neuronscope.collate.kernels.partition import partition
from neuronscope.collate.kernels.wanted import NEVER, Floors, may_be_drawn

Floats = NDArray[np.float32]
State = NDArray[np.int32]
Stock = NDArray[np.int32]
Sizes = tuple[int, int, bool]  # of the top list, of the negative one; whether rows whose figures are 0 are kept too

# 1 + the first place that is free again, or 0; how many places were ever used; how long both lists are; whether there
# was hardly room for all that was wanted.
_FREE, _USED, _TOPS, _NEGATIVES, _CROWDED, _HEAD = range(6)
# Whose row is there, or -1 - the next free place's _FREE; who may draw it (``wanted.py``); its figures' keys; where it
# is.
_SEQUENCE, _KIND, _HIGH, _LOW, _ROW, _WORDS = range(6)
_EVER, _BACK, _STOCK = range(3)  # words of ``stock``
_SPARE = 32  # there is hardly room where fewer places are left after a cache was full
_MAGNITUDE = np.int32(0x7FFFFFFF)


def no_rows(units: int, places: int, sizes: Sizes) -> State:
    """All places are free."""
    state = np.zeros((units, _first_place(sizes) + places * _WORDS), np.int32)
    _places(state, sizes)[:, :, _SEQUENCE] = -1
    return state


def new_stock(rows: int) -> Stock:
    """All rows are free."""
    stock = np.empty(_STOCK + rows, np.int32)  # memory that is never touched costs nothing
    stock[:_STOCK] = 0
    return stock


def sequences_and_rows(state: State, sizes: Sizes) -> tuple[State, State]:
    """Whose row each place has, negative where it is free; and where that row is: views, [unit, place]."""
    places = _places(state, sizes)
    return places[:, :, _SEQUENCE], places[:, :, _ROW]


def figures_of(state: State, sizes: Sizes, unit: NDArray[np.int64], place: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Largest and smallest figures, [row], of the rows in some places."""
    keys = _places(state, sizes)[unit, place][:, [_HIGH, _LOW]]
    figures = (keys ^ ((keys >> 31) & _MAGNITUDE)).view(np.float32)
    return figures[:, 0], figures[:, 1]


def _places(state: State, sizes: Sizes) -> State:
    return state[:, _first_place(sizes) :].reshape(len(state), -1, _WORDS)


def crowded(state: State) -> NDArray[np.int32]:
    """The mark of units whose places were nearly full, [unit], writable."""
    return state[:, _CROWDED]


def _first_place(sizes: Sizes) -> int:
    return _HEAD + 2 * sizes[0] + 2 * sizes[1]


@kernel
def admit(
    unit: int,
    sequence: int,
    row: tuple[np.float32, np.float32, int],
    sizes: Sizes,
    ends: NDArray[np.int64],
    floors: Floors,
    state: State,
    stock: Stock,
) -> int:
    """Where a row is to be written, or -1 where it cannot be chosen any more or need not be kept. They come in order.

    :param row: largest and smallest figure, and kind.
    """
    high, low, kind = row
    ranked = high > floors[0][unit] or low < floors[1][unit]
    if not ranked and ((high == 0 and low == 0 and not sizes[2]) or not _may_draw(kind, high, floors, unit, True)):
        return -1
    place = _free_place(unit, sizes, state, stock)
    if place < 0:
        place = _make_room(unit, row, ranked, sizes, ends, floors, state, stock)
        if place < 0:
            return -1
    at = _place(sizes, place)
    state[unit, at + _SEQUENCE], state[unit, at + _KIND] = sequence, kind
    state[unit, at + _HIGH], state[unit, at + _LOW] = _key(high), _key(low)
    row_at = state[unit, at + _ROW]
    if ranked:
        _list(unit, place, sizes, ends, floors, state, stock)
    return row_at


@kernel
def drop(which: NDArray[np.bool_], sizes: Sizes, floors: Floors, state: State, stock: Stock) -> None:
    """Free the places of rows that cannot be chosen any more, for the units marked in ``which``."""
    for unit in range(len(state)):
        if which[unit]:
            _drop(unit, sizes, floors, state, stock)


@inlined
def _key(figure: np.float32) -> np.int32:
    bits = np.float32(figure + np.float32(0)).view(np.int32)  # -0 and 0 are equal
    return bits ^ ((bits >> 31) & _MAGNITUDE)


@inlined
def _figure(key: np.int32) -> np.float32:
    return np.int32(key ^ ((key >> 31) & _MAGNITUDE)).view(np.float32)


@inlined
def _place(sizes: Sizes, place: int) -> int:
    """Where its words begin."""
    return _HEAD + 2 * sizes[0] + 2 * sizes[1] + place * _WORDS


@inlined
def _may_draw(kind: int, high: np.float32, floors: Floors, unit: int, new: bool) -> bool:
    return may_be_drawn(kind, high, floors[2], unit, new)


@kernel
def _free_place(unit: int, sizes: Sizes, state: State, stock: Stock) -> int:
    """A place that has a row of the stock; -1 if all places are taken."""
    if state[unit, _FREE]:
        place = state[unit, _FREE] - 1
        state[unit, _FREE] = -1 - state[unit, _place(sizes, place) + _SEQUENCE]
    elif _place(sizes, state[unit, _USED]) < state.shape[1]:
        place = state[unit, _USED]
        state[unit, _USED] += 1
    else:
        return -1
    if stock[_BACK]:
        stock[_BACK] -= 1
        row = stock[_STOCK + stock[_BACK]]
    else:
        row = stock[_EVER]
        stock[_EVER] += 1
    state[unit, _place(sizes, place) + _ROW] = row
    return place


@kernel
def _free(unit: int, place: int, sizes: Sizes, state: State, stock: Stock) -> None:
    at = _place(sizes, place)
    state[unit, at + _SEQUENCE] = -1 - state[unit, _FREE]
    state[unit, _FREE] = place + 1
    stock[_STOCK + stock[_BACK]] = state[unit, at + _ROW]
    stock[_BACK] += 1


@kernel
def _list(
    unit: int, place: int, sizes: Sizes, ends: NDArray[np.int64], floors: Floors, state: State, stock: Stock
) -> None:
    """Put a row into the list that it belongs to, and raise that list's floor, and those of ranges that end within it.

    What leaves the top never comes back to it, so it counts among the others from then on.
    """
    tops, negatives = _HEAD, _HEAD + 2 * sizes[0]
    out, at = place, _place(sizes, place)
    if _figure(state[unit, at + _HIGH]) > floors[0][unit]:
        out = _insert(unit, place, state[unit, at + _HIGH], (tops, sizes[0], _TOPS), sizes, state)
        if state[unit, _TOPS] == sizes[0]:
            floors[0][unit] = max(floors[0][unit], _figure(state[unit, tops + sizes[0] - 1]))
        for range_ in range(len(ends)):
            if 0 < ends[range_] <= state[unit, _TOPS]:
                floor = _figure(state[unit, tops + ends[range_] - 1])
                floors[2][range_, unit] = max(floors[2][range_, unit], floor)
    if out < 0:
        return
    low = _figure(state[unit, _place(sizes, out) + _LOW])
    if low < 0 and low <= floors[1][unit]:
        out = _insert(unit, out, _key(-low), (negatives, sizes[1], _NEGATIVES), sizes, state)
        if state[unit, _NEGATIVES] == sizes[1]:
            floors[1][unit] = min(floors[1][unit], -_figure(state[unit, negatives + sizes[1] - 1]))
    if out >= 0:
        at = _place(sizes, out)
        if not _may_draw(state[unit, at + _KIND], _figure(state[unit, at + _HIGH]), floors, unit, False):
            _free(unit, out, sizes, state, stock)


@kernel
def _insert(unit: int, place: int, key: np.int32, which: tuple[int, int, int], sizes: Sizes, state: State) -> int:
    """Put a place into a list, by key descending and then by sequence; gives the place that drops out, or -1.

    :param which: where the list begins, how long it may be, which word says how long it is.
    """
    keys, size, length = which
    places = keys + size
    at, out = state[unit, length], -1
    if at == size:
        if size == 0 or not _before(unit, key, place, state[unit, keys + at - 1], places + at - 1, sizes, state):
            return place
        at -= 1
        out = state[unit, places + at]
    else:
        state[unit, length] += 1
    while at > 0 and _before(unit, key, place, state[unit, keys + at - 1], places + at - 1, sizes, state):
        state[unit, keys + at], state[unit, places + at] = state[unit, keys + at - 1], state[unit, places + at - 1]
        at -= 1
    state[unit, keys + at], state[unit, places + at] = key, place
    return out


@inlined
def _before(unit: int, key: np.int32, place: int, other: np.int32, listed: int, sizes: Sizes, state: State) -> bool:
    """Whether a row comes before another, whose place stands in the word ``listed``."""
    if key != other:
        return bool(key > other)
    return state[unit, _place(sizes, place) + _SEQUENCE] < state[unit, _place(sizes, state[unit, listed]) + _SEQUENCE]


@kernel
def _make_room(
    unit: int,
    row: tuple[np.float32, np.float32, int],
    ranked: bool,
    sizes: Sizes,
    ends: NDArray[np.int64],
    floors: Floors,
    state: State,
    stock: Stock,
) -> int:
    """A place for a row where all are taken, or -1 if it may not be chosen after all or nothing can go."""
    _drop(unit, sizes, floors, state, stock)
    place = _free_place(unit, sizes, state, stock)
    if place < 0 and _raise_floors_of(unit, sizes, ends, floors, state):
        if not ranked and not _may_draw(row[2], row[0], floors, unit, True):
            return -1
        _drop(unit, sizes, floors, state, stock)
        place = _free_place(unit, sizes, state, stock)
    if place < 0 and ranked:  # a row that was to be drawn makes room: it can be computed again
        place = _weakest(unit, sizes, state)
    return place


@kernel
def _drop(unit: int, sizes: Sizes, floors: Floors, state: State, stock: Stock) -> None:
    """Free the places of rows that are in no list and that nobody may draw any more."""
    listed = _listed(unit, sizes, state)
    used = 0
    for place in range(state[unit, _USED]):
        at = _place(sizes, place)
        if state[unit, at + _SEQUENCE] >= 0:
            high = _figure(state[unit, at + _HIGH])
            if listed[place] or _may_draw(state[unit, at + _KIND], high, floors, unit, False):
                used += 1
            else:
                _free(unit, place, sizes, state, stock)
    state[unit, _CROWDED] |= used + _SPARE > len(listed)


@kernel
def _listed(unit: int, sizes: Sizes, state: State) -> NDArray[np.bool_]:
    """Which places are in a list."""
    listed = np.zeros((state.shape[1] - _place(sizes, 0)) // _WORDS, np.bool_)
    for rank in range(state[unit, _TOPS]):
        listed[state[unit, _HEAD + sizes[0] + rank]] = True
    for rank in range(state[unit, _NEGATIVES]):
        listed[state[unit, _HEAD + 2 * sizes[0] + sizes[1] + rank]] = True
    return listed


@kernel
def _raise_floors_of(unit: int, sizes: Sizes, ends: NDArray[np.int64], floors: Floors, state: State) -> bool:
    """Raise one unit's floors by the rows that are here, a part of all that were seen, and give up those on a floor
    that come after as many others as there are ranks; true if anything changed."""
    keys, count = np.empty(state[unit, _USED], np.int32), 0
    for place in range(state[unit, _USED]):
        at = _place(sizes, place)
        if state[unit, at + _SEQUENCE] >= 0:
            keys[count] = state[unit, at + _HIGH]
            count += 1
    changed = False
    for range_ in range(len(ends)):
        if 0 < ends[range_] <= count:
            partition(keys, count - ends[range_], count - 1)
            floor = _figure(keys[count - ends[range_]])
            changed |= floor > floors[2][range_, unit]
            floors[2][range_, unit] = max(floor, floors[2][range_, unit])
    for place in range(state[unit, _USED]):
        at = _place(sizes, place)
        kind = state[unit, at + _KIND]
        if state[unit, at + _SEQUENCE] >= 0 and 0 <= kind < len(ends):
            on_floor = _figure(state[unit, at + _HIGH]) == floors[2][kind, unit]
            if on_floor and _count_before(unit, place, sizes, state) >= ends[kind]:
                state[unit, at + _KIND] = NEVER
                changed = True
    return changed


@kernel
def _count_before(unit: int, place: int, sizes: Sizes, state: State) -> int:
    """How many of the rows that are here rank before one of them."""
    at, count = _place(sizes, place), 0
    for other in range(state[unit, _USED]):
        there = _place(sizes, other)
        if state[unit, there + _SEQUENCE] >= 0:
            equal = state[unit, there + _HIGH] == state[unit, at + _HIGH]
            earlier = state[unit, there + _SEQUENCE] < state[unit, at + _SEQUENCE]
            count += state[unit, there + _HIGH] > state[unit, at + _HIGH] or (equal and earlier)
    return count


@kernel
def _weakest(unit: int, sizes: Sizes, state: State) -> int:
    """The row closest to 0 that is in no list; -1 if all are."""
    listed = _listed(unit, sizes, state)
    found, size = -1, np.float32(np.inf)
    for place in range(len(listed)):
        at = _place(sizes, place)
        strength = max(_figure(state[unit, at + _HIGH]), -_figure(state[unit, at + _LOW]))
        if not listed[place] and strength < size:
            found, size = place, strength
    return found
