"""Numbers as they are written: weights with six significant digits, undefined ones as None."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

DIGITS = 6  # a float32 sum of a thousand products is hardly more exact


def significant(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """``values`` rounded to six significant digits, as float64 whose shortest decimal form has no more than those.

    A power of ten up to 10^22 is exact, so multiplying or dividing a whole number by it gives the nearest float64.
    """
    exact = values.astype(np.float64)
    magnitude = np.abs(np.where(np.isfinite(exact) & (exact != 0), exact, 1.0))
    shift = DIGITS - 1 - np.floor(np.log10(magnitude)).astype(np.int64)
    up, down = 10.0 ** np.maximum(shift, 0), 10.0 ** np.maximum(-shift, 0)
    rounded: NDArray[np.float64] = np.rint(exact * up / down) * down / up
    return rounded + 0.0  # -0.0 becomes 0.0


def defined(value: float) -> float | None:
    """``value`` as a Python float, or None where it is not a finite number."""
    return float(value) if math.isfinite(value) else None
