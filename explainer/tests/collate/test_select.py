"""Choosing a unit's sequences: what each group may hold, ties, shortfalls and fair draws."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuronscope.collate.options import Sampling
from neuronscope.collate.select import Selection, priorities, rank_ranges, select
from neuronscope.errors import BadInput

QUANTILES = (0.0, 0.5, 0.9, 0.99, 0.999)
# Few distinct values, so that ties are everywhere, as in bfloat16.
FIGURES = st.integers(1, 300).flatmap(
    lambda n: st.tuples(
        arrays(np.float32, n, elements=st.sampled_from([-2.0, -1.0, -0.0, 0.0, 1.0, 1.5, 3.0])),
        arrays(np.float32, n, elements=st.sampled_from([0.0, 0.5, 2.0])),
    )
)


def chosen(maxima: np.ndarray, minima: np.ndarray, **asked: int) -> Selection:
    return select(maxima, minima, layer=2, unit=5, sampling=Sampling(**asked))


@given(FIGURES, st.integers(0, 2**63 - 1))
def test_groups_are_disjoint_ordered_and_state_what_they_hold(
    figures: tuple[np.ndarray, np.ndarray], seed: int
) -> None:
    maxima, minima = figures[0], figures[0] - figures[1]
    got = chosen(maxima, minima, seed=seed)
    groups = [got.top, got.negative, *got.quantiles, got.random]
    every = [sequence for group in groups for sequence in group]
    assert len(every) == len(set(every))
    assert sorted(every) == got.all()
    assert got.top == sorted(got.top, key=lambda i: (-maxima[i], i))
    assert got.negative == sorted(got.negative, key=lambda i: (minima[i], i))
    assert all(maxima[i] > 0 for i in got.top)
    assert all(minima[i] < 0 for i in got.negative)
    assert [count.kept for count in got.counts] == [len(group) for group in groups]
    asked = [20, 10, 5, 5, 5, 5, 15]
    assert [count.note is None for count in got.counts] == [len(g) == n for g, n in zip(groups, asked, strict=True)]
    assert len(got.random) == 15 or len(every) == len(maxima)


def test_of_equal_values_the_earlier_sequence_comes_first() -> None:
    assert chosen(np.ones(50, dtype=np.float32), np.ones(50, dtype=np.float32), top=4).top == [0, 1, 2, 3]


def test_a_unit_that_fires_in_three_sequences_has_three_top_records() -> None:
    maxima = np.zeros(100, dtype=np.float32)
    maxima[[40, 7, 99]] = [1, 3, 2]
    got = chosen(maxima, maxima)
    assert got.top == [7, 99, 40]
    assert got.counts[0].note == "20 asked for, only 3 fired"
    assert (got.counts[0].sequences, got.counts[0].fired) == (100, 3)


def test_a_dead_unit_has_only_drawn_records() -> None:
    nothing = np.zeros(300, dtype=np.float32)
    got = chosen(nothing, nothing)
    assert (got.top, got.negative) == ([], [])
    assert len(got.random) == 15


def test_the_negative_group_leaves_out_what_the_top_group_shows() -> None:
    maxima = np.array([5, 1, 1], dtype=np.float32)
    minima = np.array([-9, -1, -2], dtype=np.float32)
    assert chosen(maxima, minima, top=1, negative=2).negative == [2, 1]


def test_a_small_corpus_says_that_the_top_group_has_what_fired() -> None:
    figures = np.array([3, 2, 1], dtype=np.float32)
    got = chosen(figures, -figures)
    assert got.counts[1].note == "10 asked for, none left: the 3 others that fired are in the top group"
    assert chosen(figures, figures).counts[1].note == "10 asked for, none fired"


def test_with_1024_sequences_the_last_quantile_range_lies_inside_the_top_20() -> None:
    ranges = rank_ranges(1024, QUANTILES)
    assert ranges == [(512, 1024), (102, 512), (10, 102), (1, 10)]
    figures = np.arange(1024, dtype=np.float32)
    got = chosen(figures, figures)
    assert got.quantiles[3] == []
    assert got.counts[5].note == "5 asked for, none were left to choose from"


@given(st.integers(1, 100_000))
def test_ranges_meet_without_gap_or_overlap(sequences: int) -> None:
    ranges = rank_ranges(sequences, QUANTILES)
    assert ranges[0][1] == sequences
    assert all(upper[1] == lower[0] for lower, upper in pairwise(ranges))


def test_ranges_are_reckoned_in_decimal() -> None:
    assert rank_ranges(1000, QUANTILES) == [(500, 1000), (100, 500), (10, 100), (1, 10)]


def test_priorities_do_not_depend_on_how_many_sequences_there_are() -> None:
    sampling = Sampling(seed=1)
    assert (priorities(1, 2, 1, 10, sampling) == priorities(1, 2, 1, 1000, sampling)[:10]).all()


@pytest.mark.parametrize("other", [(0, 3, 4, 1), (1, 2, 4, 1), (1, 3, 5, 1), (1, 3, 4, 2)])
def test_seed_layer_unit_and_stream_each_draw_anew(other: tuple[int, int, int, int]) -> None:
    def draw(seed: int, layer: int, unit: int, stream: int) -> np.ndarray:
        return priorities(layer, unit, stream, 100, Sampling(seed=seed))

    assert not (draw(1, 3, 4, 1) == draw(*other)).any()


def test_every_sequence_is_drawn_about_equally_often() -> None:
    draws = np.zeros(100)
    nothing = np.zeros(100, dtype=np.float32)
    for unit in range(2000):
        got = select(nothing, nothing, layer=0, unit=unit, sampling=Sampling(per_quantile=0))
        draws[got.random] += 1
    # 2,000 draws of 15 from 100: 300 each, standard deviation 16.
    assert draws.min() > 300 - 5 * 16
    assert draws.max() < 300 + 5 * 16


def test_nonsense_is_refused() -> None:
    with pytest.raises(BadInput, match="top must be 0 or greater"):
        Sampling(top=-1)
    with pytest.raises(BadInput, match="quantiles must ascend"):
        Sampling(quantiles=(0.5, 0.1))
