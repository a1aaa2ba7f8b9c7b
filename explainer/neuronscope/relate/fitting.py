"""Whether a subject and a source are those of a dataset: a manifest in, the source out, or a sentence that says what
differs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from neuronscope.dataset import Manifest, open_dataset
from neuronscope.dataset.manifest import unit_ids
from neuronscope.errors import BadInput
from neuronscope.subject import Source, Subject, open_source

Units = dict[int, Sequence[int]]


def read_local(root: Path) -> Manifest:
    """The manifest of a dataset that can be changed.

    :raises BadInput: no dataset there, or one without a dataset.json.
    """
    if not root.is_dir():
        raise BadInput(f"{root} is not a folder: relations are added to a dataset in a folder of this machine")
    with open_dataset(root) as dataset:
        manifest = dataset.manifest
    if manifest.schema_version is None:
        raise BadInput(f"{root} has no dataset.json: only datasets that were made here are changed")
    return manifest


def fit(manifest: Manifest, subject: Subject, source: Source | None) -> Source:
    """The source of the dataset's units; MLP neurons need not be given.

    :raises BadInput: another model or source than the dataset's, or units that the source lacks.
    """
    _refuse_other_model(manifest, subject)
    if source is None:
        if manifest.source.kind != "mlp":
            raise BadInput(
                f"{manifest.name} holds units of the kind {manifest.source.kind} ({manifest.source.hook}): "
                "name what they were read with, as for collate, with --source"
            )
        source = open_source(subject)
    _refuse_other_source(manifest, source)
    for layer in manifest.layers:
        width, ids = source.units.get(layer.index, 0), unit_ids(layer)
        if layer.units and ids[-1] >= width:
            raise BadInput(f"{manifest.name} has unit {ids[-1]} in layer {layer.index}, but {source.title} has {width}")
    return source


def wanted_layers(manifest: Manifest, layers: Sequence[int] | None) -> list[int]:
    """The layers that are asked for, ascending.

    :raises BadInput: one that the dataset lacks.
    """
    there = sorted(layer.index for layer in manifest.layers)
    missing = sorted(set(layers or ()) - set(there))
    if missing:
        raise BadInput(f"layer {missing[0]}: {manifest.name} has layers {', '.join(map(str, there)) or 'none'}")
    return there if layers is None else sorted(set(layers))


def units_of(manifest: Manifest) -> Units:
    """The unit ids of each layer, ascending by layer."""
    return {layer.index: unit_ids(layer) for layer in sorted(manifest.layers, key=lambda layer: layer.index)}


def _refuse_other_model(manifest: Manifest, subject: Subject) -> None:
    info, made_of = subject.info, manifest.model
    pairs = {
        "layers": (made_of.layers, info.layers),
        "architecture": (made_of.architecture, info.architecture),
        "hash of its files": (made_of.hash, info.hash),
    }
    for what, (before, now) in pairs.items():
        if before is not None and before != now:
            raise BadInput(
                f"{manifest.name} was made of {made_of.name}, and {info.name} is another model: {what} {_short(now)} "
                f"instead of {_short(before)}"
            )


def _refuse_other_source(manifest: Manifest, source: Source) -> None:
    made_with = manifest.source
    pairs = {
        "kind": (made_with.kind, source.kind),
        "hook point": (made_with.hook, source.hook),
        "hash": (made_with.hash, source.hash),
    }
    for what, (before, now) in pairs.items():
        if before is not None and before != now:
            raise BadInput(
                f"{manifest.name} holds other units than {source.title}: {what} {_short(now)} instead of "
                f"{_short(before)}"
            )


def _short(value: object) -> str:
    return str(value).removeprefix("sha256:")[:60] if str(value).startswith("sha256:") else str(value)
