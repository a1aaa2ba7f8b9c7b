"""Where files are put for others to read: a folder of this machine, or blob storage. Paths and bytes in, files out.

Every file appears whole or not at all, under any interruption. ``open_target`` finds the kind by the address.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Protocol

from neuronscope.dataset import blob
from neuronscope.dataset.manifest import FileInfo
from neuronscope.dataset.newfile import NewFile, disk
from neuronscope.dataset.store import Pieces
from neuronscope.errors import BadInput, BrokenData


@dataclass(frozen=True)
class Sent:
    """With which headers a host gives out a file; a folder keeps none of them.

    ``encoding``: how its bytes are packed where they lie ("gzip"), or None.
    """

    content_type: str = "application/octet-stream"
    cache: str | None = None
    encoding: str | None = None


PLAIN = Sent()
_MOVED_AT_ONCE = 2  # files that the system copies; with 8 all the rest of publishing takes an eighth longer


class Target(Protocol):
    """Paths are relative, with ``/``, and come from our own code; any thread may call any method.

    All methods raise StorageFailed where the disk or the network fails or refuses.
    """

    @property
    def root(self) -> str:
        """The place as a person writes it."""

    @property
    def lanes(self) -> int:
        """How many files are best written side by side."""

    @property
    def encodes(self) -> bool:
        """Whether files lie there packed as ``Sent.encoding`` says; a folder keeps them as they are."""

    def check(self) -> None:
        """Look whether files can be put there, before much work is done.

        :raises BadInput: they cannot; the sentence says what to do.
        """

    def sizes(self, folder: str = "") -> dict[str, int]:
        """Bytes of each file below a folder, by its path in the target; empty where there is none."""

    def read(self, path: str) -> bytes | None:
        """A whole file that was put there without an encoding, or None."""

    def info(self, path: str) -> FileInfo | None:
        """Size and SHA-256 of a file that was put there without an encoding, which is read for it; or None."""

    def write(
        self, path: str, pieces: Iterable[bytes], sent: Sent = PLAIN, *, known: FileInfo | None = None
    ) -> FileInfo:
        """Put a file there, in place of one that is; size and SHA-256 are of the pieces.

        ``known``: what they are already, which saves digesting them; their size is looked at all the same.

        :raises BrokenData: their size is another than the known one; the file is not there.
        """

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files; one that is not there is no error."""


def open_target(address: str, *, environ: Mapping[str, str] = os.environ) -> Target:
    """The target at a folder, ``az://account/container/path`` or ``gs://bucket/path``.

    :raises BadInput: an address of another kind or an empty one, or credentials or a package are missing.
    """
    if not address.strip():
        raise BadInput("The place to write to is empty: name a folder, or an az:// or gs:// address.")
    scheme, found, _ = address.partition("://")
    if not found:
        return FolderTarget(Path(address))
    if scheme not in ("az", "gs"):
        raise BadInput(f"{scheme}:// cannot be written to. Give a folder, or an az:// or gs:// address.")
    from neuronscope.dataset.blobtarget import BlobTarget
    from neuronscope.dataset.uploads import open_uploads

    blob.split(address)
    return BlobTarget(address, open_uploads(address, environ))


class FolderTarget:
    """A folder of this machine."""

    lanes = 16  # while some work the others wait for the disk, which is told of many files at once
    encodes = False

    def __init__(self, root: Path) -> None:
        self._root = root
        self.root = str(root)
        self._moving = BoundedSemaphore(_MOVED_AT_ONCE)

    def check(self) -> None:
        """That it is a folder, or nothing yet."""
        if self._root.exists() and not self._root.is_dir():
            raise BadInput(f"{self._root} is a file. Name a folder.")

    def sizes(self, folder: str = "") -> dict[str, int]:
        """Of the files below it; unfinished ones are none."""
        found = (path for path in (self._root / folder).rglob("*") if path.is_file())
        return {
            path.relative_to(self._root).as_posix(): path.stat().st_size
            for path in found
            if not (path.name.startswith(".") and path.name.endswith(".partial"))
        }

    def read(self, path: str) -> bytes | None:
        """The whole file, or None."""
        with disk(self._root / path):
            try:
                return (self._root / path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def info(self, path: str) -> FileInfo | None:
        """Of the file, read piece by piece; or None."""
        with disk(self._root / path):
            try:
                with (self._root / path).open("rb") as file:
                    return FileInfo(os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest())
            except (FileNotFoundError, NotADirectoryError):
                return None

    def write(
        self,
        path: str,
        pieces: Iterable[bytes],
        sent: Sent = PLAIN,  # noqa: ARG002 - a folder keeps no headers
        *,
        known: FileInfo | None = None,
    ) -> FileInfo:
        """Under a temporary name first."""
        place = self._root / path
        with disk(place):
            place.parent.mkdir(parents=True, exist_ok=True)
        with NewFile(place, digested=known is None) as file:
            if not (isinstance(pieces, Pieces) and self._copied(file, pieces, known)):
                for data in sized(pieces, known, path):
                    file.write(data)
        return known or file.info()

    def _copied(self, file: NewFile, pieces: Pieces, known: FileInfo | None) -> bool:
        """Whether the system copied them, undigested: what is known of them is right, and it can.

        Few at a time: that is faster than a disk, and leaves a processor to others. What waits for the disk, when files
        get their names, does it side by side.
        """
        if known is None or known.bytes != pieces.stat.size:
            return False
        with self._moving:
            return file.copy(pieces)

    def remove(self, paths: Iterable[str]) -> None:
        """With the folders that are empty then."""
        for name in paths:
            path = self._root / name
            with disk(path):
                path.unlink(missing_ok=True)
                for folder in path.relative_to(self._root).parents:
                    if folder.parts and (self._root / folder).is_dir() and not any((self._root / folder).iterdir()):
                        (self._root / folder).rmdir()


def sized(pieces: Iterable[bytes], known: FileInfo | None, path: str) -> Iterator[bytes]:
    """The pieces as they come.

    :raises BrokenData: at their end, where they have another size than what is known of them.
    """
    size = 0
    for data in pieces:
        size += len(data)
        yield data
    if known is not None and size != known.bytes:
        raise BrokenData(
            f"What was to become {path} has {size:,} bytes, and its dataset says {known.bytes:,}: neuronscope check "
            "names the damaged file."
        )
