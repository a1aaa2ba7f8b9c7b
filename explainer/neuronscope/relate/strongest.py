"""The largest and smallest k of many rows, kept while the values come by in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

Floats = NDArray[np.float32]
Spans = NDArray[np.int64]
BLOCK = 2**25  # values of a product that are in memory at once, 128 MB; at least _LEAST_ROWS rows of it
_LEAST_ROWS = 64
NOTHING = -1  # the key of a place that nothing has taken


@dataclass(frozen=True)
class Strongest:
    """What is known so far: [:, 0] the largest, descending; [:, 1] the smallest, ascending; ties by smaller key.

    They are the largest and the smallest whatever their sign. The arrays change as values come.
    """

    values: Floats  # float32 [row, 2, k]
    keys: NDArray[np.int32]  # [row, 2, k]; NOTHING from the place on that is still free

    @classmethod
    def of_none(cls, rows: int, k: int) -> Strongest:
        """Nothing has come yet."""
        values = np.empty((rows, 2, k), np.float32)
        values[:, 0], values[:, 1] = -np.inf, np.inf
        return cls(values, np.full((rows, 2, k), NOTHING, np.int32))

    def rows(self, begin: int, end: int) -> Strongest:
        """Some of the rows, in the same memory."""
        return Strongest(self.values[begin:end], self.keys[begin:end])


class Blocks:
    """Products of matrices in blocks of rows, and the threads that look through a block, as many as torch has."""

    def __init__(self) -> None:
        import torch

        self._count = int(torch.get_num_threads())
        self._pool = ThreadPoolExecutor(self._count, thread_name_prefix="neuronscope-relate")
        # Memory that is touched for the first time is dear, so all products are made in the same.
        self._memory = torch.empty(0)

    def products(self, left: torch.Tensor, right: torch.Tensor) -> Iterator[tuple[int, Floats]]:
        """``left @ right.T``: the number of a block's first row, and the block, float32 [row, column], on the CPU.

        :param left: float32 [row, d]; ``right`` float32 [column, d], on the same device. The block that was given out
            last is written over for the next one.
        """
        import torch

        rows, columns = min(len(left), max(_LEAST_ROWS, BLOCK // len(right))), len(right)
        if self._memory.numel() < rows * columns or self._memory.device != left.device:
            self._memory = torch.empty(rows * columns, device=left.device)
        for start in range(0, len(left), rows):
            part = left[start : start + rows]
            out = self._memory[: len(part) * columns].view(len(part), columns)
            yield start, torch.mm(part, right.T, out=out).cpu().numpy()

    def each(self, work: Callable[[int, int], object], items: int) -> None:
        """Call ``work(begin, end)`` for parts of ``range(items)``, side by side."""
        edges = np.linspace(0, items, self._count + 1).astype(int).tolist()
        futures = [self._pool.submit(work, begin, end) for begin, end in pairwise(edges) if end > begin]
        for future in futures:
            future.result()

    def close(self) -> None:
        """Wait for what is under way, and let the threads go."""
        self._pool.shutdown(cancel_futures=True)


def take_rows(strongest: Strongest, product: Floats, spans: Spans, first_key: int, blocks: Blocks) -> None:
    """Go on with each row of ``product`` float32 [row, column], of which the columns in ``spans`` count.

    ``first_key`` is that of column 0; keys must ascend from one block to the next.
    """
    from neuronscope.relate.kernels.select import select_rows

    def work(begin: int, end: int) -> None:
        part = slice(begin, end)
        select_rows(product[part], spans, first_key, strongest.values[part], strongest.keys[part])

    blocks.each(work, len(product))


def take_columns(strongest: Strongest, product: Floats, first_key: int, blocks: Blocks) -> None:
    """Go on with each column of ``product`` float32 [row, column]; ``first_key`` is that of row 0."""
    from neuronscope.relate.kernels.select import select_columns

    def work(begin: int, end: int) -> None:
        select_columns(product, (begin, end), first_key, strongest.values, strongest.keys)

    blocks.each(work, product.shape[1])
