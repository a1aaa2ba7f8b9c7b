"""Numbers as they are written: activations with four significant digits, undefined ones as None."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

DIGITS = 4


def significant(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """``values`` rounded to four significant digits, as float64 whose shortest decimal form has no more than those.

    Rounding decides on the exact value; a power of ten up to 10^22 is exact, so multiplying or dividing a whole
    number by it gives the nearest float64 of the decimal number.
    """
    exact = values.astype(np.float64)
    magnitude = np.abs(np.where(exact == 0, 1.0, exact))
    shift = DIGITS - 1 - np.floor(np.log10(magnitude)).astype(np.int64)
    up, down = 10.0 ** np.maximum(shift, 0), 10.0 ** np.maximum(-shift, 0)
    rounded: NDArray[np.float64] = np.rint(exact * up / down) * down / up
    return rounded + 0.0  # -0.0 becomes 0.0


def defined(value: float) -> float | None:
    """``value`` as a Python float, or None where it is not a finite number."""
    return float(value) if math.isfinite(value) else None
