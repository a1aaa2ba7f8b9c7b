"""Pairing: ignored and unparsed positions are left out and counted; what cannot be a number is refused."""

from __future__ import annotations

import numpy as np
import pytest

from neuronscope.errors import BadInput
from neuronscope.explain.nouns import Pairs
from neuronscope.explain.pairing import in_one_order, pair_up, together


def test_ignored_and_unparsed_positions_are_left_out_and_counted() -> None:
    pairs = pair_up([9.0, 1.0, 2.0, 3.0], [0.0, None, 5.0, 6.0], ignored=[0], group="top")
    assert pairs.true.tolist() == [2.0, 3.0]
    assert pairs.simulated.tolist() == [5.0, 6.0]
    assert (pairs.unparsed, pairs.ignored, pairs.group) == (1, 1, "top")


def test_a_position_that_is_ignored_and_unparsed_counts_as_ignored() -> None:
    pairs = pair_up([9.0, 1.0], [None, 5.0], ignored=[0])
    assert (pairs.unparsed, pairs.ignored) == (0, 1)


def test_nothing_at_all_is_empty_arrays() -> None:
    true, simulated = together([])
    assert true.tolist() == simulated.tolist() == []
    assert pair_up([], []).true.dtype == np.float64


def test_different_lengths_are_refused() -> None:
    with pytest.raises(BadInput, match="2 true activations but 1 simulated"):
        pair_up([1.0, 2.0], [1.0])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_a_finite_number_is_refused_with_its_position(value: float) -> None:
    with pytest.raises(BadInput, match="simulated activation at position 1"):
        pair_up([1.0, 2.0], [1.0, value])
    with pytest.raises(BadInput, match="true activation at position 0"):
        pair_up([value, 2.0], [1.0, 1.0])


@pytest.mark.parametrize("position", [-1, 2])
def test_an_ignored_position_outside_the_sequence_is_refused(position: int) -> None:
    with pytest.raises(BadInput, match="outside a sequence of 2 tokens"):
        pair_up([1.0, 2.0], [1.0, 2.0], ignored=[position])


def test_the_order_is_the_numbers_own_and_empty_sequences_are_gone() -> None:
    one, two, empty = (Pairs(np.array(values), np.array(values)) for values in ([1.0], [2.0, 3.0], []))
    forwards = [pair.true.tolist() for pair in in_one_order([one, two, empty])]
    assert forwards == [pair.true.tolist() for pair in in_one_order([empty, two, one])]
    assert sorted(forwards) == [[1.0], [2.0, 3.0]]
