"""How a file goes out, whoever sends it: deflated where that is worth it, and how long others may keep it."""

from __future__ import annotations

import zlib

from neuronscope.dataset.stored import StoredFile

REVALIDATE = "no-cache"  # keep it, but ask each time: a repeat costs a 304
FOREVER = "public, max-age=31536000, immutable"
_WORTH_PACKING = 1_000  # bytes; below, gzip saves less than its headers cost


def pack(data: bytes) -> StoredFile:
    """Bytes as they would lie in a zip: deflated when that is worth it."""
    crc, size = zlib.crc32(data), len(data)
    if size < _WORTH_PACKING:
        return StoredFile(data, deflated=False, crc=crc, size=size)
    stream = zlib.compressobj(level=6, wbits=-15)
    return StoredFile(stream.compress(data) + stream.flush(), deflated=True, crc=crc, size=size)
