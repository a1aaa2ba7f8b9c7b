"""Scores of units in, their mean and median with 95% intervals out; undefined ones are left out before.

The mean's interval is the symmetric studentized bootstrap over units (Hall 1988), widened to the plain percentiles, as
for one explanation's score. The median's lies between two order statistics whose ranks the binomial distribution gives
(Thompson 1936): it holds its rate whatever the distribution of scores.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from neuronscope.explain.nouns import Floats
from neuronscope.explain.report.nouns import Average, Interval

FEWEST_UNITS = 5
FEWEST_FOR_MEDIAN = 6  # the interval from the smallest to the largest of 5 covers in 93.75% only
RESAMPLES = 2000
# From here on the bootstrap's interval and the normal one differ by less than is printed.
MANY_UNITS = 500
_NORMAL = 1.959963984540054
_LEVEL = 0.95
_TAILS = ((1 - _LEVEL) / 2, (1 + _LEVEL) / 2)
_NO_SPREAD = 1e-12  # relative to the values; a smaller standard deviation is made of rounding
_AT_ONCE = 1_000_000  # numbers that are drawn at a time

METHODS = {
    "unit": "a unit with several explanations of one origin has their mean as its score",
    "mean_interval": (
        f"95%, from {FEWEST_UNITS} units on: symmetric studentized bootstrap over units with {RESAMPLES:,} resamples, "
        f"widened to its percentiles; above {MANY_UNITS:,} units 1.96 standard errors"
    ),
    "median_interval": (
        f"95%, from {FEWEST_FOR_MEDIAN} units on: order statistics with ranks of the binomial distribution"
    ),
    "difference": "mean over units of the score minus the baseline's on the same excerpts, interval as for the mean",
}

NO_UNITS = "no unit has this score"


def average(values: Sequence[float], *, limits: Interval, seed: int = 0) -> Average:
    """Mean and median of defined scores; ``limits`` are the smallest and largest value that the score can have.

    The order of ``values`` does not matter; ``seed`` (0 or greater) draws the resamples.
    """
    if not len(values):
        return Average(0, None, None, None, None, NO_UNITS)
    ordered: Floats = np.sort(np.asarray(values, dtype=np.float64))
    units = len(ordered)
    return Average(
        units,
        mean=float(ordered.mean()),
        mean_interval=mean_interval(ordered, limits=limits, seed=seed),
        median=float(np.median(ordered)),
        median_interval=median_interval(ordered),
        reason=too_few(units, FEWEST_UNITS) or too_few(units, FEWEST_FOR_MEDIAN, " of the median"),
    )


def too_few(units: int, fewest: int, of: str = "") -> str | None:
    """Why there is no interval, or None where there are enough units."""
    return f"no interval{of}: {units} {'unit' if units == 1 else 'units'}, {fewest} needed" if units < fewest else None


def mean_interval(values: Floats, *, limits: Interval, seed: int = 0) -> Interval | None:
    """For the mean of ``values``, float64 [unit] ascending; None with fewer than ``FEWEST_UNITS``."""
    units = len(values)
    if units < FEWEST_UNITS:
        return None
    mean, error = float(values.mean()), float(values.std(ddof=1)) / math.sqrt(units)
    if error <= _NO_SPREAD * float(np.abs(values).max()):
        return mean, mean
    low, high = mean - _NORMAL * error, mean + _NORMAL * error
    if units <= MANY_UNITS:
        low, high = _studentized(values, mean, error, seed)
    return max(low, min(limits[0], mean)), min(high, max(limits[1], mean))


def median_interval(values: Floats) -> Interval | None:
    """For the median of ``values``, float64 [unit] ascending; None with fewer than ``FEWEST_FOR_MEDIAN``."""
    units = len(values)
    if units < FEWEST_FOR_MEDIAN:
        return None
    rank = _rank_below_median(units)
    return float(values[rank]), float(values[units - 1 - rank])


def _studentized(values: Floats, mean: float, error: float, seed: int) -> Interval:
    means, errors = _resampled(values, seed)
    usable = errors > _NO_SPREAD * float(np.abs(values).max())
    reach = float(np.quantile(np.abs(means[usable] - mean) / errors[usable], _LEVEL)) * error
    low, high = np.quantile(means, _TAILS).tolist()
    return min(low, mean - reach), max(high, mean + reach)


def _resampled(values: Floats, seed: int) -> tuple[Floats, Floats]:
    """Mean and standard error of every resample, float64 [resample] each."""
    units = len(values)
    generator = np.random.default_rng([seed, units])
    at_once = max(1, _AT_ONCE // units)
    means, errors = [], []
    for first in range(0, RESAMPLES, at_once):
        drawn = values[generator.integers(units, size=(min(at_once, RESAMPLES - first), units))]
        means.append(drawn.mean(axis=1))
        errors.append(drawn.std(axis=1, ddof=1) / math.sqrt(units))
    return np.concatenate(means), np.concatenate(errors)


def _rank_below_median(units: int) -> int:
    """The largest rank, from 0, with at most 2.5% of a Binomial(units, 1/2) at or below it."""
    log_half = units * math.log(0.5)
    total, rank = 0.0, -1
    for successes in range(units):
        ways = math.lgamma(units + 1) - math.lgamma(successes + 1) - math.lgamma(units - successes + 1)
        total += math.exp(ways + log_half)
        if total > (1 - _LEVEL) / 2:
            break
        rank = successes
    return rank
