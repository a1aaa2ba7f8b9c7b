"""Mean, variance, skewness and kurtosis of many units, in pieces that merge to the same value however they were split.

Values come in as [token, unit]; kept are the count, the mean and the central sums of powers 2 to 4, in float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """``m2`` to ``m4`` are sums over tokens of (value - mean) to that power; all arrays are float64 [unit]."""

    count: int
    mean: Floats
    m2: Floats
    m3: Floats
    m4: Floats

    def variance(self) -> Floats:
        """Population variance; NaN where nothing was counted."""
        return self.m2 / self.count if self.count else np.full_like(self.m2, np.nan)

    def skewness(self) -> Floats:
        """Third standardised moment; NaN for units that never vary."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self._varies(), np.sqrt(self.count) * self.m3 / self.m2**1.5, np.nan)

    def kurtosis(self) -> Floats:
        """Fourth standardised moment, not excess: 3 for a normal distribution; NaN for units that never vary."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self._varies(), self.count * self.m4 / self.m2**2, np.nan)

    def _varies(self) -> NDArray[np.bool_]:
        # Equal values leave a little m2, since their mean is rounded. A single float32 value that differs at all from
        # 10^9 others leaves far more than this.
        rounding = self.count * (1e-12 * self.mean) ** 2
        return (self.m2 > rounding) & (self.m2**2 > 0)


def no_moments(units: int) -> Moments:
    """Of no tokens at all: what merging starts from."""
    return Moments(0, np.zeros(units), np.zeros(units), np.zeros(units), np.zeros(units))


def about_the_mean(count: int, pivot: Floats, s1: Floats, s2: Floats, s3: Floats, s4: Floats) -> Moments:
    """Moments from the sums of (value - pivot) to the powers 1 to 4, float64 [unit]; ``count`` is at least 1."""
    shift = s1 / count
    m3 = s3 - 3 * shift * s2 + 2 * shift**2 * s1
    m4 = s4 - 4 * shift * s3 + 6 * shift**2 * s2 - 3 * shift**3 * s1
    return Moments(count, pivot + shift, np.maximum(s2 - s1 * shift, 0), m3, np.maximum(m4, 0))


def moments_of(values: torch.Tensor) -> Moments:
    """Moments of ``values``, [token, unit] in any dtype, at least one token; computed where the tensor lies."""
    import torch

    exact = values.to(torch.float64)
    mean = exact.mean(dim=0)
    deviation = exact - mean
    square = deviation * deviation
    sums = torch.stack([mean, square.sum(0), (square * deviation).sum(0), (square * square).sum(0)])
    return Moments(len(values), *sums.cpu().numpy())


def merge(a: Moments, b: Moments) -> Moments:
    """Moments of both together (the pairwise update of Chan and Pébay)."""
    if not a.count or not b.count:
        return a if a.count else b
    n = a.count + b.count
    delta = b.mean - a.mean
    share_a, share_b = a.count / n, b.count / n
    between = delta * delta * (a.count * share_b)
    m2 = a.m2 + b.m2 + between
    m3 = a.m3 + b.m3 + delta * between * (share_a - share_b) + 3 * delta * (share_a * b.m2 - share_b * a.m2)
    m4 = (
        a.m4
        + b.m4
        + delta**2 * between * (share_a**2 - share_a * share_b + share_b**2)
        + 6 * delta**2 * (share_a**2 * b.m2 + share_b**2 * a.m2)
        + 4 * delta * (share_a * b.m3 - share_b * a.m3)
    )
    return Moments(n, a.mean + delta * share_b, m2, m3, m4)
