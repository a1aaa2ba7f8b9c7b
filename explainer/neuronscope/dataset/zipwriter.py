"""Writing a zip: names and bytes in, an ordinary zip out, whose bytes depend on nothing else.

Members are deflated, dated 1980-01-01, and need no extra flags; 64-bit fields are used where a number does not fit.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from isal import isal_zlib

_LEVEL = 2  # of isal: about zlib's level 5 in size, ten times as fast; its level 3 takes half as long again for 3% less
_TIME, _DATE = 0, 0x0021  # midnight, 1980-01-01
_UTF8 = 0x800
_DEFLATED = 8
_UNIX_FILE = 0o100644 << 16
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_MADE_BY_UNIX = 3 << 8


@dataclass(frozen=True)
class Deflated:
    """A member's content as a zip holds it: the raw deflate stream, and the CRC-32 and size of what was deflated."""

    stream: bytes
    crc: int
    size: int


def deflate(data: bytes) -> Deflated:
    """Deflate one member's content; threads that do so run side by side."""
    return Deflated(isal_zlib.compress(data, _LEVEL, -15), isal_zlib.crc32(data), len(data))


class ZipWriter:
    """Writes members one after the other by ``write``, into an empty file; ``finish`` writes the directory.

    ``full`` is the first offset or size that needs 64 bits; a test gives a small one.
    """

    def __init__(self, write: Callable[[bytes], object], *, full: int = _FULL32) -> None:
        self._out = write
        self._full = full
        self._offset = 0
        self._entries: list[bytes] = []
        self._names: set[str] = set()

    def add(self, name: str, data: bytes) -> None:
        """Deflate and write one member.

        :raises ValueError: as ``add_deflated``.
        """
        self.add_deflated(name, deflate(data))

    def add_deflated(self, name: str, member: Deflated) -> int:
        """Write one member that was deflated before; where its stream begins.

        :raises ValueError: a member of that name was written already, or its content is 4 GiB or larger.
        """
        if name in self._names:
            raise ValueError(f"the zip has a member {name} already")
        if member.size >= _FULL32:
            raise ValueError(f"{name} holds {member.size} bytes; a member must be smaller than 4 GiB")
        self._names.add(name)
        raw_name = name.encode()
        flags = 0 if name.isascii() else _UTF8
        sizes = (len(member.stream), member.size)
        common = struct.pack("<4H3L", flags, _DEFLATED, _TIME, _DATE, member.crc, *sizes)
        self._entries.append(self._entry(raw_name, common))
        self._write(struct.pack("<4sH", b"PK\x03\x04", 20) + common + struct.pack("<2H", len(raw_name), 0) + raw_name)
        start = self._offset
        self._write(member.stream)
        return start

    def finish(self) -> None:
        """Write the central directory and the end records; nothing can be added afterwards."""
        start, count = self._offset, len(self._entries)
        self._write(b"".join(self._entries))
        size = self._offset - start
        if count >= _FULL16 or start >= self._full or size >= self._full:
            self._write(struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start))
            self._write(struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1))
        narrow = [number if number < self._full else _FULL32 for number in (size, start)]
        count16 = min(count, _FULL16)
        self._write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count16, count16, *narrow, 0))

    def _entry(self, name: bytes, common: bytes) -> bytes:
        """The directory's entry for a member that begins here."""
        wide = self._offset >= self._full
        extra = struct.pack("<HHQ", 1, 8, self._offset) if wide else b""
        version = 45 if wide else 20
        head = struct.pack("<4s2H", b"PK\x01\x02", _MADE_BY_UNIX | version, version)
        offset = _FULL32 if wide else self._offset
        tail = struct.pack("<5H2L", len(name), len(extra), 0, 0, 0, _UNIX_FILE, offset)
        return head + common + tail + name + extra

    def _write(self, data: bytes) -> None:
        self._out(data)
        self._offset += len(data)
