"""Products of pairs of units, a block at a time, in; the largest of each unit so far brought up to date."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import inlined, kernel
from neuronscope.collate.kernels.lanes import wide

Bits = NDArray[Any]
Values = NDArray[np.float32]  # [unit, place], largest first
Others = NDArray[np.int64]  # [unit, place]

_AT_A_TIME = 64  # products that are looked at together: hardly ever is one of them among the largest


@kernel
def keep_largest(products: Bits, first: int, second: int, values: Values, others: Others) -> None:
    """Take in the products of units ``first`` and on with units ``second`` and on, for both; equal ones stay out.

    :param products: bits of bfloat16 [unit, other]; of a block with itself only what is above its diagonal counts.
    """
    columns = products.shape[1]
    bars = values[second : second + columns, -1].copy()
    for row in range(products.shape[0]):
        unit = first + row
        begin = row + 1 if first == second else 0
        for start in range(begin, columns, _AT_A_TIME):
            end = min(start + _AT_A_TIME, columns)
            bar, met = values[unit, -1], 0
            for column in range(np.uint64(start), np.uint64(end)):
                product = wide(products[row, column]).view(np.float32)
                met += (product > bar) | (product > bars[column])
            if met:
                for column in range(start, end):
                    product = wide(products[row, column]).view(np.float32)
                    if product > values[unit, -1]:
                        _put(values[unit], others[unit], product, second + column)
                    other = second + column
                    if product > values[other, -1]:
                        _put(values[other], others[other], product, unit)
                        bars[column] = values[other, -1]


@inlined
def _put(values: NDArray[np.float32], others: NDArray[np.int64], product: np.float32, other: int) -> None:
    """Where it belongs; the last one leaves."""
    place = len(values) - 1
    while place > 0 and values[place - 1] < product:
        values[place], others[place] = values[place - 1], others[place - 1]
        place -= 1
    values[place], others[place] = product, other
