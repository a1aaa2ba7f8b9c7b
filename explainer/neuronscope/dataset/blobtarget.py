"""Blob storage as a target: files are put there by the store's own client, and listed and read through blobfile."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from threading import BoundedSemaphore

from neuronscope.dataset.blob import BlobStore
from neuronscope.dataset.manifest import FileInfo
from neuronscope.dataset.target import PLAIN, Sent, sized
from neuronscope.dataset.uploads import Uploads

GZIP = "gzip"


class BlobTarget:
    """An ``az://`` or ``gs://`` root."""

    lanes = 8  # most of the time of a small file is waiting for the answer
    encodes = True

    def __init__(self, root: str, uploads: Uploads) -> None:
        self.root = root.rstrip("/")
        self._uploads = uploads
        self._store = BlobStore(self.root)
        self._connections = BoundedSemaphore(10)  # that its client keeps open; it complains of more

    def check(self) -> None:
        """That the container or bucket is there and open to these credentials."""
        self._uploads.check()

    def sizes(self, folder: str = "") -> dict[str, int]:
        """Of the files below it, as they lie there."""
        return self._store.sizes(folder)

    def read(self, path: str) -> bytes | None:
        """The whole file, one that lies there as it was put there: blobfile takes encoded ones for cut off."""
        return self._store.read(path)

    def info(self, path: str) -> FileInfo | None:
        """Of the whole file, which comes over the network."""
        data = self.read(path)
        return None if data is None else FileInfo(len(data), hashlib.sha256(data).hexdigest())

    def write(
        self, path: str, pieces: Iterable[bytes], sent: Sent = PLAIN, *, known: FileInfo | None = None
    ) -> FileInfo:
        """In place of one that is there."""
        digest, size = hashlib.sha256(), 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for data in sized(pieces, known, path):
                if known is None:
                    digest.update(data)
                size += len(data)
                yield data

        given = counted()
        with self._connections:
            self._uploads.put(path, _gzipped(given) if sent.encoding == GZIP else given, sent)
        return known or FileInfo(size, digest.hexdigest())

    def remove(self, paths: Iterable[str]) -> None:
        """One after the other."""
        for path in paths:
            self._uploads.remove(path)


def _gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    for data in pieces:
        yield packer.compress(data)
    yield packer.flush()
