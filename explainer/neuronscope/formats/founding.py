"""A new dataset of explanations alone: given explanations in; a folder without records out, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from neuronscope.dataset import DatasetWriter, layout, open_dataset
from neuronscope.dataset.indexing import index_units
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.errors import BadInput
from neuronscope.formats.adding import THREADS, Added, Progress
from neuronscope.formats.byunit import ByUnit, by_unit, counted, unit_file
from neuronscope.formats.given import GivenExplanation, GivenExplanations
from neuronscope.formats.scored import Importing
from neuronscope.records import NeuronId

KINDS = ("mlp", "resid", "attn", "sae", "transcoder", "crosscoder", "vectors")
_ALONE = (
    "Made of explanations alone: there are no activations, so nothing here shows what the units respond to but words."
)


@dataclass(frozen=True)
class NewDataset:
    """What a dataset of explanations alone shall be; what is None is as the explanations say.

    ``layers``, and ``units`` of each layer, count from 0; without ``units`` only those are there that have words.

    :raises BadInput: there is no such kind of unit.
    """

    model: str | None = None
    layers: int | None = None
    units: int | None = None
    title: str | None = None
    kind: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in (None, *KINDS):
            raise BadInput(f"There is no kind of unit {str(self.kind)[:80]!r}; there are {', '.join(KINDS)}")


def write_dataset_of(
    root: Path, given: GivenExplanations, about: NewDataset, importing: Importing, progress: Progress | None = None
) -> Added:
    """A new dataset at ``root``, with its tables, that holds these explanations and no activations.

    :raises BadInput: the folder holds something, there are no explanations, no model is named, or there are units
        beyond those that ``about`` says.
    :raises StorageFailed: the disk is full or failed; nothing is left in the folder.
    """
    found = by_unit(given.explanations)
    manifest = _manifest(root, given, about, importing, found)
    with DatasetWriter(root) as writer:
        for done, (layer, units) in enumerate(found.items()):
            if progress is not None:
                progress(done, len(found))
            writer.add_layer(layout.EXPLANATIONS, layer, _files(layer, units, importing).items(), threads=THREADS)
        writer.finish(manifest)
    with open_dataset(root) as dataset:
        index_units(dataset, root)
    if progress is not None:
        progress(len(found), len(found))
    added, of_units = counted(found)
    return Added(added, len(given.explanations) - added, of_units)


def _files(
    layer: int, units: Mapping[int, Sequence[GivenExplanation]], importing: Importing
) -> dict[int, Callable[[], bytes]]:
    return {unit: partial(unit_file, NeuronId(layer, unit), (), some, importing) for unit, some in units.items()}


def _manifest(root: Path, given: GivenExplanations, about: NewDataset, importing: Importing, found: ByUnit) -> Manifest:
    model = about.model or (given.ids.model if given.ids else None)
    if not given.explanations:
        raise BadInput("There is no explanation in these files to make a dataset of")
    if model is None:
        raise BadInput("The files do not say which model the explanations are of: name it with --model")
    _refuse_beyond(given.explanations, about)
    source = given.ids.sources[0].id.partition("-")[2] if given.ids else ""
    return Manifest(
        name=root.resolve().name,
        title=about.title or f"{model}{source and f', {source}'}: explanations",
        model=ModelInfo(model, layers=about.layers),
        source=SourceInfo(about.kind or given.units_are),
        layers=_layers(found, about),
        created=importing.created,
        notes=[_ALONE],
        neuronpedia=given.ids,
    )


def _refuse_beyond(given: Sequence[GivenExplanation], about: NewDataset) -> None:
    for one in given:
        if about.layers is not None and one.layer >= about.layers:
            raise BadInput(f"{one.where}: layer {one.layer} is beyond the {about.layers} layers from 0 of --layers")
        if about.units is not None and one.unit >= about.units:
            raise BadInput(f"{one.where}: unit {one.unit} is beyond the {about.units} units from 0 of --units")


def _layers(found: ByUnit, about: NewDataset) -> list[LayerInfo]:
    if about.units is not None:
        return [LayerInfo(layer, about.units) for layer in (range(about.layers) if about.layers else found)]
    ids = {layer: list(units) for layer, units in found.items()}
    return [LayerInfo(layer, len(its), None if its[-1] == len(its) - 1 else its) for layer, its in ids.items()]
