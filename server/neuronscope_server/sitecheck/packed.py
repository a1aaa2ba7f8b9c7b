"""One unit of a packed site as a browser reads it: a zip's index in, where members lie and what they hold out.

``publish/zipindex.py`` describes the index and writes it; ``viewer/src/packed.ts`` reads it in browsers.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from neuronscope.errors import BrokenData

_COLUMNS = 4
_MOST = 2**26  # bytes that an index or a member may unfold to, as in browsers
_WORD = 2**32


@dataclass(frozen=True)
class Member:
    """Where the deflated object of a unit lies in its zip, in bytes, and the CRC-32 of what it inflates to."""

    unit: int
    start: int
    size: int
    crc: int

    @property
    def last(self) -> int:
        """Its last byte."""
        return self.start + self.size - 1


def read_index(data: bytes) -> list[Member]:
    """The members of a zip, in their order.

    :raises BrokenData: not an index.
    """
    numbers = np.frombuffer(_inflated(data), np.uint8)
    if numbers.size % 4 or not numbers.size:
        raise BrokenData("it is no index of a zip")
    words = numbers.view("<u4").astype(np.int64)
    if words.size != 1 + _COLUMNS * words[0]:
        raise BrokenData("it was cut off or changed on the way")
    steps, gaps, sizes, crcs = words[1:].reshape(_COLUMNS, -1)
    units = np.cumsum(steps) % _WORD
    starts = np.cumsum(gaps + sizes) - sizes
    rows = zip(units.tolist(), starts.tolist(), sizes.tolist(), crcs.tolist(), strict=True)
    return [Member(*row) for row in rows]


def inflate_member(data: bytes, member: Member) -> bytes:
    """What a unit's bytes hold.

    :raises BrokenData: they are not what the index says.
    """
    if len(data) != member.size:
        raise BrokenData(f"{len(data):,} bytes came and {member.size:,} should have")
    found = _inflated(data)
    if zlib.crc32(found) != member.crc:
        raise BrokenData("its checksum is another one than its index says")
    return found


def _inflated(data: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=-15)
    try:
        found = stream.decompress(data, _MOST)
    except zlib.error as error:
        raise BrokenData("it cannot be inflated") from error
    if not stream.eof:
        raise BrokenData("it was cut off, or unfolds to more than it can have")
    return found
