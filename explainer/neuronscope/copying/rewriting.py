"""A dataset, or some of its units, written anew in today's form: a zip per layer and part, tables, digests of files.

Old names become today's and NaN becomes null; what cannot be read is refused.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from neuronscope import codec
from neuronscope.copying.files import Copied
from neuronscope.dataset import Dataset, DatasetWriter, layout, open_dataset
from neuronscope.dataset.bulk import in_order
from neuronscope.dataset.indexing import index_units
from neuronscope.dataset.leftovers import remove
from neuronscope.dataset.manifest import LayerInfo, Manifest
from neuronscope.dataset.matches import matched
from neuronscope.dataset.newfile import disk, temporary
from neuronscope.dataset.runs import report_path, run_names
from neuronscope.errors import BadInput, BrokenData
from neuronscope.lists import Lists

Told = Callable[[], object]  # a unit of a part is done

_NEAR, _FAR = 2, 16  # units at a time


def rewrite(
    dataset: Dataset, units: Sequence[tuple[int, int]], root: Path, cache: Path, *, told: Told = lambda: None
) -> Copied:
    """The folder appears whole, with its tables, or not at all; what an interrupted run left beside it goes first.

    ``units``: ``(layer, unit)``, ascending; ``cache`` is where tables go that cannot go into the new dataset.

    :raises BadInput: the folder holds something.
    :raises BrokenData: a unit's file cannot be used.
    :raises StorageFailed: reading or writing failed.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise BadInput(f"{root} is not empty. Name a new folder for the dataset, or remove that one first.")
    chosen = {layer: [unit for _, unit in group] for layer, group in groupby(units, itemgetter(0))}
    making = temporary(root.absolute())
    remove(making)
    try:
        _write(dataset, chosen, making, told)
        with open_dataset(making) as made:
            index_units(made, cache)
            infos = made.manifest.files
        with disk(root):
            if root.is_dir():
                root.rmdir()
            making.rename(root)
    finally:
        remove(making)
    return Copied(len(infos) + 1, sum(one.bytes for one in infos.values()), len(infos) + 1)


def _write(dataset: Dataset, chosen: dict[int, list[int]], root: Path, told: Told) -> None:
    with DatasetWriter(root) as writer:
        for part in (part for part in layout.PARTS if dataset.has(part)):
            for layer, numbers in chosen.items():
                files = _files(dataset, part, layer, numbers, told)
                first = next(files, None)
                if first is not None:
                    writer.add_layer(part, layer, _put_back(first, files))
        lists = _lists(dataset, chosen)
        if lists is not None:
            writer.add_file(layout.LISTS, codec.dumps(lists))
        for path in _beside(dataset, chosen):
            data = dataset.file(path)
            if data is not None:
                writer.add_file(path, data)
        writer.finish(_manifest(dataset.manifest, chosen))


def _files(dataset: Dataset, part: str, layer: int, units: Iterable[int], told: Told) -> Iterator[tuple[int, bytes]]:
    def one(unit: int) -> tuple[int, bytes | None]:
        return unit, _normal(dataset, part, layer, unit)

    for unit, data in in_order(one, units, concurrency=_NEAR if dataset.store.local else _FAR):
        told()
        if data is not None:
            yield unit, data


def _normal(dataset: Dataset, part: str, layer: int, unit: int) -> bytes | None:
    data = dataset.read(part, layer, unit)
    if data is None or dataset.passes_through:
        return data
    try:
        noun = codec.loads(data, layout.PART_NOUN[part])
    except BrokenData as error:
        raise BrokenData(f"{layout.unit_path(part, layer, unit)} of {dataset.name}: {error}") from error
    return codec.dumps(noun) + (b"\n" if part == layout.EXPLANATIONS else b"")


def _put_back(first: tuple[int, bytes], files: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    yield first
    yield from files


def _lists(dataset: Dataset, chosen: dict[int, list[int]]) -> Lists | None:
    """The dataset's lists of those units that are there; a list that would be empty is left out."""
    data = dataset.file(layout.LISTS)
    if data is None:
        return None
    there = {(layer, unit) for layer, units in chosen.items() for unit in units}
    kept = [
        dataclasses.replace(one, units=[unit for unit in one.units if (unit.layer, unit.unit) in there])
        for one in codec.loads(data, Lists).lists
    ]
    return Lists([one for one in kept if one.units])


def _beside(dataset: Dataset, chosen: dict[int, list[int]]) -> Iterator[str]:
    """Files that are about more than one unit and still hold; partners do for whole layers only."""
    yield from (layout.PUZZLES, layout.PUZZLE_RESULTS)
    yield from (report_path(run) for run in run_names(dataset))
    if traces := layout.trace_ids(dataset.manifest.files):
        yield layout.TRACE_LIST
        yield from map(layout.trace_path, traces)
    for other, layer in matched(dataset.manifest.files):
        if chosen.get(layer) == list(dataset.units(layer)):
            yield layout.matches_path(other, layer)


def _manifest(manifest: Manifest, chosen: dict[int, list[int]]) -> Manifest:
    layers = [
        LayerInfo(layer, len(units), None if units == list(range(len(units))) else units)
        for layer, units in chosen.items()
    ]
    return dataclasses.replace(manifest, layers=layers)
