"""One part of a dataset, layer by layer: what is there, what is missing, and each unit's file looked into."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice

from neuronscope.dataset import consistency, discover, layout, tables
from neuronscope.dataset.bulk import in_order
from neuronscope.dataset.checked import Checked, guarded, said
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.manifest import FileInfo, LayerInfo, Manifest, unit_ids
from neuronscope.dataset.store import Store, place
from neuronscope.dataset.zips import Archive
from neuronscope.errors import BrokenData, StorageFailed

_REMOTE_READS = 8  # at a time
_SHOWN = 20  # missing units of one layer that have a line of their own
_UNLISTED = f"missing: {layout.FILE_LIST} lists it"

FileList = dict[str, dict[str, FileInfo]]  # by folder, then by name


def check_part(dataset: Dataset, part: str, manifest: Manifest, listed: FileList) -> Iterator[Checked]:
    """Every layer of one part; ``listed`` are the files of the folder form that the list of files names."""
    yield from _strays(dataset.store, part)
    for layer in _layers_of(dataset.store, part, manifest):
        packed = layout.zip_path(part, layer.index)
        files = listed.get(f"{part}/{layer.index}", {})
        older = manifest.schema_version is None
        yield from guarded(dataset.store, packed, _check_layer(dataset, part, layer, files, older=older))


def _strays(store: Store, part: str) -> Iterator[Checked]:
    """Names in a part's folder that are no layer's, and layers that are there both as a folder and as a zip."""
    names = sorted(store.list(part) or [])
    for name in names:
        if discover.layer_of(name) is None:
            yield Checked(f"{part}/{name}", ["not part of a dataset"])
        elif f"{name}.zip" in names:
            yield Checked(f"{part}/{name}", ["there both as a folder and as a zip; the zip is the one that is read"])


def _layers_of(store: Store, part: str, manifest: Manifest) -> list[LayerInfo]:
    """The layers in which a part is looked for: those of the manifest, and any other that is there."""
    there = store.list(part)
    known = {layer.index: layer for layer in manifest.layers}
    for name in there or []:
        index = discover.layer_of(name)
        if index is not None:
            known.setdefault(index, LayerInfo(index, 0))
    needed = part == layout.RECORDS and not _has_words_alone(manifest)
    looked_for = there or needed or part in manifest.artefacts
    return [known[index] for index in sorted(known)] if looked_for else []


def _has_words_alone(manifest: Manifest) -> bool:
    """Whether a dataset was made of explanations, without records."""
    there = manifest.artefacts
    return manifest.schema_version is not None and layout.EXPLANATIONS in there and layout.RECORDS not in there


def _check_layer(
    dataset: Dataset, part: str, layer: LayerInfo, files: dict[str, FileInfo], *, older: bool
) -> Iterator[Checked]:
    """One layer of one part: names that do not belong, units that are missing, and each unit's file."""
    folder, packed = f"{part}/{layer.index}", layout.zip_path(part, layer.index)
    archive = Archive(dataset.store, packed)
    there = archive.exists()
    where, names = (packed, archive.names()) if there else (folder, dataset.store.list(folder))
    units: Iterable[int] = unit_ids(layer)
    if names is not None:
        found = {unit for name in names if (unit := layout.number(name, layout.extension(part))) is not None}
        yield from _names_faults(part, where, names, tables.members(unit_ids(layer)))
        if part == layout.RECORDS:
            yield from _missing_records(where, unit_ids(layer), found)
        elif not there:
            yield from (Checked(f"{where}/{name}", [_UNLISTED]) for name in sorted(files.keys() - set(names)))
        units = sorted(found)
    check = partial(_check_unit, dataset, part, layer.index, files=files, older=older)
    yield from in_order(check, units, concurrency=1 if dataset.store.local else _REMOTE_READS)


def _names_faults(part: str, where: str, names: Sequence[str], known: Container[int]) -> Iterator[Checked]:
    for name in sorted(names):
        unit = layout.number(name, layout.extension(part))
        if unit is None:
            yield Checked(f"{where}/{name}", ["not part of a dataset"])
        elif unit not in known:
            yield Checked(f"{where}/{name}", ["the manifest has no such unit"])


def _missing_records(where: str, units: Sequence[int], found: set[int]) -> Iterator[Checked]:
    """The units without a record; ``units`` may be a range that is too long to be walked through."""
    known = tables.members(units)
    count = len(units) - sum(unit in known for unit in found)
    if count and not found:
        yield Checked(where, [f"missing: the manifest says that the layer has {count:,} units"])
        return
    for unit in islice((unit for unit in units if unit not in found), min(count, _SHOWN)):
        path = f"{where}/{layout.unit_name(layout.RECORDS, unit)}"
        yield Checked(path, ["missing: the manifest says that there is such a unit"])
    if count > _SHOWN:
        yield Checked(where, [f"{count - _SHOWN:,} more units of the manifest are missing"])


def _check_unit(
    dataset: Dataset, part: str, layer: int, unit: int, *, files: dict[str, FileInfo], older: bool
) -> Checked:
    name, path, packed = layout.unit_name(part, unit), layout.unit_path(part, layer, unit), layout.zip_path(part, layer)
    try:
        data = dataset.read(part, layer, unit)
    except (BrokenData, StorageFailed) as error:
        in_zip = str(error).startswith(place(dataset.store, packed))
        fault = said(error, dataset.store, path, f"{packed}, member {name!r}")
        return Checked(f"{packed}/{name}" if in_zip else path, [fault])
    if data is None:
        return Checked(path, ["missing"] if part == layout.RECORDS else [])
    faults = consistency.file_faults(part, layer, unit, data, older=older)
    return Checked(path, [*_digest_faults(data, files.get(name)), *faults])


def _digest_faults(data: bytes, info: FileInfo | None) -> Iterator[str]:
    if info is not None and hashlib.sha256(data).hexdigest() != info.sha256:
        yield f"its SHA-256 is not the one in {layout.FILE_LIST}: it was changed or damaged"
