"""Traces beside a dataset's units, ``traces/{id}.json``: written whole with the list of them, read, and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from neuronscope import codec
from neuronscope.dataset import Dataset, change_dataset, layout, open_dataset
from neuronscope.dataset.checked import Checked, guarded
from neuronscope.dataset.consistency import undefined_numbers
from neuronscope.errors import BadInput, BrokenData
from neuronscope.live.asks import Prompt
from neuronscope.messages import END_OF_TURN
from neuronscope.trace.nouns import StoredTrace, TraceEntries, TraceEntry, TraceReport
from neuronscope.trace.prompting import beyond_words, words_of

_LONGEST = 40  # characters of an id that is made of a prompt


def id_of(prompt: str) -> str:
    """An id for addresses from a prompt's first words."""
    words = re.sub(r"[^a-z0-9]+", "-", prompt.replace(END_OF_TURN, " ").lower()).strip("-")
    if len(words) > _LONGEST:
        words = words[: _LONGEST + 1].rpartition("-")[0] or words[:_LONGEST]
    return words or "trace"


def stored(report: TraceReport, prompt: str | Prompt, id_: str | None = None, units: str | None = None) -> StoredTrace:
    """The trace as it is kept; its id is made of the prompt unless one is given.

    :raises BadInput: an id that cannot be one.
    """
    words = words_of(prompt)
    id_ = id_of(words) if id_ is None else id_
    refuse_bad_id(id_)
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return StoredTrace(id_, created, words, report, beyond_words(prompt), units)


def stored_traces(dataset: Dataset) -> list[TraceEntry]:
    """What the dataset says of its traces, the oldest first; none where it has none.

    :raises BrokenData: the list cannot be used.
    """
    data = dataset.file(layout.TRACE_LIST)
    if data is None:
        return []
    try:
        return codec.loads(data, TraceEntries).traces
    except BrokenData as error:
        raise BrokenData(f"{layout.TRACE_LIST} of {dataset.name}: {error}") from error


def stored_trace(dataset: Dataset, id_: str) -> StoredTrace:
    """One of the dataset's traces.

    :raises BadInput: it has none of this id.
    :raises BrokenData: the file cannot be used.
    """
    path = layout.trace_path(id_)
    data = dataset.file(path) if layout.is_trace_id(id_) else None
    if data is None:
        there = ", ".join(entry.id for entry in stored_traces(dataset)[:12]) or "none"
        raise BadInput(f"{dataset.name} has no trace {id_[:80]!r}; it has {there}")
    try:
        return codec.loads(data, StoredTrace)
    except BrokenData as error:
        raise BrokenData(f"{path} of {dataset.name}: {error}") from error


def refuse_bad_id(id_: str) -> None:
    """:raises BadInput: an id that cannot be one."""
    if not layout.is_trace_id(id_):
        raise BadInput(f"a trace cannot be called {id_[:80]!r}: give 1 to 64 small letters, digits and dashes")


def refuse_taken(dataset: Dataset, id_: str) -> None:
    """:raises BadInput: the dataset has a trace of this id."""
    if any(entry.id == id_ for entry in stored_traces(dataset)):
        raise BadInput(f"{dataset.name} has a trace {id_!r} already: save this one by another id, or give --force")


def write_trace(root: Path, trace: StoredTrace, *, force: bool = False) -> None:
    """Put a trace into the dataset at ``root`` and into its list, both or neither; with ``force`` in another's place.

    :raises BadInput: no dataset that can be changed, or it has a trace of this id.
    :raises StorageFailed: the disk is full or failed.
    """
    with change_dataset(root) as change, open_dataset(root) as dataset:
        if not force:
            refuse_taken(dataset, trace.id)
        others = [entry for entry in stored_traces(dataset) if entry.id != trace.id]
        entry = TraceEntry(trace.id, trace.created, trace.prompt, trace.report.model, trace.report.metric)
        change.add_file(layout.trace_path(trace.id), codec.dumps(trace) + b"\n")
        change.add_file(layout.TRACE_LIST, codec.dumps(TraceEntries([*others, entry])) + b"\n")
        change.finish()


def remove_trace(root: Path, trace: StoredTrace) -> None:
    """Take a trace out of the dataset at ``root`` and of its list, where the one of this id is it.

    :raises BadInput: no dataset that can be changed, it has none of this id, or that is another one.
    :raises StorageFailed: the disk failed.
    """
    with change_dataset(root) as change, open_dataset(root) as dataset:
        there = stored_trace(dataset, trace.id)
        if codec.dumps(there) != codec.dumps(trace):
            raise BadInput(f"the trace {trace.id} of {dataset.name} is another one by now: it is left as it is")
        others = [entry for entry in stored_traces(dataset) if entry.id != trace.id]
        change.remove_file(layout.trace_path(trace.id))
        if others:
            change.add_file(layout.TRACE_LIST, codec.dumps(TraceEntries(others)) + b"\n")
        else:
            change.remove_file(layout.TRACE_LIST)
        change.finish()


def check_traces(dataset: Dataset) -> Iterator[Checked]:
    """Look at the list of traces and at every trace that it or the manifest names."""
    yield from guarded(dataset.store, layout.TRACE_LIST, _check(dataset))


def _check(dataset: Dataset) -> Iterator[Checked]:
    files = layout.trace_ids(dataset.manifest.files)
    data = dataset.file(layout.TRACE_LIST)
    faults, listed = ([], []) if data is None else _listed(data)
    if data is None and files:
        faults = [f"missing, and there are traces: {', '.join(files[:3])}"]
    if data is not None or faults:
        unlisted = [id_ for id_ in files if id_ not in listed] if not faults else []
        yield Checked(layout.TRACE_LIST, faults + [f"does not name {id_}, which is there" for id_ in unlisted[:3]])
    for id_ in sorted({*files, *listed}):
        path = layout.trace_path(id_)
        yield from guarded(dataset.store, path, _check_one(dataset, path, id_))


def _listed(data: bytes) -> tuple[list[str], list[str]]:
    """What is wrong with a list, and the ids in it."""
    faults = list(undefined_numbers(data))
    try:
        ids = [entry.id for entry in codec.loads(data, TraceEntries).traces]
    except BrokenData as error:
        return [*faults, str(error)], []
    faults += [f"{id_[:80]!r} cannot be an id" for id_ in ids if not layout.is_trace_id(id_)]
    faults += [f"{id_} is named more than once" for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1})]
    return faults, [id_ for id_ in ids if layout.is_trace_id(id_)]


def _check_one(dataset: Dataset, path: str, id_: str) -> Iterator[Checked]:
    data = dataset.file(path)
    yield Checked(path, [f"missing, and {layout.TRACE_LIST} names it"] if data is None else list(_faults(data, id_)))


def _faults(data: bytes, id_: str) -> Iterator[str]:
    yield from undefined_numbers(data)
    try:
        trace = codec.loads(data, StoredTrace)
    except BrokenData as error:
        yield str(error)
        return
    if trace.id != id_:
        yield f"$.id: {trace.id[:80]!r}, but the file is called {id_}.json"
    most = len(trace.report.nodes)
    if any(not (0 <= edge.source < most and 0 <= edge.target < most) for edge in trace.report.edges or []):
        yield f"$.report.edges: one is of a node that is not among the {most} there are"
