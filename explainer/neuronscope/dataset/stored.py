"""One stored file as it lies: in, its bytes (a raw deflate stream or plain); out, plain bytes or a gzip stream."""

from __future__ import annotations

import builtins
import struct
from dataclasses import dataclass

from isal import isal_zlib

from neuronscope.errors import BrokenData

# Deflate, no flags, no time, no extra flags, unknown system: the same ten bytes for every file.
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_GZIP_TRAILER = struct.Struct("<LL")


@dataclass(frozen=True)
class StoredFile:
    """``data`` is a raw deflate stream when ``deflated``; ``crc`` (CRC-32) and ``size`` are of the plain bytes."""

    data: builtins.bytes
    deflated: bool
    crc: int
    size: int

    def bytes(self) -> builtins.bytes:
        """The plain bytes, checked against ``size`` and ``crc``.

        :raises BrokenData: they do not agree, or the stream is not deflate.
        """
        return plain_bytes(self.data, deflated=self.deflated, crc=self.crc, size=self.size)

    def gzip(self) -> builtins.bytes:
        """The same file as a gzip stream, without compressing anything anew.

        :raises ValueError: the file is not deflated.
        """
        if not self.deflated:
            raise ValueError("only a deflated file can go out as gzip unchanged")
        return _GZIP_HEADER + self.data + _GZIP_TRAILER.pack(self.crc, self.size & 0xFFFFFFFF)


def plain_bytes(data: bytes, *, deflated: bool, crc: int, size: int) -> bytes:
    """What :meth:`StoredFile.bytes` gives of a file with these fields, where many are read that nobody keeps."""
    out = _inflate(data, size) if deflated else data
    if len(out) != size or isal_zlib.crc32(out) != crc:
        raise BrokenData("the checksum (CRC-32) does not match: the bytes were changed or damaged")
    return out


def plain(data: bytes) -> StoredFile:
    """A file that lies uncompressed."""
    return StoredFile(data, deflated=False, crc=isal_zlib.crc32(data), size=len(data))


def _inflate(data: bytes, size: int) -> bytes:
    """The bytes of a raw deflate stream; never more than ``size`` + 1 of them come into being."""
    stream = isal_zlib.decompressobj(wbits=-15)
    try:
        out = bytes(stream.decompress(data, size + 1))
    except isal_zlib.error as error:  # type: ignore[misc]  # its stub declares an instance, it is a class
        raise BrokenData(f"the compressed bytes are damaged ({error})") from error
    if len(out) != size or not stream.eof:
        raise BrokenData(f"{size} bytes were announced, but the compressed bytes hold {_how_many(out, size)}")
    return out


def _how_many(out: bytes, size: int) -> str:
    return "more" if len(out) > size else f"{len(out)} and then end"
