"""Histograms: the range of a unit, and how one stands in a record."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.collate.histogram import BINS, NARROWEST, Histograms, exponents_for


@given(st.floats(0, width=32, allow_infinity=False))
def test_the_range_is_the_smallest_power_of_two_above_every_value(largest: float) -> None:
    exponent = int(exponents_for(np.array([largest], np.float32))[0])
    assert largest < 2.0**exponent
    assert exponent == NARROWEST or largest >= 2.0 ** (exponent - 1)


def test_a_power_of_two_is_below_the_edge_of_the_next_range() -> None:
    assert exponents_for(np.array([1, 0.999, 2, 0], np.float32)).tolist() == [1, 0, 2, NARROWEST]


def test_a_record_says_where_the_bins_begin_and_how_wide_they_are() -> None:
    counts = np.arange(2 * BINS).reshape(2, BINS)
    shown = Histograms(np.array([3, -2], np.int32), counts).unit(1)
    assert (shown.lowest, shown.width) == (-0.25, 0.25 / 32)
    assert shown.counts == counts[1].tolist()
