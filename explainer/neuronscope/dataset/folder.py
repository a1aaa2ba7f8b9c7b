"""A local folder as a store. A file's version is its inode, size and time of change."""

from __future__ import annotations

import os
from collections.abc import Hashable
from pathlib import Path

from neuronscope.dataset.store import FileChanged, Stat, place
from neuronscope.errors import StorageFailed


class FolderStore:
    """Files under a local folder; each read opens its file anew, so that a replaced one is noticed."""

    local = True

    def __init__(self, root: Path) -> None:
        self.root = str(root)

    def read(self, path: str) -> bytes | None:
        """The whole file, or None."""
        try:
            with open(f"{self.root}/{path}", "rb") as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._failed(path, error) from error

    def read_range(self, path: str, start: int, length: int, *, version: Hashable) -> bytes:
        """Part of the file, when it is still that version."""
        try:
            descriptor = os.open(f"{self.root}/{path}", os.O_RDONLY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise FileChanged(path) from error
        except OSError as error:
            raise self._failed(path, error) from error
        try:
            if _version(os.fstat(descriptor)) != version:
                raise FileChanged(path)
            return os.pread(descriptor, length, start)
        except OSError as error:
            raise self._failed(path, error) from error
        finally:
            os.close(descriptor)

    def stat(self, path: str) -> Stat | None:
        """Size and version, or None."""
        try:
            status = os.stat(f"{self.root}/{path}")  # noqa: PTH116 - a Path costs more than the call
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._failed(path, error) from error
        return Stat(status.st_size, _version(status))

    def list(self, folder: str) -> list[str]:
        """The names in a folder; empty where there is none."""
        try:
            return os.listdir(f"{self.root}/{folder}")  # noqa: PTH208 - names, not paths
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise self._failed(folder, error) from error

    def close(self) -> None:
        """Nothing is held open."""

    def _failed(self, path: str, error: OSError) -> StorageFailed:
        return StorageFailed(f"Cannot read {place(self, path)}: {error.strerror or error}.")


def _version(status: os.stat_result) -> Hashable:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
