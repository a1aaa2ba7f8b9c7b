"""Every unit of a dataset in one place, to be sorted, filtered and looked up: columns in, pages of rows out.

A page goes on from the place of its last row in the whole order, so that nothing repeats or is missing; the order is
that of one version of the dataset, which whoever holds a place has to name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

SORTABLE = (
    *("layer", "max", "min", "mean", "variance", "skewness", "kurtosis", "density", "sequences_fired"),
    *("score", "explanations"),
)


@dataclass(frozen=True)
class UnitRow:
    """One unit as lists show it; None is not known, or undefined."""

    layer: int
    unit: int
    max: float | None
    min: float | None
    mean: float | None
    variance: float | None
    skewness: float | None
    kurtosis: float | None
    density: float | None
    dead: bool | None
    sequences_fired: int | None
    peak_token: str | None
    explanation: str | None
    author: str | None
    score: float | None
    score_low: float | None
    score_high: float | None
    reliable: bool | None
    explanations: int | None


@dataclass(frozen=True)
class UnitQuery:
    """Which units, and in which order; equal ones by layer and unit, those without a number last.

    :raises BadInput: a column that cannot be sorted by.
    """

    sort: str = "layer"
    descending: bool = False
    layers: tuple[int, ...] | None = None
    min_score: float | None = None
    max_density: float | None = None
    dead: bool | None = None

    def __post_init__(self) -> None:
        if self.sort not in SORTABLE:
            raise BadInput(f"units cannot be sorted by {self.sort[:80]!r}; they can by {', '.join(SORTABLE)}")


@dataclass(frozen=True)
class UnitPage:
    """Some rows; ``last`` is the place of the last one in the whole order, None where no more follow it."""

    rows: list[UnitRow]
    total: int  # how many units the query finds
    last: int | None


class UnitIndex:
    """The units of one version of a dataset; made of an Arrow table with the columns of ``UnitTable``. Any thread may
    call any method."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table.combine_chunks()
        self._layers: NDArray[np.int64] = table["layer"].to_numpy()
        self._units: NDArray[np.int64] = table["unit"].to_numpy()
        self._orders: dict[tuple[str, bool], NDArray[np.int64]] = {}
        by_unit = np.lexsort((self._units, self._layers))
        self._by_unit, self._keys = by_unit, self._key(self._layers, self._units)[by_unit]

    def __len__(self) -> int:
        return len(self._layers)

    def page(self, query: UnitQuery, *, limit: int, after: int | None = None) -> UnitPage:
        """``limit`` units at most, from the one behind place ``after`` on."""
        order, wanted = self._order(query.sort, query.descending), self._wanted(query)
        found = np.flatnonzero(wanted[order])
        begin = 0 if after is None else int(np.searchsorted(found, after, side="right"))
        taken = found[begin : begin + limit]
        more = begin + limit < len(found)
        return UnitPage(self._rows(order[taken]), len(found), int(taken[-1]) if more and len(taken) else None)

    def find(self, units: Sequence[tuple[int, int]]) -> list[UnitRow | None]:
        """The rows of some ``(layer, unit)``, None for one that is not there."""
        if not len(self._keys) or not units:
            return [None] * len(units)
        wanted = np.array(units, np.int64).reshape(-1, 2)
        keys = self._key(wanted[:, 0], wanted[:, 1])
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        there = self._keys[places] == keys
        rows = iter(self._rows(self._by_unit[places[there]]))
        return [next(rows) if found else None for found in there.tolist()]

    @staticmethod
    def _key(layers: NDArray[np.int64], units: NDArray[np.int64]) -> NDArray[np.int64]:
        return (layers << 40) | units

    def _order(self, sort: str, descending: bool) -> NDArray[np.int64]:
        key = (sort, descending)
        if key not in self._orders:
            values = self._numbers(sort)
            missing = np.isnan(values)
            ranked = np.where(missing, 0.0, -values if descending else values)
            self._orders[key] = np.lexsort((self._units, self._layers, ranked, missing))
        return self._orders[key]

    def _wanted(self, query: UnitQuery) -> NDArray[np.bool_]:
        wanted = np.ones(len(self), np.bool_)
        if query.layers is not None:
            wanted &= np.isin(self._layers, query.layers)
        if query.min_score is not None:
            wanted &= self._numbers("score") >= query.min_score
        if query.max_density is not None:
            wanted &= self._numbers("density") <= query.max_density
        if query.dead is not None:
            wanted &= self._numbers("dead") == float(query.dead)
        return wanted

    def _numbers(self, column: str) -> NDArray[np.float64]:
        """NaN where there is none."""
        import pyarrow as pa

        numbers: NDArray[np.float64] = self._table[column].cast(pa.float64()).to_numpy(zero_copy_only=False)
        return numbers

    def _rows(self, places: NDArray[np.int64]) -> list[UnitRow]:
        taken: list[dict[str, Any]] = self._table.take(places).to_pylist()
        names = [field.name for field in fields(UnitRow)]
        return [UnitRow(**{name: row[name] for name in names}) for row in taken]
