"""Arithmetic on bits of one activation, bfloat16 in an int16 or float32 in an int32, as vectors of the processor do it.

Every step is brought back to the width of the bits, so that a vector holds as many of them as can be.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from neuronscope.collate.kernels.compiling import inlined

LANES = 32  # units that are worked on together: in bfloat16 what they do at one position fills a line of the cache
U_LANES = np.uint64(LANES)  # an index without a sign is never taken from the end of an array, which costs a test


def cast(number: Any, bits: Any) -> Any:
    """``number`` as an integer as wide as ``bits``."""
    raise NotImplementedError


def sign(bits: Any) -> Any:
    """-1 for a number below 0, or -0; else 0."""
    raise NotImplementedError


def magnitude(bits: Any) -> Any:
    """The bits without their sign."""
    raise NotImplementedError


def fine(bits: Any) -> Any:
    """Which fine bin a magnitude lies in (``finebins.py``): its exponent, and the first four digits behind it."""
    raise NotImplementedError


def wide(bits: Any) -> Any:
    """The same number's bits as float32."""
    raise NotImplementedError


@inlined
def value(bits: Any) -> np.float64:
    """The number itself."""
    return np.float64(wide(bits).view(np.float32))


@inlined
def bits_of(number: np.float32) -> np.int32:
    """Bits of a float32."""
    return np.float32(number).view(np.int32)


# Arguments that have annotations are "not strict".
@overload(cast, inline="always", strict=False)
def _cast(number: Any, bits: Any) -> Any:  # noqa: ARG001  # the types decide
    if bits == types.int16:
        return lambda number, bits: np.int16(number)  # noqa: ARG005
    return lambda number, bits: np.int32(number)  # noqa: ARG005


@overload(sign, inline="always", strict=False)
def _sign(bits: Any) -> Any:
    if bits == types.int16:
        return lambda bits: np.int16(bits >> 15)
    return lambda bits: np.int32(bits >> 31)


@overload(magnitude, inline="always", strict=False)
def _magnitude(bits: Any) -> Any:
    if bits == types.int16:
        return lambda bits: np.int16(bits & np.int16(0x7FFF))
    return lambda bits: np.int32(bits & np.int32(0x7FFFFFFF))


@overload(fine, inline="always", strict=False)
def _fine(bits: Any) -> Any:
    if bits == types.int16:
        return lambda bits: np.int16(bits >> 3)
    return lambda bits: np.int32(bits >> 19)


@overload(wide, inline="always", strict=False)
def _wide(bits: Any) -> Any:
    if bits == types.int16:
        return lambda bits: np.int32(np.int32(bits) << 16)
    return lambda bits: np.int32(bits)
