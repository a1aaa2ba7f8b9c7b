"""The k largest and k smallest of the rows or the columns of products that come block by block.

What is kept so far is ``values`` and ``keys`` [row or column, 2, k], strongest first: [:, 0] the largest, [:, 1] the
smallest; a place that nothing has taken yet has the key -1. Blocks come in the order of their keys, and what comes
later must be strictly stronger to get in, so that ties go to the smaller key. Nearly all values are turned away, so a
run of them is compared with what they would have to beat first, which the processor does for many at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neuronscope.relate.kernels.compiling import kernel

Floats = NDArray[np.float32]
Keys = NDArray[np.int32]
_RUN = 128


@kernel
def _enter(values: Floats, keys: Keys, value: float, key: int, largest: bool) -> None:
    """Put one value that is stronger than the last one into its place, [k] each."""
    place = len(values) - 1
    while place > 0 and (value > values[place - 1] if largest else value < values[place - 1]):
        values[place], keys[place] = values[place - 1], keys[place - 1]
        place -= 1
    values[place], keys[place] = value, key


@kernel
def select_rows(product: Floats, spans: NDArray[np.int64], first_key: int, values: Floats, keys: Keys) -> None:
    """Go on with each row of ``product`` [row, column].

    :param spans: [span, 2], begin and end of the columns that count, ascending.
    :param first_key: of column 0; the others follow.
    :param values: float32 [row, 2, k], ``keys`` int32 [row, 2, k]: changed in place.
    """
    last = values.shape[2] - 1
    for row in range(product.shape[0]):
        line, highest, lowest = product[row], values[row, 0], values[row, 1]
        for span in range(spans.shape[0]):
            for begin in range(spans[span, 0], spans[span, 1], _RUN):
                end = min(begin + _RUN, spans[span, 1])
                above, below, hits = highest[last], lowest[last], np.int32(0)
                for column in range(begin, end):
                    hits += np.int32(line[column] > above) | np.int32(line[column] < below)
                if hits == 0:
                    continue
                for column in range(begin, end):
                    if line[column] > highest[last]:
                        _enter(highest, keys[row, 0], line[column], first_key + column, True)
                    if line[column] < lowest[last]:
                        _enter(lowest, keys[row, 1], line[column], first_key + column, False)


@kernel
def select_columns(product: Floats, columns: tuple[int, int], first_key: int, values: Floats, keys: Keys) -> None:
    """Go on with some columns of ``product`` [row, column].

    :param columns: the first of them, and the one after the last.
    :param first_key: of row 0; the others follow.
    :param values: float32 [column, 2, k], ``keys`` int32 [column, 2, k], for all columns: changed in place.
    """
    last = values.shape[2] - 1
    above, below = values[:, 0, last].copy(), values[:, 1, last].copy()
    for row in range(product.shape[0]):
        for begin in range(columns[0], columns[1], _RUN):
            end, hits = min(begin + _RUN, columns[1]), np.int32(0)
            for column in range(begin, end):
                value = product[row, column]
                hits += np.int32(value > above[column]) | np.int32(value < below[column])
            if hits == 0:
                continue
            for column in range(begin, end):
                value = product[row, column]
                if value > above[column]:
                    _enter(values[column, 0], keys[column, 0], value, first_key + row, True)
                    above[column] = values[column, 0, last]
                if value < below[column]:
                    _enter(values[column, 1], keys[column, 1], value, first_key + row, False)
                    below[column] = values[column, 1, last]
