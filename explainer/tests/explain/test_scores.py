"""Scores of an explanation: over all tokens together, whatever the order, unparsed positions counted, never NaN."""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuronscope.explain import measures
from neuronscope.explain.nouns import Pairs
from neuronscope.explain.pairing import pair_up
from neuronscope.explain.scores import NO_SEQUENCES, correlation_score, score_simulation
from neuronscope.records import Score

ANY = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([0.0, 1e30, -1e30, 1.0]))


@st.composite
def any_pairs(draw: st.DrawFn) -> Pairs:
    length = draw(st.integers(0, 6))
    true, simulated = (draw(arrays(np.float64, length, elements=ANY)) for _ in range(2))
    return Pairs(
        true, simulated, unparsed=draw(st.integers(0, 3)), group=draw(st.sampled_from(["top", "random", None]))
    )


def a_unit(sequences: int = 10, tokens: int = 64) -> list[Pairs]:
    generator = np.random.default_rng(0)
    true = generator.gamma(0.3, 2.0, size=(sequences, tokens))
    simulated = np.floor(true * generator.random((sequences, 1))) + generator.random((sequences, tokens))
    groups = ["top"] * (sequences // 2) + ["random"] * (sequences - sequences // 2)
    return [pair_up(a, s, group=g) for a, s, g in zip(true.tolist(), simulated.tolist(), groups, strict=True)]  # type: ignore[arg-type]


def test_the_correlation_is_over_all_tokens_together_and_not_a_mean() -> None:
    pairs = a_unit()
    a, s = np.concatenate([pair.true for pair in pairs]), np.concatenate([pair.simulated for pair in pairs])
    score = score_simulation(pairs).correlation
    assert score.value == pytest.approx(np.corrcoef(a, s)[0, 1], rel=1e-12)
    mean = np.mean([np.corrcoef(pair.true, pair.simulated)[0, 1] for pair in pairs])
    assert abs(score.value - mean) > 0.01
    assert (score.sequences, score.tokens, score.unparsed, score.reliable) == (10, 640, 0, True)


def test_top_and_random_sequences_are_scored_apart_too() -> None:
    pairs = a_unit()
    scores = score_simulation(pairs)
    assert scores.correlation_top.value == correlation_score(pairs[:5]).value
    assert scores.correlation_random.value == correlation_score(pairs[5:]).value
    assert scores.correlation_top.tokens == scores.correlation_random.tokens == 320
    assert not scores.correlation_top.reliable
    assert scores.correlation_top.note == "not reliable: only 5 of 8 sequences"


@given(st.lists(any_pairs(), max_size=12).flatmap(lambda pairs: st.tuples(st.just(pairs), st.permutations(pairs))))
@settings(max_examples=50)
def test_the_order_of_the_sequences_changes_nothing(both: tuple[list[Pairs], list[Pairs]]) -> None:
    assert score_simulation(both[0]) == score_simulation(both[1])


@given(st.lists(any_pairs(), max_size=12))
@settings(max_examples=100)
def test_whatever_comes_in_a_number_is_finite_or_none_with_a_reason(pairs: list[Pairs]) -> None:
    for score in score_simulation(pairs).by_name().values():
        assert (score.value is None) == (score.reason is not None)
        assert not (score.reliable and score.value is None)
        if score.value is not None:
            assert math.isfinite(score.value)
            assert score.interval is not None or score.note is not None
        if score.interval is not None:
            assert score.value is not None
            assert score.interval[0] <= score.value <= score.interval[1] <= 1
            assert all(map(math.isfinite, score.interval))


@given(st.lists(st.integers(0, 63), max_size=20, unique=True), st.integers(0, 9))
@settings(max_examples=20)
def test_unparsed_positions_change_the_counts_only(unparsed: list[int], which: int) -> None:
    """The same scores as where those tokens had never been, but for the counts."""
    pairs = a_unit()
    true, simulated = pairs[which].true.tolist(), pairs[which].simulated.tolist()
    holes = [None if place in unparsed else value for place, value in enumerate(simulated)]
    kept = [place for place in range(64) if place not in unparsed]
    shorter = pair_up([true[place] for place in kept], [simulated[place] for place in kept])
    pairs[which] = pair_up(true, holes)
    score = correlation_score(pairs)
    pairs[which] = shorter
    assert score.unparsed == len(unparsed)
    assert dataclasses.replace(score, unparsed=0) == correlation_score(pairs)


def test_ignored_positions_are_left_out_and_counted_apart() -> None:
    pairs = a_unit()
    sink = [pair_up([1e4, *pair.true.tolist()], [None, *pair.simulated.tolist()], ignored=[0]) for pair in pairs]
    with_sink, without = correlation_score(sink), correlation_score(pairs)
    assert (with_sink.ignored, with_sink.unparsed, with_sink.tokens) == (10, 0, 640)
    assert dataclasses.replace(with_sink, ignored=0) == without


def test_many_unparsed_positions_make_a_score_unreliable() -> None:
    pairs = [dataclasses.replace(pair, unparsed=20) for pair in a_unit()]
    score = correlation_score(pairs)
    assert score.value is not None
    assert not score.reliable
    assert score.note == "not reliable: 200 of 840 positions unparsed"


def test_few_tokens_make_a_score_unreliable() -> None:
    score = correlation_score(a_unit(sequences=10, tokens=5))
    assert not score.reliable
    assert score.note == "not reliable: only 50 of 100 tokens"


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        ([], NO_SEQUENCES),
        ([pair_up([1.0, 2.0], [None, None])] * 9, measures.NOTHING_PARSED),
        ([pair_up([1.0], [2.0])], measures.TOO_FEW),
        ([pair_up([1.0, 2.0], [3.0, 3.0])] * 9, measures.PREDICTION_CONSTANT),
        ([pair_up([0.0, 0.0], [3.0, 1.0])] * 9, measures.ALL_ZERO),
    ],
)
def test_undefined_is_none_with_the_reason(pairs: list[Pairs], reason: str) -> None:
    score = correlation_score(pairs)
    assert (score.value, score.interval, score.reason, score.reliable) == (None, None, reason, False)


def test_sequences_of_one_token_each_are_scored_together() -> None:
    score = correlation_score([pair_up([float(n)], [float(n % 7)]) for n in range(150)])
    assert score.value == pytest.approx(np.corrcoef(np.arange(150), np.arange(150) % 7)[0, 1])
    assert (score.sequences, score.tokens, score.reliable) == (150, 150, True)


def test_a_score_is_json_as_the_command_prints_it() -> None:
    written = json.loads(json.dumps(dataclasses.asdict(correlation_score(a_unit())), allow_nan=False))
    assert {"value", "interval", "reason", "sequences", "tokens", "unparsed"} <= set(written)
    assert isinstance(written["interval"], list)
    assert written["interval_method"].startswith("95% symmetric studentized bootstrap")


def test_each_score_is_under_its_name() -> None:
    named = score_simulation(a_unit()).by_name()
    assert list(named) == [
        *("correlation", "correlation_top", "correlation_random"),
        *("explained_variance", "r_squared", "absolute_deviation_explained"),
    ]
    assert all(isinstance(score, Score) for score in named.values())
