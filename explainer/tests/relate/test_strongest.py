"""The strongest of rows and columns agree with sorting everything, however the values come in blocks, ties included."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from neuronscope.relate.strongest import NOTHING, Blocks, Strongest, take_columns, take_rows

Matrix = NDArray[np.float32]


@pytest.fixture(scope="module")
def blocks() -> Iterator[Blocks]:
    opened = Blocks()
    yield opened
    opened.close()


@st.composite
def matrices(draw: st.DrawFn) -> tuple[Matrix, list[int], int]:
    """A matrix with many ties, where it is cut, and how many are kept."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 300))
    seed, levels = draw(st.integers(0, 2**32 - 1)), draw(st.sampled_from([1, 3, 10, 10**6]))
    values = np.random.default_rng(seed).integers(-levels, levels + 1, (rows, columns)).astype(np.float32)
    cuts = sorted(draw(st.sets(st.integers(1, columns), max_size=3)) - {columns})
    return values, cuts, draw(st.integers(1, 12))


def by_sorting(row: Matrix, k: int, sign: int) -> list[int]:
    """Indices of the k strongest: by value, and of equal ones the smaller index first."""
    return np.argsort(-sign * row, kind="stable")[:k].tolist()


def agrees(found: Strongest, rows: Matrix) -> None:
    k = found.keys.shape[2]
    for keys, values, row in zip(found.keys, found.values, rows, strict=True):
        for side, sign in enumerate((1, -1)):
            expected = by_sorting(row, k, sign)
            assert keys[side].tolist() == expected + [NOTHING] * (k - len(expected))
            assert values[side, : len(expected)].tolist() == row[expected].tolist()


@given(matrices())
def test_rows_agree_with_sorting(blocks: Blocks, case: tuple[Matrix, list[int], int]) -> None:
    values, cuts, k = case
    found = Strongest.of_none(len(values), k)
    edges = [0, *cuts, values.shape[1]]
    for begin, end in pairwise(edges):
        block = np.ascontiguousarray(values[:, begin:end])
        take_rows(found, block, np.array([[0, end - begin]]), begin, blocks)
    agrees(found, values)


@given(matrices())
def test_columns_agree_with_sorting(blocks: Blocks, case: tuple[Matrix, list[int], int]) -> None:
    values, cuts, k = case
    found = Strongest.of_none(len(values), k)
    edges = [0, *cuts, values.shape[1]]
    for begin, end in pairwise(edges):
        take_columns(found, np.ascontiguousarray(values[:, begin:end].T), begin, blocks)
    agrees(found, values)


@given(matrices())
def test_columns_outside_the_spans_do_not_count(blocks: Blocks, case: tuple[Matrix, list[int], int]) -> None:
    values, cuts, k = case
    edges = [0, *cuts, values.shape[1]]
    spans = [(a, b) for number, (a, b) in enumerate(pairwise(edges)) if number % 2 == 0]
    found = Strongest.of_none(len(values), k)
    take_rows(found, values, np.array(spans), 0, blocks)
    kept = np.concatenate([np.arange(a, b) for a, b in spans])
    for keys, row in zip(found.keys, values, strict=True):
        for side, sign in enumerate((1, -1)):
            expected = kept[by_sorting(row[kept], k, sign)].tolist()
            assert keys[side].tolist() == expected + [NOTHING] * (k - len(expected))


def test_a_product_comes_in_blocks_of_rows(blocks: Blocks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuronscope.relate.strongest.BLOCK", 7000)
    generator = torch.Generator().manual_seed(0)
    left, right = torch.randn(300, 8, generator=generator), torch.randn(100, 8, generator=generator)
    found = [(start, block.copy()) for start, block in blocks.products(left, right)]
    assert [start for start, _ in found] == [0, 70, 140, 210, 280]
    np.testing.assert_allclose(np.concatenate([block for _, block in found]), left @ right.T, rtol=1e-5, atol=1e-5)
