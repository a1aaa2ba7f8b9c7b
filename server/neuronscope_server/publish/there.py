"""What lies at the place of a site when a run begins: sizes of files in, whether one is there and whole, out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from neuronscope.dataset.manifest import FileInfo
from neuronscope.dataset.target import Target
from neuronscope_server.publish.headers import sent
from neuronscope_server.publish.pieces import LIST


@dataclass(frozen=True)
class There:
    """What lies at a target: ``sizes`` by path, as they were when the run began."""

    target: Target
    sizes: Mapping[str, int]

    def fits(self, path: str, info: FileInfo) -> bool:
        """Whether a file is there and has its size; one that a store keeps packed has another one."""
        packed = self.target.encodes and sent(path).encoding is not None
        return path in self.sizes and (packed or self.sizes[path] == info.bytes)

    def holds(self, path: str, info: FileInfo) -> bool:
        """Whether a file is there and is this one, looked at where that costs no way over a network."""
        return self.fits(path, info) and (self.target.encodes or self.target.info(path) == info)

    def listed(self, folder: str) -> dict[str, FileInfo]:
        """What the list of a release says of its files, the list among them; nothing where it is missing or damaged."""
        path = f"{folder}/{LIST}"
        data = (self.target.read(path) if path in self.sizes else None) or b""
        try:
            infos = {name: FileInfo(**info) for name, info in orjson.loads(data)["files"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            return {}
        infos[LIST] = digested([data])
        return {f"{folder}/{name}": info for name, info in infos.items()}

    def fit(self, infos: Mapping[str, FileInfo]) -> bool:
        """Whether these are some files, and all of them fit."""
        return bool(infos) and all(self.fits(path, info) for path, info in infos.items())


def digested(pieces: Iterable[bytes]) -> FileInfo:
    """Size and SHA-256 of a file whose bytes come in pieces."""
    digest, size = hashlib.sha256(), 0
    for data in pieces:
        digest.update(data)
        size += len(data)
    return FileInfo(size, digest.hexdigest())
