"""The nouns of a unit's explanations with only what a report counts: decoding them skips all simulated sequences.

Simulations are nearly all of a file. The classes are called as those of ``neuronscope.records`` are, since a file says
at its top which class it holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from neuronscope import records


@dataclass(frozen=True)
class ScoredSimulation:
    """Of a simulation, its score over all sequences."""

    ev_correlation_score: float | None = None


@dataclass(frozen=True)
class ScoredExplanation:
    """An explanation, what it scored and where it came from."""

    explanation: str
    scored_simulation: ScoredSimulation | None = None
    author: str | None = None
    scores: dict[str, records.Score] | None = None
    baselines: dict[str, dict[str, records.Score]] | None = None
    provenance: records.Provenance | None = None


@dataclass(frozen=True)
class NeuronSimulationResults:
    """All explanations of one unit."""

    scored_explanations: list[ScoredExplanation]


def without_sequences(found: records.NeuronSimulationResults) -> NeuronSimulationResults:
    """The same of what was decoded whole."""
    return NeuronSimulationResults([_without(one) for one in found.scored_explanations])


def _without(one: records.ScoredExplanation) -> ScoredExplanation:
    whole = one.scored_simulation
    simulated = None if whole is None else ScoredSimulation(whole.ev_correlation_score)
    return ScoredExplanation(one.explanation, simulated, one.author, one.scores, one.baselines, one.provenance)
