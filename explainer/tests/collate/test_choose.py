"""Choosing a unit's sequences: the kernels against a plain account of the rules, group by group."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.collate.bits import to_bits
from neuronscope.collate.kernels.choose import choose, choose_sparse
from neuronscope.collate.options import SHARD, Sampling
from neuronscope.collate.ranks import rank_ranges
from neuronscope.collate.result import Choice, groups_of, no_choice
from neuronscope.errors import BadInput

QUANTILE_STREAM, RANDOM_STREAM = 1, 2
NARROW, WIDE = np.dtype(np.int16), np.dtype(np.int32)


@dataclass
class Reference:
    """One unit, chosen for by sorting everything: what each group shows, could choose from, and what fires of that."""

    maxima: np.ndarray
    minima: np.ndarray
    groups: list[list[int]] = field(default_factory=list)
    pools: list[int] = field(default_factory=list)
    fired: list[int] = field(default_factory=list)

    def left(self, ranked: np.ndarray) -> np.ndarray:
        """What of ``ranked`` is not shown yet."""
        shown = {sequence for group in self.groups for sequence in group}
        return np.array([sequence for sequence in ranked if int(sequence) not in shown], dtype=np.int64)

    def take(self, chosen: np.ndarray, pool: np.ndarray, *, fires: np.ndarray) -> None:
        self.groups.append([int(sequence) for sequence in chosen])
        self.pools.append(len(pool))
        self.fired.append(int(fires[pool].sum()))


def select(maxima: np.ndarray, minima: np.ndarray, sampling: Sampling, *, layer: int, unit: int) -> Reference:
    """Top, negative, quantile ranges, random; ranks follow (value descending, sequence ascending)."""
    got = Reference(maxima, minima)
    everyone = np.arange(len(maxima))
    ranked = np.argsort(-maxima, kind="stable")
    got.take(ranked[maxima[ranked] > 0][: sampling.top], everyone, fires=maxima > 0)
    pool = got.left(np.argsort(minima, kind="stable"))
    got.take(pool[minima[pool] < 0][: sampling.negative], pool, fires=minima < 0)
    draws = priorities(sampling.seed, QUANTILE_STREAM, layer, unit, count=len(maxima))
    for first, end in rank_ranges(len(maxima), sampling.quantiles):
        pool = got.left(ranked[first:end])
        drawn = pool[np.argsort(draws[pool], kind="stable")][: sampling.per_quantile]
        got.take(pool[np.isin(pool, drawn)], pool, fires=maxima > 0)
    pool = got.left(everyone)
    draws = priorities(sampling.seed, RANDOM_STREAM, layer, unit, count=len(maxima))
    got.take(pool[np.argsort(draws[pool], kind="stable")][: sampling.random], pool, fires=maxima > 0)
    return got


def priorities(*identity: int, count: int) -> np.ndarray:
    """A fixed random number for each of ``count`` sequences; whoever has the smallest is drawn first."""
    key = np.zeros(1, dtype=np.uint64)
    for part in identity:
        key = mixed(key ^ np.uint64(part))
    return mixed(key + np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def mixed(x: np.ndarray) -> np.ndarray:
    """SplitMix64."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def table_of(maxima: np.ndarray, minima: np.ndarray, dtype: np.dtype[np.generic]) -> np.ndarray:
    """Figures [unit, sequence] as bits [shard, 2, unit, sequence]; what is behind the last sequence is noise."""
    units, sequences = maxima.shape
    table = np.full((-(-sequences // SHARD), 2, units, SHARD), 0x7F00, dtype)
    for shard in range(len(table)):
        span = slice(shard * SHARD, min((shard + 1) * SHARD, sequences))
        for sign, figures in enumerate((maxima, minima)):
            table[shard, sign, :, : span.stop - span.start] = to_bits(figures[:, span], dtype)
    return table


def settings_of(sequences: int, sampling: Sampling) -> tuple[tuple[int, int, int, int], np.ndarray]:
    firsts = np.array([first for first, _ in rank_ranges(sequences, sampling.quantiles)], np.int64)
    return (sampling.top, sampling.negative, sampling.per_quantile, sampling.random), firsts


def chosen(
    maxima: np.ndarray, minima: np.ndarray, sampling: Sampling, *, layer: int = 2, dtype: np.dtype[np.generic] = WIDE
) -> Choice:
    """Of all units, from a table."""
    units, choice = np.arange(len(maxima)), no_choice(len(maxima), sampling)
    sizes, firsts = settings_of(maxima.shape[1], sampling)
    table, out = table_of(maxima, minima, dtype), (choice.chosen, choice.pools, choice.fired)
    choose(table, maxima.shape[1], units, (sampling.seed, layer), sizes, firsts, out)
    return choice


def chosen_sparsely(maxima: np.ndarray, minima: np.ndarray, sampling: Sampling, *, layer: int = 2) -> Choice:
    """Of all units, from those figures that are not 0."""
    units, choice = np.arange(len(maxima)), no_choice(len(maxima), sampling)
    unit, where = np.nonzero((maxima != 0) | (minima != 0))
    starts = np.searchsorted(unit, np.arange(len(maxima) + 1))
    figures = maxima[unit, where], minima[unit, where]
    sizes, firsts = settings_of(maxima.shape[1], sampling)
    out = (choice.chosen, choice.pools, choice.fired)
    identity = (sampling.seed, layer)
    choose_sparse(starts, where.astype(np.int32), figures, maxima.shape[1], units, identity, sizes, firsts, out)
    return choice


def groups(choice: Choice, row: int, sampling: Sampling) -> list[list[int]]:
    """A row's groups; slots must be filled from the left."""
    found = []
    for group in groups_of(sampling):
        slots = choice.chosen[row, group.start : group.start + group.size].tolist()
        shown = [sequence for sequence in slots if sequence >= 0]
        assert slots == shown + [-1] * (group.size - len(shown))
        found.append(shown)
    return found


def figures(units: int, sequences: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Largest and smallest activations of units of many kinds; all of them exact in bfloat16."""
    random = np.random.default_rng(seed)
    maxima, width = np.empty((units, sequences)), random.gamma(1.0, size=(units, sequences))
    for unit in range(units):
        plain = random.normal(size=sequences)
        maxima[unit] = [
            plain,
            plain**5,
            np.round(plain * 2) / 2,
            np.where(random.random(sequences) < 0.03, np.abs(plain), 0),
            np.where(plain > 0, 0.0, -0.0),
            np.full(sequences, plain[0]),
            -np.abs(plain) - 0.5,
            np.floor(np.abs(plain)),
        ][int(random.integers(8))]
        width[unit] *= [0, 1, 0.5, 2][int(random.integers(4))]
    minima = maxima - np.round(width)
    pair = torch.from_numpy(np.stack([maxima, np.where(width == 0, maxima, minima)])).bfloat16().float().numpy()
    return pair[0], pair[1]


SIZES = st.integers(1, 40) | st.integers(300, 3000) | st.sampled_from([SHARD - 1, SHARD, SHARD + 1, 2 * SHARD])
SAMPLINGS = st.builds(
    Sampling,
    top=st.sampled_from([20, 0, 1, 7, 60]),
    negative=st.sampled_from([10, 0, 1, 30]),
    random=st.sampled_from([15, 0, 1, 50]),
    per_quantile=st.sampled_from([5, 0, 1, 17]),
    quantiles=st.sampled_from([(0.0, 0.5, 0.9, 0.99, 0.999), (0.0,), (0.0, 0.3), (0.0, 0.1, 0.2, 0.21)]),
    seed=st.integers(0, 2**63 - 1),
)


@settings(max_examples=150)
@given(SIZES, SAMPLINGS, st.integers(0, 2**32), st.integers(0, 10**6), st.sampled_from([NARROW, WIDE]))
def test_the_choice_is_that_of_the_rules(
    sequences: int, sampling: Sampling, seed: int, layer: int, dtype: np.dtype[np.generic]
) -> None:
    maxima, minima = figures(3, sequences, seed)
    got = chosen(maxima, minima, sampling, layer=layer, dtype=dtype)
    for unit in range(3):
        want = select(maxima[unit], minima[unit], sampling, layer=layer, unit=unit)
        assert groups(got, unit, sampling) == want.groups
        assert got.pools[unit].tolist() == want.pools
        assert got.fired[unit].tolist() == want.fired


@settings(max_examples=200)
@given(SIZES, SAMPLINGS, st.integers(0, 2**32))
def test_units_that_are_mostly_silent_are_chosen_for_alike(sequences: int, sampling: Sampling, seed: int) -> None:
    maxima, minima = figures(4, sequences, seed)
    dense, sparse = chosen(maxima, minima, sampling), chosen_sparsely(maxima, minima, sampling)
    for name, array in vars(dense).items():
        assert (getattr(sparse, name) == array).all()


@settings(max_examples=200)
@given(SIZES, SAMPLINGS, st.integers(0, 2**32))
def test_nothing_stands_twice_and_only_what_fires_is_in_a_ranked_group(
    sequences: int, sampling: Sampling, seed: int
) -> None:
    maxima, minima = figures(3, sequences, seed)
    got = chosen(maxima, minima, sampling)
    for unit in range(3):
        top, negative, *ranges, random = groups(got, unit, sampling)
        every = [*top, *negative, *(sequence for group in ranges for sequence in group), *random]
        assert len(every) == len(set(every))
        assert all(maxima[unit, i] > 0 for i in top)
        assert all(minima[unit, i] < 0 for i in negative)
        assert top == sorted(top, key=lambda i: (-maxima[unit, i], i))
        assert negative == sorted(negative, key=lambda i: (minima[unit, i], i))
        assert len(top) == min(sampling.top, int((maxima[unit] > 0).sum()))
        assert len(random) == min(sampling.random, sequences - len(every) + len(random))


@settings(max_examples=200)
@given(SIZES, SAMPLINGS, st.integers(0, 2**32))
def test_who_is_in_a_quantile_range_is_what_a_full_sort_says(sequences: int, sampling: Sampling, seed: int) -> None:
    maxima, minima = figures(2, sequences, seed)
    got = chosen(maxima, minima, sampling)
    for unit in range(2):
        ranks = {i: rank for rank, i in enumerate(sorted(range(sequences), key=lambda i: (-maxima[unit, i], i)))}
        shown = groups(got, unit, sampling)
        for number, (first, end) in enumerate(rank_ranges(sequences, sampling.quantiles), start=2):
            here = [ranks[i] for i in shown[number]]
            assert here == sorted(here)
            assert all(first <= rank < end for rank in here)
            assert len(here) == min(sampling.per_quantile, got.pools[unit, number])
            taken = sum(first <= ranks[i] < end for group in shown[:2] for i in group)
            assert got.pools[unit, number] == end - first - taken


def test_units_can_be_chosen_for_a_few_at_a_time() -> None:
    maxima, minima = figures(9, 700, 4)
    sampling, units = Sampling(), np.array([1, 5, 8])
    whole, part = chosen(maxima, minima, sampling), no_choice(3, sampling)
    sizes, firsts = settings_of(700, sampling)
    out = (part.chosen, part.pools, part.fired)
    choose(table_of(maxima, minima, WIDE), 700, units, (sampling.seed, 2), sizes, firsts, out)
    for name, array in vars(part).items():
        assert (array == getattr(whole, name)[units]).all()


def one(maxima: np.ndarray, minima: np.ndarray, **asked: int) -> list[list[int]]:
    sampling = Sampling(**asked)
    return groups(chosen(maxima[None], minima[None], sampling), 0, sampling)


def test_of_equal_values_the_earlier_sequence_comes_first() -> None:
    assert one(np.ones(50, np.float32), np.ones(50, np.float32), top=4)[0] == [0, 1, 2, 3]


def test_a_unit_that_fires_in_three_sequences_has_three_top_records() -> None:
    maxima = np.zeros((1, 100), np.float32)
    maxima[0, [40, 7, 99]] = [1, 3, 2]
    got = chosen(maxima, maxima, Sampling())
    assert groups(got, 0, Sampling())[0] == [7, 99, 40]
    assert (got.pools[0, 0], got.fired[0, 0]) == (100, 3)


def test_a_dead_unit_has_only_drawn_records() -> None:
    nothing = np.zeros(300, np.float32)
    top, negative, *_, random = one(nothing, -nothing)
    assert (top, negative, len(random)) == ([], [], 15)


def test_the_negative_group_leaves_out_what_the_top_group_shows() -> None:
    maxima, minima = np.array([5, 1, 1], np.float32), np.array([-9, -1, -2], np.float32)
    assert one(maxima, minima, top=1, negative=2)[1] == [2, 1]


def test_with_1024_sequences_the_last_quantile_range_lies_inside_the_top_20() -> None:
    rising = np.arange(1024, dtype=np.float32)
    got = one(rising, rising)
    assert got[5] == []
    assert [len(group) for group in got] == [20, 0, 5, 5, 5, 0, 15]


@pytest.mark.parametrize("other", [(0, 3, 4, 1), (1, 2, 4, 1), (1, 3, 5, 1), (1, 3, 4, 2)])
def test_seed_layer_unit_and_stream_each_draw_anew(other: tuple[int, int, int, int]) -> None:
    assert not (priorities(1, 3, 4, 1, count=100) == priorities(*other, count=100)).any()


def test_priorities_do_not_depend_on_how_many_sequences_there_are() -> None:
    assert (priorities(1, 1, 1, 2, count=10) == priorities(1, 1, 1, 2, count=1000)[:10]).all()


def test_every_sequence_is_drawn_about_equally_often() -> None:
    nothing = np.zeros((2000, 100), np.float32)
    got = chosen(nothing, nothing, Sampling(per_quantile=0))
    draws = np.bincount(got.chosen[:, -15:].ravel(), minlength=100)
    # 2,000 draws of 15 from 100: 300 each, standard deviation 16.
    assert draws.min() > 300 - 5 * 16
    assert draws.max() < 300 + 5 * 16


def test_a_range_is_drawn_from_evenly() -> None:
    rising = np.tile(np.arange(100, dtype=np.float32), (4000, 1))
    sampling = Sampling(top=0, negative=0, random=0, quantiles=(0.0, 0.5, 0.9))
    got = chosen(rising, rising, sampling)
    for number, (low, high) in enumerate([(0, 50), (50, 90)]):
        drawn = np.bincount(got.chosen[:, 5 * number : 5 * number + 5].ravel(), minlength=100)
        expected = 4000 * 5 / (high - low)
        assert np.flatnonzero(drawn).tolist() == list(range(low, high))
        assert np.abs(drawn[low:high] - expected).max() < 5 * expected**0.5


def test_nonsense_is_refused() -> None:
    with pytest.raises(BadInput, match="top must be 0 or greater"):
        Sampling(top=-1)
    with pytest.raises(BadInput, match="quantiles must ascend"):
        Sampling(quantiles=(0.5, 0.1))
