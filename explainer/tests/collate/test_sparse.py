"""Layers of sparse units: the same as a dense layer of the same values, whatever the split."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.collate import sparse
from neuronscope.collate.dense import DenseLayer, Span
from neuronscope.collate.nonzeros import ShardFiles
from neuronscope.collate.options import SHARD, Sampling
from neuronscope.collate.rowcache import RowCache, no_floors, plan_cache
from neuronscope.collate.sparse import SparseLayer, SparseTally
from neuronscope.errors import BrokenData
from neuronscope.subject import SparseActivations

pytestmark = pytest.mark.usefixtures("one_thread")

UNITS, POSITIONS = 10, 4
SAMPLING = Sampling(top=6, negative=4, random=5, per_quantile=3, seed=8)
EVERY_UNIT = np.arange(UNITS)


@dataclass(frozen=True)
class Corpus:
    """Activations float32 [sequence, position, unit], most of them 0, and how a run over them reads them."""

    values: torch.Tensor
    span: Span
    batch: int

    @property
    def shards(self) -> int:
        return -(-len(self.values) // SHARD)

    @property
    def tokens(self) -> int:
        return self.values[:, self.span.counted :, 0].numel()

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.values), POSITIONS, self.span.counted - self.span.recorded

    def layer(self, folder: Path) -> SparseLayer:
        return SparseLayer(5, UNITS, ShardFiles(folder, 5), shape=self.shape)

    def feed(self, tally: Any, shard: int, *, dense: bool = False) -> Any:
        end = min((shard + 1) * SHARD, len(self.values))
        for first in range(shard * SHARD, end, self.batch):
            part = self.values[first : min(first + self.batch, end)]
            tally.add(part if dense else nonzeros_of(part), first)
        return tally

    def chain(self, folder: Path) -> SparseLayer:
        layer = self.layer(folder)
        for shard in range(self.shards):
            layer.merge(shard, self.feed(layer.tally(shard, self.span), shard).close())
        return layer

    def dense(self) -> DenseLayer:
        plan = plan_cache(5, UNITS, SAMPLING, shape=self.shape, dtype=np.dtype(np.int32))
        table = np.zeros((self.shards, 2, UNITS, SHARD), np.int32)
        layer = DenseLayer(5, table, RowCache(plan, no_floors(UNITS, SAMPLING), places=len(self.values)))
        for shard in range(self.shards):
            layer.merge(shard, self.feed(layer.tally(shard, self.span), shard, dense=True).close())
        return layer


def nonzeros_of(values: torch.Tensor) -> SparseActivations:
    flat = values.reshape(-1, values.shape[2])
    position, unit = flat.nonzero().unbind(1)
    return SparseActivations(tuple(values.shape), position, unit, flat[position, unit])  # type: ignore[arg-type]


def corpus(sequences: int, seed: int, *, ignored: int = 0, signed: bool = False) -> Corpus:
    """Latents of several densities, one dead, one that always fires; a first position is left out of everything."""
    chooser = np.random.default_rng(seed)
    size = np.round(chooser.gamma(1.0, size=(sequences, POSITIONS + 1, UNITS)) * 8) / 8 + 0.125
    if signed:
        size *= chooser.choice([-1, 1], size.shape)
    values = np.where(chooser.random(size.shape) < np.geomspace(0.001, 0.9, UNITS), size, 0)
    values[:, :, 3] = 0
    values[:, :, 9] = -size[:, :, 9] if signed else size[:, :, 9]
    values[:, : 1 + ignored, ::2] = 1000
    return Corpus(torch.from_numpy(values.astype(np.float32)), Span(1, 1 + ignored), int(chooser.integers(1, 90)))


def outcome(layer: SparseLayer | DenseLayer, whole: Corpus) -> dict[str, Any]:
    choice = layer.choose(EVERY_UNIT, SAMPLING)
    rows, here = layer.rows(EVERY_UNIT, choice.chosen)
    assert layer.has(EVERY_UNIT, choice.chosen).all() == here.all()
    statistics = layer.statistics(whole.tokens, true_zero=True)
    return {**vars(statistics), **vars(choice), "rows": rows.view(np.float32), "here": here, "units fired": layer.fired}


SIZES = st.integers(1, 700) | st.sampled_from([SHARD, 2 * SHARD, 2 * SHARD + 1])
SEEDS = st.integers(0, 2**32)
MOMENTS = ("mean", "variance", "skewness", "kurtosis")


@settings(max_examples=80)
@given(sequences=SIZES, seed=SEEDS, ignored=st.integers(0, 1), signed=st.booleans())
def test_a_sparse_layer_is_a_dense_one_of_the_same_values(
    tmp_path_factory: pytest.TempPathFactory, sequences: int, seed: int, ignored: int, signed: bool
) -> None:
    whole = corpus(sequences, seed, ignored=ignored, signed=signed)
    got, want = outcome(whole.chain(tmp_path_factory.mktemp("run")), whole), outcome(whole.dense(), whole)
    assert got.pop("here").all()
    needed = want.pop("here")[:, :, None]
    want["rows"] = np.where(needed, want["rows"], got["rows"])
    assert needed.mean() > 0.99
    for name, array in want.items():
        assert got[name].shape == array.shape
        if name in MOMENTS:
            np.testing.assert_allclose(got[name], array, rtol=1e-8, atol=1e-10, err_msg=name)
        else:
            assert (got[name] == array).all(), name


@settings(max_examples=80)
@given(sequences=SIZES, seed=SEEDS, ignored=st.integers(0, 1))
def test_shards_worked_on_elsewhere_in_any_order_give_the_same_bits(
    tmp_path_factory: pytest.TempPathFactory, sequences: int, seed: int, ignored: int
) -> None:
    whole = corpus(sequences, seed, ignored=ignored)
    layer = whole.layer(tmp_path_factory.mktemp("elsewhere"))
    shards = list(range(whole.shards))
    random.Random(seed).shuffle(shards)
    done = {shard: whole.feed(SparseTally(5, UNITS, span=whole.span), shard).carried() for shard in shards}
    for shard in range(whole.shards):
        layer.merge(shard, done[shard])
    one, other = outcome(whole.chain(tmp_path_factory.mktemp("chain")), whole), outcome(layer, whole)
    for name, array in one.items():
        assert array.tobytes() == other[name].tobytes(), name


def test_a_run_that_goes_on_from_its_state_gives_the_same_bits(tmp_path: Path) -> None:
    whole = corpus(600, 4)
    first = whole.layer(tmp_path / "cut")
    for shard in range(2):
        first.merge(shard, whole.feed(first.tally(shard, whole.span), shard).close())
    state = first.state()
    # The second shard was merged after the state was written down, and comes again.
    again = whole.layer(tmp_path / "cut")
    again.restore([array.copy() for array in state])
    for shard in range(1, 3):
        again.merge(shard, whole.feed(again.tally(shard, whole.span), shard).close())
    one, other = outcome(whole.chain(tmp_path / "whole"), whole), outcome(again, whole)
    for name, array in one.items():
        assert array.tobytes() == other[name].tobytes(), name


def test_units_are_taken_as_many_at_a_time_as_their_non_zeros_allow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = corpus(600, 5, ignored=1)
    layer = whole.chain(tmp_path)
    together = outcome(layer, whole)
    assert len(layer.blocks()) == 1
    monkeypatch.setattr(sparse, "_AT_A_TIME", 700)
    blocks = layer.blocks()
    assert len(blocks) > 3
    assert np.concatenate(blocks).tolist() == EVERY_UNIT.tolist()
    statistics = layer.statistics(whole.tokens, true_zero=True)
    for name, array in vars(statistics).items():
        assert array.tobytes() == together[name].tobytes(), name
    parts = [layer.choose(block, SAMPLING).chosen for block in blocks]
    assert (np.concatenate(parts) == together["chosen"]).all()
    rows = [layer.rows(block, part)[0] for block, part in zip(blocks, parts, strict=True)]
    assert np.concatenate(rows).tobytes() == together["rows"].tobytes()


def test_some_units_can_be_left_out(tmp_path: Path) -> None:
    whole, units = corpus(300, 6), np.array([1, 5, 8])
    layer = whole.chain(tmp_path)
    everything = outcome(layer, whole)
    choice = layer.choose(units, SAMPLING)
    assert (choice.chosen == everything["chosen"][units]).all()
    assert (layer.rows(units, choice.chosen)[0].view(np.float32) == everything["rows"][units]).all()


def test_a_corpus_without_a_single_non_zero_is_chosen_from_at_random(tmp_path: Path) -> None:
    whole = corpus(300, 7)
    whole.values[:] = 0
    found = outcome(whole.chain(tmp_path), whole)
    assert (found["chosen"][:, :10] == -1).all()
    assert (found["chosen"][:, -5:] >= 0).all()
    assert not found["rows"].any()
    assert not found["units fired"].any()
    assert np.isnan(found["kurtosis"]).all()


@pytest.mark.parametrize("wrong", [np.inf, -np.inf, np.nan])
def test_activations_that_are_not_finite_are_refused(tmp_path: Path, wrong: float) -> None:
    whole = corpus(20, 1)
    whole.values[3, 2, 2] = wrong
    with pytest.raises(BrokenData, match="layer 5 has activations that are not finite numbers"):
        whole.chain(tmp_path)
