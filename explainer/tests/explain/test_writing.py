"""What a run found beside what was there: which explanations stay, and how numbers are written."""

from __future__ import annotations

import math
from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from neuronscope.explain.spill import Spill
from neuronscope.explain.writing import merged, rounded
from neuronscope.records import (
    NeuronId,
    NeuronSimulationResults,
    Provenance,
    ScoredExplanation,
    ScoredSequenceSimulation,
    ScoredSimulation,
    SequenceSimulation,
)


def by(
    author: str | None, text: str, explainer: str = "pairs", simulator: str | None = "structured"
) -> ScoredExplanation:
    return ScoredExplanation(text, author=author, provenance=Provenance(explainer, simulator=simulator))


def texts(old: list[ScoredExplanation], new: list[ScoredExplanation]) -> list[str]:
    return [one.explanation for one in merged(old, new)]


def test_what_an_author_said_before_is_replaced_and_everybody_elses_words_stay() -> None:
    old = [by("m (pairs)", "old"), by("m (peak)", "peak", "peak"), by("n (pairs)", "other model")]
    assert texts(old, [by("m (pairs)", "new"), by("m (pairs)", "new too")]) == ["peak", "other model", "new", "new too"]


def test_another_simulators_score_of_the_same_author_stays_but_not_an_unsimulated_one() -> None:
    old = [by("m (pairs)", "by other", simulator="all-at-once"), by("m (pairs)", "never", simulator=None)]
    assert texts(old, [by("m (pairs)", "new")]) == ["by other", "new"]
    assert texts([by("m (pairs)", "scored")], [by("m (pairs)", "new", simulator=None)]) == ["scored", "new"]


def test_explanations_of_unknown_authors_are_never_replaced() -> None:
    public = ScoredExplanation("from the public data")
    assert texts([public, by(None, "a person's", "person")], [by("m (pairs)", "new")]) == [
        "from the public data",
        "a person's",
        "new",
    ]


@given(st.lists(st.none() | st.floats(0, 10), min_size=1, max_size=20))
def test_simulated_numbers_have_four_digits_and_nothing_else_changes(values: list[float | None]) -> None:
    tokens = ["a"] * len(values)
    before = SequenceSimulation(tokens, values, "simulated_normalized_activations", [[1 / 3]], [[2 / 3]])
    after = SequenceSimulation(tokens, values, "neuron_activations", [[1 / 3]], [[2 / 3]], before)
    scored = ScoredSimulation([ScoredSequenceSimulation(after, [0.123456789] * len(values), 0.987654321)], 0.987654321)
    found = rounded(ScoredExplanation("x", scored)).scored_simulation
    assert found is not None
    assert found.ev_correlation_score == 0.987654321
    (sequence,) = found.scored_sequence_simulations
    assert sequence.true_activations == [0.123456789] * len(values)
    assert sequence.simulation.uncalibrated_simulation is not None
    for one in (sequence.simulation, sequence.simulation.uncalibrated_simulation):
        assert (one.distribution_values, one.distribution_probabilities) == ([[0.3333]], [[0.6667]])
        for short, value in zip(one.expected_activations, values, strict=True):
            assert (short is None) == (value is None)
            if short is not None and value is not None:
                assert math.isclose(short, value, rel_tol=0.5e-3)
                assert len(Decimal(repr(short)).normalize().as_tuple().digits) <= 4


def test_values_put_aside_come_back_as_they_were(tmp_path: Path) -> None:
    with Spill(tmp_path / "aside", NeuronSimulationResults) as spill:
        units = [NeuronId(layer, unit) for layer in (1, 0) for unit in (5, 2)]
        for unit in units:
            spill.put(unit, NeuronSimulationResults(unit, [by("m", f"{unit}")]))
        assert spill.units() == sorted(units, key=lambda unit: (unit.layer_index, unit.neuron_index))
        for unit in reversed(units):
            assert spill[unit] == NeuronSimulationResults(unit, [by("m", f"{unit}")])
    assert not (tmp_path / "aside").exists()
