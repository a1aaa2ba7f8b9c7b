"""Is every file of a dataset there, whole and consistent? A dataset in; what was looked at, with its faults, out."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from neuronscope.dataset import consistency, discover, layout
from neuronscope.dataset.bulk import in_order
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.manifest import FileInfo, LayerInfo, Manifest, unit_ids
from neuronscope.dataset.store import FileChanged, Store, place
from neuronscope.dataset.zips import Archive
from neuronscope.errors import BrokenData, StorageFailed

_CHUNK = 8 * 2**20
_REMOTE_READS = 8  # at a time


@dataclass(frozen=True)
class Checked:
    """One file that was looked at (or should have been there), and a sentence per fault."""

    path: str
    faults: list[str] = field(default_factory=list)


def check_dataset(dataset: Dataset) -> Iterator[Checked]:
    """Look at every file: the manifest, what it lists, each unit's files and the derived tables.

    Local files that cannot be read are faults; a remote place that fails ends the check.

    :raises BadInput: the root holds no dataset, or a later version's.
    :raises StorageFailed: the network failed.
    """
    faults, manifest = _manifest(dataset)
    if faults or manifest.schema_version is not None:
        yield Checked(layout.MANIFEST, faults)
    listed = dict(manifest.files)
    for path, info in manifest.files.items():
        yield Checked(path, list(_file_faults(dataset.store, path, info)))
    if layout.FILE_LIST in listed:
        listed |= _file_list(dataset)
    for part in layout.PARTS:
        yield from _strays(dataset.store, part)
        for layer in _layers_of(dataset.store, part, manifest):
            yield from _check_layer(dataset, part, layer, listed)
    for layer in manifest.layers:
        yield from _check_table(dataset, layer)


def _manifest(dataset: Dataset) -> tuple[list[str], Manifest]:
    try:
        return [], dataset.manifest
    except BrokenData as error:
        return [str(error)], discover.look(dataset.store, name=dataset.name)


def _file_faults(store: Store, path: str, info: FileInfo) -> Iterator[str]:
    """Whether a file that the manifest lists has the size and digest that it says."""
    stat = store.stat(path)
    if stat is None:
        yield "missing: the manifest lists it"
    elif stat.size != info.bytes:
        yield f"{stat.size:,} bytes, but the manifest says {info.bytes:,}"
    else:
        digest = hashlib.sha256()
        try:
            for start in range(0, stat.size, _CHUNK):
                length = min(_CHUNK, stat.size - start)
                digest.update(store.read_range(path, start, length, version=stat.version))
        except FileChanged:
            yield "changed while it was read"
            return
        if digest.hexdigest() != info.sha256:
            yield "its SHA-256 is not the one in the manifest: it was changed or damaged"


def _file_list(dataset: Dataset) -> dict[str, FileInfo]:
    """The folder form's own list of files."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    data = dataset.file(layout.FILE_LIST)
    try:
        rows = pq.read_table(io.BytesIO(data or b"")).to_pylist()
        return {row["path"]: FileInfo(row["bytes"], row["sha256"]) for row in rows}
    except (pa.ArrowException, KeyError):
        return {}  # its digest has been found wrong already


def _layers_of(store: Store, part: str, manifest: Manifest) -> list[LayerInfo]:
    """The layers in which a part is looked for: those of the manifest, and any other that is there."""
    there = store.list(part)
    known = {layer.index: layer for layer in manifest.layers}
    for name in there or []:
        index = discover.layer_of(name)
        if index is not None:
            known.setdefault(index, LayerInfo(index, 0))
    looked_for = there or part == layout.RECORDS or part in manifest.artefacts
    return [known[index] for index in sorted(known)] if looked_for else []


def _check_layer(dataset: Dataset, part: str, layer: LayerInfo, listed: dict[str, FileInfo]) -> Iterator[Checked]:
    """One layer of one part: names that do not belong, units that are missing, and each unit's file."""
    folder, packed = f"{part}/{layer.index}", layout.zip_path(part, layer.index)
    archive = Archive(dataset.store, packed)
    try:
        names = archive.names() if archive.exists() else dataset.store.list(folder)
        where = packed if archive.exists() else folder
    except BrokenData as error:
        yield Checked(packed, [_short(error, dataset.store, packed)])
        return
    units = unit_ids(layer)
    if names is not None:
        found = {unit for name in names if (unit := layout.number(name, layout.extension(part))) is not None}
        yield from _names_faults(part, where, names, units)
        yield from _missing(part, where, sorted(set(units) - found), listed, all_missing=not names)
        units = sorted(found)
    jobs = ((dataset, part, layer.index, unit, listed) for unit in units)
    yield from in_order(lambda job: _check_unit(*job), jobs, concurrency=1 if dataset.store.local else _REMOTE_READS)


def _names_faults(part: str, where: str, names: Sequence[str], units: Sequence[int]) -> Iterator[Checked]:
    known = set(units)
    for name in sorted(names):
        unit = layout.number(name, layout.extension(part))
        if unit is None:
            yield Checked(f"{where}/{name}", ["not part of a dataset"])
        elif unit not in known:
            yield Checked(f"{where}/{name}", ["the manifest has no such unit"])


def _missing(
    part: str, where: str, units: Sequence[int], listed: dict[str, FileInfo], *, all_missing: bool
) -> Iterator[Checked]:
    """Every unit must have a record; of other parts only what the list of files names must be there."""
    if all_missing and part == layout.RECORDS:
        yield Checked(where, [f"missing: the manifest says that the layer has {len(units):,} units"])
        return
    for unit in units:
        path = f"{where}/{layout.unit_name(part, unit)}"
        if part == layout.RECORDS:
            yield Checked(path, ["missing: the manifest says that there is such a unit"])
        elif path in listed:
            yield Checked(path, [f"missing: {layout.FILE_LIST} lists it"])


def _check_unit(dataset: Dataset, part: str, layer: int, unit: int, listed: dict[str, FileInfo]) -> Checked:
    name, path = layout.unit_name(part, unit), layout.unit_path(part, layer, unit)
    try:
        data = dataset.read(part, layer, unit)
    except BrokenData as error:
        packed = layout.zip_path(part, layer)
        return Checked(f"{packed}/{name}", [_short(error, dataset.store, f"{packed}, member {name}")])
    except StorageFailed as error:
        if not dataset.store.local:
            raise
        return Checked(path, [str(error)])
    if data is None:
        return Checked(path, ["missing"] if part == layout.RECORDS else [])
    return Checked(path, [*_digest_faults(data, listed.get(path)), *consistency.file_faults(part, layer, unit, data)])


def _digest_faults(data: bytes, info: FileInfo | None) -> Iterator[str]:
    if info is not None and hashlib.sha256(data).hexdigest() != info.sha256:
        yield f"its SHA-256 is not the one in {layout.FILE_LIST}: it was changed or damaged"


def _strays(store: Store, part: str) -> Iterator[Checked]:
    """Names in a part's folder that are no layer's, and layers that are there both as a folder and as a zip."""
    names = sorted(store.list(part) or [])
    for name in names:
        if discover.layer_of(name) is None:
            yield Checked(f"{part}/{name}", ["not part of a dataset"])
        elif f"{name}.zip" in names:
            yield Checked(f"{part}/{name}", ["there both as a folder and as a zip; the zip is the one that is read"])


def _check_table(dataset: Dataset, layer: LayerInfo) -> Iterator[Checked]:
    path = layout.units_path(layer.index)
    data = dataset.file(path)
    if data is not None:
        yield Checked(path, list(consistency.table_faults(data, layer.index, unit_ids(layer))))


def _short(error: BrokenData, store: Store, path: str) -> str:
    """The message without the file's name, which stands before it already."""
    return str(error).removeprefix(place(store, path)).lstrip(" ,:")
