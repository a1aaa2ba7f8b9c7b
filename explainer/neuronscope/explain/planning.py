"""Which units a run is about, and what it is known by: a dataset and what was typed in, units and digests out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from neuronscope.codec import dumps
from neuronscope.dataset import Dataset, layout
from neuronscope.dataset.filelist import read_file_list
from neuronscope.dataset.indexing import is_changeable
from neuronscope.errors import BadInput
from neuronscope.prompts.templates import Templates
from neuronscope.records import NeuronId

# What a run itself changes; all other files of a dataset are what it works from.
_CHANGED = (
    f"{layout.EXPLANATIONS}/",
    "units/",
    "reports/",
    f"{layout.MATCHES}/",
    layout.UNITS,
    layout.FILE_LIST,
    layout.LISTS,
    layout.TRACE_LIST,
    f"{layout.TRACES}/",
)


@dataclass(frozen=True)
class UnitRange:
    """Units ``first`` to ``last`` of a layer, both included; ``last`` None: to the end; ``layer`` None: of all."""

    layer: int | None = None
    first: int = 0
    last: int | None = None


EVERYTHING = (UnitRange(),)


def chosen_units(dataset: Dataset, ranges: Sequence[UnitRange] = EVERYTHING) -> list[NeuronId]:
    """The units of the dataset that stand in any of ``ranges``, ascending, each once.

    :raises BadInput: a layer or a unit that is not there, or a range without any.
    """
    layers = dataset.layers()
    found: set[tuple[int, int]] = set()
    for wanted in ranges:
        if wanted.layer is not None and wanted.layer not in layers:
            raise BadInput(f"{dataset.name} has no layer {wanted.layer}; it has {', '.join(map(str, layers[:40]))}")
        inside = [
            (layer, unit)
            for layer in (layers if wanted.layer is None else [wanted.layer])
            for unit in dataset.units(layer)
            if unit >= wanted.first and (wanted.last is None or unit <= wanted.last)
        ]
        if not inside:
            raise BadInput(f"{dataset.name} has no unit {_said(wanted)}{_there(dataset, wanted.layer)}")
        found.update(inside)
    return [NeuronId(layer, unit) for layer, unit in sorted(found)]


def _said(wanted: UnitRange) -> str:
    layer = "*" if wanted.layer is None else wanted.layer
    if wanted.last is None:
        return f"{layer}:{wanted.first}-" if wanted.first else f"{layer}:*"
    return f"{layer}:{wanted.first}" + (f"-{wanted.last}" if wanted.last != wanted.first else "")


def _there(dataset: Dataset, layer: int | None) -> str:
    units = [] if layer is None else dataset.units(layer)
    return f"; layer {layer} has {len(units)} from {units[0]} to {units[-1]}" if units else ""


def changeable(dataset: Dataset) -> Path:
    """The dataset's folder.

    :raises BadInput: explanations cannot be written into it.
    """
    if not dataset.store.local:
        raise BadInput(f"{dataset.root} is on another machine: explain a copy of it in a folder of this one")
    if not dataset.passes_through:
        raise BadInput(f"{dataset.root} has no {layout.MANIFEST}: only datasets that were made here are changed")
    if not is_changeable(dataset):
        raise BadInput(f"{dataset.root} cannot be written to: explain a copy of it, or change who may write there")
    if not dataset.has(layout.RECORDS):
        raise BadInput(f"{dataset.root} holds no activations, from which units are explained and explanations scored")
    return Path(dataset.root)


def units_digest(units: Sequence[NeuronId]) -> str:
    """Another one for other units."""
    return _digest([[unit.layer_index, unit.neuron_index] for unit in units])


def templates_digest(templates: Templates) -> str:
    """Another one for other words."""
    return _digest(templates)


def dataset_digest(dataset: Dataset) -> str:
    """Another one where explanations would be made from something else; a run's own files change nothing."""
    manifest = dataset.manifest
    files = dict(manifest.files)
    listed = dataset.file(layout.FILE_LIST) if layout.FILE_LIST in files else None
    if listed is not None:
        files |= read_file_list(listed)
    kept = {path: info.sha256 for path, info in sorted(files.items()) if not path.startswith(_CHANGED)}
    return _digest([manifest.model, manifest.source, [[layer.index, layer.units] for layer in manifest.layers], kept])


def _digest(value: object) -> str:
    return hashlib.sha256(dumps(value)).hexdigest()
