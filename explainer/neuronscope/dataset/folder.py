"""A local folder as a store. A file's version is its inode, size and time of change."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Hashable
from pathlib import Path

from neuronscope.dataset.store import FileChanged, Stat, place
from neuronscope.errors import BrokenData, StorageFailed

# Opening a pipe that nobody writes to would wait for ever; regular files do not know O_NONBLOCK.
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK

_CANNOT = (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM)  # two disks, or kinds of disks


class FolderStore:
    """Files under a local folder; each read opens its file anew, so that a replaced one is noticed.

    Reading a folder, a pipe or a device raises BrokenData.
    """

    local = True

    def __init__(self, root: Path) -> None:
        self.root = str(root)

    def read(self, path: str) -> bytes | None:
        """The whole file, or None."""
        opened = self._open(path)
        if opened is None:
            return None
        try:
            with io.FileIO(opened[0]) as file:
                return file.readall()
        except OSError as error:
            raise self._failed(path, error) from error

    def read_range(self, path: str, start: int, length: int, *, version: Hashable) -> bytes:
        """Part of the file, when it is still that version."""
        opened = self._open(path)
        if opened is None:
            raise FileChanged(path)
        descriptor, status = opened
        try:
            if _version(status) != version:
                raise FileChanged(path)
            return os.pread(descriptor, length, start)
        except OSError as error:
            raise self._failed(path, error) from error
        finally:
            os.close(descriptor)

    def copy_into(self, path: str, descriptor: int, *, version: Hashable) -> bool:
        """Append the file, when it is still that version, to the one open at ``descriptor``, without taking its bytes
        through this program; False where the system cannot, and nothing is written.

        :raises FileChanged: it is another version, before or after.
        """
        opened = self._open(path)
        if opened is None:
            raise FileChanged(path)
        try:
            if _version(opened[1]) != version:
                raise FileChanged(path)
            copied = _copied(opened[0], descriptor, opened[1].st_size)
            if copied and _version(os.fstat(opened[0])) != version:
                raise FileChanged(path)
            return copied
        finally:
            os.close(opened[0])

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

    def _open(self, path: str) -> tuple[int, os.stat_result] | None:
        """A descriptor of a regular file, and its status; None where there is no file."""
        try:
            descriptor = os.open(f"{self.root}/{path}", _FLAGS)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._failed(path, error) from error
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            what = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or a device"
            raise BrokenData(f"{place(self, path)} is {what}; a file belongs there.")
        return descriptor, status

    def _failed(self, path: str, error: OSError) -> StorageFailed:
        return StorageFailed(f"Cannot read {place(self, path)}: {error.strerror or error}.")


def _copied(source: int, target: int, size: int) -> bool:
    """Whether the system copied ``size`` bytes; at the first of them it says whether it can.

    :raises OSError: it began and failed, as where the disk is full.
    """
    if not hasattr(os, "copy_file_range"):  # Linux has it
        return False
    left = size
    while left:
        try:
            done = os.copy_file_range(source, target, left)
        except OSError as error:
            if left == size and error.errno in _CANNOT:
                return False
            raise
        if not done:
            break  # it was cut short, which its version says
        left -= done
    return True


def _version(status: os.stat_result) -> Hashable:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
