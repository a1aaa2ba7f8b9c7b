"""Histograms: ranges double, bins merge, and no split of the values changes a count."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuronscope.collate.histogram import (
    BINS,
    Histograms,
    exponents_for,
    histograms_of,
    merge,
    no_histograms,
)

WIDE = (
    st.floats(-1e6, 1e6, width=32)
    | st.floats(-1, 1, width=32)
    | st.sampled_from([0.0, 1.0, -1.0, 2.0**-30, -(2.0**-40)])
)
VALUES = arrays(np.float32, (24, 2), elements=WIDE)


def of(values: np.ndarray) -> Histograms:
    if not len(values):
        return no_histograms(values.shape[1])
    return histograms_of(torch.from_numpy(values).double(), exponents_for(np.abs(values).max(axis=0)))


@given(VALUES, st.lists(st.integers(0, 24), max_size=4))
def test_any_split_in_any_order_counts_the_same(values: np.ndarray, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), 24]
    total = no_histograms(2)
    for first, end in reversed(list(pairwise(edges))):
        total = merge(total, of(values[first:end]))
    whole = of(values)
    assert (total.exponents == whole.exponents).all()
    assert (total.counts == whole.counts).all()


@given(VALUES)
def test_every_value_is_in_the_bin_that_covers_it(values: np.ndarray) -> None:
    whole = of(values)
    for unit in range(2):
        shown = whole.unit(unit)
        bins = np.floor(values[:, unit].astype(np.float64) / shown.width).astype(int) + BINS // 2
        assert shown.counts == np.bincount(bins, minlength=BINS).tolist()
        assert shown.lowest == -32 * shown.width


def test_merging_does_not_change_what_was_merged() -> None:
    small, large = of(np.full((3, 1), 0.5, dtype=np.float32)), of(np.full((3, 1), 100, dtype=np.float32))
    before = small.counts.copy()
    merge(small, large)
    assert (small.counts == before).all()


def test_a_unit_that_is_always_zero_has_a_narrow_range() -> None:
    shown = of(np.zeros((5, 1), dtype=np.float32)).unit(0)
    assert shown.lowest == -(2.0**-24)
    assert shown.counts[BINS // 2] == 5
