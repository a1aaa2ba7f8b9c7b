"""The files of named datasets, ready to go out: stored bytes as they lie wherever they may, else in today's form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neuronscope.codec import dumps, loads
from neuronscope.dataset import Dataset, StoredFile, layout
from neuronscope.dataset.matches import matched
from neuronscope.dataset.puzzles import PuzzleResults, StoredPuzzle
from neuronscope.dataset.runs import RunReport, report_path, run_names
from neuronscope.dataset.tables import UnitTable
from neuronscope.errors import BrokenData
from neuronscope.lists import Lists
from neuronscope.relations import LayerMatches
from neuronscope_server.catalog import Catalog, is_remote
from neuronscope_server.memory import Memory
from neuronscope_server.outgoing import pack
from neuronscope_server.parts import PARTS
from neuronscope_server.refused import Refused
from neuronscope_server.related import JOINED, joined
from neuronscope_server.tables import Tables


class Files:
    """Reads for the routes; ``fetched`` remembers what came from another machine.

    Every method raises a 404 for what is not there, BrokenData for what cannot be read, StorageFailed for a machine
    that does not answer, and a 503 for one that lately did not.
    """

    def __init__(self, catalog: Catalog, tables: Tables, *, fetched: Memory[StoredFile] | None = None) -> None:
        self._catalog = catalog
        self._tables = tables
        self._fetched = fetched or Memory(size=64_000_000, age=600.0)

    def unit(self, name: str, part: str, place: tuple[int, int]) -> StoredFile:
        """One part of the unit at ``(layer, unit)``; related units have their explanation, score and maximum beside."""
        file = self._remembered((name, part, place), lambda dataset: _unit(dataset, name, part, place))
        return pack(dumps(joined(file.bytes(), part, self._tables, name))) if part in JOINED else file

    def units(self, name: str, layer: int) -> StoredFile:
        """A layer's table of units."""
        return self._remembered((name, "units", layer), lambda dataset: _units(dataset, name, layer))

    def lists(self, name: str) -> StoredFile:
        """The dataset's lists of units."""
        return self._remembered((name, "lists"), lambda dataset: _lists(dataset, name))

    def matches(self, name: str, other: str, layer: int) -> StoredFile:
        """The partners of a layer's units in another dataset."""
        return self._remembered((name, "matches", other, layer), lambda dataset: _matches(dataset, name, other, layer))

    def puzzles(self, name: str) -> StoredFile:
        """The dataset's puzzles."""
        return self._remembered((name, "puzzles"), lambda dataset: _puzzles(dataset, name))

    def puzzle_results(self, name: str) -> StoredFile:
        """How models did on them."""
        return self._remembered((name, "puzzle results"), lambda dataset: _puzzle_results(dataset, name))

    def report(self, name: str, run: str) -> StoredFile:
        """The report of a run, whose name is one of those that the dataset has."""
        return self._remembered((name, "report", run), lambda dataset: _report(dataset, name, run))

    def traces(self, name: str) -> StoredFile:
        """Which traces the dataset has."""
        return self._remembered((name, "traces"), lambda dataset: _traces(dataset, name))

    def trace(self, name: str, id_: str) -> StoredFile:
        """One of them."""
        return self._remembered((name, "trace", id_), lambda dataset: _trace(dataset, name, id_))

    def _remembered(self, key: tuple[Any, ...], read: Callable[[Dataset], StoredFile]) -> StoredFile:
        """``key`` begins with the dataset's name."""
        dataset = self._catalog.dataset(key[0])
        if not is_remote(dataset):
            return read(dataset)
        file = self._fetched.get(key)
        if file is None:
            file = read(self._catalog.reachable(key[0]))
            self._fetched.put(key, file, len(file.data))
        return file


def _unit(dataset: Dataset, name: str, part: str, place: tuple[int, int]) -> StoredFile:
    file = dataset.stored(part, *place)
    if file is None:
        raise Refused(404, _what_is_there(dataset, name, part, place))
    if dataset.passes_through and file.deflated:
        return file
    path = f"{name}/{layout.unit_path(part, *place)}"
    return _checked(file.bytes(), PARTS[part].noun, path, unchanged=dataset.passes_through)


def _units(dataset: Dataset, name: str, layer: int) -> StoredFile:
    path = layout.units_path(layer)
    data = dataset.file(path)
    if data is None:
        missing = _missing_layer(dataset, name, layer)
        raise Refused(404, missing or f"{name} has no table of units for layer {layer} ({path}).")
    return _checked(data, UnitTable, f"{name}/{path}", unchanged=dataset.passes_through)


def _lists(dataset: Dataset, name: str) -> StoredFile:
    data = dataset.file(layout.LISTS)
    if data is None:
        raise Refused(404, f"{name} has no lists ({layout.LISTS}).")
    return _checked(data, Lists, f"{name}/{layout.LISTS}", unchanged=dataset.passes_through)


def _matches(dataset: Dataset, name: str, other: str, layer: int) -> StoredFile:
    """Only a file that the manifest lists is asked for, whatever ``other`` is."""
    known = matched(dataset.manifest.files)
    path = layout.matches_path(other, layer)
    data = dataset.file(path) if (other, layer) in known else None
    if data is None:
        there = ", ".join(f"layer {layer} with {other}" for other, layer in known[:12]) or "no layer with any dataset"
        raise Refused(404, f"Layer {layer} of {name} is not matched with {other[:80]!r}; there is {there}.")
    return _checked(data, LayerMatches, f"{name}/{path}", unchanged=dataset.passes_through)


def _puzzles(dataset: Dataset, name: str) -> StoredFile:
    data = dataset.file(layout.PUZZLES)
    if data is None:
        raise Refused(404, f"{name} has no puzzles ({layout.PUZZLES}).")
    return _checked(data, dict[str, StoredPuzzle], f"{name}/{layout.PUZZLES}", unchanged=dataset.passes_through)


def _puzzle_results(dataset: Dataset, name: str) -> StoredFile:
    data = dataset.file(layout.PUZZLE_RESULTS)
    if data is None:
        raise Refused(404, f"No model was put to the puzzles of {name} ({layout.PUZZLE_RESULTS}).")
    return _checked(data, PuzzleResults, f"{name}/{layout.PUZZLE_RESULTS}", unchanged=dataset.passes_through)


def _report(dataset: Dataset, name: str, run: str) -> StoredFile:
    path = report_path(run) if run in run_names(dataset) else None
    data = None if path is None else dataset.file(path)
    if data is None:
        raise Refused(404, f"{name} has no report of a run called {run[:80]!r}.")
    return _checked(data, RunReport, f"{name}/{path}", unchanged=dataset.passes_through)


def _traces(dataset: Dataset, name: str) -> StoredFile:
    data = dataset.file(layout.TRACE_LIST)
    if data is None:
        raise Refused(404, f"{name} has no traces ({layout.TRACE_LIST}).")
    from neuronscope.trace.nouns import TraceEntries  # with all that traces, which takes a while

    return _checked(data, TraceEntries, f"{name}/{layout.TRACE_LIST}", unchanged=dataset.passes_through)


def _trace(dataset: Dataset, name: str, id_: str) -> StoredFile:
    path = layout.trace_path(id_)
    data = dataset.file(path) if layout.is_trace_id(id_) else None
    if data is None:
        raise Refused(404, f"{name} has no trace called {id_[:80]!r}; {layout.TRACE_LIST} names those that it has.")
    from neuronscope.trace.nouns import StoredTrace

    return _checked(data, StoredTrace, f"{name}/{path}", unchanged=dataset.passes_through)


def _checked(data: bytes, noun: type[Any], path: str, *, unchanged: bool) -> StoredFile:
    """``data`` as it is, or in today's form, once it has been read as ``noun``."""
    try:
        value = loads(data, noun)
    except BrokenData as error:
        raise BrokenData(f"{path}: {error}") from error
    return pack(data if unchanged else dumps(value))


def missing_unit(dataset: Dataset, name: str, place: tuple[int, int]) -> str | None:
    """A sentence where the dataset has no such layer or unit."""
    layer, unit = place
    ids = dataset.units(layer)
    if unit in ids:
        return None
    what = f"{len(ids)} units from {ids[0]} to {ids[-1]}" if ids else "none"
    return _missing_layer(dataset, name, layer) or f"Layer {layer} of {name} has no unit {unit}; it has {what}."


def _what_is_there(dataset: Dataset, name: str, part: str, place: tuple[int, int]) -> str:
    missing = missing_unit(dataset, name, place)
    if missing is not None:
        return missing
    layer, unit = place
    if not dataset.has(part):
        return f"{name} has no {PARTS[part].holds} ({part})."
    return f"Unit {unit} of layer {layer} in {name} has no {PARTS[part].holds} ({layout.unit_path(part, layer, unit)})."


def _missing_layer(dataset: Dataset, name: str, layer: int) -> str | None:
    layers = dataset.layers()
    if layer in layers:
        return None
    known = ", ".join(map(str, layers)) if len(layers) <= 12 else f"{len(layers)} from {layers[0]} to {layers[-1]}"
    return f"{name} has no layer {layer}; it has {known or 'none'}."
