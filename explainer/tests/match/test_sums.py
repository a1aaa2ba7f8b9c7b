"""Correlations summed batch by batch: against NumPy's over everything at once."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.errors import BrokenData
from neuronscope.match.sums import Sums, correlation, strongest


def correlated(a: np.ndarray, b: np.ndarray, batch: int) -> np.ndarray:
    """As a run would: some tokens at a time."""
    own, others, products = Sums(), Sums(), torch.zeros(a.shape[1], b.shape[1], dtype=torch.float64)
    for first in range(0, len(a), batch):
        moved = [sums.add(torch.from_numpy(x[first : first + batch])) for sums, x in ((own, a), (others, b))]
        products += moved[0].T @ moved[1]
    return correlation(own, others, products, len(a)).numpy()


@given(st.integers(0, 10_000), st.integers(1, 40), st.sampled_from([0.0, 1e4, -3e6]))
def test_correlations_are_those_of_numpy_however_the_tokens_are_split_and_far_from_zero(seed, batch, offset) -> None:
    draw = np.random.default_rng(seed)
    a = draw.normal(size=(60, 4)) + offset
    b = np.concatenate([a[:, :2] + draw.normal(size=(60, 2)), draw.normal(size=(60, 3))], axis=1)
    expected = np.corrcoef(a.T, b.T)[:4, 4:]
    assert correlated(a, b, batch) == pytest.approx(expected, abs=1e-7 if offset else 1e-12)


def test_a_unit_that_never_changes_has_no_correlation_even_with_itself() -> None:
    still, moving = np.full((50, 1), 0.1, np.float32), np.random.default_rng(0).normal(size=(50, 1)).astype(np.float32)
    both = np.concatenate([still, moving], axis=1)
    found = correlated(both, both, 7)
    assert np.isnan(found[0]).all()
    assert np.isnan(found[1, 0])
    assert found[1, 1] == pytest.approx(1)


def test_what_is_not_finite_is_said() -> None:
    values = np.array([[1.0], [np.inf]])
    with pytest.raises(BrokenData, match="not finite"):
        correlated(values, values, 2)


def test_the_strongest_come_in_order_equal_ones_as_they_stand_and_undefined_ones_never() -> None:
    values = torch.tensor([[0.5, float("nan"), 0.75, 0.5], [float("nan")] * 4, [-1.0, -0.5, float("nan"), 0.0]])
    places, found = strongest(values.double(), 3)
    assert places == [[2, 0, 3], [], [3, 1, 0]]
    assert found == [[0.75, 0.5, 0.5], [], [0.0, -0.5, -1.0]]
