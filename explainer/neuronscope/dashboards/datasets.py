"""A dataset's units for a dashboard: all that a report says of one, read when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from neuronscope import codec
from neuronscope.dashboards.shapes import Entry, ShownUnit
from neuronscope.dataset import layout
from neuronscope.dataset.tables import UnitTable
from neuronscope.dataset.unittables import best_explanation, stored_table
from neuronscope.records import NeuronId, NeuronRecord, NeuronSimulationResults, ScoredExplanation
from neuronscope.relations import LogitTable, TokenLookupTableSummaryOfNeuron, WeightBasedSummaryOfNeuron

if TYPE_CHECKING:
    from neuronscope.dataset import Dataset, Manifest


class DatasetUnits:
    """Units of a dataset, read from its files one at a time."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self.title = dataset.manifest.title
        self._tables: dict[int, dict[int, Entry]] = {}

    @cached_property
    def provenance(self) -> Manifest:
        """The manifest, without its lists of files and layers."""
        return replace(self._dataset.manifest, files={}, layers=[])

    @property
    def total(self) -> int:
        """How many units all layers have."""
        return sum(len(self._dataset.units(layer)) for layer in self._dataset.layers())

    def every_key(self) -> Iterator[str]:
        """Layer by layer."""
        for layer in self._dataset.layers():
            yield from (f"{layer}:{unit}" for unit in self._dataset.units(layer))

    def __contains__(self, key: str) -> bool:
        layer, _, unit = key.partition(":")
        return bool(unit) and int(unit) in self._dataset.units(int(layer))

    def unit(self, key: str) -> ShownUnit:
        """All that is shown of it; without a record it has no texts.

        :raises BrokenData: a file cannot be used.
        """
        layer, number = map(int, key.split(":"))
        dataset = self._dataset
        record, explained = dataset.record(layer, number), dataset.explanations(layer, number)
        logits = dataset.read(layout.LOGITS, layer, number)
        by_activation = dataset.related_tokens(layer, number)
        by_weight = dataset.related_tokens(layer, number, "weight-based")
        return ShownUnit(
            key,
            record or NeuronRecord(NeuronId(layer, number)),
            explanations=_without_sequences(explained),
            tokens_by_activation=by_activation if isinstance(by_activation, TokenLookupTableSummaryOfNeuron) else None,
            tokens_by_weight=by_weight if isinstance(by_weight, WeightBasedSummaryOfNeuron) else None,
            logits=None if logits is None else codec.loads(logits, LogitTable),
        )

    def entries(self, keys: Sequence[str]) -> list[Entry]:
        """With explanation and maximum, where a layer's table says them."""
        return [self._entry(key) for key in keys]

    def _entry(self, key: str) -> Entry:
        layer, unit = map(int, key.split(":"))
        if layer not in self._tables:
            path = layout.units_path(layer)
            data = self._dataset.file(path)
            self._tables[layer] = {} if data is None else _lines(stored_table(data, path))
        return self._tables[layer].get(unit) or Entry(key)


def _lines(table: UnitTable) -> dict[int, Entry]:
    nothing: list[None] = [None] * len(table.unit)
    columns = zip(table.unit, table.explanation or nothing, table.max or nothing, strict=True)
    return {unit: Entry(f"{table.layer}:{unit}", words, most) for unit, words, most in columns}


def _without_sequences(found: NeuronSimulationResults | None) -> list[ScoredExplanation] | None:
    """Best first; the simulated texts, most of the file, stay with the dataset."""
    best = best_explanation(found)
    if found is None or best is None:
        return None
    ordered = [best, *(one for one in found.scored_explanations if one is not best)]
    return [
        one
        if one.scored_simulation is None
        else replace(one, scored_simulation=replace(one.scored_simulation, scored_sequence_simulations=[]))
        for one in ordered
    ]
