"""Pearson's correlation of every unit of one side with every unit of another, batch by batch in float64.

What is summed are differences from each unit's first value: a unit that never changes has a variance of exactly 0, and
one far from 0 loses no digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuronscope.errors import BrokenData

if TYPE_CHECKING:
    import torch

_ROWS = 256  # units whose partners are sorted at a time


class Sums:
    """Sums and sums of squares of the units of one layer."""

    def __init__(self) -> None:
        self._first: torch.Tensor | None = None
        self._total: torch.Tensor | None = None
        self._squares: torch.Tensor | None = None

    def add(self, values: torch.Tensor) -> torch.Tensor:
        """Count one batch, [token, unit]; gives it back in float64, as differences from each unit's first value."""
        exact = values.double()
        if self._first is None:
            self._first = exact[0].clone()
        moved = exact - self._first
        total, squares = moved.sum(0), moved.square().sum(0)
        self._total = total if self._total is None else self._total + total
        self._squares = squares if self._squares is None else self._squares + squares
        return moved

    def total(self) -> torch.Tensor:
        """Of the differences, [unit], on the processor.

        :raises ValueError: nothing was counted.
        """
        if self._total is None:
            raise ValueError("no batch was counted")
        return self._total.cpu()

    def deviation(self, tokens: int) -> torch.Tensor:
        """The root of the sum of squared deviations from the mean, [unit]; 0 for one that never changes.

        :raises BrokenData: activations are not finite.
        """
        if self._squares is None or not bool(self._squares.isfinite().all()):
            raise BrokenData("activations are not finite: load the model in another dtype, such as float32")
        return (self._squares.cpu() - self.total().square() / tokens).clamp(min=0).sqrt()


def correlation(a: Sums, b: Sums, products: torch.Tensor, tokens: int) -> torch.Tensor:
    """[unit of a, unit of b], from the sum of the products of their differences; NaN where either never changes."""
    together = products - a.total()[:, None] * b.total()[None, :] / tokens
    apart = a.deviation(tokens)[:, None] * b.deviation(tokens)[None, :]
    return (together / apart.where(apart > 0, float("nan"))).clamp(-1, 1)


def strongest(values: torch.Tensor, k: int) -> tuple[list[list[int]], list[list[float]]]:
    """Of each row the places and values of the ``k`` largest, largest first, equal ones in order; NaN is none."""
    import torch

    places: list[list[int]] = []
    found: list[list[float]] = []
    for rows in values.split(_ROWS):
        ordered, order = torch.sort(rows.nan_to_num(-2.0), dim=1, descending=True, stable=True)
        kept = (ordered[:, :k] >= -1).sum(1).tolist()
        places += [row[:count] for row, count in zip(order[:, :k].tolist(), kept, strict=True)]
        found += [row[:count] for row, count in zip(ordered[:, :k].tolist(), kept, strict=True)]
    return places, found
