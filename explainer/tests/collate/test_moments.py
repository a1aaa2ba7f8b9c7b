"""Moments: scipy's values, however the tokens were split."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import scipy.stats
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuronscope.collate.dense import DenseShard
from neuronscope.collate.moments import Moments, merge, moments_of, no_moments

VALUES = arrays(np.float32, (40, 3), elements=st.floats(-1000, 1000, width=32))
CUTS = st.lists(st.integers(0, 40), max_size=5).map(lambda cuts: [0, *sorted(cuts), 40])


def of(values: np.ndarray) -> Moments:
    return moments_of(torch.from_numpy(values)) if len(values) else no_moments(values.shape[1])


Way = Callable[[np.ndarray], Moments]


@pytest.fixture(scope="module", params=["in torch", "by the kernel"])
def way(request: pytest.FixtureRequest, tallied: Callable[[np.ndarray], DenseShard]) -> Way:
    """As a batch of activations is reckoned on a GPU, and on a CPU."""
    if request.param == "in torch":
        return of
    return lambda values: tallied(values).moments if len(values) else no_moments(values.shape[1])


def merged(values: np.ndarray, cuts: list[int], way: Way = of) -> Moments:
    total = no_moments(values.shape[1])
    for first, end in pairwise(cuts):
        total = merge(total, way(values[first:end]))
    return total


@given(VALUES, CUTS)
def test_any_split_merges_to_the_same_moments(way: Way, values: np.ndarray, cuts: list[int]) -> None:
    whole, parts = of(values), merged(values, cuts, way)
    scale = 1 + np.abs(values).max().astype(np.float64)
    assert parts.count == whole.count
    np.testing.assert_allclose(parts.mean, whole.mean, rtol=1e-12, atol=1e-12 * scale)
    for power, name in ((2, "m2"), (3, "m3"), (4, "m4")):
        atol = 1e-12 * 40 * scale**power
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-12, atol=atol)


def test_many_batches_agree_with_scipy(way: Way) -> None:
    values = np.random.default_rng(0).gamma(0.3, 2.0, size=(5000, 4)).astype(np.float32) - 1
    total = merged(values, [*range(0, 5000, 77), 5000], way)
    exact = values.astype(np.float64)
    np.testing.assert_allclose(total.mean, exact.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(total.variance(), exact.var(axis=0), rtol=1e-12)
    np.testing.assert_allclose(total.skewness(), scipy.stats.skew(exact), rtol=1e-11)
    np.testing.assert_allclose(total.kurtosis(), scipy.stats.kurtosis(exact, fisher=False), rtol=1e-11)


def test_a_large_mean_costs_no_precision(way: Way) -> None:
    values = (np.random.default_rng(1).normal(size=(4096, 1)) + 10_000).astype(np.float32)
    total = merged(values, [*range(0, 4096, 64), 4096], way)
    np.testing.assert_allclose(total.variance(), values.astype(np.float64).var(axis=0), rtol=1e-10)


@pytest.mark.parametrize("first", [0.0, 50.0, -1e4, 1e8])
def test_a_batch_that_begins_with_an_outlier_costs_little(way: Way, first: float) -> None:
    values = np.random.default_rng(2).normal(size=(16384, 1)).astype(np.float32)
    values[0] = first
    total, exact = way(values), values.astype(np.float64)
    np.testing.assert_allclose(total.variance(), exact.var(axis=0), rtol=1e-10)
    np.testing.assert_allclose(total.kurtosis(), scipy.stats.kurtosis(exact, fisher=False), rtol=1e-9)
    np.testing.assert_allclose(total.skewness(), scipy.stats.skew(exact), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("value", [0.0, 0.1, -3.0, 1e-30, 1e30])
def test_a_unit_that_never_varies_has_no_shape(way: Way, value: float) -> None:
    total = merged(np.full((40, 1), value, dtype=np.float32), [0, 7, 23, 40], way)
    assert np.isnan(total.skewness()).all()
    assert np.isnan(total.kurtosis()).all()


@pytest.mark.parametrize("where", [0, 7, 99_999])
def test_a_single_token_that_differs_a_little_is_enough_for_a_shape(way: Way, where: int) -> None:
    values = np.ones((100_000, 1), dtype=np.float32)
    values[where] = np.nextafter(np.float32(1), np.float32(2))
    np.testing.assert_allclose(way(values).kurtosis(), 99_999, rtol=1e-4)


def test_of_nothing_nothing_is_defined() -> None:
    assert np.isnan(no_moments(2).variance()).all()
    assert np.isnan(no_moments(2).kurtosis()).all()
