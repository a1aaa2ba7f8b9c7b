"""Means and medians over units with their intervals, against independent computations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from neuronscope.explain.report.averages import (
    FEWEST_FOR_MEDIAN,
    FEWEST_UNITS,
    MANY_UNITS,
    NO_UNITS,
    average,
    mean_interval,
    median_interval,
)

CORRELATIONS = (-1.0, 1.0)
scores = st.floats(-1, 1, allow_subnormal=False)


def test_mean_and_median_are_numpys() -> None:
    values = np.random.default_rng(0).normal(0.2, 0.2, 41)
    found = average(list(values), limits=(-9, 9))
    assert found.units == 41
    assert found.mean == pytest.approx(values.mean(), abs=1e-15)
    assert found.median == np.median(values)
    assert found.reason is None


def test_no_units_have_no_average_and_a_reason() -> None:
    found = average([], limits=CORRELATIONS)
    assert (found.units, found.mean, found.median, found.mean_interval, found.reason) == (0, None, None, None, NO_UNITS)


@pytest.mark.parametrize("units", range(1, FEWEST_UNITS))
def test_few_units_have_an_average_without_an_interval(units: int) -> None:
    found = average([0.1, 0.2, 0.4, 0.5][:units], limits=CORRELATIONS)
    assert found.mean is not None
    assert found.mean_interval is found.median_interval is None
    assert found.reason == f"no interval: {units} {'unit' if units == 1 else 'units'}, {FEWEST_UNITS} needed"


def test_the_median_needs_one_unit_more() -> None:
    found = average([0.1, 0.2, 0.3, 0.4, 0.6], limits=CORRELATIONS)
    assert found.mean_interval is not None
    assert found.median_interval is None
    assert found.reason == f"no interval of the median: 5 units, {FEWEST_FOR_MEDIAN} needed"


@pytest.mark.parametrize("units", [17, 200])
def test_the_means_interval_is_the_studentized_bootstraps(units: int) -> None:
    """Computed by another generator, resample by resample, and therefore equal up to chance."""
    values = np.sort(np.random.default_rng(units).beta(2, 5, units))
    generator = np.random.default_rng(12345)
    resamples = [generator.choice(values, units) for _ in range(6000)]
    errors = [one.std(ddof=1) / math.sqrt(units) for one in resamples]
    usable = [abs(one.mean() - values.mean()) / e for one, e in zip(resamples, errors, strict=True) if e > 1e-12]
    reach = np.quantile(usable, 0.95) * values.std(ddof=1) / math.sqrt(units)
    low, high = mean_interval(values, limits=CORRELATIONS) or (0, 0)
    assert low == pytest.approx(values.mean() - reach, abs=0.12 * reach)
    assert high == pytest.approx(values.mean() + reach, abs=0.12 * reach)


def test_the_means_interval_of_many_units_is_the_normal_one_and_joins_on() -> None:
    values = np.sort(np.random.default_rng(1).normal(0.2, 0.2, MANY_UNITS + 1))
    low, high = mean_interval(values, limits=CORRELATIONS) or (0, 0)
    error = stats.sem(values)
    assert (low, high) == pytest.approx(stats.norm.interval(0.95, values.mean(), error), abs=1e-12)
    fewer = mean_interval(values[:-1], limits=CORRELATIONS) or (0, 0)
    assert fewer == pytest.approx((low, high), abs=0.3 * error)


@pytest.mark.parametrize("units", [6, 7, 20, 33, 1000])
def test_the_medians_interval_has_the_binomial_ranks(units: int) -> None:
    values = np.arange(units, dtype=np.float64)
    rank = int(stats.binom.ppf(0.025, units, 0.5)) - 1
    if stats.binom.cdf(rank + 1, units, 0.5) <= 0.025:
        rank += 1
    assert median_interval(values) == (rank, units - 1 - rank)


@pytest.mark.parametrize("units", [8, 30])
def test_intervals_cover_at_their_rate(units: int) -> None:
    """Scores as they are: skewed, with a mean of 0.2 and a median of 0.1447."""
    generator = np.random.default_rng(units)
    samples = np.sort(generator.beta(0.8, 3.2, size=(500, units)), axis=1)
    middle = stats.beta.median(0.8, 3.2)
    means = [mean_interval(one, limits=(0, 1), seed=seed) or (0, 0) for seed, one in enumerate(samples)]
    medians = [median_interval(one) or (0, 0) for one in samples]
    assert 0.92 <= np.mean([low <= 0.2 <= high for low, high in means]) <= 0.985
    assert 0.93 <= np.mean([low <= middle <= high for low, high in medians]) <= 1


def test_equal_scores_have_themselves_as_interval() -> None:
    found = average([0.3] * 8, limits=CORRELATIONS)
    assert found.mean_interval == pytest.approx((0.3, 0.3))
    assert found.median_interval == (0.3, 0.3)


@given(st.lists(scores, min_size=FEWEST_UNITS, max_size=40), st.randoms(use_true_random=False))
def test_the_order_does_not_matter_and_intervals_hold_their_value(values: list[float], random: object) -> None:
    found = average(values, limits=CORRELATIONS)
    mixed = list(values)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert average(mixed, limits=CORRELATIONS) == found
    assert found.mean_interval is not None
    assert found.mean is not None
    assert -1 <= found.mean_interval[0] <= found.mean <= found.mean_interval[1] <= 1
    if found.median_interval is not None and found.median is not None:
        assert found.median_interval[0] <= found.median <= found.median_interval[1]
