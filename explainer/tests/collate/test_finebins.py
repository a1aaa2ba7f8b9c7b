"""Fine bins: no split or order of the values changes a count, and what is read off them is exact."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuronscope.collate import finebins
from neuronscope.collate.dense import DenseShard
from neuronscope.collate.finebins import FineBins
from neuronscope.collate.histogram import BINS, NARROWEST

UNITS, TOKENS = 3, 24
ELEMENTS = (
    st.floats(-1e6, 1e6, width=32)
    | st.floats(-1, 1, width=32)
    | st.sampled_from([0.0, -0.0, 1.0, -1.0, 2.0, -0.5, 1.0625, -1.0625, 2.0**-30, -(2.0**-40), 2.0**-149, 3e38])
)
VALUES = arrays(np.float32, (TOKENS, UNITS), elements=ELEMENTS)
CUTS = st.lists(st.integers(0, TOKENS), max_size=5).map(lambda cuts: [0, *sorted(cuts), TOKENS])


Of = Callable[[np.ndarray], FineBins]


@pytest.fixture(scope="session")
def of(tallied: Callable[[np.ndarray], DenseShard]) -> Of:
    """Counts of float32 [token, unit]."""
    return lambda values: tallied(values).fine if len(values) else finebins.no_counts(values.shape[1])


def histogram(values: np.ndarray) -> tuple[int, list[int]]:
    """Of one unit, counted directly: 64 bins of [-2^k, 2^k) with the smallest k that holds all values."""
    largest = float(np.abs(values).max())
    exponent = NARROWEST
    while largest >= 2.0**exponent:
        exponent += 1
    bins = np.floor(values.astype(np.float64) * 32 / 2.0**exponent).astype(int) + 32
    return exponent, np.bincount(bins, minlength=BINS).tolist()


def same(a: FineBins, b: FineBins) -> None:
    assert (a.bases == b.bases).all()
    assert (a.counts == b.counts).all()


@given(VALUES, CUTS, st.randoms(use_true_random=False))
def test_any_split_in_any_order_counts_the_same(of: Of, values: np.ndarray, cuts: list[int], random: object) -> None:
    order = list(range(TOKENS))
    random.shuffle(order)  # type: ignore[attr-defined]
    total = finebins.no_counts(UNITS)
    for first, end in pairwise(cuts):
        total = finebins.merge(total, of(values[order[first:end]]))
    same(total, of(values))
    assert (total.counts.sum(axis=1) == TOKENS).all()


@given(VALUES)
def test_the_histogram_is_that_of_all_values_counted_directly(of: Of, values: np.ndarray) -> None:
    shown = finebins.histograms(of(values), values.max(axis=0), values.min(axis=0))
    for unit in range(UNITS):
        assert (shown.exponents[unit], shown.counts[unit].tolist()) == histogram(values[:, unit])


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.sampled_from([1.0, 2.0**-25, 2.0**-21, 1e-30, 1e30]))
def test_the_histogram_of_many_values_is_exact_too(of: Of, seed: int, scale: float) -> None:
    random = np.random.default_rng(seed)
    values = (random.normal(size=(2000, UNITS)) ** 3 * scale).astype(np.float32)
    values[:, 1] = np.abs(values[:, 1])
    parts = [of(part) for part in np.array_split(values, 7)]
    total = parts[0]
    for part in parts[1:]:
        total = finebins.merge(total, part)
    shown = finebins.histograms(total, values.max(axis=0), values.min(axis=0))
    for unit in range(UNITS):
        assert (shown.exponents[unit], shown.counts[unit].tolist()) == histogram(values[:, unit])


@given(VALUES)
def test_tokens_above_zero_are_counted_exactly(of: Of, values: np.ndarray) -> None:
    assert (finebins.above_zero(of(values)) == (values > 0).sum(axis=0)).all()


@given(VALUES)
def test_density_counts_what_reaches_its_threshold(of: Of, values: np.ndarray) -> None:
    counts, thresholds = finebins.dense(of(values), values.max(axis=0))
    for unit, (count, threshold) in enumerate(zip(counts, thresholds, strict=True)):
        if values[:, unit].max() <= 0:
            assert (count, np.isnan(threshold)) == (0, True)
        else:
            here = values[:, unit].astype(np.float64)
            assert count == ((here > 0) & (here >= threshold)).sum()


@given(st.floats(2.0**-120, 2.0**127, width=32))
def test_the_threshold_is_a_tenth_of_the_maximum_rounded_down_to_five_binary_digits(of: Of, maximum: float) -> None:
    values = np.array([[maximum]], np.float32)
    threshold = float(finebins.dense(of(values), values[0])[1][0])
    assert 0.93 < threshold / (maximum / 10) <= 1 + 1e-6
    digits, _ = np.frexp(threshold)
    assert float(digits * 32).is_integer()


def test_a_unit_that_was_silent_for_long_has_no_tokens_above_zero_but_those_that_fire(of: Of) -> None:
    silent = np.zeros((1000, 1), np.float32)
    silent[::2] = -0.0
    fires = np.array([[3.0]], np.float32)
    for parts in ([silent, fires], [fires, silent], [silent, -fires, fires]):
        total = finebins.no_counts(1)
        for part in parts:
            total = finebins.merge(total, of(part))
        assert finebins.above_zero(total).tolist() == [1]
        assert finebins.dense(total, fires[0])[0].tolist() == [1]


def test_powers_of_two_stand_at_the_lower_end_of_their_bin_on_both_sides(of: Of) -> None:
    values = np.array([[1.0], [-1.0], [-0.5], [0.5]], np.float32)
    shown = finebins.histograms(of(values), values.max(axis=0), values.min(axis=0))
    assert np.flatnonzero(shown.counts[0]).tolist() == [16, 24, 40, 48]


@pytest.mark.parametrize("dtype", [np.int64, np.uint32])
def test_moving_windows_leaves_what_was_counted_alone(of: Of, dtype: type[np.generic]) -> None:
    fine = of(np.array([[0.5], [-3.0]], np.float32))
    counts = fine.counts.astype(dtype)
    before = counts.copy()
    moved = finebins.moved_counts(counts, fine.bases, fine.bases + 16)
    assert (counts == before).all()
    assert moved.dtype == dtype
    assert moved.sum() == 2
    assert finebins.moved_counts(counts, fine.bases, fine.bases) is counts


def test_nothing_was_counted_before_anything_was_seen(of: Of) -> None:
    fine = finebins.no_counts(2)
    assert not fine.counts.any()
    same(finebins.merge(fine, of(np.ones((4, 2), np.float32))), of(np.ones((4, 2), np.float32)))
