"""From an address to a dataset: which kind of place it is, and what to call it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from neuronscope.dataset import blob, discover, layout
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.folder import FolderStore
from neuronscope.dataset.http import HttpStore
from neuronscope.dataset.published import published_at
from neuronscope.dataset.readcache import CachedStore, Kept
from neuronscope.dataset.store import Store
from neuronscope.errors import BadInput

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


def open_dataset(
    root: str | os.PathLike[str] = layout.PUBLISHED_GPT2_XL,
    *,
    name: str | None = None,
    environ: Mapping[str, str] = os.environ,
    kept: Kept | None = None,
) -> Dataset:
    """Open the dataset at a folder, ``https://``, ``az://account/container/path`` or ``gs://bucket/path``.

    A folder is looked at now, anything else when it is first asked for something. ``az://`` and ``gs://`` are read with
    the credentials in ``environ`` or the home folder, without any as public data. ``name`` is for addresses and lists,
    and the title where nothing at the root has one; the last part of the root unless given. What is read from another
    machine goes through ``kept``, where one is given.

    :raises BadInput: no dataset there, or an address of a kind that cannot be read.
    """
    address = os.fspath(root)
    scheme = _SCHEME.match(address)
    if scheme is None:
        return _open_folder(Path(address), name)
    store = _remote(address.rstrip("/"), scheme[1].lower(), environ)
    if kept is not None:
        store = CachedStore(store, kept)
    known, name = published_at(store.root), name or name_of(address)
    if known is None:
        return Dataset(store, name=name)
    return Dataset(store, name=name, assumed=known.manifest(), beside=known.beside())


def name_of(root: str) -> str:
    """What a dataset at a root is called where nobody says: as it was published, else as the last part of the root."""
    known = published_at(root)
    return known.name if known else slug(root.rstrip("/").rpartition("/")[2])


def slug(text: str) -> str:
    """A name for addresses, ``[a-z0-9][a-z0-9._-]*``, from any text."""
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._") or "dataset"


def _open_folder(path: Path, name: str | None) -> Dataset:
    if not path.is_dir():
        what = "is not a folder" if path.exists() else "does not exist"
        raise BadInput(f"{path} {what}. Give a dataset's folder, or its https://, az:// or gs:// address.")
    store = FolderStore(path)
    if store.stat(layout.MANIFEST) is None and not store.list(layout.RECORDS):
        raise BadInput(discover.nothing_there(store))
    return Dataset(store, name=name or slug(path.resolve().name))


def _remote(address: str, scheme: str, environ: Mapping[str, str]) -> Store:
    if scheme in ("http", "https"):
        return HttpStore(address)
    if scheme in ("az", "gs"):
        home = Path(environ.get("HOME", Path.home()))
        if blob.has_credentials(address, environ, home):
            return blob.BlobStore(address)
        # To anonymous callers Google answers 403 for a public bucket's missing object unless they may list it, so there
        # 403 must mean "missing" too. Azure answers 404, and its 403 and 409 mean that the account is closed to them.
        missing = frozenset({403, 404, 410}) if scheme == "gs" else frozenset({404, 410})
        return HttpStore(address, address=blob.public_address(address), missing=missing)
    if scheme == "s3":
        bucket, _, path = address.partition("://")[2].partition("/")
        raise BadInput(f"s3:// is not read; give the https address: https://{bucket}.s3.amazonaws.com/{path}")
    raise BadInput(f"{scheme}:// is not read. Give a folder, or an https://, az:// or gs:// address.")
