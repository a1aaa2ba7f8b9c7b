"""Which units act together: against plain correlation of all pairs in float64."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neuronscope.collate import correlation
from neuronscope.collate.correlation import Nearest, nearest, standardised


def found_of(figures: np.ndarray, many: int, tmp_path: Path, *, parts: int = 3, threads: int = 2) -> Nearest:
    rows, fires = standardised(iter(np.array_split(figures, parts)), tmp_path / "rows.bin", figures.shape)
    return nearest(rows, fires, many, threads)


def check(figures: np.ndarray, found: Nearest, many: int) -> None:
    """The neighbours' values are the largest there are, in order, and are those of the units named."""
    with np.errstate(invalid="ignore"):
        exact = np.atleast_2d(np.corrcoef(figures.astype(np.float64)))
    exact[np.arange(len(figures)), np.arange(len(figures))] = np.nan
    fires = figures > 0
    for row in range(len(figures)):
        known = np.sort(exact[row][~np.isnan(exact[row])])[::-1][:many]
        others = found.rows[row][found.rows[row] >= 0]
        assert len(others) == len(known)
        assert len(set(others.tolist())) == len(others)
        assert found.pearson[row, : len(known)] == pytest.approx(known, abs=1e-6)
        assert found.pearson[row, : len(known)] == pytest.approx(exact[row, others], abs=1e-6)
        for place, other in enumerate(others):
            either = (fires[row] | fires[other]).sum()
            jaccard = (fires[row] & fires[other]).sum() / either if either else np.nan
            assert found.jaccard[row, place] == pytest.approx(jaccard, nan_ok=True)


def mixture(units: int, sequences: int, *, noise: float, seed: int = 0) -> np.ndarray:
    """A few common causes and noise, in bfloat16's digits, as figures of merit have them."""
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(units, 5)) @ draw.normal(size=(5, sequences)) + noise * draw.normal(
        size=(units, sequences)
    )
    bits = values.astype(np.float32).view(np.int32) & np.int32(-65536)
    return bits.view(np.float32)


@pytest.mark.parametrize("noise", [0.01, 1.0, 100.0])  # nearly equal units, some that are alike, none that are
@pytest.mark.parametrize("block", [2048, 64])
def test_the_nearest_are_those_of_plain_correlation(
    noise: float, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correlation, "BLOCK", block)
    figures = mixture(300, 500, noise=noise)
    check(figures, found_of(figures, 10, tmp_path), 10)


@pytest.mark.parametrize(("units", "many"), [(1, 10), (2, 10), (11, 10), (12, 3), (60, 1)])
def test_few_units_have_as_many_neighbours_as_there_are_others(units: int, many: int, tmp_path: Path) -> None:
    figures = mixture(units, 40, noise=1.0)
    check(figures, found_of(figures, many, tmp_path, parts=1), many)


def test_a_unit_that_never_varies_is_nobodys_neighbour(tmp_path: Path) -> None:
    figures = mixture(80, 64, noise=1.0)
    figures[[3, 40]] = 0
    figures[41] = 7.5
    found = found_of(figures, 10, tmp_path)
    assert (found.rows[[3, 40, 41]] == -1).all()
    assert not np.isin(found.rows, [3, 40, 41]).any()
    check(np.delete(figures, [3, 40, 41], axis=0), found_of(np.delete(figures, [3, 40, 41], axis=0), 10, tmp_path), 10)


def test_equal_units_are_each_others_first_neighbours_in_order(tmp_path: Path) -> None:
    figures = np.repeat(mixture(2, 100, noise=1.0), 70, axis=0)  # more equal ones than are remembered of each
    found = found_of(figures, 4, tmp_path)
    assert found.rows[0].tolist() == [1, 2, 3, 4]
    assert found.rows[2].tolist() == [0, 1, 3, 4]
    assert found.rows[139].tolist() == [70, 71, 72, 73]
    assert found.pearson == pytest.approx(np.ones_like(found.pearson), abs=1e-6)


def test_any_number_of_threads_gives_the_same(tmp_path: Path) -> None:
    figures = mixture(700, 90, noise=2.0)
    one, two = (found_of(figures, 10, tmp_path, threads=threads) for threads in (1, 3))
    assert all(np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True) for name in vars(one))
