"""Changing a complete dataset: new files in; a dataset that has them out, or the one that was there.

New files are written into a hidden folder of the dataset first. When all are there the new manifest is written beside
them: from then on the change is meant, and is finished by whoever comes next if this process ends. They get their names
one after the other, the manifest last.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from neuronscope.dataset import layout
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.filelist import read_file_list
from neuronscope.dataset.folder import FolderStore
from neuronscope.dataset.leftovers import remove, set_aside
from neuronscope.dataset.manifest import FileInfo, Manifest
from neuronscope.dataset.newfile import NewFile, disk, sync_folder
from neuronscope.dataset.writer import Content, DatasetWriter
from neuronscope.errors import BadInput

_NEW = "new"
_LOCK = "lock"
_GONE = ".gone"  # among the staged files: paths of those that the dataset loses, a line each


class Change:
    """New files of a dataset; made by ``change_dataset``."""

    def __init__(self, root: Path, manifest: Manifest, writer: DatasetWriter) -> None:
        self._root = root
        self._manifest = manifest
        self._writer = writer
        self._gone: list[str] = []

    def add_layer(self, part: str, layer: int, files: Iterable[tuple[int, Content]], *, threads: int = 1) -> None:
        """As ``DatasetWriter.add_layer``; takes the place of the layer's files of that part."""
        self._writer.add_layer(part, layer, files, threads=threads)

    def add_file(self, path: str, data: bytes | Iterable[bytes]) -> None:
        """As ``DatasetWriter.add_file``; takes the place of the file of that name."""
        self._writer.add_file(path, data)

    def remove_file(self, path: str) -> None:
        """Take one file outside the parts out of the dataset, when the change is made."""
        self._gone.append(path)
        self._writer.leave_out(path)

    def finish(self, manifest: Manifest | None = None) -> Manifest:
        """Make the change: from here on it is made even if this process ends.

        ``manifest``: what the dataset says of itself from now on, where that changes; files are filled in.

        :raises StorageFailed: the disk is full or failed.
        """
        if self._gone:
            with NewFile(_staged(self._root) / _GONE) as file:
                file.write("\n".join(self._gone).encode())
        complete = self._writer.finish(manifest or self._manifest)
        _make(self._root)
        return complete


@contextmanager
def change_dataset(root: Path) -> Iterator[Change]:
    """A change of the dataset at ``root``; unless ``finish`` was reached, leaving takes back what was written.

    A change that another process began and did not end is made or taken back first.

    :raises BadInput: no dataset there, one without a dataset.json, or another process changes it right now.
    :raises StorageFailed: the disk is full or failed.
    """
    with _alone(root):
        _make(root)
        manifest = _changeable(root)
        listed = _listed(root, manifest)
        packed = layout.FILE_LIST not in manifest.files
        with DatasetWriter(_staged(root), packed=packed, beside=(manifest, listed)) as writer:
            yield Change(root, manifest, writer)


def with_new(
    dataset: Dataset, part: str, layer: int, new: Mapping[int, Callable[[], bytes]]
) -> Iterator[tuple[int, Callable[[], bytes]]]:
    """A layer's files of a part, for ``add_layer``: ``new`` ones by unit, and those of other units as they lie."""
    for unit in sorted({*new, *dataset.units(layer)}):
        if unit in new:
            yield unit, new[unit]
        elif (data := dataset.read(part, layer, unit)) is not None:
            yield unit, partial(bytes, data)


def is_half_changed(root: Path) -> bool:
    """Whether a change was begun that is neither made nor taken back; the next one does that."""
    return (root / layout.CHANGING).is_dir()


def _changeable(root: Path) -> Manifest:
    manifest = Dataset(FolderStore(root), name=root.resolve().name).manifest
    if manifest.schema_version is None:
        raise BadInput(f"{root} has no {layout.MANIFEST}: only datasets that were made here are changed.")
    return manifest


def _listed(root: Path, manifest: Manifest) -> dict[str, FileInfo]:
    """The files of units, in the folder form."""
    path = root / layout.FILE_LIST
    if layout.FILE_LIST not in manifest.files:
        return {}
    with disk(path):
        return read_file_list(path.read_bytes())


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """While it lasts no other process changes the dataset; its hidden folder is gone afterwards."""
    folder = root / layout.CHANGING
    if not root.is_dir():
        raise BadInput(f"{root} is not a folder. Only a dataset in a folder of this machine can be changed.")
    with disk(folder):
        folder.mkdir(exist_ok=True)
        lock = (folder / _LOCK).open("w")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BadInput(f"{root} is being changed by another command. Wait until it has ended.") from error
        try:
            yield
        finally:
            with suppress(OSError):
                (folder / _LOCK).unlink()
                folder.rmdir()


def _staged(root: Path) -> Path:
    return root / layout.CHANGING / _NEW


def _make(root: Path) -> None:
    """Give staged files their names, if all of them are there; else remove them."""
    staged = _staged(root)
    if not staged.exists():
        return
    if (staged / layout.MANIFEST).exists():
        for path in _movable(staged):
            _move(path, root / path.relative_to(staged))
        _remove_gone(root, staged)
        _move(staged / layout.MANIFEST, root / layout.MANIFEST)
    remove(staged)


def _remove_gone(root: Path, staged: Path) -> None:
    listed = staged / _GONE
    if not listed.exists():
        return
    for path in listed.read_text().splitlines():
        with disk(root / path):
            (root / path).unlink(missing_ok=True)
            if (root / path).parent.is_dir():
                sync_folder((root / path).parent)


def _movable(staged: Path) -> list[Path]:
    """Files and whole layers' folders, but for the manifest and the list of files that go."""
    found = []
    for folder, folders, files in os.walk(staged):
        here = Path(folder)
        layers = [name for name in folders if _is_layer(here.relative_to(staged).as_posix(), name)]
        folders[:] = [name for name in folders if name not in layers]
        found += [here / name for name in (*layers, *files)]
    return sorted(path for path in found if path not in (staged / layout.MANIFEST, staged / _GONE))


def _is_layer(folder: str, name: str) -> bool:
    return folder in layout.PARTS and layout.number(name, "") is not None


def _move(path: Path, target: Path) -> None:
    old = set_aside(target)
    with disk(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            target.rename(old)
        path.rename(target)
        sync_folder(target.parent)
    if old.exists():
        remove(old)
