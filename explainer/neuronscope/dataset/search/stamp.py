"""What an index was built from: a dataset in; a digest that changes when the index must be built again out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from neuronscope.dataset import layout
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.manifest import write_manifest
from neuronscope.dataset.search.schema import VERSION

_SEARCHED = (layout.EXPLANATIONS, layout.TOKENS_BY_ACTIVATION)


def stamp(dataset: Dataset) -> str:
    """16 hex digits of the manifest and, of a folder, the sizes and times of all files that are searched.

    On another machine the manifest stands for its files: asking for each of them would take too long.
    """
    digest = hashlib.sha256(f"{VERSION} {dataset.root}\n".encode())
    digest.update(write_manifest(dataset.manifest))
    for path in _files(dataset) if dataset.store.local else ():
        digest.update(f"\n{path} {dataset.store.stat(path)}".encode())
    return digest.hexdigest()[:16]


def _files(dataset: Dataset) -> Iterator[str]:
    for layer in dataset.layers():
        yield layout.units_path(layer)
        for part in _SEARCHED:
            if dataset.store.stat(layout.zip_path(part, layer)) is not None:
                yield layout.zip_path(part, layer)
            else:
                names = dataset.store.list(f"{part}/{layer}") or []
                yield from (f"{part}/{layer}/{name}" for name in sorted(names))
