"""How well simulated activations match true ones: two float64 arrays [token] in, a number or a reason out.

Formulas are those of METHOD section 8. Arrays are first divided by a power of two, which is exact, so that squares of
very large or very small values neither overflow nor vanish.
"""

from __future__ import annotations

import math

import numpy as np

from neuronscope.explain.nouns import Floats, Measured

# Values that differ by less than a few roundings of float64 are equal: such differences are made, not predicted.
_ROUNDING = 4 * np.finfo(np.float64).eps

NOTHING_PARSED = "no position was parsed"
TOO_FEW = "fewer than 2 tokens"
ALL_ZERO = "all true activations are 0"
TRUTH_CONSTANT = "all true activations are equal"
PREDICTION_CONSTANT = "all simulated activations are equal"
TOO_FAR = "the simulated activations are too far from the true ones for a number"


def correlation(true: Floats, simulated: Floats) -> Measured:
    """Pearson's r, in two passes; between -1 and 1."""
    reason = _too_few(true) or _constant(true, simulated)
    if reason:
        return Measured(None, reason)
    x, y = centred(true), centred(simulated)
    r = float(x @ y) / math.sqrt(float(x @ x) * float(y @ y))
    return Measured(min(1.0, max(-1.0, r)))


def explained_variance(true: Floats, simulated: Floats) -> Measured:
    """``1 - mean((a - s)^2) / mean(a^2)``, a true and s simulated: the published "R squared". At most 1."""
    reason = _too_few(true) or _all_zero(true)
    if reason:
        return Measured(None, reason)
    a, s = on_scale_of_truth(true, simulated)
    return _one_minus(_squares(a - s), _squares(a))


def r_squared(true: Floats, simulated: Floats) -> Measured:
    """``1 - mean((a - s)^2) / mean((a - mean(a))^2)``: the usual coefficient of determination. At most 1."""
    reason = _too_few(true) or _all_zero(true) or (TRUTH_CONSTANT if is_constant(true) else None)
    if reason:
        return Measured(None, reason)
    a, s = on_scale_of_truth(true, simulated)
    return _one_minus(_squares(a - s), _squares(about_mean(a)))


def absolute_deviation_explained(true: Floats, simulated: Floats) -> Measured:
    """``1 - mean(|a - s|) / mean(|a|)``. At most 1."""
    reason = _too_few(true) or _all_zero(true)
    if reason:
        return Measured(None, reason)
    a, s = on_scale_of_truth(true, simulated)
    return _one_minus(float(np.abs(a - s).sum()), float(np.abs(a).sum()))


def centred(values: Floats) -> Floats:
    """Deviations from the mean, divided by a power of two so that the largest is about 1."""
    return scaled_to_one(about_mean(scaled_to_one(values)[0]))[0]


def scaled_to_one(values: Floats) -> tuple[Floats, int]:
    """``values`` divided by a power of two so that the largest is about 1, and that power's exponent."""
    exponent = _exponent(values)
    return _scaled(values, exponent), exponent


def about_mean(values: Floats) -> Floats:
    """Deviations from the mean; the second subtraction removes what rounding the mean left."""
    deviations = values - values.mean()
    corrected: Floats = deviations - deviations.mean()
    return corrected


def on_scale_of_truth(true: Floats, simulated: Floats) -> tuple[Floats, Floats]:
    """Both divided by one power of two, so that the largest true value is about 1; simulated ones may be infinite."""
    exponent = _exponent(true)
    return _scaled(true, exponent), _scaled(simulated, exponent)


def is_constant(values: Floats) -> bool:
    """Whether all values are equal, but for rounding."""
    scaled, _ = scaled_to_one(values)
    return bool(np.ptp(scaled) <= _ROUNDING * np.abs(scaled).max())


def _exponent(values: Floats) -> int:
    return math.frexp(float(np.abs(values).max(initial=0.0)))[1]


def _scaled(values: Floats, exponent: int) -> Floats:
    with np.errstate(over="ignore"):
        scaled: Floats = np.ldexp(values, -exponent)
    return scaled


def _squares(values: Floats) -> float:
    with np.errstate(over="ignore"):
        return float(values @ values)


def _one_minus(unexplained: float, whole: float) -> Measured:
    share = unexplained / whole
    return Measured(1 - share) if math.isfinite(share) else Measured(None, TOO_FAR)


def _too_few(true: Floats) -> str | None:
    if not len(true):
        return NOTHING_PARSED
    return TOO_FEW if len(true) < 2 else None


def _all_zero(true: Floats) -> str | None:
    return None if true.any() else ALL_ZERO


def _constant(true: Floats, simulated: Floats) -> str | None:
    if is_constant(true):
        return _all_zero(true) or TRUTH_CONSTANT
    return PREDICTION_CONSTANT if is_constant(simulated) else None
