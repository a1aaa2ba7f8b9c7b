"""The interval's parts: gradients by finite differences, standard errors by the jackknife, and where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from neuronscope.explain import measures, scales
from neuronscope.explain.interval import Scale, interval_over_sequences
from neuronscope.explain.nouns import Floats, Measured, Pairs
from neuronscope.explain.pairing import together

Sums = Callable[[Sequence[Pairs]], Floats]
Measure = Callable[[Floats, Floats], Measured]

EVERY = [
    pytest.param(measures.correlation, scales.correlation_sums, scales.FISHER, id="correlation"),
    pytest.param(measures.explained_variance, scales.squared_sums, scales.LOG_SHARE, id="explained variance"),
    pytest.param(measures.r_squared, scales.centred_sums, scales.LOG_CENTRED_SHARE, id="r squared"),
    pytest.param(measures.absolute_deviation_explained, scales.absolute_sums, scales.LOG_SHARE, id="deviation"),
]
every_score = pytest.mark.parametrize(("measure", "sums", "scale"), EVERY)


def sequences_of(lengths: Sequence[int], offset: float = 0.0) -> list[Pairs]:
    generator = np.random.default_rng(len(lengths))
    pairs = []
    for length in lengths:
        true = generator.gamma(0.5, 2.0, size=length) + offset
        pairs.append(Pairs(true, 0.6 * true + generator.normal(size=length)))
    return pairs


@every_score
def test_the_sums_of_all_sequences_give_the_score_itself(measure: Measure, sums: Sums, scale: Scale) -> None:
    pairs = sequences_of([3, 1, 40, 7, 1, 12], offset=50.0)
    z, _ = scale.estimate(sums(pairs).sum(axis=0)[None])
    assert scale.back(float(z[0])) == pytest.approx(measure(*together(pairs)).value, rel=1e-9)


@every_score
def test_sums_of_a_few_sequences_give_the_score_of_those(measure: Measure, sums: Sums, scale: Scale) -> None:
    pairs = sequences_of([9, 8, 40, 7, 6, 12])
    weights = np.array([2.0, 0.0, 1.0, 0.0, 3.0, 0.0])
    z, _ = scale.estimate(weights[None] @ sums(pairs))
    drawn = [pairs[0], pairs[0], pairs[2], pairs[4], pairs[4], pairs[4]]
    assert scale.back(float(z[0])) == pytest.approx(measure(*together(drawn)).value, rel=1e-9)


@every_score
def test_gradients_are_those_of_finite_differences(measure: Measure, sums: Sums, scale: Scale) -> None:
    del measure
    totals = np.array([[1.0, 2.0, 1.0, 1.0, 3.0, 1.0]]) @ sums(sequences_of([9, 8, 40, 7, 6, 12]))
    _, gradient = scale.estimate(totals)
    for place in range(totals.shape[1]):
        step = np.zeros_like(totals)
        step[0, place] = 1e-6 * (1 + abs(totals[0, place]))
        higher, lower = scale.estimate(totals + step)[0], scale.estimate(totals - step)[0]
        slope = (higher - lower) / (2 * step[0, place])
        assert gradient[0, place] == pytest.approx(slope[0], rel=1e-5, abs=1e-8)


@every_score
def test_the_interval_holds_the_value_and_says_the_same_again(measure: Measure, sums: Sums, scale: Scale) -> None:
    pairs = sequences_of([64] * 10)
    value = measure(*together(pairs)).value
    assert value is not None
    ends = interval_over_sequences(sums(pairs), scale, value=value, seed=5).ends
    assert ends is not None
    assert ends[0] < value < ends[1] <= 1
    assert interval_over_sequences(sums(pairs), scale, value=value, seed=5).ends == ends
    assert interval_over_sequences(sums(pairs), scale, value=value, seed=6).ends != ends


@every_score
def test_many_equal_sequences_have_the_normal_interval(measure: Measure, sums: Sums, scale: Scale) -> None:
    """Of 400 sequences the jackknife's standard error and 1.96 of it are as good as any resampling."""
    pairs = sequences_of([16] * 400)
    table, value = sums(pairs), measure(*together(pairs)).value
    assert value is not None
    ends = interval_over_sequences(table, scale, value=value, seed=0).ends
    assert ends is not None
    without_one, _ = scale.estimate(table.sum(axis=0) - table)
    error = np.sqrt(399 / 400 * ((without_one - without_one.mean()) ** 2).sum())
    z = float(scale.estimate(table.sum(axis=0)[None])[0][0])
    expected = sorted((scale.back(z - 1.96 * error), scale.back(z + 1.96 * error)))
    assert ends == pytest.approx(expected, abs=0.1 * (expected[1] - expected[0]))


@every_score
def test_too_few_sequences_have_no_interval_and_a_sentence(measure: Measure, sums: Sums, scale: Scale) -> None:
    del measure
    pairs = sequences_of([64] * (scale.fewest - 1))
    interval = interval_over_sequences(sums(pairs), scale, value=0.5, seed=0)
    assert interval.ends is None
    assert interval.note == f"no interval: {scale.fewest - 1} sequences, {scale.fewest} needed"


@every_score
def test_a_perfect_simulation_is_certain(measure: Measure, sums: Sums, scale: Scale) -> None:
    del measure
    pairs = [Pairs(pair.true, pair.true) for pair in sequences_of([64] * 10)]
    assert interval_over_sequences(sums(pairs), scale, value=1.0, seed=0).ends == (1.0, 1.0)


@every_score
def test_one_sequence_that_tells_anything_is_not_enough(measure: Measure, sums: Sums, scale: Scale) -> None:
    """A third of the resamples miss the only sequence in which the unit fires."""
    del measure
    silent = Pairs(np.zeros(64), np.zeros(64))
    interval = interval_over_sequences(sums([*sequences_of([64]), *[silent] * 9]), scale, value=0.5, seed=0)
    assert interval.ends is None
    assert interval.note == "no interval: the score is undefined or perfect in 35% of the resamples"


@every_score
def test_a_score_that_hangs_on_one_sequence_is_not_certain(measure: Measure, sums: Sums, scale: Scale) -> None:
    """Nine sequences that say nothing weigh a millionth of the tenth: the value is all its own."""
    strong, *others = sequences_of([64] * 10)
    generator = np.random.default_rng(0)
    weak = [Pairs(1e-3 * pair.true, 1e-3 * generator.normal(size=64)) for pair in others]
    pairs = [Pairs(strong.true, strong.true + 0.1 * strong.simulated), *weak]
    value = measure(*together(pairs)).value
    assert value is not None
    ends = interval_over_sequences(sums(pairs), scale, value=value, seed=0).ends
    assert ends is not None
    assert ends[0] < 0.2 < 0.5 < value


@every_score
def test_equal_sequences_leave_nothing_open(measure: Measure, sums: Sums, scale: Scale) -> None:
    pairs = sequences_of([64]) * 10
    value = measure(*together(pairs)).value
    assert value is not None
    assert interval_over_sequences(sums(pairs), scale, value=value, seed=0).ends == pytest.approx((value, value))
