"""Simulations beside their records become the public nouns: three scores per sequence, and those of all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neuronscope.errors import BadInput
from neuronscope.explain import measures
from neuronscope.explain.nouns import Group, Pairs, SimulationScores
from neuronscope.explain.pairing import pair_up
from neuronscope.explain.scores import score_simulation
from neuronscope.records import ActivationRecord, ScoredSequenceSimulation, ScoredSimulation, SequenceSimulation


@dataclass(frozen=True)
class SimulatedRecord:
    """One record of a held-out split, what was simulated for its tokens, and the group that the record is from."""

    record: ActivationRecord
    simulation: SequenceSimulation
    group: Group | None = None

    def __post_init__(self) -> None:
        if self.record.tokens != self.simulation.tokens:
            raise BadInput("the simulated tokens are not the record's; simulate each record under its own tokens")


def pairs_of(simulated: SimulatedRecord) -> Pairs:
    """The positions that are scored, without the record's ignored ones and the simulation's unparsed ones.

    :raises BadInput: an activation is NaN or infinite, or an ignored position is outside the record.
    """
    record = simulated.record
    return pair_up(
        record.activations,
        simulated.simulation.expected_activations,
        ignored=frozenset(record.ignored or ()),
        group=simulated.group,
    )


def score_records(simulated: Sequence[SimulatedRecord], *, seed: int = 0) -> tuple[ScoredSimulation, SimulationScores]:
    """The public noun with its three scores, per sequence and over all tokens together, and all scores with intervals.

    ``rsquared_score`` is the published one, with the uncentred denominator. Sequences keep their order.

    :raises BadInput: as for ``pairs_of``.
    """
    pairs = [pairs_of(one) for one in simulated]
    scores = score_simulation(pairs, seed=seed)
    scored = ScoredSimulation(
        [_scored_sequence(one, its) for one, its in zip(simulated, pairs, strict=True)],
        ev_correlation_score=scores.correlation.value,
        rsquared_score=scores.explained_variance.value,
        absolute_dev_explained_score=scores.absolute_deviation_explained.value,
    )
    return scored, scores


def _scored_sequence(simulated: SimulatedRecord, pairs: Pairs) -> ScoredSequenceSimulation:
    numbers = (pairs.true, pairs.simulated)
    return ScoredSequenceSimulation(
        simulated.simulation,
        simulated.record.activations,
        ev_correlation_score=measures.correlation(*numbers).value,
        rsquared_score=measures.explained_variance(*numbers).value,
        absolute_dev_explained_score=measures.absolute_deviation_explained(*numbers).value,
        group=simulated.group,
        ignored=simulated.record.ignored,
    )
