"""Units and tokens: vectors of one layer's units in, out the tokens that drive them and those that they promote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neuronscope.relate.strongest import Blocks, Floats, Spans, Strongest, take_rows

if TYPE_CHECKING:
    import torch

BINS = 64
NARROWEST = -24  # 2^-24: units that write nothing need some range


@dataclass(frozen=True)
class Logits:
    """Of each unit over the tokens that count; undefined numbers are NaN."""

    moments: NDArray[np.float64]  # [unit, 4]: mean, variance, skewness, kurtosis; population moments, not excess
    exponents: NDArray[np.int32]  # [unit]: bins cover [-2^k, 2^k)
    counts: NDArray[np.int64]  # [unit, BINS]

    @classmethod
    def of(cls, units: int) -> Logits:
        """Room for so many units."""
        return cls(np.empty((units, 4)), np.empty(units, np.int32), np.zeros((units, BINS), np.int64))


@dataclass(frozen=True)
class Tokens:
    """One of the vocabulary's two matrices, and which of its rows count."""

    vectors: torch.Tensor  # float32 [token, d_model]
    spans: Spans  # [span, 2]


def strongest_tokens(vectors: torch.Tensor, tokens: Tokens, k: int, blocks: Blocks) -> Strongest:
    """Of each unit the tokens with the largest and smallest ``vector . token``.

    :param vectors: float32 [unit, d_model], on the device of ``tokens``.
    """
    found = Strongest.of_none(len(vectors), k)
    for start, product in blocks.products(vectors, tokens.vectors):
        take_rows(found.rows(start, start + len(product)), product, tokens.spans, 0, blocks)
    return found


def strongest_logits(
    vectors: torch.Tensor, tokens: Tokens, k: int, *, mean: torch.Tensor, blocks: Blocks
) -> tuple[Strongest, Logits]:
    """The same, with the moments and the histogram over all tokens that count.

    :param mean: float64 [d_model], of the tokens that count; sums are taken about what it gives.
    """
    found, logits = Strongest.of_none(len(vectors), k), Logits.of(len(vectors))
    pivots = (vectors.double() @ mean).cpu().numpy()
    for start, product in blocks.products(vectors, tokens.vectors):
        part = found.rows(start, start + len(product))
        take_rows(part, product, tokens.spans, 0, blocks)
        _describe(logits, start, (product, tokens.spans, pivots, part), blocks)
    return found, logits


def _describe(
    logits: Logits, start: int, block: tuple[Floats, Spans, NDArray[np.float64], Strongest], blocks: Blocks
) -> None:
    from neuronscope.relate.kernels.describe import count_bins, power_sums

    product, spans, pivots, strongest = block
    largest = np.maximum(np.abs(strongest.values[:, 0, 0]), np.abs(strongest.values[:, 1, 0]))
    exponents = np.where(largest == 0, NARROWEST, np.maximum(np.frexp(largest)[1], NARROWEST)).astype(np.int32)
    sums = np.empty((len(product), 4))

    def work(begin: int, end: int) -> None:
        rows, there = slice(begin, end), slice(start + begin, start + end)
        power_sums(product[rows], spans, pivots[there], sums[rows])
        count_bins(product[rows], spans, exponents[rows], logits.counts[there])

    blocks.each(work, len(product))
    whole = slice(start, start + len(product))
    logits.exponents[whole] = exponents
    logits.moments[whole] = moments(sums, pivots[whole], int((spans[:, 1] - spans[:, 0]).sum()))


def moments(sums: NDArray[np.float64], pivots: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Mean, variance, skewness and kurtosis [row, 4] from sums of (value - pivot) to the powers 1 to 4 [row, 4].

    Population moments, the fourth not excess; where all values are alike the last two are NaN.
    """
    shift, two, three, four = (sums / count).T
    variance = two - shift**2
    third = three - 3 * shift * two + 2 * shift**3
    fourth = four - 4 * shift * three + 6 * shift**2 * two - 3 * shift**4
    # What is left of the variance of equal values is rounding.
    spread = np.where(variance > 1e-12 * two, variance, np.nan)
    flat = np.maximum(variance, 0.0)
    return np.stack([pivots + shift, flat, third / spread**1.5, fourth / spread**2], axis=1)
