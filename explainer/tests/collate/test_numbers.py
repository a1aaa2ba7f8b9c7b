"""Numbers as they are written."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuronscope.collate.numbers import defined, significant


@given(
    arrays(np.float32, 20, elements=st.floats(-(2.0**60), 2.0**60, width=32).filter(lambda x: x == 0 or abs(x) > 1e-17))
)
def test_four_digits_as_decimal_rounding_gives_them(values: np.ndarray) -> None:
    for got, value in zip(significant(values).tolist(), values.tolist(), strict=True):
        assert got == float(f"{value:.4g}") or math.isclose(abs(got - value), abs(float(f"{value:.4g}") - value))
        assert len(repr(float(f"{got:.4g}"))) == len(repr(got))


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_rounding_never_moves_a_number_by_more_than_half_a_digit(value: float) -> None:
    (got,) = significant(np.array([value], dtype=np.float32)).tolist()
    assert abs(got - value) <= abs(value) * 0.5001e-3
    assert (got == 0) == (value == 0)


def test_no_negative_zero_is_written() -> None:
    assert str(significant(np.array([-0.0], dtype=np.float32))[0]) == "0.0"


def test_undefined_numbers_are_none() -> None:
    assert [defined(value) for value in (1.5, math.nan, math.inf)] == [1.5, None, None]
