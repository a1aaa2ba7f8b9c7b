"""Layers of dense units: exact figures, and the same bits however shards were worked on."""

from __future__ import annotations

import pickle
import random
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pytest
import scipy.stats
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.collate.bits import bits_dtype, bits_of, floats_of
from neuronscope.collate.dense import DenseLayer, DenseShard, DenseTally, Span
from neuronscope.collate.options import SHARD, Sampling
from neuronscope.collate.result import UnitStatistics
from neuronscope.collate.rowcache import RowCache, no_floors, plan_cache
from neuronscope.errors import BrokenData

pytestmark = pytest.mark.usefixtures("one_thread")

UNITS, POSITIONS = 9, 4
SAMPLING = Sampling(top=6, negative=4, random=5, per_quantile=3, seed=8)


@dataclass(frozen=True)
class Corpus:
    """Activations [sequence, position, unit] and how a run over them reads them."""

    values: torch.Tensor
    span: Span
    batch: int
    sampling: Sampling = SAMPLING

    @property
    def shards(self) -> int:
        return -(-len(self.values) // SHARD)

    @property
    def counted(self) -> np.ndarray:
        """float32 [sequence, counted position, unit]."""
        return self.values[:, self.span.counted :].float().numpy()

    @property
    def tokens(self) -> int:
        return self.counted[:, :, 0].size

    def layer(self, table: np.ndarray | None = None) -> DenseLayer:
        dtype = bits_dtype(str(self.values.dtype).removeprefix("torch."))
        recorded = self.values.shape[1] - self.span.recorded
        shape = (len(self.values), recorded, self.span.counted - self.span.recorded)
        plan = plan_cache(5, self.values.shape[2], self.sampling, shape=shape, dtype=dtype)
        if table is None:
            table = np.zeros((self.shards, 2, self.values.shape[2], SHARD), dtype)
        return DenseLayer(5, table, RowCache(plan, no_floors(self.values.shape[2], self.sampling)))

    def feed(self, tally: DenseTally, shard: int) -> DenseTally:
        end = min((shard + 1) * SHARD, len(self.values))
        for first in range(shard * SHARD, end, self.batch):
            tally.add(self.values[first : min(first + self.batch, end)], first)
        return tally

    def chain(self) -> DenseLayer:
        """One shard after the other in one process."""
        layer = self.layer()
        for shard in range(self.shards):
            layer.merge(shard, self.feed(layer.tally(shard, self.span), shard).close())
        return layer

    def elsewhere(self, shard: int, layer: DenseLayer) -> DenseShard:
        """One shard as a process of its own works on it."""
        table = np.zeros((1, 2, layer.units, SHARD), layer.cache.plan.dtype)
        cache = RowCache(layer.cache.plan, layer.cache.floors.copy())
        return sent(self.feed(DenseTally(5, cache, table, shard=0, span=self.span), shard).carried())


def sent(seen: DenseShard) -> DenseShard:
    """As it arrives from another process: in arrays that cannot be written to."""
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(seen, protocol=5, buffer_callback=buffers.append)
    arrived: DenseShard = pickle.loads(data, buffers=[bytes(buffer) for buffer in buffers])
    assert not arrived.fired.flags.writeable
    return arrived


def corpus(sequences: int, seed: int, *, dtype: torch.dtype = torch.bfloat16, ignored: int = 0) -> Corpus:
    """Units of several kinds; a position before the recorded one is left out of everything."""
    chooser = np.random.default_rng(seed)
    plain = chooser.normal(size=(sequences, POSITIONS + 1, UNITS))
    plain[:, :, 1] **= 5
    plain[:, :, 2] = np.maximum(plain[:, :, 2] - 1, 0)
    plain[:, :, 3] = 0
    plain[:, :, 4] = np.round(plain[:, :, 4])
    plain[:, :, 5] = 2.5
    plain[:, :, 6] = -np.abs(plain[:, :, 6]) - 0.1
    plain[:, :, 7] = np.where(chooser.random((sequences, POSITIONS + 1)) < 0.01, 3, -0.0)
    plain[:, : 1 + ignored] = 1000
    batch = int(chooser.integers(1, 90))
    return Corpus(torch.from_numpy(plain).to(dtype), Span(1, 1 + ignored), batch)


def outcome(layer: DenseLayer, whole: Corpus, *, true_zero: bool = False) -> dict[str, Any]:
    """Everything that records are made of."""
    units = np.arange(UNITS)
    choice = layer.choose(units, whole.sampling)
    rows, here = layer.rows(units, choice.chosen)
    assert (layer.has(units, choice.chosen) == here).all()
    statistics = layer.statistics(whole.tokens, true_zero=true_zero)
    return {**vars(statistics), **vars(choice), "rows": np.where(here[:, :, None], rows, 0), "here": here}


def same_bits(a: dict[str, Any], b: dict[str, Any]) -> None:
    for name, array in a.items():
        assert array.dtype == b[name].dtype
        assert array.tobytes() == b[name].tobytes(), name


SIZES = st.integers(1, 700) | st.sampled_from([SHARD, 2 * SHARD, 2 * SHARD + 1])
SEEDS = st.integers(0, 2**32)
DTYPES = st.sampled_from([torch.bfloat16, torch.float32, torch.float16])


@settings(max_examples=50)
@given(SIZES, SEEDS, DTYPES, st.integers(0, 1), st.integers(0, 3))
def test_shards_worked_on_elsewhere_in_any_order_give_the_same_bits(
    sequences: int, seed: int, dtype: torch.dtype, ignored: int, ahead: int
) -> None:
    whole = corpus(sequences, seed, dtype=dtype, ignored=ignored)
    layer = whole.layer()
    done: dict[int, DenseShard] = {}
    waiting = list(range(whole.shards))
    for shard in range(whole.shards):
        # A few shards are under way at a time, and are done in any order.
        under_way = [later for later in waiting if later <= shard + ahead]
        random.Random(seed).shuffle(under_way)
        for other in under_way:
            waiting.remove(other)
            done[other] = whole.elsewhere(other, layer)
        layer.merge(shard, done.pop(shard))
    one, other = outcome(whole.chain(), whole), outcome(layer, whole)
    here = one["here"] & other["here"]
    assert here.mean() > 0.99
    for found in (one, other):
        found["rows"] = np.where(here[:, :, None], found["rows"], 0)
        del found["here"]
    same_bits(one, other)


@settings(max_examples=40)
@given(SIZES, SEEDS, DTYPES, st.integers(0, 1), st.integers(0, 2))
def test_a_run_that_goes_on_from_its_state_gives_the_same_bits(
    sequences: int, seed: int, dtype: torch.dtype, ignored: int, cut: int
) -> None:
    whole = corpus(sequences, seed, dtype=dtype, ignored=ignored)
    table: np.ndarray | None = None
    layer = whole.layer()
    table = layer._table
    for shard in range(whole.shards):
        if shard == cut:
            state = [array.copy() for array in layer.state()]
            layer = whole.layer(table)
            layer.restore(state)
            assert [array.tobytes() for array in layer.state()] == [array.tobytes() for array in state]
        layer.merge(shard, whole.feed(layer.tally(shard, whole.span), shard).close())
    one, other = outcome(whole.chain(), whole), outcome(layer, whole)
    assert (one.pop("here") == other.pop("here")).all()
    same_bits(one, other)
    assert (layer.fired == whole.chain().fired).all()


@settings(max_examples=50)
@given(SIZES, SEEDS, DTYPES, st.booleans())
def test_statistics_are_those_of_all_counted_values(
    sequences: int, seed: int, dtype: torch.dtype, true_zero: bool
) -> None:
    whole = corpus(sequences, seed, dtype=dtype, ignored=seed % 2)
    got = whole.chain().statistics(whole.tokens, true_zero=true_zero)
    check_statistics(got, whole.counted, true_zero=true_zero)


def check_statistics(got: UnitStatistics, counted: np.ndarray, *, true_zero: bool) -> None:
    """Against plain reckoning; ``counted`` is float32 [sequence, position, unit]."""
    flat = counted.reshape(-1, counted.shape[2]).astype(np.float64)
    varies = flat.min(axis=0) < flat.max(axis=0)
    np.testing.assert_allclose(got.mean, flat.mean(axis=0), rtol=1e-10, atol=1e-10 * np.abs(flat).max())
    np.testing.assert_allclose(got.variance[varies], flat.var(axis=0)[varies], rtol=1e-9)
    np.testing.assert_allclose(got.skewness[varies], scipy.stats.skew(flat[:, varies]), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(got.kurtosis[varies], scipy.stats.kurtosis(flat[:, varies], fisher=False), rtol=1e-8)
    assert np.isnan(got.kurtosis[~varies]).all()
    assert np.isnan(got.skewness[~varies]).all()
    assert (got.maximum == flat.max(axis=0)).all()
    assert (got.minimum == flat.min(axis=0)).all()
    assert (got.sequences_fired == (counted.max(axis=1) > 0).sum(axis=0)).all()
    assert (got.sequences_fired_negative == (counted.min(axis=1) < 0).sum(axis=0)).all()
    for unit in range(flat.shape[1]):
        check_density(got, unit, flat[:, unit], true_zero=true_zero)
        width = 2.0 ** int(got.histogram_exponent[unit]) / 32
        bins = np.floor(flat[:, unit] / width).astype(int) + 32
        assert got.histogram_counts[unit].tolist() == np.bincount(bins, minlength=64).tolist()


def check_density(got: UnitStatistics, unit: int, values: np.ndarray, *, true_zero: bool) -> None:
    density, threshold = got.density[unit], got.density_threshold[unit]
    if true_zero:
        assert (density, threshold) == ((values > 0).mean(), 0)
    elif values.max() <= 0:
        assert np.isnan(density)
        assert np.isnan(threshold)
    else:
        assert density == (values >= threshold).mean()
        assert 0.93 < threshold / (values.max() / 10) <= 1 + 1e-6


@settings(max_examples=50)
@given(SIZES, SEEDS, DTYPES, st.integers(0, 1))
def test_rows_are_the_recorded_activations_of_the_chosen_sequences(
    sequences: int, seed: int, dtype: torch.dtype, ignored: int
) -> None:
    whole = corpus(sequences, seed, dtype=dtype, ignored=ignored)
    found = outcome(whole.chain(), whole)
    recorded = whole.values[:, 1:].float().numpy()
    rows, chosen = floats_of(found["rows"]), found["chosen"]
    for unit, slot in zip(*np.nonzero(found["here"]), strict=True):
        sequence = chosen[unit, slot]
        want = np.zeros(POSITIONS) if sequence < 0 else recorded[sequence, :, unit]
        assert (rows[unit, slot] == want).all()
    assert found["here"].mean() > 0.99


def test_a_unit_that_is_silent_needs_no_rows_where_every_position_counts() -> None:
    whole = corpus(300, 1)
    layer = whole.chain()
    assert np.diff(layer.cache.packed().starts)[3] == 0
    assert outcome(layer, whole)["here"][3].all()


def test_a_unit_that_is_silent_but_for_a_position_that_does_not_count_keeps_rows() -> None:
    whole = corpus(300, 1, ignored=1)
    found = outcome(whole.chain(), whole)
    shown = found["chosen"][3] >= 0
    assert found["here"][3].all()
    assert (floats_of(found["rows"])[3, shown, 0] == 1000).all()
    assert not floats_of(found["rows"])[3, shown, 1:].any()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("wrong", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("device", [False, True])
def test_activations_that_are_not_finite_are_refused(dtype: torch.dtype, wrong: float, device: bool) -> None:
    whole = corpus(20, 1, dtype=dtype, ignored=1)
    layer = whole.layer()
    tally = layer.tally(0, whole.span)
    add = tally._add_on_device if device else tally.add
    whole.values[3, 1, 2] = wrong
    add(whole.values[:10], 0)  # a position that is not counted
    whole.values[13, 2, 2] = wrong
    with pytest.raises(BrokenData, match="layer 5 has activations that are not finite numbers"):
        add(whole.values[10:], 10)


@settings(max_examples=50)
@given(SIZES, SEEDS, DTYPES, st.integers(0, 1))
def test_what_is_worked_out_on_a_device_is_the_same(
    sequences: int, seed: int, dtype: torch.dtype, ignored: int
) -> None:
    whole = corpus(sequences, seed, dtype=dtype, ignored=ignored)
    layer = whole.layer()
    for shard in range(whole.shards):
        tally, end = layer.tally(shard, whole.span), min((shard + 1) * SHARD, sequences)
        for first in range(shard * SHARD, end, whole.batch):
            tally._add_on_device(whole.values[first : min(first + whole.batch, end)], first)
        layer.merge(shard, tally.close())
    one, other = outcome(whole.chain(), whole), outcome(layer, whole)
    for name, array in one.items():
        if name in ("mean", "variance", "skewness", "kurtosis"):
            np.testing.assert_allclose(other[name], array, rtol=1e-9, atol=1e-9)
        else:
            assert (np.nan_to_num(other[name], nan=-1) == np.nan_to_num(array, nan=-1)).all(), name


def test_units_can_be_asked_for_a_few_at_a_time() -> None:
    whole, units = corpus(600, 4), np.array([0, 4, 7])
    layer = whole.chain()
    all_units, some = layer.choose(np.arange(UNITS), SAMPLING), layer.choose(units, SAMPLING)
    for field in fields(some):
        assert (getattr(some, field.name) == getattr(all_units, field.name)[units]).all()
    rows, here = layer.rows(units, some.chosen)
    assert here.all()
    assert (rows == layer.rows(np.arange(UNITS), all_units.chosen)[0][units]).all()
    assert np.concatenate(layer.blocks()).tolist() == list(range(UNITS))


def test_empty_slots_are_zeros_and_not_missing() -> None:
    whole = corpus(3, 4)
    layer = whole.chain()
    chosen = np.full((UNITS, 5), -1)
    rows, here = layer.rows(np.arange(UNITS), chosen)
    assert here.all()
    assert not rows.any()


def test_bits_of_rows_are_those_of_the_model() -> None:
    whole = corpus(40, 2)
    layer = whole.chain()
    chosen = layer.choose(np.arange(UNITS), SAMPLING).chosen
    rows, _ = layer.rows(np.arange(UNITS), chosen)
    assert rows[0, 0].tolist() == bits_of(whole.values)[chosen[0, 0], 1:, 0].tolist()
