"""Writing a dataset: one layer of one part after the other in, a complete dataset out, or nothing.

Every file is written under a temporary name, forced to the disk and renamed; the manifest comes last.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from neuronscope.dataset import layout
from neuronscope.dataset.manifest import SCHEMA_VERSION, FileInfo, Manifest, write_manifest
from neuronscope.dataset.newfile import NewFile, disk, sync_folder
from neuronscope.dataset.zipwriter import ZipWriter
from neuronscope.errors import BadInput


class DatasetWriter:
    """Use it as a context manager: unless ``finish`` was reached, leaving removes everything that was written."""

    def __init__(self, root: Path, *, packed: bool = True) -> None:
        """``packed``: one zip per layer and part; otherwise a folder with a file per unit."""
        self._root = root
        self._packed = packed
        self._finished = False
        self._folders: list[Path] = []  # made by us, outermost first
        self._written: list[Path] = []  # files and layers' folders under their final names
        self._parts: set[str] = set()
        self._files: dict[str, FileInfo] = {}
        self._unit_files: dict[str, FileInfo] = {}  # in the folder form

    def __enter__(self) -> Self:
        """Make the root.

        :raises BadInput: it is there and holds something, or is not a folder.
        :raises StorageFailed: it cannot be made.
        """
        if self._root.exists() and not self._root.is_dir():
            raise BadInput(f"{self._root} is a file. Name a new folder for the dataset.")
        if self._root.is_dir() and any(self._root.iterdir()):
            raise BadInput(f"{self._root} is not empty. Name a new folder for the dataset, or remove that one first.")
        self._make_folder(self._root)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._finished:
            self._remove_all()

    def add_layer(self, part: str, layer: int, files: Iterable[tuple[int, bytes]]) -> None:
        """Write one layer of one part: ``(unit, the file's bytes)`` in ascending order, drawn one at a time.

        :raises BadInput: no such part, or an index that is not a whole number from 0.
        :raises StorageFailed: the disk is full or failed.
        :raises ValueError: units not ascending, or the layer was added already.
        """
        layout.known_part(part)
        folder = f"{part}/{layout.index(layer, 'layer')}"
        path = f"{folder}.zip"
        if self._root / path in self._written or self._root / folder in self._written:
            raise ValueError(f"{part} of layer {layer} was added already")
        self._make_folder(self._root / part)
        named = ((layout.unit_name(part, unit), data) for unit, data in _ascending(files))
        if self._packed:
            self._write_zip(path, named)
        else:
            self._write_folder(folder, named)
        self._parts.add(part)

    def add_file(self, path: str, data: bytes) -> None:
        """Write one file outside the parts, such as ``units/3.json``.

        :raises StorageFailed: the disk is full or failed.
        :raises ValueError: it was added already.
        """
        target = self._root / path
        if target in self._written:
            raise ValueError(f"{path} was added already")
        self._make_folder(target.parent)
        with NewFile(target) as file:
            file.write(data)
        self._keep(target)
        self._files[path] = file.info()

    def finish(self, manifest: Manifest) -> Manifest:
        """Write dataset.json: ``manifest`` with its schema version, files and artefacts filled in; give it back.

        :raises StorageFailed: the disk is full or failed.
        """
        if self._unit_files:
            self.add_file(layout.FILE_LIST, _file_list(self._unit_files))
        complete = dataclasses.replace(
            manifest,
            schema_version=SCHEMA_VERSION,
            artefacts=[part for part in layout.PARTS if part in self._parts],
            files=dict(sorted(self._files.items())),
        )
        self.add_file(layout.MANIFEST, write_manifest(complete))
        self._finished = True
        return complete

    def _write_zip(self, path: str, named: Iterable[tuple[str, bytes]]) -> None:
        with NewFile(self._root / path) as file:
            zip_file = ZipWriter(file.write)
            for name, data in named:
                zip_file.add(name, data)
            zip_file.finish()
        self._keep(self._root / path)
        self._files[path] = file.info()

    def _write_folder(self, path: str, named: Iterable[tuple[str, bytes]]) -> None:
        target = self._root / path
        partial = target.with_name(f".{target.name}.partial")
        self._make_folder(partial)
        for name, data in named:
            with NewFile(partial / name) as file:
                file.write(data)
            self._unit_files[f"{path}/{name}"] = file.info()
        with disk(target):
            sync_folder(partial)
            partial.rename(target)
            sync_folder(target.parent)
        self._folders.remove(partial)
        self._keep(target)

    def _make_folder(self, folder: Path) -> None:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):
            with disk(path):
                path.mkdir()
                self._folders.append(path)
                sync_folder(path.parent)

    def _keep(self, path: Path) -> None:
        self._written.append(path)

    def _remove_all(self) -> None:
        partial = [folder for folder in self._folders if folder.name.endswith(".partial")]
        for path in (*self._written, *partial):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        for folder in reversed(self._folders):
            with suppress(OSError):  # gone already, or somebody else's files are in it
                folder.rmdir()


def _ascending(files: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    last = -1
    for given, data in files:
        unit = layout.index(given, "unit")
        if unit <= last:
            raise ValueError(f"unit {unit} comes after unit {last}; units must ascend")
        last = unit
        yield unit, data


def _file_list(files: dict[str, FileInfo]) -> bytes:
    """The folder form's list of files, as Parquet: path, bytes, sha256."""
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        "path": list(files),
        "bytes": [info.bytes for info in files.values()],
        "sha256": [info.sha256 for info in files.values()],
    }
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression="zstd")
    return out.getvalue()
