"""Which units act together: against all correlations and overlaps in float64, of dense and of sparse layers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neuronscope.collate.bits import bits_of, floats_of
from neuronscope.collate.coactivation import (
    Coactivation,
    FigureTable,
    coactivation,
    correlation,
    neighbour_files,
    overlap,
    sparse,
)
from neuronscope.collate.dense import DenseLayer
from neuronscope.collate.job import Layer
from neuronscope.collate.nonzeros import Nonzeros, ShardFiles
from neuronscope.collate.options import SHARD, Sampling
from neuronscope.collate.rowcache import RowCache, no_floors, plan_cache
from neuronscope.collate.sparse import SparseLayer, SparseShard
from neuronscope.collate.threads import set_threads, threads
from neuronscope.errors import BadInput

NOTHING = Sampling(top=0, negative=0, random=0, per_quantile=0)
Figures = np.ndarray  # float32 [unit, sequence]


def dense_layer(index: int, figures: Figures, dtype: torch.dtype = torch.bfloat16) -> DenseLayer:
    """A layer that has seen sequences with these figures."""
    bits = bits_of(torch.from_numpy(figures).to(dtype))
    units, sequences = bits.shape
    table = np.zeros((-(-sequences // SHARD), 2, units, SHARD), bits.dtype)
    for sequence in range(sequences):
        table[sequence // SHARD, 0, :, sequence % SHARD] = bits[:, sequence]
    plan = plan_cache(index, units, NOTHING, shape=(sequences, 4, 0), dtype=bits.dtype)
    return DenseLayer(index, table, RowCache(plan, no_floors(units, NOTHING)))


def sparse_layer(index: int, figures: Figures, folder: Path) -> SparseLayer:
    """The same, of sequences of one position."""
    units, sequences = figures.shape
    layer = SparseLayer(index, units, ShardFiles(folder, index), shape=(sequences, 1, 0))
    for shard in range(-(-sequences // SHARD)):
        part = figures[:, shard * SHARD : (shard + 1) * SHARD]
        unit, sequence = np.nonzero(part)
        place = np.zeros(len(unit), np.int32)
        rows = Nonzeros(unit.astype(np.int32), (sequence + shard * SHARD).astype(np.int32), place, part[unit, sequence])
        layer.merge(shard, SparseShard(rows, (part != 0).any(axis=1)))
    return layer


def table_of(layers: Sequence[Layer], sequences: int, units: Mapping[int, Sequence[int]] | None = None) -> FigureTable:
    some = {layer.layer: np.arange(layer.units) for layer in layers}
    some.update({layer: np.array(few) for layer, few in (units or {}).items()})
    return FigureTable(layers, some, sequences)


def causes(units: int, sequences: int, *, noise: float, seed: int = 0) -> Figures:
    """A few common causes and noise, in bfloat16's digits."""
    draw = np.random.default_rng(seed)
    shared = draw.normal(size=(units, 5)) @ draw.normal(size=(5, sequences))
    values = shared + noise * draw.normal(size=(units, sequences)) + draw.normal(size=(units, 1))
    return rounded(values)


def rounded(values: np.ndarray) -> Figures:
    return floats_of(bits_of(torch.from_numpy(values.astype(np.float32)).bfloat16()))


def mostly_silent(units: int, sequences: int, *, density: float, seed: int = 0) -> Figures:
    """Figures of latents, some of which fire together."""
    draw = np.random.default_rng(seed)
    topics = draw.random((6, sequences)) < density * 2
    fires = (draw.random((units, sequences)) < density / 2) | (
        topics[draw.integers(0, 6, units)] & (draw.random((units, sequences)) < 0.5)
    )
    return rounded(np.where(fires, draw.exponential(size=(units, sequences)) + 0.01, 0))


def correlations(figures: Figures) -> np.ndarray:
    """float64 [row, row]; NaN where there is none."""
    if figures.shape[1] < 2:
        return np.full((len(figures), len(figures)), np.nan)
    exact = figures.astype(np.float64)
    exact[(figures == figures[:, :1]).all(axis=1)] = np.nan
    with np.errstate(invalid="ignore"):
        return np.atleast_2d(np.corrcoef(exact))


def overlaps(figures: Figures) -> np.ndarray:
    """float64 [row, row]; NaN where there is none."""
    fires = figures > 0
    both = fires.astype(np.float64) @ fires.T.astype(np.float64)
    count = fires.sum(axis=1)
    either = count[:, None] + count - both
    odd = (count == 0) | (count > 0.9 * figures.shape[1])
    found = np.divide(both, either, out=np.full(both.shape, np.nan), where=(both > 0))
    found[odd] = found[:, odd] = np.nan
    return found


def check_lists(others: np.ndarray, values: np.ndarray, exact: np.ndarray) -> None:
    """The best there are in their order, where they differ by 1e-9 or more; equal ones by row."""
    exact = exact.copy()
    np.fill_diagonal(exact, np.nan)
    for row, (listed, value) in enumerate(zip(others, values, strict=True)):
        defined = np.flatnonzero(~np.isnan(exact[row]))
        best = defined[np.lexsort((defined, -np.round(exact[row, defined], 10)))][: others.shape[1]]
        listed, value = listed[: len(best)], value[: len(best)]
        assert (others[row, len(best) :] == -1).all()
        assert len(set(listed.tolist())) == len(best)
        assert not set(listed.tolist()) - set(defined.tolist())
        assert value == pytest.approx(exact[row, listed], abs=1e-9)
        assert value == pytest.approx(exact[row, best], abs=1e-9)
        wrong = listed != best
        assert np.abs(exact[row, listed[wrong]] - exact[row, best[wrong]]).max(initial=0) < 1e-9


def check(figures: Figures, found: Coactivation) -> None:
    check_lists(found.correlated, found.pearson, correlations(figures))
    check_lists(found.overlapping, found.jaccard, overlaps(figures))


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that few units are many blocks, whose rows soon have as many candidates as they have room for."""
    monkeypatch.setattr(correlation, "_BLOCK", (16, 32))
    monkeypatch.setattr(correlation, "_ROOM", 48)
    monkeypatch.setattr(overlap, "_BLOCK", 32)
    monkeypatch.setattr(sparse, "_AT_A_TIME", 500)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("noise", [0.01, 1.0, 100.0])  # nearly equal units, some that are alike, none that are
def test_neighbours_are_those_of_all_correlations(noise: float, dtype: torch.dtype, tmp_path: Path) -> None:
    figures = causes(350, 500, noise=noise)
    layers = [dense_layer(0, figures[:200], dtype), dense_layer(3, figures[200:], dtype)]
    found = coactivation(table_of(layers, 500), tmp_path)
    check(figures, found)
    assert found.layer.tolist() == [0] * 200 + [3] * 150
    assert found.unit.tolist() == [*range(200), *range(150)]
    assert not list(tmp_path.iterdir())


def test_whole_blocks_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = causes(300, 700, noise=2.0)
    whole = coactivation(table_of([dense_layer(0, figures)], 700), tmp_path)
    check(figures, whole)
    monkeypatch.setattr(correlation, "_BLOCK", (7, 7))
    assert same(whole, coactivation(table_of([dense_layer(0, figures)], 700), tmp_path))


def same(one: Coactivation, other: Coactivation) -> bool:
    return all(np.array_equal(column, vars(other)[name]) for name, column in vars(one).items())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 300), st.integers(1, 12), st.booleans())
def test_few_figures_that_are_often_equal_are_exact_too(
    tmp_path: Path, seed: int, units: int, sequences: int, top: int, wide: bool
) -> None:
    draw = np.random.default_rng(seed)
    figures = draw.integers(-1, 3, (units, sequences)).astype(np.float32) * (draw.random((units, 1)) < 0.9)
    layer = dense_layer(2, figures, torch.float32 if wide else torch.bfloat16)
    dense = coactivation(table_of([layer], sequences), tmp_path, top=top)
    check(figures, dense)
    silent = coactivation(table_of([sparse_layer(2, figures, tmp_path)], sequences), tmp_path, top=top)
    assert np.array_equal(dense.correlated, silent.correlated)
    assert np.array_equal(dense.overlapping, silent.overlapping)
    assert np.array_equal(dense.jaccard, silent.jaccard)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("density", [0.01, 0.1, 0.6])
def test_silent_units_have_the_neighbours_of_all_correlations(density: float, tmp_path: Path) -> None:
    figures = mostly_silent(400, 600, density=density)
    layers = [sparse_layer(1, figures[:250], tmp_path / "in"), sparse_layer(2, figures[250:], tmp_path / "in")]
    found = coactivation(table_of(layers, 600), tmp_path / "out")
    check(figures, found)
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.usefixtures("small_blocks")
def test_more_equal_units_than_are_remembered_stand_in_their_order(tmp_path: Path) -> None:
    figures = np.repeat(causes(3, 300, noise=1.0), 100, axis=0)
    figures[100:200] *= 4  # not the same figures, but the same correlation
    found = coactivation(table_of([dense_layer(0, figures)], 300), tmp_path, top=4)
    check(figures, found)
    assert found.correlated[0].tolist() == [1, 2, 3, 4]
    assert found.correlated[102].tolist() == [100, 101, 103, 104]


@pytest.mark.usefixtures("small_blocks")
def test_one_sequence_unlike_all_others_does_not_hide_the_choice(tmp_path: Path) -> None:
    figures = causes(300, 400, noise=1.0)
    figures[:, 17] = 3e4  # every correlation is nearly 1
    check(rounded(figures), coactivation(table_of([dense_layer(0, rounded(figures))], 400), tmp_path))


def test_figures_far_from_0_that_hardly_vary_are_exact_too(tmp_path: Path) -> None:
    figures = (1000 + causes(120, 300, noise=1.0) / 50).astype(np.float32)
    check(figures, coactivation(table_of([dense_layer(0, figures, torch.float32)], 300), tmp_path))


def test_the_smallest_and_the_largest_numbers_are_no_trouble(tmp_path: Path) -> None:
    tiny = causes(60, 100, noise=1.0) * np.float32(1e-38)
    huge = causes(60, 100, noise=1.0, seed=1) * np.float32(1e36)
    figures = np.concatenate([tiny, huge])
    check(figures, coactivation(table_of([dense_layer(0, figures, torch.float32)], 100), tmp_path))


def test_units_that_never_vary_or_fire_are_in_no_list(tmp_path: Path) -> None:
    figures = mostly_silent(60, 100, density=0.3)
    figures[[3, 40]], figures[41], figures[42] = 0, 7.5, -figures[42]
    for layer in (dense_layer(0, figures), sparse_layer(0, figures, tmp_path)):
        found = coactivation(table_of([layer], 100), tmp_path)
        check(figures, found)
        assert (found.correlated[[3, 40, 41]] == -1).all()
        assert (found.overlapping[[3, 40, 41, 42]] == -1).all()
        assert not np.isin(found.correlated, [3, 40, 41]).any()


@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_only_units_that_take_part_are_compared(kind: str, tmp_path: Path) -> None:
    figures = mostly_silent(90, 200, density=0.2)
    parts = {0: figures[:50], 4: figures[50:]}
    some = {0: [1, 5, 17, 33], 4: [0, 2, 38, 39]}
    layers = [dense_layer(i, p) if kind == "dense" else sparse_layer(i, p, tmp_path) for i, p in parts.items()]
    found = coactivation(table_of(layers, 200, some), tmp_path, top=3)
    check(np.concatenate([parts[layer][units] for layer, units in some.items()]), found)
    assert found.unit.tolist() == [1, 5, 17, 33, 0, 2, 38, 39]


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_any_number_of_threads_gives_the_same_bits(kind: str, tmp_path: Path) -> None:
    figures = mostly_silent(300, 300, density=0.3) if kind == "sparse" else causes(300, 300, noise=2.0)
    layer = dense_layer(0, figures) if kind == "dense" else sparse_layer(0, figures, tmp_path)
    found, before = [], threads()
    try:
        for count in (1, 2, 5):
            set_threads(count)
            found.append(coactivation(table_of([layer], 300), tmp_path))
    finally:
        set_threads(before)
    assert same(found[0], found[1])
    assert same(found[0], found[2])


def test_progress_ends_with_all_parts_done(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    coactivation(
        table_of([dense_layer(0, causes(20, 30, noise=1.0))], 30), tmp_path, progress=lambda *s: seen.append(s)
    )
    assert seen[-1][0] == seen[-1][1]


def test_files_name_the_nearest_by_either_measure(tmp_path: Path) -> None:
    figures = mostly_silent(40, 100, density=0.3)
    figures[7] = 0
    layers = [dense_layer(1, figures[:10]), dense_layer(2, figures[10:])]
    found = coactivation(table_of(layers, 100), tmp_path, top=3)
    files = {unit: json.loads(data) for unit, data in neighbour_files(found, 1)}
    assert list(files) == list(range(10))
    assert files[7]["neighbours"] == []
    listed = files[0]["neighbours"]
    assert [n["measure"] for n in listed] == ["pearson"] * 3 + ["jaccard"] * 3
    exact, shared = correlations(figures), overlaps(figures)
    for neighbour in listed:
        row = neighbour["unit"] + (10 if neighbour["layer"] == 2 else 0)
        value = (exact if neighbour["measure"] == "pearson" else shared)[0, row]
        assert neighbour["value"] == float(f"{value:.6g}")


def test_bad_input_is_refused(tmp_path: Path) -> None:
    one, two = dense_layer(0, causes(4, 8, noise=1.0)), dense_layer(1, causes(4, 8, noise=1.0))
    with pytest.raises(BadInput, match="top must be 1 or greater"):
        coactivation(table_of([one], 8), tmp_path, top=0)
    with pytest.raises(BadInput, match="layers must ascend"):
        table_of([two, one], 8)
    with pytest.raises(BadInput, match="all dense or all sparse"):
        table_of([one, sparse_layer(1, mostly_silent(4, 8, density=0.5), tmp_path)], 8)


def test_nothing_to_compare_is_no_error(tmp_path: Path) -> None:
    found = coactivation(table_of([dense_layer(0, causes(1, 8, noise=1.0))], 8), tmp_path)
    assert (found.correlated == -1).all()
    none = coactivation(table_of([sparse_layer(0, np.zeros((5, 8), np.float32), tmp_path)], 8), tmp_path)
    assert (none.correlated == -1).all()
    assert (none.overlapping == -1).all()
