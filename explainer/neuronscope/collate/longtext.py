"""A long text in, its token ids out, part by part: the same ids as of the whole, without the memory that would take.

A tokenizer needs some hundred bytes per character, and one core. So the text is encoded in pieces that overlap, many
at once. Near its ends a piece may be split otherwise than the whole text is, so two neighbours are joined where they
agree: in the middle third of what they share, token for token. Where they do not (a run of one character for pages,
say), they become one longer piece. Only a unigram tokenizer may split such a run otherwise, and equally well: there
many ways to split have the same score, and rounding over the whole text decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

# Several texts in; of each the token ids, and the character at which each token starts, ascending.
Encode = Callable[[list[str]], Iterable[tuple[NDArray[np.int32], NDArray[np.int64]]]]

_PIECE = 1 << 15  # characters from the start of one piece to the start of the next
_OVERLAP = 1 << 11  # characters: its middle third is some 150 tokens, more than any tokenizer looks around itself
_TOGETHER = 16  # pieces that are encoded at once


@dataclass(frozen=True)
class _Piece:
    text: str
    start: int  # its first character's place in the whole text
    ids: NDArray[np.int32]
    places: NDArray[np.int64]  # where each token starts in the whole text, ascending

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def tokens(self, low: int, high: int) -> slice:
        """The tokens that start from character ``low`` to just before ``high``."""
        first, last = np.searchsorted(self.places, [low, high])
        return slice(int(first), int(last))


def encode_long(parts: Iterable[str], encode: Encode) -> Iterator[NDArray[np.int32]]:
    """Token ids of the text that ``parts`` make together, in consecutive parts; read as far as asked for."""
    pieces = _encoded(_cut(parts), encode)
    before, first = next(pieces), 0
    for after in pieces:
        seam = _seam(before, after)
        if seam is None:
            before = _joined(before, after, pieces, encode)
        else:
            yield before.ids[before.tokens(first, seam)]
            before, first = after, seam
    yield before.ids[before.tokens(first, before.end)]


def _cut(parts: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Start and text of each piece; the last one is longer than an overlap too, if there are several."""
    text, start = "", 0
    for part in parts:
        text += part
        while len(text) > _PIECE + _OVERLAP:
            yield start, text[: _PIECE + _OVERLAP]
            text, start = text[_PIECE:], start + _PIECE
    yield start, text


def _encoded(pieces: Iterator[tuple[int, str]], encode: Encode) -> Iterator[_Piece]:
    while group := list(islice(pieces, _TOGETHER)):
        for (start, text), (ids, places) in zip(group, encode([text for _, text in group]), strict=True):
            yield _Piece(text, start, ids, places + start)


def _seam(before: _Piece, after: _Piece) -> int | None:
    """A place up to which the tokens of ``before`` hold, and from which on those of ``after``; None if none is sure."""
    third = (before.end - after.start) // 3
    low, high = after.start + third, before.end - third
    left, right = before.tokens(low, high), after.tokens(low, high)
    same = np.array_equal(before.ids[left], after.ids[right]) and np.array_equal(
        before.places[left], after.places[right]
    )
    return low if same and left.start < left.stop else None


def _joined(before: _Piece, after: _Piece, following: Iterator[_Piece], encode: Encode) -> _Piece:
    """One piece of both, and of so many more that it is at least twice as long: joining stays linear in the end."""
    texts, end = [before.text], before.end
    for piece in chain([after], following):
        texts.append(piece.text[end - piece.start :])
        end = piece.end
        if end - before.start >= 2 * len(before.text):
            break
    return next(_encoded(iter([(before.start, "".join(texts))]), encode))
