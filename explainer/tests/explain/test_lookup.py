"""The token lookup: means without what is scored, by brute force; what it says, and what it expects."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.explain.lookup import LookupSimulator, TokenLookupExplainer, lookup_simulator, token_means
from neuronscope.explain.material import scale_of
from neuronscope.explain.parts import UnitMaterial
from neuronscope.prompts.nouns import Excerpt
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord
from neuronscope.relations import TokenLookupTableSummaryOfNeuron

UNIT = NeuronId(1, 2)


def material(
    top: list[ActivationRecord],
    random: list[ActivationRecord] = (),  # type: ignore[assignment]
    lookup: TokenLookupTableSummaryOfNeuron | None = None,
) -> UnitMaterial:
    record = NeuronRecord(UNIT, most_positive_activation_records=list(top), random_sample=list(random))
    splits = record.splits()
    return UnitMaterial(UNIT, record, splits, scale_of(splits.train), lookup)


def records(count: int, value: float, word: str = "w") -> list[ActivationRecord]:
    """Different sequences of one common and one own token each, the strongest first."""
    return [ActivationRecord([word, f" {word}{i}"], [value - i / 100, 0.5]) for i in range(count)]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_means_are_those_of_the_corpus_without_the_held_out_records(data: st.DataObject) -> None:
    words = st.sampled_from(["a", "b", "c", "d"])
    values = st.floats(0, 8, width=16)
    line = st.lists(st.tuples(words, values), min_size=1, max_size=6)
    corpus = data.draw(st.lists(line, min_size=8, max_size=40))
    every = [
        ActivationRecord([f"<{i}>", *(word for word, _ in one)], [0.0, *(value for _, value in one)])
        for i, one in enumerate(corpus)
    ]
    ranked = sorted(every, key=lambda one: -max(one.activations))
    sums: defaultdict[str, list[float]] = defaultdict(list)
    for one in every:
        for token, value in zip(one.tokens, one.activations, strict=True):
            sums[token].append(value)
    tokens = [token for token in sums if not token.startswith("<")]
    table = TokenLookupTableSummaryOfNeuron(
        tokens, [sum(sums[token]) / len(sums[token]) for token in tokens], [len(sums[token]) for token in tokens]
    )
    unit = material(ranked[:20], ranked[20:35], table)
    held = {tuple(one.tokens) for split in ("calibration", "valid", "test") for one in getattr(unit.splits, split)}
    for token, mean in token_means(unit).named.items():
        left = [
            value
            for one in every
            if tuple(one.tokens) not in held
            for other, value in zip(one.tokens, one.activations, strict=True)
            if other == token
        ]
        assert mean == pytest.approx(sum(left) / len(left), abs=1e-9)


def test_a_token_that_occurs_in_held_out_records_alone_is_not_known() -> None:
    unit = material(records(8, 5.0))
    second = unit.splits.test[0].tokens[1]
    assert second not in token_means(unit).known
    assert unit.splits.train[0].tokens[1] in token_means(unit).known


def test_a_table_without_counts_is_not_used_since_nothing_can_be_taken_out_of_it() -> None:
    table = TokenLookupTableSummaryOfNeuron(["x"], [9.0])
    assert "x" not in token_means(material(records(8, 5.0), lookup=table)).known


def test_the_explanation_names_the_strongest_tokens_strongest_first() -> None:
    table = TokenLookupTableSummaryOfNeuron([" low", ' "high"', "\n"], [1.0, 4.0, 2.0], [9, 9, 9])
    explained = asyncio.run(TokenLookupExplainer().explain(material(records(8, 5.0), lookup=table)))
    assert explained.explanations == (r'the tokens " \"high\"", "\n", " low"',)


def test_without_a_mean_above_0_there_is_a_reason_and_no_explanation() -> None:
    silent = [ActivationRecord(["a", f"{i}"], [0.0, -1.0]) for i in range(8)]
    explained = asyncio.run(TokenLookupExplainer().explain(material(silent)))
    assert not explained.explanations
    assert explained.failures[0].kind == "no-material"
    assert lookup_simulator(material(silent)) is None
    assert lookup_simulator(material([])) is None


def test_expected_activations_are_means_on_the_scale_0_to_10_and_0_where_unseen() -> None:
    simulator = LookupSimulator({"a": 2.0, "b": -1.0, "c": 99.0}, scale=8.0)
    excerpt = Excerpt(("<bos>", "a", "", "b", "c", "new"), frozenset({0}))
    (simulation,) = asyncio.run(simulator.simulate("", [excerpt])).simulations
    assert simulation.expected_activations == [None, 2.5, 2.5, 0.0, 10.0, 0.0]
    assert simulation.activation_scale == "simulated_normalized_activations"
