"""Moments: scipy's values, however the tokens were split."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import scipy.stats
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuronscope.collate.moments import Moments, merge, moments_of, no_moments

VALUES = arrays(np.float32, (40, 3), elements=st.floats(-1000, 1000, width=32))
CUTS = st.lists(st.integers(0, 40), max_size=5).map(lambda cuts: [0, *sorted(cuts), 40])


def of(values: np.ndarray) -> Moments:
    return moments_of(torch.from_numpy(values)) if len(values) else no_moments(values.shape[1])


def merged(values: np.ndarray, cuts: list[int]) -> Moments:
    total = no_moments(values.shape[1])
    for first, end in pairwise(cuts):
        total = merge(total, of(values[first:end]))
    return total


@given(VALUES, CUTS)
def test_any_split_merges_to_the_same_moments(values: np.ndarray, cuts: list[int]) -> None:
    whole, parts = of(values), merged(values, cuts)
    scale = 1 + np.abs(values).max().astype(np.float64)
    assert parts.count == whole.count
    np.testing.assert_allclose(parts.mean, whole.mean, rtol=1e-12, atol=1e-12 * scale)
    for power, name in ((2, "m2"), (3, "m3"), (4, "m4")):
        atol = 1e-12 * 40 * scale**power
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-12, atol=atol)


def test_many_batches_agree_with_scipy() -> None:
    values = np.random.default_rng(0).gamma(0.3, 2.0, size=(5000, 4)).astype(np.float32) - 1
    total = merged(values, [*range(0, 5000, 77), 5000])
    exact = values.astype(np.float64)
    np.testing.assert_allclose(total.mean, exact.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(total.variance(), exact.var(axis=0), rtol=1e-12)
    np.testing.assert_allclose(total.skewness(), scipy.stats.skew(exact), rtol=1e-11)
    np.testing.assert_allclose(total.kurtosis(), scipy.stats.kurtosis(exact, fisher=False), rtol=1e-11)


def test_a_large_mean_costs_no_precision() -> None:
    values = (np.random.default_rng(1).normal(size=(4096, 1)) + 10_000).astype(np.float32)
    total = merged(values, [*range(0, 4096, 64), 4096])
    np.testing.assert_allclose(total.variance(), values.astype(np.float64).var(axis=0), rtol=1e-10)


@pytest.mark.parametrize("value", [0.0, 0.1, -3.0, 1e-30, 1e30])
def test_a_unit_that_never_varies_has_no_shape(value: float) -> None:
    total = merged(np.full((40, 1), value, dtype=np.float32), [0, 7, 23, 40])
    assert np.isnan(total.skewness()).all()
    assert np.isnan(total.kurtosis()).all()


def test_a_single_token_that_differs_a_little_is_enough_for_a_shape() -> None:
    values = np.ones((100_000, 1), dtype=np.float32)
    values[7] = np.nextafter(np.float32(1), np.float32(2))
    assert np.isfinite(of(values).kurtosis()).all()


def test_of_nothing_nothing_is_defined() -> None:
    assert np.isnan(no_moments(2).variance()).all()
    assert np.isnan(no_moments(2).kurtosis()).all()
