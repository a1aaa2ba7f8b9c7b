"""Is every file of a dataset there, whole and consistent? A dataset in; what was looked at, with its faults, out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator

from neuronscope.dataset import discover, layout, puzzles, runs, tables
from neuronscope.dataset.checked import Checked, guarded, said
from neuronscope.dataset.checklayers import FileList, check_part
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.filelist import read_file_list
from neuronscope.dataset.manifest import LIMIT, FileInfo, LayerInfo, Manifest, unit_ids
from neuronscope.dataset.matches import match_faults, matched
from neuronscope.dataset.store import FileChanged, Store
from neuronscope.errors import BadInput, BrokenData, StorageFailed

__all__ = ["Checked", "check_dataset"]

_CHUNK = 8 * 2**20


def check_dataset(dataset: Dataset) -> Iterator[Checked]:
    """Look at every file: the manifest, what it lists, each unit's files and the derived tables.

    Local files that cannot be read are faults; a remote place that fails ends the check.

    :raises BadInput: the root holds no dataset, or a later version's.
    :raises StorageFailed: the network failed.
    """
    faults, manifest = _manifest(dataset)
    if faults:
        yield Checked(layout.MANIFEST, faults)
    elif manifest and manifest.schema_version is not None:
        yield Checked(layout.MANIFEST, list(_part_faults(dataset.store, manifest)))
    if manifest:
        yield from _check_files(dataset, manifest)


def _check_files(dataset: Dataset, manifest: Manifest) -> Iterator[Checked]:
    for path, info in manifest.files.items():
        yield from guarded(dataset.store, path, _check_file(dataset.store, path, info))
    listed, faults = _file_list(dataset) if layout.FILE_LIST in manifest.files else ({}, [])
    if faults:
        yield Checked(layout.FILE_LIST, faults)
    for part in layout.PARTS:
        yield from guarded(dataset.store, part, check_part(dataset, part, manifest, listed))
    for layer in manifest.layers:
        path = layout.units_path(layer.index)
        yield from guarded(dataset.store, path, _check_table(dataset, path, layer))
    yield from guarded(dataset.store, layout.LISTS, _check_lists(dataset, manifest))
    for other, index in matched(manifest.files):
        path = layout.matches_path(other, index)
        yield from guarded(dataset.store, path, _check_matches(dataset, manifest, other, index))
    yield from guarded(dataset.store, layout.PUZZLES, _check_puzzles(dataset))
    for run in runs.run_names(dataset, manifest):
        path = runs.report_path(run)
        yield from guarded(dataset.store, path, _check_report(dataset, path, run))


def _manifest(dataset: Dataset) -> tuple[list[str], Manifest | None]:
    """The manifest or, with the fault that it has, what looking finds in its place, if anything."""
    try:
        return [], dataset.manifest
    except (BrokenData, StorageFailed) as error:
        faults = [said(error, dataset.store, layout.MANIFEST)]
    try:
        return faults, discover.look(dataset.store, name=dataset.name)
    except BadInput:
        return faults, None
    except StorageFailed as error:
        return [*faults, said(error, dataset.store)], None


def _part_faults(store: Store, manifest: Manifest) -> Iterator[str]:
    """The parts that the manifest names and that are not there, as far as the place lists what is there."""
    for part in manifest.artefacts:
        if part not in layout.PARTS:
            yield f"$.artefacts: there is no part {part!r}; there are {', '.join(layout.PARTS)}"
        elif (names := _names(store, part)) is not None and not any(map(_is_layer, names)):
            yield f"$.artefacts: names {part}, and there are no files of it"


def _names(store: Store, folder: str) -> list[str] | None:
    try:
        return store.list(folder)
    except StorageFailed:
        if store.local:
            return None  # whoever checks the part says so
        raise


def _is_layer(name: str) -> bool:
    return discover.layer_of(name) is not None


def _check_file(store: Store, path: str, info: FileInfo) -> Iterator[Checked]:
    yield Checked(path, list(_file_faults(store, path, info)))


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


def _file_list(dataset: Dataset) -> tuple[FileList, list[str]]:
    """The folder form's own list of files, and what is wrong with it."""
    try:
        data = dataset.file(layout.FILE_LIST)
    except (BrokenData, StorageFailed) as error:
        return {}, [said(error, dataset.store, layout.FILE_LIST)]
    try:
        files = read_file_list(data) if data is not None else {}
    except BrokenData as error:
        return {}, [str(error)]
    listed: FileList = defaultdict(dict)
    for path, info in files.items():
        folder, _, name = path.rpartition("/")
        listed[folder][name] = info
    return listed, []


def _check_table(dataset: Dataset, path: str, layer: LayerInfo) -> Iterator[Checked]:
    data = dataset.file(path)
    if data is not None:
        yield Checked(path, list(tables.table_faults(data, layer.index, unit_ids(layer))))


def _check_lists(dataset: Dataset, manifest: Manifest) -> Iterator[Checked]:
    data = dataset.file(layout.LISTS)
    if data is not None:
        # Which units a layer of none has nobody knows: it could not be looked into, and its own line says so.
        layers = {layer.index: unit_ids(layer) or range(LIMIT) for layer in manifest.layers}
        yield Checked(layout.LISTS, list(tables.list_faults(data, layers)))


def _check_matches(dataset: Dataset, manifest: Manifest, other: str, layer: int) -> Iterator[Checked]:
    path = layout.matches_path(other, layer)
    data = dataset.file(path)
    units = next((unit_ids(info) for info in manifest.layers if info.index == layer), range(0))
    if data is not None:  # else the manifest's own line says so
        yield Checked(path, list(match_faults(data, other, layer, units)))


def _check_puzzles(dataset: Dataset) -> Iterator[Checked]:
    data, results = dataset.file(layout.PUZZLES), dataset.file(layout.PUZZLE_RESULTS)
    if data is not None:
        yield Checked(layout.PUZZLES, list(puzzles.puzzle_faults(data)))
    if results is not None:
        yield Checked(layout.PUZZLE_RESULTS, list(puzzles.result_faults(results, data)))


def _check_report(dataset: Dataset, path: str, run: str) -> Iterator[Checked]:
    data = dataset.file(path)
    if data is not None:
        yield Checked(path, list(runs.report_faults(data, run)))
