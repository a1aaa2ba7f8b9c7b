"""The noun of how good the best explanations of a layer's units are. A plain dataclass, no input or output."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LayerScores:
    """The best scores of a layer's units, as its table has them.

    ``counts`` are of bins of equal width from -1 to 1. ``above_zero`` of the ``intervals`` that there are lie above 0.
    """

    layer: int
    units: int
    explained: int
    scored: int
    mean: float | None  # over the scored units, as the quartiles are
    quartiles: tuple[float, float, float] | None
    counts: list[int]
    intervals: int
    above_zero: int
