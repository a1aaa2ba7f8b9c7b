"""The nouns, and how a record's sequences are dealt out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.records import (
    ActivationRecord,
    NeuronId,
    NeuronRecord,
    ScoredSequenceSimulation,
    SequenceSimulation,
)
from neuronscope.relations import TokenLookupTableSummaryOfNeuron, TokensAndWeights


def sequences(kind: str, count: int) -> list[ActivationRecord]:
    return [ActivationRecord([kind, str(i)], [0.0, 1.0]) for i in range(count)]


def record(top: int, random: int) -> NeuronRecord:
    return NeuronRecord(
        NeuronId(0, 0),
        random_sample=sequences("random", random),
        most_positive_activation_records=sequences("top", top),
    )


def names(records: list[ActivationRecord]) -> list[str]:
    return [" ".join(record.tokens) for record in records]


def test_top_records_are_dealt_to_four_splits_and_random_ones_to_three():
    splits = record(20, 15).splits()
    assert names(splits.train) == ["top 0", "top 4", "top 8", "top 12", "top 16"]
    assert names(splits.calibration) == [f"top {i}" for i in (1, 5, 9, 13, 17)] + [
        f"random {i}" for i in (0, 3, 6, 9, 12)
    ]
    assert names(splits.valid) == [f"top {i}" for i in (2, 6, 10, 14, 18)] + [f"random {i}" for i in (1, 4, 7, 10, 13)]
    assert names(splits.test) == [f"top {i}" for i in (3, 7, 11, 15, 19)] + [f"random {i}" for i in (2, 5, 8, 11, 14)]
    assert splits.notes == []


def test_the_largest_equal_number_with_ten_random_records():
    splits = record(20, 10).splits(n_per_split=None)
    assert [len(split) for split in (splits.train, splits.calibration, splits.valid, splits.test)] == [3, 6, 6, 6]
    assert splits.notes == []


def test_ten_random_records_are_used_as_far_as_they_go_and_the_shortfall_is_said():
    splits = record(20, 10).splits()
    assert [len(split) for split in (splits.train, splits.calibration, splits.valid, splits.test)] == [5, 9, 8, 8]
    assert splits.notes == ["10 random records, 15 needed for 5 per split"]


def test_a_unit_that_fires_in_three_sequences_says_so():
    splits = record(3, 0).splits()
    assert [len(split) for split in (splits.train, splits.calibration, splits.valid, splits.test)] == [1, 1, 1, 0]
    assert splits.notes == ["3 top records, 20 needed for 5 per split", "0 random records, 15 needed for 5 per split"]


def test_a_kind_that_is_not_there_does_not_hold_back_the_other():
    splits = record(20, 0).splits(n_per_split=None)
    assert [len(split) for split in (splits.train, splits.calibration, splits.valid, splits.test)] == [5, 5, 5, 5]
    assert splits.notes == ["0 random records, 15 needed for 5 per split"]


def test_too_little_for_one_per_split_says_so_and_uses_what_exists():
    splits = record(20, 2).splits(n_per_split=None)
    assert [len(split) for split in (splits.train, splits.calibration, splits.valid, splits.test)] == [1, 2, 2, 1]
    assert splits.notes == ["2 random records, 3 needed for 1 per split"]


def test_top_records_are_dealt_by_their_strength_outside_ignored_positions():
    weak = ActivationRecord(["w", "x"], [99.0, 1.0], ignored=[0])
    strong = ActivationRecord(["s", "x"], [0.0, 2.0], ignored=[0])
    splits = NeuronRecord(NeuronId(0, 0), most_positive_activation_records=[weak, strong]).splits()
    assert (splits.train, splits.calibration) == ([strong], [weak])


def test_a_sequence_that_stands_twice_is_dealt_once():
    one = record(8, 6)
    doubled = NeuronRecord(
        NeuronId(0, 0),
        random_sample=[*one.random_sample, *one.most_positive_activation_records[:2]],
        most_positive_activation_records=[
            *one.most_positive_activation_records,
            one.most_positive_activation_records[0],
        ],
    )
    splits = doubled.splits(2)
    assert splits.notes == ["3 records repeat another one and are left out"]
    assert (splits.train, splits.test) == (one.splits(2).train, one.splits(2).test)


@given(
    top=st.lists(st.integers(0, 30), max_size=30),
    random=st.lists(st.integers(0, 60), max_size=30),
    n=st.one_of(st.none(), st.integers(1, 8)),
)
def test_splits_are_disjoint_train_holds_top_only_and_shortfalls_are_said(top, random, n):
    dealt = NeuronRecord(
        NeuronId(0, 0),
        random_sample=[ActivationRecord([str(i)], [0.0]) for i in random],
        most_positive_activation_records=[ActivationRecord([str(i)], [1.0]) for i in top],
    )
    splits = dealt.splits(n)
    parts = [splits.train, splits.calibration, splits.valid, splits.test]
    everything = [name for part in parts for name in names(part)]
    assert len(everything) == len(set(everything))
    assert {record.activations[0] for record in splits.train} <= {1.0}
    unique_top, unique_random = len(set(top)), len(set(random) - set(top))
    size = n or min(unique_top // 4, unique_random // 3)
    complete = [len(part) for part in parts] == [size, 2 * size, 2 * size, 2 * size]
    repeats = len(top) + len(random) - unique_top - unique_random
    assert bool(splits.notes) == (bool(repeats) or size == 0 or not complete)


@pytest.mark.parametrize("n", [0, -1])
def test_a_split_of_none_is_refused(n):
    with pytest.raises(ValueError, match="1 or more, or None"):
        record(20, 15).splits(n)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ActivationRecord(["a"], []),
        lambda: SequenceSimulation(["a"], [], "neuron_activations", [], []),
        lambda: ScoredSequenceSimulation(SequenceSimulation(["a"], [0.0], "neuron_activations", [], []), []),
        lambda: TokensAndWeights(["a"], []),
        lambda: TokenLookupTableSummaryOfNeuron(["a"], []),
    ],
)
def test_unequal_lengths_are_refused(make):
    with pytest.raises(ValueError, match="1 tokens but 0 "):
        make()


@pytest.mark.parametrize("indices", [(-1, 0), (0, -1)])
def test_negative_indices_are_refused(indices):
    with pytest.raises(ValueError, match="0 or greater"):
        NeuronId(*indices)
