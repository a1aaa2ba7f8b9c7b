"""Measures: the values of brute force and scipy, bounds and invariances, and a reason wherever nothing is defined."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuronscope.explain import measures
from neuronscope.explain.nouns import Floats, Measured

Measure = Callable[[Floats, Floats], Measured]
ALL: list[Measure] = [
    measures.correlation,
    measures.explained_variance,
    measures.r_squared,
    measures.absolute_deviation_explained,
]
SHARES = ALL[1:]
every_measure = pytest.mark.parametrize("measure", ALL, ids=lambda measure: measure.__name__)

ANY = st.floats(allow_nan=False, allow_infinity=False)
TAME = st.floats(-1000, 1000).map(lambda value: round(value, 3))


def two(elements: st.SearchStrategy[float], smallest: int = 0) -> st.SearchStrategy[tuple[Floats, Floats]]:
    lengths = st.integers(smallest, 30)
    return lengths.flatmap(lambda n: st.tuples(*[arrays(np.float64, n, elements=elements)] * 2))


def exact(measure: Measure, true: Floats, simulated: Floats) -> float:
    """By the formulas, in rational numbers."""
    a, s = [Fraction(value) for value in true.tolist()], [Fraction(value) for value in simulated.tolist()]
    mean_a, mean_s = sum(a) / len(a), sum(s) / len(s)
    pairs = list(zip(a, s, strict=True))
    errors = sum((x - y) ** 2 for x, y in pairs)
    variance = sum((x - mean_a) ** 2 for x in a)
    if measure is measures.correlation:
        product = sum((x - mean_a) * (y - mean_s) for x, y in pairs)
        square = product**2 / (variance * sum((y - mean_s) ** 2 for y in s))
        return math.copysign(math.sqrt(square), product)
    if measure is measures.explained_variance:
        return float(1 - errors / sum(x**2 for x in a))
    if measure is measures.r_squared:
        return float(1 - errors / variance)
    return float(1 - sum(abs(x - y) for x, y in pairs) / sum(abs(x) for x in a))


@every_measure
@given(numbers=two(TAME, smallest=2))
def test_each_measure_is_its_formula(measure: Measure, numbers: tuple[Floats, Floats]) -> None:
    measured = measure(*numbers)
    assume(measured.value is not None)
    assert measured.value == pytest.approx(exact(measure, *numbers), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("offset", [0.0, 1e6, -1e8])
@every_measure
def test_large_offsets_cost_no_precision(measure: Measure, offset: float) -> None:
    generator = np.random.default_rng(0)
    true = generator.normal(size=640)
    simulated = 0.3 * true + generator.normal(size=640)
    value = measure(true + offset, simulated + offset).value
    assert value == pytest.approx(exact(measure, true + offset, simulated + offset), rel=1e-12)


def test_correlation_is_scipys() -> None:
    generator = np.random.default_rng(1)
    true, noise = generator.gamma(0.2, 3.0, size=(2, 640))
    expected = scipy.stats.pearsonr(true, true + noise).statistic
    assert measures.correlation(true, true + noise).value == pytest.approx(expected, rel=1e-12)


@every_measure
@given(numbers=two(ANY))
def test_every_finite_input_gives_a_bounded_number_or_a_reason(
    measure: Measure, numbers: tuple[Floats, Floats]
) -> None:
    measured = measure(*numbers)
    assert (measured.value is None) == (measured.reason is not None)
    if measured.value is not None:
        assert math.isfinite(measured.value)
        assert measured.value <= 1
        assert measured.value >= -1 or measure is not measures.correlation


@given(two(TAME, smallest=2), st.floats(0.01, 100), st.floats(-100, 100))
def test_correlation_does_not_depend_on_scale_and_shift(
    numbers: tuple[Floats, Floats], scale: float, shift: float
) -> None:
    true, simulated = numbers
    value = measures.correlation(true, simulated).value
    assume(value is not None)
    assert value is not None
    assert measures.correlation(true * scale + shift, simulated).value == pytest.approx(value, abs=1e-6)
    assert measures.correlation(true, simulated * scale + shift).value == pytest.approx(value, abs=1e-6)
    assert measures.correlation(true, simulated * -scale).value == pytest.approx(-value, abs=1e-6)


@every_measure
@given(numbers=two(TAME, smallest=2), exponent=st.integers(-900, 900))
def test_a_common_power_of_two_changes_no_bit(measure: Measure, numbers: tuple[Floats, Floats], exponent: int) -> None:
    true, simulated = numbers
    assert measure(np.ldexp(true, exponent), np.ldexp(simulated, exponent)) == measure(true, simulated)


@every_measure
@given(true=arrays(np.float64, st.integers(2, 30), elements=TAME))
def test_a_perfect_simulation_scores_1(measure: Measure, true: Floats) -> None:
    measured = measure(true, true)
    assert measured.value == pytest.approx(1) or np.ptp(true) == 0


@pytest.mark.parametrize("value", [0.0, 0.1, -7.5, 1e30, 1e-300])
def test_a_constant_prediction_has_no_correlation(value: float) -> None:
    measured = measures.correlation(np.array([0.0, 1.0, 2.0]), np.full(3, value))
    assert measured == Measured(None, measures.PREDICTION_CONSTANT)


def test_predictions_that_differ_only_by_rounding_are_constant() -> None:
    noisy = np.array([0.1 + 0.2, 0.3, 0.3])
    assert noisy[0] != noisy[1]
    assert measures.correlation(np.array([0.0, 1.0, 2.0]), noisy).reason == measures.PREDICTION_CONSTANT


@every_measure
def test_an_all_zero_truth_is_said(measure: Measure) -> None:
    assert measure(np.zeros(3), np.array([1.0, 2.0, 3.0])) == Measured(None, measures.ALL_ZERO)


@pytest.mark.parametrize("measure", [measures.correlation, measures.r_squared])
def test_a_constant_truth_is_said(measure: Measure) -> None:
    assert measure(np.full(3, 0.1), np.array([1.0, 2.0, 3.0])) == Measured(None, measures.TRUTH_CONSTANT)


@every_measure
def test_one_token_and_none_are_said(measure: Measure) -> None:
    assert measure(np.ones(1), np.ones(1)) == Measured(None, measures.TOO_FEW)
    assert measure(np.empty(0), np.empty(0)) == Measured(None, measures.NOTHING_PARSED)


@pytest.mark.parametrize("measure", SHARES, ids=lambda measure: measure.__name__)
def test_a_simulation_worlds_away_is_a_reason_and_not_infinity(measure: Measure) -> None:
    measured = measure(np.array([1e-300, 2e-300]), np.array([1e300, 0.0]))
    assert measured == Measured(None, measures.TOO_FAR)


@every_measure
@pytest.mark.parametrize("size", [1e-30, 1e30, 1e200])
def test_the_size_of_the_numbers_does_not_matter(measure: Measure, size: float) -> None:
    true, simulated = np.array([0.0, 1.0, 3.0, 2.0]), np.array([0.5, 1.0, 2.0, 2.5])
    expected = measure(true, simulated).value
    assert expected is not None
    assert measure(true * size, simulated * size).value == pytest.approx(expected, rel=1e-12)
