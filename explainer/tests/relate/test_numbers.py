"""Numbers as they are written."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.relate.numbers import defined, significant
from neuronscope.relate.tokens import moments


@given(st.lists(st.floats(-(2.0**50), 2.0**50, width=32).filter(lambda x: x == 0 or abs(x) > 1e-12), min_size=1))
def test_six_significant_digits_are_kept(values: list[float]) -> None:
    array = np.array(values, np.float32)
    for value, written in zip(array.tolist(), significant(array).tolist(), strict=True):
        assert abs(written - value) <= 0.5000001e-5 * abs(value)
        assert float(f"{written:.6g}") == written


def test_what_is_not_finite_is_none() -> None:
    assert (defined(float("nan")), defined(float("inf")), defined(1.5)) == (None, None, 1.5)


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=40), st.floats(-60, 60))
def test_moments_do_not_depend_on_the_pivot(values: list[int], pivot: float) -> None:
    row = np.array(values, float)
    sums = np.array([[((row - pivot) ** power).sum() for power in (1, 2, 3, 4)]])
    mean, variance, skewness, kurtosis = moments(sums, np.array([pivot]), len(row))[0]
    centred = row - row.mean()
    np.testing.assert_allclose([mean, variance], [row.mean(), (centred**2).mean()], rtol=1e-9, atol=1e-9)
    if len(set(values)) == 1:
        assert np.isnan(skewness)
        assert np.isnan(kurtosis)
        return
    spread = (centred**2).mean()
    np.testing.assert_allclose(skewness, (centred**3).mean() / spread**1.5, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(kurtosis, (centred**4).mean() / spread**2, rtol=1e-6)
