"""Datasets that stay where they are: an address in, what a site says of it out, so that browsers read its files there.

Such a dataset has a file for each unit, as the published ones do; only what it is, and its lists, is copied.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from neuronscope.codec import dumps, loads
from neuronscope.dataset import layout, open_dataset
from neuronscope.dataset.blob import public_address
from neuronscope.dataset.manifest import Manifest
from neuronscope.dataset.published import published_at
from neuronscope.errors import BadInput, BrokenData
from neuronscope.lists import Lists
from neuronscope_server.publish.pieces import Release, release_of
from neuronscope_server.shapes import SiteDataset

_ZIP = re.compile(r"[^/]+(/[^/]+)?/[0-9]+\.zip")


def web_address(root: str) -> str:
    """The address by which browsers read a root.

    :raises BadInput: there is none, or it is plain http on another machine.
    """
    address = public_address(root) if root.startswith(("az://", "gs://")) else root.rstrip("/")
    parts = urlsplit(address)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise BadInput(
            f"--data-root is {root[:200]!r}: give an https://, az:// or gs:// address that everybody may read."
        )
    return address


def origin_of(address: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def stays(name: str, root: str) -> tuple[Release, SiteDataset]:
    """The release with the dataset's manifest and lists, and its entry in the site. A published root is not asked.

    :raises BadInput: as :func:`web_address`; or its layers are zips, which need an index that a site has beside them.
    :raises BrokenData: its manifest or its lists cannot be read.
    :raises StorageFailed: what is there cannot be read now.
    """
    address = web_address(root)
    found = _found(name, root)
    if any(_ZIP.fullmatch(path) for path in found.manifest.files):
        raise BadInput(f"{root}: its layers are zips. Copy it (neuronscope copy), and publish the copy.")
    files = {layout.MANIFEST: dumps(dataclasses.replace(found.manifest, files={}))}
    if found.lists is not None:
        files[layout.LISTS] = dumps(found.lists)
    release = release_of(files)
    return release, _entry(found, name, release.folder, address)


@dataclass(frozen=True)
class _Found:
    manifest: Manifest
    lists: Lists | None


def _found(name: str, root: str) -> _Found:
    known = published_at(root)
    if known is not None:
        return _Found(known.manifest(), _lists(known.beside().get(layout.LISTS), root))
    with open_dataset(root, name=name) as dataset:
        return _Found(dataset.manifest, _lists(dataset.file(layout.LISTS), root))


def _lists(data: bytes | None, root: str) -> Lists | None:
    try:
        return None if data is None else loads(data, Lists)
    except BrokenData as error:
        raise BrokenData(f"{root}/{layout.LISTS}: {error}") from error


def _entry(found: _Found, name: str, folder: str, address: str) -> SiteDataset:
    manifest = found.manifest
    parts = list(manifest.artefacts)
    return SiteDataset(
        name=name,
        title=manifest.title,
        model=manifest.model.name,
        source=manifest.source.kind,
        layers=len(manifest.layers),
        units=sum(layer.units for layer in manifest.layers),
        root=folder,
        parts=parts if found.lists is None else [*parts, "lists"],
        packed=False,
        status="ready",
        detail=None,
        places={part: f"{address}/{part}" for part in parts},
    )
