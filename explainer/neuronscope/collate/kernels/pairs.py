"""Pairs of units by their figures of merit: products in; which of them may count, and exact correlations, out.

Figures come as bits (bfloat16 in int16, float32 in int32), ``shift`` says how far left they belong in a float32: 16 or
0. What was found so far of a row stands in two arrays, ``(index, value)``, both [row, place], best first, index -1
where there is nothing yet: equal values, to twelve decimals, by index.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import kernel

Bits = NDArray[Any]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Found = tuple[NDArray[np.int32], Floats]
Figures = tuple[Bits, int, Floats, Floats]  # bits [row, sequence], shift, means and norms about the mean, [row]
# Of every row: others that may be among its best, and their products, [row, place]; how many they are, -1 where they
# were too many; and what a product has to reach.
Candidates = tuple[NDArray[np.int32], NDArray[Any], NDArray[np.int32], NDArray[Any]]
# A true correlation is off a product by less than ``width`` of both rows and ``share`` of the product; ``top``.
Bounds = tuple[NDArray[Any], NDArray[Any], float, int]  # width and twice it with a margin, [row], share, top

_LANES = 32  # sums side by side, since one waits for itself
_AT_A_TIME = 64  # products that are looked at together: hardly ever one of them counts
_DIGITS = 1e12  # beyond these the order of a sum decides
_NARROW = np.int32(16)
_HALF = np.int32(0x7FFF)
_UPPER = np.int32(-0x10000)


@kernel
def measure(figures: Figures, rows: Ints, lost: Floats, fired: Ints) -> None:
    """Fill in mean and norm of some rows, what rounding takes from the unit vector, and how many figures are above 0.

    A row that does not vary has norm 0.
    """
    bits, shift, mean, norm = figures
    words = np.empty(bits.shape[1], np.int32)
    unit = np.empty(bits.shape[1], np.int32)
    for row in rows:
        _widen(bits[row], shift, words)
        values = words.view(np.float32)
        mean[row], norm[row], fired[row] = _moments(values)
        if norm[row] > 0:
            _unit_vector(values, mean[row], 1 / norm[row], shift, unit)
            lost[row] = _distance(values, mean[row], 1 / norm[row], unit.view(np.float32))


@kernel
def standardise(figures: Figures, rows: Ints, out: Bits) -> None:
    """Some rows as vectors of mean 0 and length 1, rounded to the figures' own dtype: bits [place, sequence]."""
    bits, shift, mean, norm = figures
    words = np.empty(bits.shape[1], np.int32)
    unit = np.empty(bits.shape[1], np.int32)
    for place in range(len(rows)):
        row = rows[place]
        _widen(bits[row], shift, words)
        _unit_vector(words.view(np.float32), mean[row], 1 / norm[row], shift, unit)
        for k in range(len(unit)):
            out[place, k] = unit[k] >> shift


@kernel
def take_in(products: NDArray[Any], sides: tuple[Ints, Ints, bool], bounds: Bounds, candidates: Candidates) -> None:
    """Note which products may be among the best of their row.

    :param sides: the rows that the first index stands for, those of the second, and whether they are looked at too.
    """
    left, right, both = sides
    width, _, share, _ = bounds
    floor = candidates[3]
    own, bars = width[right], floor[right]
    if not both:
        bars[:] = np.inf
    for a in range(len(left)):
        i = left[a]
        for start in range(0, len(right), _AT_A_TIME):
            end = min(start + _AT_A_TIME, len(right))
            bar, wide, met = floor[i], width[i], 0
            for b in range(np.uint64(start), np.uint64(end)):  # an index without a sign is not looked at for one
                most = products[a, b] + share * abs(products[a, b])
                met += (most + own[b] >= bar) | (most + wide >= bars[b])
            for b in range(start, end if met else start):
                most, j = products[a, b] + share * abs(products[a, b]), right[b]
                if i != j and most + own[b] >= floor[i]:
                    _note(i, j, products[a, b], bounds, candidates)
                if i != j and most + wide >= bars[b]:
                    _note(j, i, products[a, b], bounds, candidates)
                    bars[b] = floor[j]


@kernel
def _note(row: int, other: int, product: Any, bounds: Bounds, candidates: Candidates) -> None:
    index, value, count, floor = candidates
    width, _, share, _ = bounds
    room = index.shape[1]
    if count[row] == room:
        narrow_down(row, bounds, candidates)
        if count[row] > room - room // 4:
            count[row], floor[row] = -1, np.inf
        if product + share * abs(product) + width[other] < floor[row]:
            return
    index[row, count[row]], value[row, count[row]] = other, product
    count[row] += 1


@kernel
def narrow_down(row: int, bounds: Bounds, candidates: Candidates) -> None:
    """Raise a row's floor to what its best are at least, and drop the others that are below it at most."""
    index, value, count, floor = candidates
    width, slack, share, top = bounds
    if count[row] < top:
        return
    least = np.full(top + 1, -np.inf)
    for k in range(count[row]):
        place = top
        low = value[row, k] - share * abs(value[row, k]) - width[index[row, k]]
        while place and least[place - 1] < low:
            least[place] = least[place - 1]
            place -= 1
        least[place] = low
    floor[row] = max(floor[row], least[top - 1] - slack[row])
    kept = 0
    for k in range(count[row]):
        if value[row, k] + share * abs(value[row, k]) + width[index[row, k]] >= floor[row]:
            index[row, kept], value[row, kept] = index[row, k], value[row, k]
            kept += 1
    count[row] = kept


@kernel
def settle(rows: Ints, figures: Figures, bounds: Bounds, candidates: Candidates, found: Found) -> None:
    """Exact correlations of candidates, the most promising first, as long as one may be among the best."""
    index, value, count, _ = candidates
    width, slack, share, _ = bounds
    words, own = np.empty(figures[0].shape[1], np.int32), np.empty(figures[0].shape[1])
    for row in rows:
        if count[row] < 0:
            continue
        _centre(row, figures, words, own)
        most = np.empty(count[row])
        for k in range(count[row]):
            most[k] = value[row, k] + share * abs(value[row, k]) + width[index[row, k]] + slack[row] / 2
        for k in np.argsort(-most):
            if found[0][row, -1] >= 0 and most[k] < found[1][row, -1]:
                break
            other = index[row, k]
            insert(row, other, _pearson(row, other, figures, words, own), found)


@kernel
def settle_among(rows: Ints, others: Ints, figures: Figures, found: Found) -> None:
    """Exact correlations with all of ``others``."""
    words, own = np.empty(figures[0].shape[1], np.int32), np.empty(figures[0].shape[1])
    for row in rows:
        _centre(row, figures, words, own)
        for other in others:
            if other != row:
                insert(row, other, _pearson(row, other, figures, words, own), found)


@kernel
def insert(row: int, other: int, value: float, found: Found) -> None:
    """Put ``other`` where it belongs among the best of ``row``, if it does."""
    index, values = found
    place, key = index.shape[1], np.rint(value * _DIGITS)
    while place and (
        index[row, place - 1] < 0
        or np.rint(values[row, place - 1] * _DIGITS) < key
        or (np.rint(values[row, place - 1] * _DIGITS) == key and index[row, place - 1] > other)
    ):
        place -= 1
        if place + 1 < index.shape[1]:
            index[row, place + 1], values[row, place + 1] = index[row, place], values[row, place]
    if place < index.shape[1]:
        index[row, place], values[row, place] = other, value


@kernel
def _widen(bits: Bits, shift: int, words: NDArray[np.int32]) -> None:
    for k in range(len(bits)):
        words[k] = np.int32(bits[k]) << shift


@kernel
def _moments(values: NDArray[np.float32]) -> tuple[float, float, int]:
    """Mean, norm about the mean, and how many are above 0."""
    total, fired, low, high = 0.0, 0, values[0], values[0]
    for value in values:
        total += np.float64(value)
        fired += value > 0
        low, high = min(low, value), max(high, value)
    mean, squares = total / len(values), 0.0
    if low == high:
        return mean, 0.0, fired
    for value in values:
        squares += (np.float64(value) - mean) ** 2
    return mean, np.sqrt(squares), fired


@kernel
def _unit_vector(values: NDArray[np.float32], mean: float, scale: float, shift: int, out: NDArray[np.int32]) -> None:
    floats = out.view(np.float32)
    for k in range(len(values)):
        floats[k] = np.float32((np.float64(values[k]) - mean) * scale)
    if shift == _NARROW:  # to the nearest bfloat16, half-way to the even one
        for k in range(len(out)):
            out[k] = (out[k] + _HALF + ((out[k] >> _NARROW) & np.int32(1))) & _UPPER


@kernel
def _distance(values: NDArray[np.float32], mean: float, scale: float, unit: NDArray[np.float32]) -> float:
    squares = 0.0
    for k in range(len(values)):
        squares += ((np.float64(values[k]) - mean) * scale - np.float64(unit[k])) ** 2
    return np.sqrt(squares)


@kernel
def _centre(row: int, figures: Figures, words: NDArray[np.int32], own: Floats) -> None:
    bits, shift, mean, _ = figures
    _widen(bits[row], shift, words)
    values = words.view(np.float32)
    for k in range(len(own)):
        own[k] = np.float64(values[k]) - mean[row]


@kernel
def _pearson(row: int, other: int, figures: Figures, words: NDArray[np.int32], own: Floats) -> float:
    """Of ``row``, whose figures less their mean are ``own``, with another one; summed in one order, always."""
    bits, shift, mean, norm = figures
    _widen(bits[other], shift, words)
    product = _dot(own, words.view(np.float32), mean[other])
    return min(1.0, max(-1.0, product / (norm[row] * norm[other])))


@kernel
def _dot(own: Floats, values: NDArray[np.float32], mean: float) -> float:
    sums = np.zeros(_LANES)
    whole = len(own) // _LANES * _LANES
    for first in range(0, whole, _LANES):
        for lane in range(_LANES):
            sums[lane] += own[first + lane] * (np.float64(values[first + lane]) - mean)
    for k in range(whole, len(own)):
        sums[k - whole] += own[k] * (np.float64(values[k]) - mean)
    total = 0.0
    for lane in range(_LANES):
        total += sums[lane]
    return total
