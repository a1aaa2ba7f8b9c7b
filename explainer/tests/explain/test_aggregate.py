"""From simulations and records to the public nouns: three scores per sequence, and those over all tokens together."""

from __future__ import annotations

import numpy as np
import pytest

from neuronscope import codec
from neuronscope.errors import BadInput
from neuronscope.explain.aggregate import SimulatedRecord, pairs_of, score_records
from neuronscope.explain.nouns import Group
from neuronscope.records import ActivationRecord, ScoredSimulation, SequenceSimulation


def simulated_record(
    true: list[float], simulated: list[float | None], *, ignored: list[int] | None = None, group: Group | None = None
) -> SimulatedRecord:
    tokens = [f" token{place}" for place in range(len(true))]
    simulation = SequenceSimulation(tokens, simulated, "simulated_normalized_activations", [], [])  # type: ignore[arg-type]
    return SimulatedRecord(ActivationRecord(tokens, true, ignored=ignored), simulation, group)


def ten_records() -> list[SimulatedRecord]:
    generator = np.random.default_rng(0)
    true = generator.gamma(0.3, 2.0, size=(10, 64))
    simulated = np.floor(true * generator.random((10, 1))) + generator.random((10, 64))
    rows = list(zip(true.tolist(), simulated.tolist(), strict=True))
    top = [simulated_record(a, s, group="top") for a, s in rows[:5]]
    return top + [simulated_record(a, s, group="random") for a, s in rows[5:]]


def test_each_sequence_has_its_three_scores_by_their_formulas() -> None:
    scored, _ = score_records(ten_records())
    assert [sequence.group for sequence in scored.scored_sequence_simulations] == ["top"] * 5 + ["random"] * 5
    for sequence in scored.scored_sequence_simulations:
        a, s = np.array(sequence.true_activations), np.array(sequence.simulation.expected_activations)
        assert sequence.ev_correlation_score == pytest.approx(np.corrcoef(a, s)[0, 1])
        assert sequence.rsquared_score == pytest.approx(1 - ((a - s) ** 2).mean() / (a**2).mean())
        assert sequence.absolute_dev_explained_score == pytest.approx(1 - abs(a - s).mean() / abs(a).mean())


def test_the_scores_of_all_are_over_all_tokens_together() -> None:
    scored, scores = score_records(ten_records())
    a = np.concatenate([one.true_activations for one in scored.scored_sequence_simulations])
    s = np.concatenate([one.simulation.expected_activations for one in scored.scored_sequence_simulations])
    assert scored.ev_correlation_score == scores.correlation.value == pytest.approx(np.corrcoef(a, s)[0, 1])
    assert scored.rsquared_score == scores.explained_variance.value
    assert scores.explained_variance.value == pytest.approx(1 - ((a - s) ** 2).mean() / (a**2).mean())
    assert scores.r_squared.value == pytest.approx(1 - ((a - s) ** 2).mean() / a.var())
    assert scored.absolute_dev_explained_score == scores.absolute_deviation_explained.value


def test_undefined_scores_are_none_and_written_as_null() -> None:
    constant = [simulated_record([0.0, 1.0, 2.0], [5.0, 5.0, 5.0]), simulated_record([1.0], [5.0])]
    scored, scores = score_records(constant)
    assert scored.ev_correlation_score is None
    assert scores.correlation.reason == "all simulated activations are equal"
    assert [one.ev_correlation_score for one in scored.scored_sequence_simulations] == [None, None]
    written = codec.dumps(scored)
    assert b"NaN" not in written
    assert codec.loads(written, ScoredSimulation) == scored


def test_ignored_and_unparsed_positions_are_in_no_score() -> None:
    one = simulated_record([1e4, 0.0, 1.0, 5.0], [0.0, 1.0, 2.0, None], ignored=[0])
    pairs = pairs_of(one)
    assert (pairs.true.tolist(), pairs.simulated.tolist()) == ([0.0, 1.0], [1.0, 2.0])
    scored, scores = score_records([one])
    assert scored.ev_correlation_score == scored.scored_sequence_simulations[0].ev_correlation_score == 1
    assert (scores.correlation.tokens, scores.correlation.unparsed, scores.correlation.ignored) == (2, 1, 1)


def test_no_records_at_all_score_nothing() -> None:
    scored, scores = score_records([])
    assert scored == ScoredSimulation([])
    assert scores.correlation.reason == "no sequences"


def test_tokens_of_another_record_are_refused() -> None:
    simulation = SequenceSimulation(["b"], [1.0], "simulated_normalized_activations", [], [])
    with pytest.raises(BadInput, match="are not the record's"):
        SimulatedRecord(ActivationRecord(["a"], [1.0]), simulation)
