"""Given explanations written into a dataset, beside those that it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from neuronscope.dataset import Dataset, Manifest, change_dataset, layout, open_dataset
from neuronscope.dataset.change import with_new
from neuronscope.dataset.indexing import index_units
from neuronscope.dataset.manifest import NeuronpediaIds
from neuronscope.dataset.tables import members
from neuronscope.errors import BadInput
from neuronscope.formats.byunit import by_unit, counted, unit_file
from neuronscope.formats.given import GivenExplanation, GivenExplanations
from neuronscope.formats.scored import Importing, likeness
from neuronscope.records import NeuronId, ScoredExplanation

THREADS = 2
_NAMED = 20  # layers that a sentence names

Progress = Callable[[int, int], None]  # layers written, of how many


@dataclass(frozen=True)
class Added:
    """What an import did: explanations that are new, that were there or stood in the files before, and ``units`` that
    have new ones."""

    added: int
    there: int
    units: int


def add_explanations(
    root: Path, given: GivenExplanations, importing: Importing, progress: Progress | None = None
) -> Added:
    """Add what is not there yet to the dataset at ``root``, and bring its tables up to date; else change nothing.

    :raises BadInput: a unit is not in the dataset, it is of another model, or cannot be changed right now.
    :raises StorageFailed: the disk is full or failed; the dataset is as it was.
    """
    with open_dataset(root) as dataset, change_dataset(root) as change:
        _refuse_unknown(dataset, given.explanations)
        manifest = _named(dataset, given.ids)
        asked = by_unit(given.explanations)
        new = {layer: some for layer, units in asked.items() if (some := _new(dataset, layer, units))}
        for done, (layer, units) in enumerate(new.items()):
            if progress is not None:
                progress(done, len(new))
            made = {unit: partial(_file, dataset, (layer, unit), some, importing) for unit, some in units.items()}
            change.add_layer(
                layout.EXPLANATIONS, layer, with_new(dataset, layout.EXPLANATIONS, layer, made), threads=THREADS
            )
        if new or manifest != dataset.manifest:
            change.finish(manifest)
    if new:
        with open_dataset(root) as dataset:
            index_units(dataset, root)
    if progress is not None:
        progress(len(new), len(new))
    added, of_units = counted(new)
    return Added(added, len(given.explanations) - added, of_units)


def _new(
    dataset: Dataset, layer: int, asked: Mapping[int, Sequence[GivenExplanation]]
) -> dict[int, list[GivenExplanation]]:
    """Those that their units do not have yet; no unit without any."""
    new = {}
    for unit, some in asked.items():
        known = set(map(likeness, _there(dataset, layer, unit)))
        missing = [one for one in some if likeness(one) not in known]
        if missing:
            new[unit] = missing
    return new


def _file(dataset: Dataset, unit: tuple[int, int], new: Sequence[GivenExplanation], importing: Importing) -> bytes:
    return unit_file(NeuronId(*unit), _there(dataset, *unit), new, importing)


def _there(dataset: Dataset, layer: int, unit: int) -> Sequence[ScoredExplanation]:
    found = dataset.explanations(layer, unit)
    return found.scored_explanations if found else ()


def _refuse_unknown(dataset: Dataset, given: Sequence[GivenExplanation]) -> None:
    layers = {layer: dataset.units(layer) for layer in dataset.layers()}
    known = {layer: members(units) for layer, units in layers.items()}
    for one in given:
        if one.layer not in known:
            there = ", ".join(map(str, list(known)[:_NAMED])) + (" and more" if len(known) > _NAMED else "")
            raise BadInput(f"{one.where}: {dataset.name} has no layer {one.layer}; it has {there}. Nothing was added.")
        if one.unit not in known[one.layer]:
            units = layers[one.layer]
            there = f"{len(units)} from {units[0]} to {units[-1]}" if units else "none"
            what = f"layer {one.layer} of {dataset.name} has no unit {one.unit}; it has {there}"
            raise BadInput(f"{one.where}: {what}. Nothing was added.")


def _named(dataset: Dataset, ids: NeuronpediaIds | None) -> Manifest:
    """The manifest with Neuronpedia's names, those that it had before among them."""
    before = dataset.manifest.neuronpedia
    if ids is None:
        return dataset.manifest
    if before is not None and before.model != ids.model:
        raise BadInput(
            f"The explanations are of the model {ids.model[:80]}, those of {dataset.name} from Neuronpedia of "
            f"{before.model}. Import them into a dataset of their model."
        )
    known = {one.layer: one for one in before.sources} if before else {}
    for one in ids.sources:
        if known.setdefault(one.layer, one) != one:
            raise BadInput(
                f"The explanations are of the source {one.id[:80]}, but layer {one.layer} of {dataset.name} is "
                f"{known[one.layer].id} on Neuronpedia. Import them into a dataset of their source."
            )
    return replace(dataset.manifest, neuronpedia=NeuronpediaIds(ids.model, [known[layer] for layer in sorted(known)]))
