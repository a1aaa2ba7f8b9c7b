"""What people wrote as the public form: a unit's annotations in, NeuronSimulationResults out."""

from __future__ import annotations

import dataclasses

from neuronscope.annotations.nouns import UnitAnnotations, Written
from neuronscope.records import NeuronId, NeuronSimulationResults, Provenance, ScoredExplanation


def public_form(annotations: UnitAnnotations) -> NeuronSimulationResults:
    """The unit's explanations with author, time and the scores that were made; votes have no place in this form."""
    unit = NeuronId(annotations.layer, annotations.unit)
    return NeuronSimulationResults(unit, [_scored(written) for written in annotations.explanations])


def _scored(written: Written) -> ScoredExplanation:
    origin = written.provenance or Provenance("person")
    return ScoredExplanation(
        explanation=written.explanation,
        author=written.author,
        scores=written.scores,
        baselines=written.baselines,
        provenance=dataclasses.replace(origin, explainer="person", created=written.edited or written.created),
    )
