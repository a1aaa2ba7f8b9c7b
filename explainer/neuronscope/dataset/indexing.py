"""What is derived of a dataset, made anew: its tables of units and its search index.

Tables go into a dataset that can be changed; of one that cannot, since it is on another machine, may not be written or
was not made here, they go where derived files are kept on this machine.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from neuronscope import codec
from neuronscope.dataset import layout
from neuronscope.dataset.change import change_dataset
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.manifest import write_manifest
from neuronscope.dataset.newfile import NewFile, disk
from neuronscope.dataset.tables import UnitTable
from neuronscope.dataset.unitindex import UnitIndex
from neuronscope.dataset.unitsparquet import as_arrow, read_units, write_units
from neuronscope.dataset.unittables import layer_table, stored_table
from neuronscope.errors import BadInput

_TABLES = "tables"
_VERSION = "version"

Progress = Callable[[int, int, int], None]  # layers done, of how many, units done of the one at hand


@dataclass(frozen=True)
class Indexed:
    """``where`` the tables are: the dataset itself, or a folder on this machine; ``changed`` files were written."""

    where: str
    units: int
    changed: int


def index_units(dataset: Dataset, cache: Path, progress: Progress | None = None) -> Indexed:
    """Bring the tables of units up to date; ``cache`` is the dataset's folder for derived files.

    :raises BrokenData: a file of the dataset cannot be used.
    :raises StorageFailed: the disk or the network failed.
    """
    layers, tables = dataset.layers(), []
    for done, layer in enumerate(layers):
        heard = None if progress is None else lambda units, done=done: progress(done, len(layers), units)
        tables.append(layer_table(dataset, layer, heard))
    files = [(layout.units_path(table.layer), codec.dumps(table)) for table in tables]
    files.append((layout.UNITS, write_units(tables)))
    units = sum(len(table.unit) for table in tables)
    if not is_changeable(dataset):
        _keep(dataset, cache, files)
        return Indexed(str(cache), units, len(files))
    new = [(path, data) for path, data in files if dataset.file(path) != data]
    if new:
        with change_dataset(Path(dataset.root)) as change:
            for path, data in new:
                change.add_file(path, data)
            change.finish()
    return Indexed(dataset.root, units, len(new))


def is_changeable(dataset: Dataset) -> bool:
    """Whether files can be added to it."""
    return dataset.store.local and dataset.passes_through and os.access(dataset.root, os.W_OK)


def open_units(dataset: Dataset, cache: Path | None = None) -> UnitIndex:
    """Every unit of the dataset: from units.parquet, the tables of the layers, or what was derived on this machine.

    :raises BadInput: there is none of them; the sentence says how to make them.
    :raises BrokenData: what there is cannot be used.
    """
    data = dataset.file(layout.UNITS)
    if data is not None:
        return UnitIndex(read_units(data, f"{dataset.name}/{layout.UNITS}"))
    if cache is not None and (cache / _TABLES / _VERSION).exists() and _version(dataset) == _kept_version(cache):
        return UnitIndex(read_units((cache / _TABLES / layout.UNITS).read_bytes(), str(cache / layout.UNITS)))
    tables = _stored(dataset)
    if not tables:
        raise BadInput(f"{dataset.name} has no tables of units: make them with neuronscope index {dataset.root}")
    return UnitIndex(as_arrow(tables))


def units_version(dataset: Dataset) -> str:
    """Another one whenever ``open_units`` may give other rows."""
    stats = [dataset.store.stat(layout.UNITS)] if dataset.store.local else []
    stats += [dataset.store.stat(layout.units_path(layer)) for layer in dataset.layers() if dataset.store.local]
    return hashlib.sha256(f"{_version(dataset)} {stats}".encode()).hexdigest()[:16]


def _stored(dataset: Dataset) -> list[UnitTable]:
    """The tables of the layers, of those that have one; where the first has none, no other is asked for."""
    tables = []
    for layer in dataset.layers():
        path = layout.units_path(layer)
        data = dataset.file(path)
        if data is not None:
            tables.append(stored_table(data, f"{dataset.name}/{path}"))
        elif not tables:
            return []
    return tables


def _keep(dataset: Dataset, cache: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """The version comes last: without it nothing there counts."""
    folder = cache / _TABLES
    with disk(folder):
        (folder / "units").mkdir(parents=True, exist_ok=True)
        (folder / _VERSION).unlink(missing_ok=True)
    for path, data in (*files, (_VERSION, _version(dataset).encode())):
        with NewFile(folder / path) as file:
            file.write(data)


def _version(dataset: Dataset) -> str:
    return hashlib.sha256(write_manifest(dataset.manifest)).hexdigest()[:16]


def _kept_version(cache: Path) -> str:
    return (cache / _TABLES / _VERSION).read_text(encoding="utf-8")
