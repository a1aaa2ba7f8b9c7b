"""Activations as the integers that hold their bits: what the numbers were comes back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuronscope.collate.bits import bits_dtype, bits_of, floats_of, to_bits

FLOATS = arrays(np.float32, (2, 3, 5), elements=st.floats(width=32, allow_nan=False))
DTYPES = [torch.float32, torch.bfloat16, torch.float16]


@pytest.mark.parametrize("dtype", DTYPES)
@given(FLOATS)
def test_bits_mean_the_numbers_that_they_were_made_of(dtype: torch.dtype, floats: np.ndarray) -> None:
    values = torch.from_numpy(floats).to(dtype)
    bits = bits_of(values)
    assert bits.dtype == bits_dtype(str(dtype).removeprefix("torch."))
    assert floats_of(bits).tobytes() == values.float().numpy().tobytes()


@pytest.mark.parametrize("dtype", DTYPES[:2])
def test_bits_of_a_tensor_on_the_cpu_are_its_own_memory(dtype: torch.dtype) -> None:
    values = torch.zeros(2, 3, 5, dtype=dtype)
    bits_of(values[:, 1:])[0, 0, 4] = 1
    assert int(torch.count_nonzero(values)) == 1


@given(FLOATS)
def test_narrow_bits_hold_what_bfloat16_holds(floats: np.ndarray) -> None:
    rounded = torch.from_numpy(floats).bfloat16().float().numpy()
    assert floats_of(to_bits(rounded, np.dtype(np.int16))).tobytes() == rounded.tobytes()
    assert floats_of(to_bits(floats, np.dtype(np.int32))).tobytes() == floats.tobytes()


def test_figures_that_do_not_lie_in_a_row_can_be_made_bits_too() -> None:
    floats = np.arange(12, dtype=np.float32).reshape(3, 4).T
    assert (floats_of(to_bits(floats, np.dtype(np.int16))) == floats).all()
