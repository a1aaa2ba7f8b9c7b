"""Pieces of JSON put together to the files of some records, without Python's lock."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import inlined, kernel

Text = NDArray[np.uint8]
Ints = NDArray[np.int64]
_OPEN, _CLOSE, _COMMA = (np.uint8(ord(letter)) for letter in "[],")


@kernel
def assemble(
    skeletons: tuple[Text, Ints],
    lists: Ints,
    frames: tuple[Text, Ints],
    numbers: tuple[Text, Ints, Ints],
    out: Text,
    ends: Ints,
) -> None:
    """Write records into ``out``, one after the other, and where each of them ends into ``ends``.

    :param skeletons: a text, and where in it each record ends, whose lists are all empty.
    :param lists: [record, list, 2], the sequences that go into each record's first lists: first and end of those of
        ``frames``.
    :param frames: a text, and where in it the part of each sequence before its numbers begins, the part behind them
        begins, and that ends, [sequence, 3].
    :param numbers: a text, where in it each sequence's numbers begin, and where they end.
    """
    skeleton, skeleton_ends = skeletons
    text, spans = frames
    digits, starts, number_ends = numbers
    to, at = 0, 0
    for record in range(len(ends)):
        for place in range(lists.shape[1]):
            first, end = lists[record, place]
            cut = _empty_list(skeleton, at)
            to = _copy(skeleton, at, cut + 1, out, to)
            at = cut + 1
            for sequence in range(first, end):
                to = _copy(text, spans[sequence, 0], spans[sequence, 1], out, to)
                to = _copy(digits, starts[sequence], number_ends[sequence], out, to)
                to = _copy(text, spans[sequence, 1], spans[sequence, 2], out, to)
                out[to] = _COMMA
                to += 1
            if end > first:
                to -= 1  # the last comma
        to = _copy(skeleton, at, skeleton_ends[record], out, to)
        at = skeleton_ends[record]
        ends[record] = to


@inlined
def _empty_list(text: Text, at: int) -> int:
    """Where the next one begins."""
    while text[at] != _OPEN or text[at + 1] != _CLOSE:
        at += 1
    return at


@inlined
def _copy(source: Text, start: int, end: int, out: Text, to: int) -> int:
    """Gives where the next piece goes."""
    first, many, place = np.uint64(start), np.uint64(end - start), np.uint64(to)
    for i in range(many):
        out[place + i] = source[first + i]
    return to + end - start
