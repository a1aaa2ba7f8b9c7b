"""Reading a number off the likeliest tokens of a short answer."""

from __future__ import annotations

import math

import pytest

from neuronscope.explain.simulators.written import number_ahead
from neuronscope.llm import Candidate, WrittenToken


def token(text: str, **likely: float) -> WrittenToken:
    """A written token and its alternatives with their probabilities; ``_`` stands for a blank in a name."""
    pairs = [(name.replace("n", "").replace("_", " "), p) for name, p in likely.items()]
    top = tuple(Candidate(name, math.log(p)) for name, p in sorted(pairs, key=lambda pair: -pair[1]))
    return WrittenToken(text, math.log(0.5), top)


def probabilities(*written: WrittenToken) -> dict[int, float]:
    ahead = number_ahead(written)
    assert ahead is not None
    return {value: math.exp(logprob) for value, logprob in ahead.logprobs.items()}


def test_the_numbers_among_the_likeliest_tokens_have_their_probabilities() -> None:
    assert probabilities(token("7", n7=0.5, n10=0.2, n3=0.1, cat=0.1)) == pytest.approx({7: 0.5, 10: 0.2, 3: 0.1})


def test_a_number_with_and_without_a_blank_is_one_number() -> None:
    assert probabilities(token("7", n7=0.5, _7=0.25)) == pytest.approx({7: 0.75})


def test_blank_tokens_before_the_number_are_passed_over() -> None:
    assert probabilities(token(" ", _=0.9), token("\n", _=0.9), token("4", n4=0.8)) == pytest.approx({4: 0.8})
    assert number_ahead([token(" ", _=0.9)]) is None
    assert number_ahead([]) is None


def test_ten_is_parted_from_one_by_what_is_likely_after_a_one() -> None:
    read = probabilities(token("1", n1=0.6, n2=0.3), token("0", n0=0.75, cat=0.2))
    assert read == pytest.approx({1: 0.15, 2: 0.3, 10: 0.45})


def test_a_zero_that_is_not_likely_after_a_one_leaves_one_as_it_is() -> None:
    assert probabilities(token("1", n1=0.6), token("cat", cat=0.9, _0=0.1)) == pytest.approx({1: 0.6})


def test_a_one_that_is_always_ten_keeps_next_to_nothing() -> None:
    read = probabilities(token("1", n1=0.6), token("0", n0=1.0))
    assert read[10] == pytest.approx(0.6)
    assert 0 < read[1] < 1e-15


def test_where_ten_is_a_token_of_its_own_one_is_one() -> None:
    ahead = number_ahead([token("1", n1=0.6, n10=0.2), token("0", n0=0.75)])
    assert ahead is not None
    assert not ahead.open_one
    assert math.exp(ahead.logprobs[1]) == pytest.approx(0.6)


def test_a_one_that_was_not_written_is_open_and_says_how_far_off_it_may_be() -> None:
    ahead = number_ahead([token("0", n0=0.6, n1=0.2), token("cat", cat=1.0)])
    assert ahead is not None
    assert ahead.open_one
    assert ahead.farthest_off() == pytest.approx(9 * 0.25)
    parted = ahead.with_ten(token("0", n0=0.5))
    assert not parted.open_one
    assert parted.guess().expected == pytest.approx((0.1 + 1.0) / 0.8)
