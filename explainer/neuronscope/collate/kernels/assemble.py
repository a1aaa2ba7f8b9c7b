"""Pieces of JSON put together to one record's file, without Python's lock."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import inlined, kernel

Text = NDArray[np.uint8]
Ints = NDArray[np.int64]
_OPEN, _CLOSE, _COMMA = (np.uint8(ord(letter)) for letter in "[],")


@kernel
def assemble(
    skeleton: Text, cuts: Ints, lists: Ints, frames: tuple[Text, Ints], numbers: tuple[Text, Ints, Ints], out: Text
) -> int:
    """Write a record into ``out``; gives its length.

    :param skeleton: the record with an empty list, of two bytes, at each of ``cuts``.
    :param lists: [cut, 2], the sequences that go into each list: first and end of those of ``frames``.
    :param frames: a text, and where in it the part of each sequence before its numbers begins, the part behind them
        begins, and that ends, [sequence, 3].
    :param numbers: a text, where in it each sequence's numbers begin, and where they end.
    """
    text, spans = frames
    digits, starts, ends = numbers
    to, at = 0, 0
    for cut in range(len(cuts)):
        to = _copy(skeleton, at, cuts[cut], out, to)
        at = cuts[cut] + 2
        out[to] = _OPEN
        to += 1
        for sequence in range(lists[cut, 0], lists[cut, 1]):
            to = _copy(text, spans[sequence, 0], spans[sequence, 1], out, to)
            to = _copy(digits, starts[sequence], ends[sequence], out, to)
            to = _copy(text, spans[sequence, 1], spans[sequence, 2], out, to)
            out[to] = _COMMA
            to += 1
        if lists[cut, 1] > lists[cut, 0]:
            to -= 1  # the last comma
        out[to] = _CLOSE
        to += 1
    return _copy(skeleton, at, len(skeleton), out, to)


@inlined
def _copy(source: Text, start: int, end: int, out: Text, to: int) -> int:
    """Gives where the next piece goes."""
    first, many, place = np.uint64(start), np.uint64(end - start), np.uint64(to)
    for i in range(many):
        out[place + i] = source[first + i]
    return to + end - start
