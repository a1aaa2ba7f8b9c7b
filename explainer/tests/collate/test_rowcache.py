"""The cache of rows that may still be chosen: what it gives is right, and nearly nothing that is chosen is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.collate.bits import bits_of, floats_of, to_bits
from neuronscope.collate.kernels.choose import choose
from neuronscope.collate.ondevice import rows_on_device
from neuronscope.collate.options import SHARD, Sampling
from neuronscope.collate.ranks import rank_ranges
from neuronscope.collate.result import no_choice
from neuronscope.collate.rowcache import PackedRows, RowCache, no_floors, places_for, plan_cache

pytestmark = pytest.mark.usefixtures("one_thread")

NARROW = np.dtype(np.int16)
KINDS = ["normal", "heavy", "gated", "tied", "relu", "silent", "constant", "sparse", "below", "ordered", "rising"]


@dataclass(frozen=True)
class Corpus:
    """Recorded activations, bits [sequence, position, unit], of which the first ``ignored`` positions do not count."""

    bits: np.ndarray
    sampling: Sampling
    ignored: int

    @cached_property
    def figures(self) -> tuple[np.ndarray, np.ndarray]:
        """Largest and smallest counted activation, [unit, sequence]."""
        floats = floats_of(self.bits[:, self.ignored :])
        return floats.max(axis=1).T.copy(), floats.min(axis=1).T.copy()

    @cached_property
    def table(self) -> np.ndarray:
        sequences, _, units = self.bits.shape
        table = np.zeros((-(-sequences // SHARD), 2, units, SHARD), NARROW)
        for shard in range(len(table)):
            for sign, figures in enumerate(self.figures):
                part = to_bits(figures[:, shard * SHARD : (shard + 1) * SHARD], NARROW)
                table[shard, sign, :, : part.shape[1]] = part
        return table

    def cache(self, *, places: int | None = None) -> RowCache:
        sequences, positions, units = self.bits.shape
        shape = (sequences, positions, self.ignored)
        plan = plan_cache(3, units, self.sampling, shape=shape, dtype=NARROW)
        return RowCache(plan, no_floors(units, self.sampling), places=places)

    def chosen(self) -> np.ndarray:
        """Sequences by unit and slot."""
        sequences, _, units = self.bits.shape
        choice, sampling = no_choice(units, self.sampling), self.sampling
        firsts = np.array([first for first, _ in rank_ranges(sequences, sampling.quantiles)], np.int64)
        sizes = (sampling.top, sampling.negative, sampling.per_quantile, sampling.random)
        out = (choice.chosen, choice.pools, choice.fired)
        choose(self.table, sequences, np.arange(units), (sampling.seed, 3), sizes, firsts, out)
        return choice.chosen


def corpus(kinds: list[str], shape: tuple[int, int, int], seed: int, sampling: Sampling | None = None) -> Corpus:
    """Units of ``kinds`` in turn, bfloat16; ``shape``: sequences, positions, and how many of those do not count."""
    sequences, positions, ignored = shape
    random = np.random.default_rng(seed)
    units = []
    for kind in kinds:
        plain = random.normal(size=(sequences, positions))
        through = np.arange(sequences)[:, None] / sequences
        units.append(
            {
                "normal": plain,
                "heavy": plain**5,
                "gated": plain * random.normal(size=plain.shape),
                "tied": np.round(plain),
                "relu": np.maximum(plain - 1.5, 0),
                "silent": np.zeros_like(plain),
                "constant": np.full_like(plain, random.choice([-1.0, 2.0])),
                "sparse": np.maximum(plain - 3.5, 0),
                "below": -np.abs(plain) - 0.1,
                # A corpus that is ordered by what it is about.
                "ordered": plain + random.normal(size=15)[(through * 15).astype(int)],
                "rising": plain + 4 * through,
            }[kind]
        )
    values = np.stack(units, axis=2)
    values[:, :ignored] = 50
    return Corpus(bits_of(torch.from_numpy(values).bfloat16()), sampling or Sampling(), ignored)


def feed(cache: RowCache, whole: Corpus, cuts: list[int]) -> RowCache:
    """Batches between ``cuts``, as a tally gives them to the cache of its run."""
    table = whole.table
    for first, end in pairwise(cuts):
        fill(cache, whole, first, end)
        cache.raise_floors(table[:, 0], end)
    return cache


def fill(cache: RowCache, whole: Corpus, first: int, end: int) -> None:
    """One batch, as its figures are worked out on a device."""
    maxima, minima = (figures[:, first:end].copy() for figures in whole.figures)
    placed = cache.add(maxima, minima, first)
    rows = torch.from_numpy(whole.bits[first:end]).view(torch.bfloat16)
    unit, sequence, bits = rows_on_device(rows, placed)
    cache.put(placed[unit, sequence], bits)


def missing(cache: RowCache, whole: Corpus) -> np.ndarray:
    """Which chosen rows, [unit, slot], are not there though they are needed; those that are there must be right."""
    chosen, (maxima, minima) = whole.chosen(), whole.figures
    units = np.arange(len(chosen))
    rows, here = cache.rows_of(units, chosen)
    right = whole.bits.transpose(2, 0, 1)[units[:, None], chosen]
    assert (rows == right).all(axis=2)[here].all()
    assert not rows[~here].any()
    needed = (maxima[units[:, None], chosen] != 0) | (minima[units[:, None], chosen] != 0)
    return ~here & (chosen >= 0) & (needed | (whole.ignored > 0))


def every(step: int, sequences: int) -> list[int]:
    """Batches of a run: they do not cross the end of a shard."""
    return sorted({*range(0, sequences, step), *range(0, sequences, SHARD), sequences})


SAMPLINGS = st.builds(
    Sampling,
    top=st.sampled_from([20, 0, 3]),
    negative=st.sampled_from([10, 0, 2]),
    random=st.sampled_from([15, 0, 4]),
    per_quantile=st.sampled_from([5, 0, 2]),
    quantiles=st.sampled_from([(0.0, 0.5, 0.9, 0.99, 0.999), (0.0,), (0.0, 0.2)]),
    seed=st.integers(0, 2**63 - 1),
)
SHAPES = st.tuples(st.integers(1, 600), st.integers(2, 4), st.integers(0, 1))


@settings(max_examples=100)
@given(SHAPES, SAMPLINGS, st.integers(0, 2**32), st.lists(st.integers(0, 600), max_size=12), st.booleans())
def test_rows_are_right_and_ranked_ones_are_there_however_batches_are_cut(
    shape: tuple[int, int, int], sampling: Sampling, seed: int, cuts: list[int], roomy: bool
) -> None:
    whole = corpus(KINDS, shape, seed, sampling)
    ends = sorted({0, *(cut for cut in cuts if cut < shape[0]), shape[0]})
    cache = feed(whole.cache(places=shape[0] if roomy else None), whole, ends)
    lost = missing(cache, whole)
    if roomy:
        assert not lost[:, : sampling.top + sampling.negative].any()


@pytest.mark.parametrize(("sequences", "batch"), [(1024, 32), (1024, 7), (4096, 32), (4096, 256)])
@pytest.mark.parametrize("ignored", [0, 1])
def test_nearly_no_chosen_row_is_missing(sequences: int, batch: int, ignored: int) -> None:
    whole = corpus(KINDS * 8, (sequences, 3, ignored), 1)
    cache = feed(whole.cache(), whole, every(batch, sequences))
    lost = missing(cache, whole)
    assert lost.size > 5000
    assert lost.sum() <= 2


def test_asking_for_no_ranked_group_leaves_the_room_to_the_others() -> None:
    whole = corpus(["normal", "heavy", "ordered"] * 10, (2048, 2, 0), 2, Sampling(top=0, negative=0))
    assert missing(feed(whole.cache(), whole, every(32, 2048)), whole).sum() <= 1


@given(st.integers(1, 10**9))
def test_places_do_not_grow_with_the_corpus(sequences: int) -> None:
    assert 1 <= places_for(Sampling(), sequences) <= min(sequences, 240)


def test_what_is_packed_is_bounded_and_in_order() -> None:
    whole = corpus(KINDS, (3000, 2, 0), 3)
    cache = feed(whole.cache(), whole, every(50, 3000))
    packed = cache.packed()
    counts = np.diff(packed.starts)
    assert len(packed.rows) == packed.starts[-1] == counts.sum()
    assert counts.max() <= cache.plan.places
    maxima, minima = whole.figures
    for unit in range(len(KINDS)):
        span = slice(packed.starts[unit], packed.starts[unit + 1])
        sequences = packed.sequences[span]
        assert (np.diff(sequences) > 0).all()
        assert (packed.high[span] == maxima[unit, sequences]).all()
        assert (packed.low[span] == minima[unit, sequences]).all()
        assert (packed.rows[span] == whole.bits[sequences, :, unit]).all()


@pytest.mark.parametrize("places", [1, 2, 30, 70])
def test_a_cache_with_too_few_places_says_what_is_missing(places: int) -> None:
    whole = corpus(KINDS, (700, 3, 0), 4)
    cache = feed(whole.cache(places=places), whole, every(32, 700))
    lost = missing(cache, whole)
    assert (np.diff(cache.packed().starts) <= places).all()
    assert lost.sum() >= (len(KINDS) - 4) * max(0, 40 - places)


def from_workers(whole: Corpus, lag: int, *, places: int | None = None, read_only: bool = False) -> RowCache:
    """Each shard in a cache of its own, which begins with the floors as they were ``lag`` shards before it."""
    sequences = len(whole.bits)
    main, table = whole.cache(places=places), whole.table
    floors = [main.floors.copy()]
    for first in range(0, sequences, SHARD):
        end = min(first + SHARD, sequences)
        begun = floors[max(0, len(floors) - 1 - lag)].copy()
        worker = RowCache(main.plan, begun, places=places)
        own = np.zeros((1, *table.shape[1:]), NARROW)
        for start in range(first, end, 32):
            stop = min(start + 32, end)
            fill(worker, whole, start, stop)
            own[0, :, :, : stop - first] = table[first // SHARD, :, :, : stop - first]
            worker.raise_floors(own[:, 0], stop - first)
        packed = worker.packed()
        main.insert(frozen(packed) if read_only else packed)
        main.raise_floors(table[:, 0], end)
        floors.append(main.floors.copy())
    return main


def frozen(packed: PackedRows) -> PackedRows:
    """As it comes from another process."""
    copies = {name: array.copy() for name, array in vars(packed).items()}
    for array in copies.values():
        array.flags.writeable = False
    return replace(packed, **copies)


@settings(max_examples=40)
@given(st.integers(300, 1100), SAMPLINGS, st.integers(0, 2**32), st.integers(0, 4))
def test_rows_of_several_workers_are_as_good_as_those_of_one(
    sequences: int, sampling: Sampling, seed: int, lag: int
) -> None:
    whole = corpus(KINDS, (sequences, 2, 0), seed, sampling)
    lost = missing(from_workers(whole, lag, places=sequences), whole)
    assert not lost[:, : sampling.top + sampling.negative].any()


@pytest.mark.parametrize("lag", [0, 3])
def test_nearly_no_row_of_several_workers_is_missing(lag: int) -> None:
    whole = corpus(KINDS * 6, (3000, 2, 1), 5)
    assert missing(from_workers(whole, lag, read_only=True), whole).sum() <= 2


def test_rows_whose_place_another_one_takes_within_a_batch_do_not_overwrite_it() -> None:
    whole = corpus(KINDS * 5, (200, 3, 0), 6, Sampling(top=5, negative=3, random=4, per_quantile=0))
    cache = whole.cache(places=16)
    placed = cache.add(*whole.figures, 0)
    assert len(np.unique(placed[placed >= 0])) < (placed >= 0).sum()  # some places were given twice
    unit, sequence, bits = rows_on_device(torch.from_numpy(whole.bits).view(torch.bfloat16), placed)
    cache.put(placed[unit, sequence], bits)
    missing(cache, whole)
