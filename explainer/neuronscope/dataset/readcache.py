"""A store on another machine, with what was read of it kept on this one, up to a number of bytes.

A kept piece belongs to one version of its file (its ETag), so what changes there is read anew. A piece that was cut off
or damaged here is read anew too. What was not asked for the longest goes first.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Hashable
from pathlib import Path

from neuronscope.dataset.store import Stat, Store, read_whole

MOST = 2 * 10**9  # bytes
_LARGEST = 1 / 8  # of all that may be kept; a larger piece is not
_CHECK = 4  # bytes of a piece's CRC-32, before it


class Kept:
    """Pieces of files below a folder; any thread may call any method.

    Processes that share a folder each count for themselves. A full or failing disk loses pieces and nothing else.
    """

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self._folder, self._most = folder, most
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] = OrderedDict()  # by name, the one asked for last at the end
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            found = sorted((one.stat().st_mtime, one.name, one.stat().st_size) for one in folder.iterdir())
            self._sizes.update((name, size) for _, name, size in found)
        self._all = sum(self._sizes.values())
        self._drop()

    def get(self, key: str) -> bytes | None:
        """The piece that was kept under this key, if it is there and whole."""
        name = _name(key)
        with self._lock:
            if name not in self._sizes:
                return None
            self._sizes.move_to_end(name)
        try:
            data = (self._folder / name).read_bytes()
            now = time.time_ns()  # the system's own idea of now goes in steps
            os.utime(self._folder / name, ns=(now, now))
        except OSError:
            return None
        return data[_CHECK:] if data[:_CHECK] == _crc(data[_CHECK:]) else None

    def keep(self, key: str, data: bytes) -> None:
        """Keep a piece, and let others go for it."""
        name, size = _name(key), len(data) + _CHECK
        if size > self._most * _LARGEST:
            return
        partial = self._folder / f"{name}.{threading.get_ident()}"
        try:
            partial.write_bytes(_crc(data) + data)
            partial.rename(self._folder / name)
        except OSError:
            with contextlib.suppress(OSError):
                partial.unlink()
            return
        with self._lock:
            self._all += size - self._sizes.pop(name, 0)
            self._sizes[name] = size
            self._drop()

    def _drop(self) -> None:
        while self._all > self._most and self._sizes:
            name, size = self._sizes.popitem(last=False)
            self._all -= size
            with contextlib.suppress(OSError):
                (self._folder / name).unlink(missing_ok=True)


class CachedStore:
    """Reads ``store``; pieces that were read before come from ``kept``. Each first asks for the file's version."""

    local = False

    def __init__(self, store: Store, kept: Kept) -> None:
        self._store, self._kept = store, kept
        self.root = store.root

    def read(self, path: str) -> bytes | None:
        """The whole file, or None."""
        return read_whole(self, path)

    def read_range(self, path: str, start: int, length: int, *, version: Hashable) -> bytes:
        """Part of that version of the file."""
        key = repr((self.root, path, version, start, length))
        found = self._kept.get(key)
        if found is None:
            found = self._store.read_range(path, start, length, version=version)
            self._kept.keep(key, found)
        return found

    def stat(self, path: str) -> Stat | None:
        """Asked for each time."""
        return self._store.stat(path)

    def list(self, folder: str) -> list[str] | None:
        """Asked for each time."""
        return self._store.list(folder)

    def close(self) -> None:
        """Give back the store's connections."""
        self._store.close()


def _name(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def _crc(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_CHECK, "little")
