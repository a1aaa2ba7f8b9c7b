"""The one protocol at the bottom: a place that holds files under relative paths (a folder, HTTP, blob storage)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Protocol

from neuronscope.errors import StorageFailed

PIECE = 8 * 2**20  # bytes that are asked for at a time


@dataclass(frozen=True)
class Stat:
    """A file's size in bytes, and what changes whenever its content does (inode and time, or an ETag)."""

    size: int
    version: Hashable


class FileChanged(Exception):
    """The file is no longer the version asked for: replaced or removed since it was looked at."""


class Store(Protocol):
    """Reads files. Paths are relative, with ``/``, and come from our own code; any thread may call any method.

    All methods raise StorageFailed where the disk or the network fails.
    """

    @property
    def root(self) -> str:
        """The place as a person writes it."""

    @property
    def local(self) -> bool:
        """Whether looking costs next to nothing, so that nothing about a file need be remembered unlooked."""

    def read(self, path: str) -> bytes | None:
        """The whole file, or None where there is none."""

    def read_range(self, path: str, start: int, length: int, *, version: Hashable) -> bytes:
        """``length`` bytes from ``start``, fewer where the file ends before.

        :raises FileChanged: the file is not (any more) the one that ``stat`` gave this version.
        """

    def stat(self, path: str) -> Stat | None:
        """Size and version, or None where there is no such file."""

    def list(self, folder: str) -> list[str] | None:
        """The names in a folder, files and folders alike; empty where there is no such folder.

        None: this place does not say.
        """

    def close(self) -> None:
        """Give back connections; the store is not used afterwards."""


def place(store: Store, path: str) -> str:
    """A file's full name, for messages."""
    return f"{store.root.rstrip('/')}/{path}"


def read_whole(store: Store, path: str) -> bytes | None:
    """The whole file by its parts' own way, or None; of a file that is replaced meanwhile, the newer one."""
    while (stat := store.stat(path)) is not None:
        try:
            return store.read_range(path, 0, stat.size, version=stat.version)
        except FileChanged:
            continue
    return None


@dataclass(frozen=True)
class Pieces:
    """The version of a file that ``stat`` saw, a few megabytes at a time.

    :raises StorageFailed: when gone through, it is replaced meanwhile, or cannot be read.
    """

    store: Store
    path: str
    stat: Stat

    def __iter__(self) -> Iterator[bytes]:
        size = self.stat.size
        try:
            for start in range(0, size, PIECE):
                yield self.store.read_range(self.path, start, min(PIECE, size - start), version=self.stat.version)
        except FileChanged as error:
            raise self.changed() from error

    def changed(self) -> StorageFailed:
        """What is raised where the file is another one by now."""
        return StorageFailed(f"{place(self.store, self.path)} was changed while it was being read: run it again.")
