"""Nearest rows by correlation: figures of merit of all rows in, the best of each out.

Products of unit vectors are correlations. All of them are taken in blocks, in the run's own dtype, and every row keeps
those others that may be among its best as far as the error of a product is bounded; what is kept is worked out exactly.
Rows of which too many are kept are taken again in float64, and among too many equal ones all are worked out exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.bits import Bits, floats_of
from neuronscope.collate.coactivation.table import Found
from neuronscope.collate.coactivation.work import Heard, Ints, pairs_of, side_by_side, split
from neuronscope.collate.lanes import Turn

if TYPE_CHECKING:
    import torch

_BYTES = 2**25  # of the vectors of one block
_BLOCK = (64, 2048)  # rows of one block, at least and at most
_ROOM = 160  # candidates of one row, at least
_SETTLED = 64  # rows that are worked out exactly in one go
_NARROW = 2.0**-8  # of a product, what rounding it to bfloat16 changes at most
_SINGLE, _DOUBLE = 2.0**-24, 2.0**-53  # of a sum, what one addition changes at most
_MARGIN = (1e-6, 1e-11)  # for the arithmetic on bounds, in float32 and in float64


@dataclass(frozen=True)
class DenseRows:
    """Figures of merit of all rows, bits [row, sequence], and what is known of each row, [row]."""

    bits: Bits
    mean: NDArray[np.float64]
    norm: NDArray[np.float64]  # of the figures about their mean; 0 where they never vary
    lost: NDArray[np.float64]  # length of what rounding takes from the unit vector
    fired: Ints  # sequences with a figure above 0

    @property
    def shift(self) -> int:
        """How far left bits belong in a float32."""
        return 32 - 8 * self.bits.dtype.itemsize

    @property
    def figures(self) -> tuple[Any, ...]:
        """As kernels take them."""
        return self.bits, self.shift, self.mean, self.norm


def nearest_by_correlation(rows: DenseRows, found: Found, heard: Heard) -> None:
    """Fill in the nearest of every row that varies."""
    varying = np.flatnonzero(rows.norm > 0)
    search = _Search(rows, found, exact=False)
    search.among_each_other(varying, heard)
    again = search.settle(varying)
    if len(again):
        search = _Search(rows, found, exact=True)
        search.with_all(again, varying)
        search.settle_among(search.settle(again), varying)


class _Search:
    """Products in one arithmetic, and candidates for exact correlations."""

    def __init__(self, rows: DenseRows, found: Found, *, exact: bool) -> None:
        """``exact``: in float64; else in the dtype of the figures."""
        self._rows = rows
        self._found = found
        self._exact = exact
        self._bounds = _bounds(rows, found[0].shape[1], exact=exact)
        self._candidates = _no_candidates(*found[0].shape, exact=exact)
        itemsize = 8 if exact else rows.bits.dtype.itemsize
        least, most = _BLOCK
        self._block = min(most, max(least, _BYTES // (rows.bits.shape[1] * itemsize)))
        self._merging = Lock()

    def among_each_other(self, some: Ints, heard: Heard) -> None:
        """Find candidates of ``some`` among themselves; each pair is multiplied once."""
        blocks = split(some, self._block)
        pairs = pairs_of(len(blocks))

        def work(i: int, _: Turn) -> None:
            own = self._vectors(blocks[i])
            for j in pairs[i]:
                other = own if i == j else self._vectors(blocks[j])
                self._take_in(_product(own, other), blocks[i], blocks[j], both=i != j)

        side_by_side(range(len(blocks)), work, heard)

    def with_all(self, some: Ints, others: Ints) -> None:
        """Find candidates of ``some`` among ``others``."""

        def work(block: Ints, _: Turn) -> None:
            own = self._vectors(block)
            for other in split(others, self._block):
                self._take_in(_product(own, self._vectors(other)), block, other, both=False)

        side_by_side(split(some, self._block), work)

    def settle(self, some: Ints) -> Ints:
        """Work out the nearest of ``some`` from their candidates; gives those that had too many."""
        from neuronscope.collate.kernels.pairs import settle

        def work(part: Ints, _: Turn) -> None:
            settle(part, self._rows.figures, self._bounds, self._candidates, self._found)

        side_by_side(split(some, _SETTLED), work)
        crowded: Ints = some[self._candidates[2][some] < 0]
        return crowded

    def settle_among(self, some: Ints, others: Ints) -> None:
        """Work out the nearest of ``some``, whatever their candidates are."""
        from neuronscope.collate.kernels.pairs import settle_among

        def work(part: Ints, _: Turn) -> None:
            settle_among(part, others, self._rows.figures, self._found)

        side_by_side(split(some, 1), work)

    def _vectors(self, some: Ints) -> torch.Tensor:
        """Unit vectors, [place, sequence]."""
        import torch

        from neuronscope.collate.kernels.pairs import standardise

        rows = self._rows
        if self._exact:
            figures = floats_of(np.asarray(rows.bits[some])).astype(np.float64)
            return torch.from_numpy((figures - rows.mean[some, None]) / rows.norm[some, None])
        out = np.empty((len(some), rows.bits.shape[1]), rows.bits.dtype)
        standardise(rows.figures, some, out)
        return torch.from_numpy(out).view(torch.bfloat16 if rows.shift else torch.float32)

    def _take_in(self, products: NDArray[Any], left: Ints, right: Ints, *, both: bool) -> None:
        from neuronscope.collate.kernels.pairs import take_in

        with self._merging:
            take_in(products, (left, right, both), self._bounds, self._candidates)


def _product(left: torch.Tensor, right: torch.Tensor) -> NDArray[Any]:
    """float32 or float64, [place of left, place of right]."""
    import torch

    product = torch.mm(left, right.T)
    found: NDArray[Any] = (product.float() if product.dtype == torch.bfloat16 else product).numpy()
    return found


def _bounds(rows: DenseRows, top: int, *, exact: bool) -> tuple[Any, ...]:
    """By how much a product may be wrong.

    With unit vectors u, v that are rounded to u - d, v - e, the product is off by |d (v - e) + u e| <= |d| (1 + |e|) +
    |e|; a sum of n products in floating point by n times half a unit in the last place, at most; rounding it to
    bfloat16 changes it by a share of itself.
    """
    sequences = rows.bits.shape[1]
    lost = np.zeros_like(rows.lost) if exact else rows.lost
    width = lost * (1 + lost.max())
    summed = (sequences + 2) * (_DOUBLE if exact else _SINGLE) * (1 + lost.max()) ** 2
    slack = 2 * (width + summed) + _MARGIN[exact]
    share = _NARROW if rows.shift and not exact else 0.0
    dtype = np.float64 if exact else np.float32
    return width.astype(dtype), slack.astype(dtype), dtype(share), top


def _no_candidates(
    count: int, top: int, *, exact: bool
) -> tuple[NDArray[np.int32], NDArray[Any], NDArray[np.int32], NDArray[Any]]:
    shape, dtype = (count, max(_ROOM, 4 * top)), np.float64 if exact else np.float32
    floor = np.full(count, -np.inf, dtype)
    return np.empty(shape, np.int32), np.empty(shape, dtype), np.zeros(count, np.int32), floor
