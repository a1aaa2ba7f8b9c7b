"""Datasets that stay where they are: an address in, what a site says of it out, so that browsers read its files there.

Such a dataset has a file for each unit, as the published ones do; nothing of it is copied but what it is.
"""

from __future__ import annotations

import dataclasses
import re
from urllib.parse import urlsplit

from neuronscope.codec import dumps
from neuronscope.dataset import Dataset, layout, open_dataset
from neuronscope.dataset.blob import public_address
from neuronscope.errors import BadInput
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
    """The release with the dataset's manifest, and its entry in the site.

    :raises BadInput: as :func:`web_address`; or its layers are zips, which need an index that a site has beside them.
    :raises StorageFailed: what is there cannot be read now.
    """
    address = web_address(root)
    with open_dataset(root, name=name) as dataset:
        manifest = dataset.manifest
        if any(_ZIP.fullmatch(path) for path in manifest.files):
            raise BadInput(f"{root}: its layers are zips. Copy it (neuronscope copy), and publish the copy.")
        release = release_of({layout.MANIFEST: dumps(dataclasses.replace(manifest, files={}))})
        return release, _entry(dataset, name, release.folder, address)


def _entry(dataset: Dataset, name: str, folder: str, address: str) -> SiteDataset:
    manifest = dataset.manifest
    return SiteDataset(
        name=name,
        title=manifest.title,
        model=manifest.model.name,
        source=manifest.source.kind,
        layers=len(manifest.layers),
        units=sum(layer.units for layer in manifest.layers),
        root=folder,
        parts=list(manifest.artefacts),
        packed=False,
        status="ready",
        detail=None,
        places={part: f"{address}/{part}" for part in manifest.artefacts},
    )
