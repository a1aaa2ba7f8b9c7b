"""The parts of a dataset as the API answers them: which class each holds, in a line of words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neuronscope import records, relations
from neuronscope.dataset import layout


@dataclass(frozen=True)
class Part:
    """``noun`` is the class of one file; ``holds`` what it says of a unit, as in "unit 3 has no ..."."""

    noun: type[Any]
    holds: str


PARTS = {
    layout.RECORDS: Part(records.NeuronRecord, "activation records"),
    layout.EXPLANATIONS: Part(records.NeuronSimulationResults, "explanations"),
    layout.TOKENS_BY_ACTIVATION: Part(relations.TokenLookupTableSummaryOfNeuron, "tokens by mean activation"),
    layout.TOKENS_BY_WEIGHT: Part(relations.WeightBasedSummaryOfNeuron, "tokens by weight"),
    layout.NEURONS_BY_WEIGHT: Part(relations.RelatedNeurons, "related units by weight"),
    layout.NEURONS_BY_ACTIVATION: Part(relations.Neighbours, "related units by activation"),
    layout.NEURONS_BY_DECODER: Part(relations.Neighbours, "related units by decoder direction"),
    layout.LOGITS: Part(relations.LogitTable, "logits"),
}
