"""A dataset in; its explanations unit by unit, in order and without simulations, and the reports of its runs out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from neuronscope import codec
from neuronscope.dataset import Dataset, layout
from neuronscope.dataset.bulk import in_order
from neuronscope.dataset.runs import RunReport, report_path, run_names
from neuronscope.dataset.store import place
from neuronscope.errors import BadInput, BrokenData
from neuronscope.explain.report import lean

_LOCAL, _REMOTE = 1, 16  # files that are read at a time

UnitPlace = tuple[int, int]  # layer, unit
Progress = Callable[[int, int], object]  # units read, of how many


def chosen_layers(dataset: Dataset, wanted: Sequence[int] | None) -> list[int]:
    """The layers to look at, ascending; None: all.

    :raises BadInput: one that is not there.
    """
    there = dataset.layers()
    missing = sorted(set(wanted or ()) - set(there))
    if missing:
        raise BadInput(f"{dataset.name} has no layer {missing[0]}; it has {', '.join(map(str, there[:40]))}")
    return there if wanted is None else sorted(set(wanted))


def unit_explanations(
    dataset: Dataset, layers: Sequence[int], progress: Progress | None = None
) -> Iterator[tuple[UnitPlace, lean.NeuronSimulationResults]]:
    """The units of these layers that have explanations; nothing is read where the dataset has none at all.

    :raises BrokenData: a file cannot be used.
    :raises StorageFailed: the disk or the network failed.
    """
    if not dataset.has(layout.EXPLANATIONS):
        return
    read = _read_lean if dataset.passes_through else _read_whole
    places = [(layer, unit) for layer in layers for unit in dataset.units(layer)]
    concurrency = _LOCAL if dataset.store.local else _REMOTE
    found = in_order(lambda unit: read(dataset, *unit), places, concurrency=concurrency)
    for done, (unit, results) in enumerate(zip(places, found, strict=True), start=1):
        if results is not None and results.scored_explanations:
            yield unit, results
        if progress is not None:
            progress(done, len(places))


def _read_lean(dataset: Dataset, layer: int, unit: int) -> lean.NeuronSimulationResults | None:
    data = dataset.read(layout.EXPLANATIONS, layer, unit)
    if data is None:
        return None
    try:
        return codec.loads(data, lean.NeuronSimulationResults)
    except BrokenData as error:
        path = layout.unit_path(layout.EXPLANATIONS, layer, unit)
        raise BrokenData(f"{place(dataset.store, path)}: {error}") from error


def _read_whole(dataset: Dataset, layer: int, unit: int) -> lean.NeuronSimulationResults | None:
    """Files of others may have old names, which only the public nouns are read with."""
    found = dataset.explanations(layer, unit)
    return None if found is None else lean.without_sequences(found)


def run_reports(dataset: Dataset) -> list[RunReport]:
    """The reports of all runs, oldest first; none where the dataset has none.

    :raises BrokenData: a file in reports/ is no report of a run.
    :raises StorageFailed: the disk or the network failed.
    """
    found = [_report(dataset, report_path(run)) for run in run_names(dataset)]
    return sorted((one for one in found if one is not None), key=lambda one: (one.created, one.run))


def _report(dataset: Dataset, path: str) -> RunReport | None:
    data = dataset.file(path)
    if data is None:
        return None
    try:
        return codec.loads(data, RunReport)
    except BrokenData as error:
        raise BrokenData(f"{place(dataset.store, path)}: {error}") from error
