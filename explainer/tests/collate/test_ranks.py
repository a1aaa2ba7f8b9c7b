"""Which ranks make a quantile range."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.collate.ranks import rank_ranges

QUANTILES = (0.0, 0.5, 0.9, 0.99, 0.999)


@given(st.integers(1, 100_000))
def test_ranges_meet_without_gap_or_overlap(sequences: int) -> None:
    ranges = rank_ranges(sequences, QUANTILES)
    assert ranges[0][1] == sequences
    assert all(upper[1] == lower[0] for lower, upper in pairwise(ranges))
    assert all(0 <= first <= end for first, end in ranges)


@given(st.integers(1, 400), st.lists(st.integers(1, 99), max_size=5, unique=True).map(sorted))
def test_a_rank_is_in_the_range_that_its_share_of_weaker_sequences_lies_in(sequences: int, percents: list[int]) -> None:
    quantiles = (0.0, *(percent / 100 for percent in percents))
    for (first, end), (low, high) in zip(rank_ranges(sequences, quantiles), pairwise([0, *percents]), strict=True):
        weaker = sequences - 1 - np.arange(sequences)
        inside = np.flatnonzero((weaker * 100 >= low * sequences) & (weaker * 100 < high * sequences))
        assert inside.tolist() == list(range(first, end))


def test_ranges_are_reckoned_in_decimal() -> None:
    assert rank_ranges(1000, QUANTILES) == [(500, 1000), (100, 500), (10, 100), (1, 10)]
    assert rank_ranges(1024, QUANTILES) == [(512, 1024), (102, 512), (10, 102), (1, 10)]


def test_one_boundary_makes_no_range() -> None:
    assert rank_ranges(10, (0.0,)) == []
