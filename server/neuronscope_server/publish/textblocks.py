"""Texts that a browser can ask for a few at a time: texts of entries in, one file of blocks and a table of them out.

A block holds ``TOGETHER`` entries (the last one fewer), as arrays one right after the other, little-endian:

    end, about_end    u4, of each entry: where its text, and what is about it, ends among those of the block
    text, about       u1, UTF-8
    (nothing)         u1, up to a multiple of four bytes

The blocks are one raw deflate stream, so that the file can be unfolded as a whole. After each of them the stream begins
anew at a whole byte: the part of a block and an empty last part (the bytes 3 and 0) are a stream of their own.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

TOGETHER = 512  # entries; viewer/src/wordTexts.ts knows it
_LEVEL = 6  # of zlib, whose bytes are the same each time


@dataclass(frozen=True)
class Texts:
    """UTF-8 of all entries, one after the other; ``ends`` says where each ends (whole numbers, ascending)."""

    data: bytes
    ends: np.ndarray

    def part(self, first: int, last: int) -> tuple[bytes, bytes]:
        """Of some entries where each ends, and their texts."""
        begin = int(self.ends[first - 1]) if first else 0
        ends = self.ends[first:last]
        return (ends - begin).astype("<u4").tobytes(), self.data[begin : int(ends[-1])]


@dataclass(frozen=True)
class Blocks:
    """``data`` is the file; of each block ``packed`` says where it ends in the file, ``unfolded`` where beyond it."""

    data: bytes
    packed: np.ndarray
    unfolded: np.ndarray

    @property
    def size(self) -> int:
        """Bytes that the whole file unfolds to."""
        return int(self.unfolded[-1]) if len(self.unfolded) else 0


def text_blocks(own: Texts, about: Texts) -> Blocks:
    """The texts of entries and what is about each of them."""
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    parts: list[bytes] = []
    packed, unfolded = [], []
    for first in range(0, len(own.ends), TOGETHER):
        some = own.part(first, first + TOGETHER), about.part(first, first + TOGETHER)
        data = b"".join([*(ends for ends, _ in some), *(texts for _, texts in some)])
        data += bytes(-len(data) % 4)
        parts.append(deflate.compress(data) + deflate.flush(zlib.Z_FULL_FLUSH))
        packed.append(len(parts[-1]))
        unfolded.append(len(data))
    parts.append(deflate.flush(zlib.Z_FINISH))
    return Blocks(b"".join(parts), np.cumsum(packed).astype("<u4"), np.cumsum(unfolded).astype("<u4"))
