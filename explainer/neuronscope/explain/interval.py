"""95% intervals over sequences: a table of sums per sequence comes in, two ends or the reason for none go out.

Tokens of a sequence hang together, so sequences are resampled. Plain percentiles of so few sequences cover too seldom
(82 to 93% with 10, by simulation); here each resample's distance from the score is measured in that resample's own
standard error, on a scale where it is nearly symmetric: the symmetric studentized bootstrap (Hall 1988; Efron and
Tibshirani 1993, chapter 12), with the delta method's standard error. It misses that a score can hang on one sequence,
which percentiles show; the interval is therefore widened to them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from neuronscope.explain.nouns import Floats

RESAMPLES = 2000
_LEVEL = 0.95
_TAILS = ((1 - _LEVEL) / 2, (1 + _LEVEL) / 2)
# Where the score is undefined or infinite on its scale in more resamples than this, the others say too little.
_MOST_UNDEFINED = 0.1
# A smaller standard error is made of rounding.
_NO_SPREAD = 1e-9

# Totals float64 [resample, sum] to the score on its symmetric scale [resample], and its gradient [resample, sum].
Estimate = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Interval:
    """Both ends, or the reason why there are none."""

    ends: tuple[float, float] | None
    note: str | None = None


@dataclass(frozen=True)
class Scale:
    """The scale on which a score's errors are symmetric: the estimate on it, the way back, and its name."""

    estimate: Estimate
    back: Callable[[float], float]
    method: str
    fewest: int  # sequences below which the interval does not hold its rate, or is too wide to say anything


def interval_over_sequences(sums: Floats, scale: Scale, *, value: float, seed: int) -> Interval:
    """A 95% interval for the score ``value`` that ``scale`` computes from ``sums``, float64 [sequence, sum].

    Where every sequence is matched perfectly both ends are the value itself.
    """
    sequences = len(sums)
    if sequences < scale.fewest:
        return Interval(None, f"no interval: {sequences} sequences, {scale.fewest} needed")
    z, error = _estimates(sums, np.ones((1, sequences)), scale)
    if np.isinf(z[0]):
        return Interval((value, value))
    z_resampled, error_resampled = _estimates(sums, _weights(sequences, seed), scale)
    defined = np.isfinite(z_resampled)
    if defined.mean() < 1 - _MOST_UNDEFINED:
        share = round(100 * float(1 - defined.mean()))
        return Interval(None, f"no interval: the score is undefined or perfect in {share}% of the resamples")
    usable = defined & (error_resampled >= _NO_SPREAD)
    distances = np.abs(z_resampled - z[0])[usable] / error_resampled[usable]
    reach = np.quantile(distances, _LEVEL) * error[0] if usable.any() else 0.0
    low, high = np.quantile(z_resampled[defined], _TAILS)
    return _ends(float(min(low, z[0] - reach)), float(max(high, z[0] + reach)), scale, value)


def _ends(low: float, high: float, scale: Scale, value: float) -> Interval:
    ends = sorted((scale.back(low), scale.back(high)))
    if not np.isfinite(ends).all():
        return Interval(None, "no interval: the sequences differ too much")
    return Interval((min(ends[0], value), max(ends[1], value)))


def _estimates(sums: Floats, weights: Floats, scale: Scale) -> tuple[Floats, Floats]:
    """The estimate of every resample and its standard error, float64 [resample] each."""
    sequences = len(sums)
    with np.errstate(all="ignore"):
        z, gradient = scale.estimate(weights @ sums)
        influence = gradient @ sums.T
        influence *= influence
        error = np.sqrt(np.einsum("rs,rs->r", weights, influence) * (sequences / (sequences - 1)))
    return z, error


@lru_cache(maxsize=8)
def _weights(sequences: int, seed: int) -> Floats:
    """How often each resample holds each sequence, float64 [resample, sequence]; the same for every score of a run."""
    draws = np.random.default_rng([seed, sequences]).multinomial(
        sequences, np.full(sequences, 1 / sequences), RESAMPLES
    )
    weights = draws.astype(np.float64)
    weights.flags.writeable = False
    return weights
