"""Which ranks belong to which quantile range. Pure."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise


def rank_ranges(sequences: int, quantiles: tuple[float, ...]) -> list[tuple[int, int]]:
    """Ranks (0 strongest) that each range between two neighbouring quantiles covers, as (first, end), ascending ranges.

    The sequence with p others ranked below it, of n, is in [q, r] when q * n <= p < r * n. Reckoned in decimal
    fractions: 0.9 means nine tenths.
    """
    below = [math.ceil(Fraction(str(q)) * sequences) for q in quantiles]
    return [(sequences - high, sequences - low) for low, high in pairwise(below)]
