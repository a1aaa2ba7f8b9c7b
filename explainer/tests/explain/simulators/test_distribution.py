"""Expected values and distributions from log-probabilities, and simulations from them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.explain.simulators.distribution import NO_NUMBER, certain, guess_of, simulation_of
from neuronscope.prompts.nouns import Excerpt

some_logprobs = st.dictionaries(st.integers(0, 10), st.floats(-600, 0), max_size=11)


@given(some_logprobs)
def test_the_expected_value_is_the_mean_of_the_renormalised_distribution(logprobs: dict[int, float]) -> None:
    guess = guess_of(logprobs)
    total = sum(math.exp(logprob) for logprob in logprobs.values())
    if total < 1e-9:
        assert guess == NO_NUMBER
        return
    assert guess.values == tuple(sorted(logprobs))
    assert guess.share == pytest.approx(total)
    assert sum(guess.probabilities) == pytest.approx(1)
    assert guess.expected == pytest.approx(sum(v * math.exp(p) for v, p in logprobs.items()) / total)
    assert 0 <= guess.expected <= 10


def test_no_number_among_the_candidates_is_no_number_and_not_zero() -> None:
    assert guess_of({}).expected is None
    assert guess_of({0: -25.0, 10: -30.0}).expected is None
    assert guess_of({0: -1.0}).expected == 0


def test_parts_of_a_character_have_its_number_and_ignored_positions_none() -> None:
    excerpt = Excerpt(("<s>", "", "🙂", "", "", "a"), frozenset({0}))
    smile = guess_of({2: math.log(0.25), 4: math.log(0.75)})
    simulation = simulation_of(excerpt, {2: smile, 5: certain(7)})
    assert simulation.tokens == ["<s>", "", "🙂", "", "", "a"]
    assert simulation.expected_activations == [None, None, 3.5, 3.5, 3.5, 7.0]
    assert simulation.distribution_values == [[], [], [2.0, 4.0], [2.0, 4.0], [2.0, 4.0], [7.0]]
    assert simulation.distribution_probabilities[4] == pytest.approx([0.25, 0.75])
    assert simulation.activation_scale == "simulated_normalized_activations"


def test_a_position_without_a_guess_is_unparsed_there_alone() -> None:
    simulation = simulation_of(Excerpt(("a", "b", "c")), {0: certain(1), 2: certain(3)})
    assert simulation.expected_activations == [1.0, None, 3.0]
    assert simulation.distribution_values == [[1.0], [], [3.0]]
