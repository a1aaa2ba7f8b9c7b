"""What a dataset says of units: tables in; maxima, densities, means and best explanations by layer out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.dataset import Dataset
    from neuronscope.dataset.unitindex import UnitIndex, UnitRow

Opened = Callable[[], "UnitIndex"]


class Known:
    """Reads the tables when they are first needed. Any thread may call any method."""

    def __init__(self, opened: Opened | None) -> None:
        """``opened`` gives the tables, and may raise BadInput where there are none; None: nothing is known."""
        self._opened = opened
        self._index: UnitIndex | None = None
        self._columns: dict[str, dict[int, NDArray[np.float64]]] = {}

    def numbers(self, column: str, layer: int, units: int) -> NDArray[np.float64]:
        """One of the tables' numbers for units 0 to ``units`` - 1 of a layer; NaN where it is not known."""
        index = self._tables()
        if index is None:
            return np.full(units, np.nan)
        layers = self._columns.setdefault(column, {})
        if layer not in layers:
            here = index.column("layer") == layer
            ids = index.column("unit")[here].astype(np.int64)
            found = np.full(max(units, int(ids.max(initial=-1)) + 1), np.nan)
            found[ids] = index.column(column)[here]
            layers[layer] = found
        return layers[layer][:units]

    def rows(self, units: Iterable[tuple[int, int]]) -> dict[tuple[int, int], UnitRow]:
        """What the tables say of some ``(layer, unit)``; those that are not there are left out."""
        index, wanted = self._tables(), list(dict.fromkeys(units))
        if index is None:
            return {}
        found = zip(wanted, index.find(wanted), strict=True)
        return {place: row for place, row in found if row is not None}

    def mean(self, layer: int, unit: int) -> float:
        """The unit's mean activation over the corpus.

        :raises BadInput: nobody stored it.
        """
        row = self.rows([(layer, unit)]).get((layer, unit))
        if row is None or row.mean is None:
            raise BadInput(f"the mean of {layer}:{unit} is not known here: ablate it to zero, or set it to a number")
        return row.mean

    def _tables(self) -> UnitIndex | None:
        if self._index is None and self._opened is not None:
            try:
                self._index = self._opened()
            except BadInput:  # a dataset without tables: nothing is known of its units
                self._opened = None
        return self._index


def known_of(dataset: Dataset | None) -> Known:
    """What the dataset's tables say."""
    if dataset is None:
        return Known(None)
    from neuronscope.dataset.indexing import open_units

    return Known(lambda: open_units(dataset))
