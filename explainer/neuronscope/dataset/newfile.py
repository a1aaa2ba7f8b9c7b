"""A file that appears whole or not at all: bytes in; on disk under a temporary name, then under its own."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from neuronscope.dataset.folder import FolderStore
from neuronscope.dataset.manifest import FileInfo
from neuronscope.dataset.store import FileChanged, Pieces
from neuronscope.errors import BadInput, StorageFailed

_GATHERED = 2**20  # bytes that are written at a time


def check_place(path: Path) -> None:
    """That a file can be put there, before what goes into it is worked out.

    :raises BadInput: it is a folder, or its folder is not there.
    """
    if path.is_dir():
        raise BadInput(f"{path} is a folder: name a file in it")
    if not path.absolute().parent.is_dir():
        raise BadInput(f"{path.absolute().parent} does not exist: name a file in a folder that does")


class NewFile:
    """Used as a context manager: leaving without an error gives the file its name, with one removes it.

    Small pieces are gathered before they are written: a thread that writes lets others have Python's lock meanwhile,
    and waits until it has it again.

    :raises StorageFailed: by any method, where the disk is full or failed.
    """

    def __init__(self, path: Path, *, digested: bool = True) -> None:
        """``digested``: whether ``info`` will be asked for."""
        self._path = path
        self._partial = temporary(path)
        self._digest = hashlib.sha256() if digested else None
        self._size = 0
        self._gathered: list[bytes | memoryview] = []
        self._waiting = 0  # bytes that are gathered

    def __enter__(self) -> Self:
        with disk(self._path):
            self._file = self._partial.open("wb")
        return self

    def write(self, data: bytes | memoryview) -> None:
        """Append to the file; of a view, the bytes it shows, which must stay what they are."""
        size = memoryview(data).nbytes
        self._size += size
        if size >= _GATHERED:  # not copied
            self._write_gathered()
            self._write_through(data)
            return
        self._gathered.append(data)
        self._waiting += size
        if self._waiting >= _GATHERED:
            self._write_gathered()

    def copy(self, pieces: Pieces) -> bool:
        """Append a stored file as the system copies it, undigested; False where it cannot, and nothing is written.

        :raises StorageFailed: the stored file is another one by now.
        """
        if self._digest or not isinstance(pieces.store, FolderStore):
            return False
        self._write_gathered()
        with disk(self._path):
            self._file.flush()
            try:
                copied = pieces.store.copy_into(pieces.path, self._file.fileno(), version=pieces.stat.version)
            except FileChanged as error:
                raise pieces.changed() from error
        self._size += pieces.stat.size if copied else 0
        return copied

    def _write_gathered(self) -> None:
        if self._gathered:
            self._write_through(b"".join(self._gathered))
        self._gathered, self._waiting = [], 0

    def _write_through(self, data: bytes | memoryview) -> None:
        with disk(self._path):
            self._file.write(data)
        if self._digest:
            self._digest.update(data)

    def info(self) -> FileInfo:
        """Size and digest of what was written; known once the file has its name.

        :raises ValueError: the file is not digested.
        """
        if not self._digest:
            raise ValueError(f"{self._path} was written without a digest")
        return FileInfo(self._size, self._digest.hexdigest())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._give_name()
        finally:
            self._let_go()

    def _give_name(self) -> None:
        self._write_gathered()
        with disk(self._path):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._partial.rename(self._path)
            sync_folder(self._path.parent)

    def _let_go(self) -> None:
        """Close the file, and remove it unless it has its name by now."""
        with suppress(OSError):  # a full disk refuses what was still to be written; that was said, or is being said
            self._file.close()
        with disk(self._path):
            self._partial.unlink(missing_ok=True)


def temporary(path: Path) -> Path:
    """Where a file, or a folder that appears whole, stands until then."""
    return path.with_name(f".{path.name}.partial")


@contextmanager
def disk(path: Path) -> Iterator[None]:
    """Turn an OSError of what is done inside into a sentence about ``path``.

    :raises StorageFailed: in its place.
    """
    try:
        yield
    except OSError as error:
        raise StorageFailed(f"Cannot write {path}: {error.strerror or error}.") from error


def sync_folder(folder: Path) -> None:
    """Force a folder's names to the disk, so that a rename in it outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
