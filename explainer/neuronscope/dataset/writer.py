"""Writing a dataset: one layer of one part after the other in, a complete dataset out, or nothing.

Every file is written under a temporary name, forced to the disk and renamed; the manifest comes last.
"""

from __future__ import annotations

import dataclasses
import functools
import shutil
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from neuronscope.dataset import layout
from neuronscope.dataset.bulk import in_order
from neuronscope.dataset.filelist import write_file_list
from neuronscope.dataset.leftovers import remove, remove_others, remove_temporary, set_aside
from neuronscope.dataset.manifest import SCHEMA_VERSION, FileInfo, Manifest, write_manifest
from neuronscope.dataset.newfile import NewFile, disk, sync_folder, temporary
from neuronscope.dataset.zipwriter import Deflated, ZipWriter, deflate
from neuronscope.errors import BadInput

R = TypeVar("R")

_TOGETHER = 16  # units of one task: to hand over each by itself costs a fifth of the work

# A file's bytes, or what gives them when it is called.
Content = bytes | Callable[[], bytes]
# Some units, ascending, and what gives their files' bytes in that order.
FileBatch = tuple[Sequence[int], Callable[[], Sequence[bytes]]]
_Named = tuple[list[str], Callable[[], Sequence[bytes]]]
# A dataset's manifest and, in the folder form, its list of files.
Beside = tuple[Manifest, dict[str, FileInfo]]


class DatasetWriter:
    """Use it as a context manager: unless ``finish`` was reached, leaving removes everything that was written.

    The folder may hold the hidden one of the run's own state, which is left alone. With ``replacing`` it may also hold
    what an unfinished run wrote: a file takes the place of an older one of its name, leaving early removes nothing,
    and ``finish`` removes what stands under a dataset's names without having been written. Several threads may add
    layers and files.
    """

    def __init__(
        self, root: Path, *, packed: bool = True, replacing: bool = False, beside: Beside | None = None
    ) -> None:
        """``packed``: one zip per layer and part; otherwise a folder with a file per unit.

        ``beside``: the dataset that the new files will be part of, whose own stay in the manifest and in the list.
        """
        self._root = root
        self._packed = packed
        self._replacing = replacing
        self._finished = False
        self._folders: list[Path] = []  # made by us, outermost first
        self._written: list[Path] = []  # files and layers' folders under their final names
        known, listed = beside or (None, {})
        self._parts: set[str] = set(known.artefacts if known else ())
        self._files: dict[str, FileInfo] = dict(known.files if known else {})
        self._unit_files: dict[str, FileInfo] = dict(listed)  # in the folder form
        self._lock = threading.RLock()  # held where any of these, or folders, change

    def __enter__(self) -> Self:
        """Make the root.

        :raises BadInput: it is there and holds something, or is not a folder.
        :raises StorageFailed: it cannot be made.
        """
        if self._root.exists() and not self._root.is_dir():
            raise BadInput(f"{self._root} is a file. Name a new folder for the dataset.")
        if self._replacing:
            remove_temporary(self._root)
        elif self._root.is_dir() and any(path.name != layout.WORKING for path in self._root.iterdir()):
            raise BadInput(f"{self._root} is not empty. Name a new folder for the dataset, or remove that one first.")
        self._make_folder(self._root)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._finished:
            self._remove_all()

    def add_layer(self, part: str, layer: int, files: Iterable[tuple[int, Content]], *, threads: int = 1) -> None:
        """Write one layer of one part: ``(unit, the file's bytes)`` in ascending order, drawn a few at a time.

        A function in the place of the bytes is called for them. With more ``threads`` than one those call and deflate,
        several at once; what is written does not depend on their number.

        :raises BadInput: no such part, or an index that is not a whole number from 0.
        :raises StorageFailed: the disk is full or failed.
        :raises ValueError: units not ascending, or the layer was added already.
        """
        self.add_batches(part, layer, _batches(files, 1 if threads == 1 else _TOGETHER), threads=threads)

    def add_batches(self, part: str, layer: int, batches: Iterable[FileBatch], *, threads: int = 1) -> None:
        """As ``add_layer``, with the files of some units given at once, as compiled code writes them."""
        layout.known_part(part)
        folder = f"{part}/{layout.index(layer, 'layer')}"
        path = f"{folder}.zip" if self._packed else folder
        self._begin(self._root / path, f"{part} of layer {layer}")
        named = (([layout.unit_name(part, unit) for unit in units], content) for units, content in _ascending(batches))
        if self._packed:
            self._write_zip(path, named, threads)
        else:
            self._write_folder(path, named, threads)
        self._parts.add(part)

    def add_file(self, path: str, data: bytes | Iterable[bytes]) -> None:
        """Write one file outside the parts, such as ``units/3.json``; its bytes may come in pieces.

        :raises StorageFailed: the disk is full or failed.
        :raises ValueError: it was added already.
        """
        target = self._root / path
        self._begin(target, path)
        with NewFile(target) as file:
            for piece in (data,) if isinstance(data, bytes) else data:
                file.write(piece)
        self._files[path] = file.info()

    def leave_out(self, path: str) -> None:
        """Do not name a file of the dataset beside in the manifest any more."""
        with self._lock:
            self._files.pop(path, None)

    def finish(self, manifest: Manifest) -> Manifest:
        """Write dataset.json: ``manifest`` with its schema version, files and artefacts filled in; give it back.

        :raises StorageFailed: the disk is full or failed.
        """
        if self._unit_files:
            self.add_file(layout.FILE_LIST, write_file_list(dict(sorted(self._unit_files.items()))))
        if self._replacing:
            remove_others(self._root, self._written)
        complete = dataclasses.replace(
            manifest,
            schema_version=SCHEMA_VERSION,
            artefacts=[part for part in layout.PARTS if part in self._parts],
            files=dict(sorted(self._files.items())),
        )
        self.add_file(layout.MANIFEST, write_manifest(complete))
        self._finished = True
        return complete

    def _begin(self, target: Path, what: str) -> None:
        """Make room for a file, or a layer's folder, that will be written now."""
        with self._lock:
            if target in self._written:
                raise ValueError(f"{what} was added already")
            manifest = self._root / layout.MANIFEST
            if self._replacing and manifest.exists():  # it says that the dataset is complete
                remove(manifest)
                sync_folder(self._root)
            self._make_folder(target.parent)
            self._written.append(target)

    def _write_zip(self, path: str, named: Iterable[_Named], threads: int) -> None:
        with NewFile(self._root / path) as file, closing(_each(_deflated, named, threads)) as members:
            zip_file = ZipWriter(file.write)
            for name, member in members:
                zip_file.add_deflated(name, member)
            zip_file.finish()
        self._files[path] = file.info()

    def _write_folder(self, path: str, named: Iterable[_Named], threads: int) -> None:
        target = self._root / path
        partial = temporary(target)
        self._make_folder(partial)
        written: dict[str, FileInfo] = {}
        with closing(_each(_called, named, threads)) as files:
            for name, data in files:
                with NewFile(partial / name) as file:
                    file.write(data)
                written[f"{path}/{name}"] = file.info()
        with disk(target), self._lock:
            sync_folder(partial)
            if target.exists():
                target.rename(set_aside(target))
            partial.rename(target)
            sync_folder(target.parent)
            self._folders.remove(partial)
            self._list(f"{path}/", written)
        remove(set_aside(target))

    def _list(self, folder: str, written: dict[str, FileInfo]) -> None:
        """Files take the place of those that the folder had."""
        for path in [path for path in self._unit_files if path.startswith(folder)]:
            del self._unit_files[path]
        self._unit_files.update(written)

    def _make_folder(self, folder: Path) -> None:
        with self._lock:
            missing = [path for path in (folder, *folder.parents) if not path.exists()]
            for path in reversed(missing):
                with disk(path):
                    path.mkdir()
                    self._folders.append(path)
                    sync_folder(path.parent)

    def _remove_all(self) -> None:
        partial = [folder for folder in self._folders if folder.name.endswith(".partial")]
        for path in partial if self._replacing else (*partial, *self._written):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        for folder in reversed(self._folders):
            with suppress(OSError):  # gone already, or something else is in it
                folder.rmdir()


def _each(work: Callable[[_Named], list[R]], named: Iterable[_Named], threads: int) -> Generator[R]:
    """``work`` of each batch, its results in order; closing it waits for what is under way."""
    several = map(work, named) if threads == 1 else in_order(work, named, concurrency=threads)
    for results in several:
        yield from results


def _deflated(named: _Named) -> list[tuple[str, Deflated]]:
    return [(name, deflate(data)) for name, data in _called(named)]


def _called(named: _Named) -> list[tuple[str, bytes]]:
    names, content = named
    return list(zip(names, content(), strict=True))


def _batches(files: Iterable[tuple[int, Content]], size: int) -> Iterator[FileBatch]:
    rest = iter(files)
    while some := list(islice(rest, size)):
        contents = [content for _, content in some]
        yield [unit for unit, _ in some], functools.partial(_contents, contents)


def _contents(contents: Sequence[Content]) -> list[bytes]:
    return [content if isinstance(content, bytes) else content() for content in contents]


def _ascending(batches: Iterable[FileBatch]) -> Iterator[FileBatch]:
    last = -1
    for units, content in batches:
        for given in units:
            unit = layout.index(given, "unit")
            if unit <= last:
                raise ValueError(f"unit {unit} comes after unit {last}; units must ascend")
            last = unit
        yield units, content
