"""Activations as integers that hold their bits, since NumPy has no bfloat16: tensors in, int16 or int32 arrays out.

bfloat16 is kept in 16 bits, float32 in 32; float16 becomes float32, whose upper half it is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

Bits = NDArray[Any]


def bits_dtype(dtype: str) -> np.dtype[Any]:
    """What holds activations of a model that runs in ``dtype`` ("float32", "bfloat16", "float16")."""
    return np.dtype(np.int16 if dtype == "bfloat16" else np.int32)


def bits_of(values: torch.Tensor) -> Bits:
    """``values`` on the CPU as bits, without a copy where that can be."""
    import torch

    if values.dtype == torch.bfloat16:
        narrow: Bits = values.view(torch.int16).numpy()
        return narrow
    wide: Bits = values.float().view(torch.int32).numpy()
    return wide


def floats_of(bits: Bits) -> NDArray[np.float32]:
    """The float32 numbers that ``bits`` mean."""
    if bits.dtype.itemsize == 4:
        return bits.view(np.float32)
    return (bits.view(np.uint16).astype(np.uint32) << np.uint32(16)).view(np.float32)


def to_bits(floats: NDArray[np.float32], dtype: np.dtype[Any]) -> Bits:
    """float32 numbers as bits of ``dtype``, which must hold them exactly."""
    whole = np.ascontiguousarray(floats).view(np.uint32)
    return whole.view(np.int32) if dtype.itemsize == 4 else (whole >> np.uint32(16)).astype(np.uint16).view(np.int16)
