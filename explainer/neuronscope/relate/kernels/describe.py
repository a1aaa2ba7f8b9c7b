"""Moments and histograms of the rows of a product, over the columns that count."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from neuronscope.relate.kernels.compiling import kernel, reordering_kernel

Floats = NDArray[np.float32]
Spans = NDArray[np.int64]


@reordering_kernel
def power_sums(product: Floats, spans: Spans, pivots: NDArray[np.float64], sums: NDArray[np.float64]) -> None:
    """Sums over the columns of (value - pivot) to the powers 1 to 4.

    :param product: float32 [row, column]; ``spans`` as for ``select_rows``; ``pivots`` float64 [row].
    :param sums: float64 [row, 4]: set.
    """
    for row in range(product.shape[0]):
        line, pivot = product[row], pivots[row]
        one = two = three = four = 0.0
        for span in range(spans.shape[0]):
            for column in range(spans[span, 0], spans[span, 1]):
                value = np.float64(line[column]) - pivot
                square = value * value
                one += value
                two += square
                three += square * value
                four += square * square
        sums[row, 0], sums[row, 1], sums[row, 2], sums[row, 3] = one, two, three, four


@kernel
def count_bins(product: Floats, spans: Spans, exponents: NDArray[np.int32], counts: NDArray[np.int64]) -> None:
    """Count the columns of each row in equal bins of [-2^k, 2^k).

    :param exponents: int32 [row], the k of each row, such that all values lie inside.
    :param counts: int64 [row, bin], an even number of bins: added to.
    """
    half = counts.shape[1] // 2
    for row in range(product.shape[0]):
        line = product[row]
        scale = np.float32(math.ldexp(np.float64(half), -exponents[row]))
        for span in range(spans.shape[0]):
            for column in range(spans[span, 0], spans[span, 1]):
                counts[row, half + int(np.floor(line[column] * scale))] += 1
