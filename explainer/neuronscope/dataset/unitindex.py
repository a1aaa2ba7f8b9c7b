"""Every unit of a dataset in one place, to be sorted, filtered and looked up: columns in; pages of rows, whole columns
and selections out.

A page goes on from the place of its last row in the whole order, so that nothing repeats or is missing; the order is
that of one version of the dataset, which whoever holds a place has to name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.dataset.conditions import SORTABLE, Condition
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

# The columns that are numbers, or 1 and 0.
NUMBERS = ("layer", "unit", *SORTABLE[1:], "score_low", "score_high", "dead")
_TOGETHER = 16_384  # rows of a selection that are put together at a time


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

    ``units``: only these ``(layer, unit)``; others among them are not there, which is no error.

    :raises BadInput: a column that cannot be sorted by.
    """

    sort: str = "layer"
    descending: bool = False
    layers: tuple[int, ...] | None = None
    min_score: float | None = None
    max_density: float | None = None
    dead: bool | None = None
    where: tuple[Condition, ...] = ()
    units: tuple[tuple[int, int], ...] | None = None

    def __post_init__(self) -> None:
        if self.sort not in SORTABLE:
            raise BadInput(f"units cannot be sorted by {self.sort[:80]!r}; they can by {', '.join(SORTABLE)}")


@dataclass(frozen=True)
class UnitPage:
    """Some rows; ``last`` is the place of the last one in the whole order, None where no more follow it."""

    rows: list[UnitRow]
    total: int  # how many units the query finds
    last: int | None


@dataclass(frozen=True)
class UnitColumn:
    """One column of numbers: of how many units it is ``known``, and between which bounds those lie."""

    name: str
    known: int
    min: float | None
    max: float | None


class UnitIndex:
    """The units of one version of a dataset; made of an Arrow table with the columns of ``UnitTable``. Any thread may
    call any method."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table.combine_chunks()
        self._layers, self._units = (_whole_numbers(table[name]) for name in ("layer", "unit"))
        self._floats: dict[str, NDArray[np.float64]] = {}
        self._columns: list[UnitColumn] | None = None
        self._orders: dict[tuple[str, bool], NDArray[np.int64]] = {}
        keys = self._key(self._layers, self._units)
        self._by_unit = np.argsort(keys, kind="stable")  # quick for what is in order, as tables are
        self._keys = keys[self._by_unit]

    def __len__(self) -> int:
        return len(self._layers)

    def page(self, query: UnitQuery, *, limit: int, after: int | None = None) -> UnitPage:
        """``limit`` units at most, from the one behind place ``after`` on."""
        order, found = self._found(query)
        begin = 0 if after is None else int(np.searchsorted(found, after, side="right"))
        taken = found[begin : begin + limit]
        more = begin + limit < len(found)
        return UnitPage(self._rows(order[taken]), len(found), int(taken[-1]) if more and len(taken) else None)

    def select(self, query: UnitQuery, *, limit: int | None = None) -> Iterator[pa.Table]:
        """All units of the query in its order, or the first ``limit``: Arrow tables with the columns of ``UnitRow``,
        some thousand rows each; an empty one where it finds none."""
        order, found = self._found(query)
        places, columns = order[found[:limit]], self._table.select(_COLUMNS)
        for first in range(0, max(len(places), 1), _TOGETHER):
            yield columns.take(_as_arrow(places[first : first + _TOGETHER]))

    def find(self, units: Sequence[tuple[int, int]]) -> list[UnitRow | None]:
        """The rows of some ``(layer, unit)``, None for one that is not there."""
        places, there = self._places(units)
        rows = iter(self._rows(places[there]))
        return [next(rows) if found else None for found in there.tolist()]

    def column(self, name: str) -> NDArray[np.float64]:
        """One of ``NUMBERS`` for every unit, in the order of layer and unit; NaN where it is not known.

        :raises BadInput: no such column.
        """
        if name not in NUMBERS:
            raise BadInput(f"units have no column {name[:80]!r} of numbers; they have {', '.join(NUMBERS)}")
        return self._numbers(name)[self._by_unit]

    def columns(self) -> list[UnitColumn]:
        """What each column of numbers holds; one that nobody filled too."""
        if self._columns is None:
            self._columns = [_column(name, self._numbers(name)) for name in NUMBERS]
        return self._columns

    @staticmethod
    def _key(layers: NDArray[np.int64], units: NDArray[np.int64]) -> NDArray[np.int64]:
        return (layers << 40) | units

    def _places(self, units: Sequence[tuple[int, int]]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The place of each ``(layer, unit)`` in the table, and whether it is there at all."""
        if not len(self._keys) or not units:
            return np.zeros(len(units), np.int64), np.zeros(len(units), np.bool_)
        wanted = np.array(units, np.int64).reshape(-1, 2)
        keys = self._key(wanted[:, 0], wanted[:, 1])
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return self._by_unit[places], self._keys[places] == keys

    def _found(self, query: UnitQuery) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The order of all units, and the places in it of those that the query is about."""
        order = self._order(query.sort, query.descending)
        return order, np.flatnonzero(self._wanted(query)[order])

    def _order(self, sort: str, descending: bool) -> NDArray[np.int64]:
        key = (sort, descending)
        if key not in self._orders:
            values = self._numbers(sort)[self._by_unit]
            # Stable, so that equal ones stay by layer and unit; NaN comes last either way.
            self._orders[key] = self._by_unit[np.argsort(-values if descending else values, kind="stable")]
        return self._orders[key]

    def _wanted(self, query: UnitQuery) -> NDArray[np.bool_]:
        wanted = np.ones(len(self), np.bool_)
        if query.units is not None:
            places, there = self._places(query.units)
            wanted[:] = False
            wanted[places[there]] = True
        if query.layers is not None:
            wanted &= np.isin(self._layers, query.layers)
        if query.min_score is not None:
            wanted &= self._numbers("score") >= query.min_score
        if query.max_density is not None:
            wanted &= self._numbers("density") <= query.max_density
        if query.dead is not None:
            wanted &= self._numbers("dead") == float(query.dead)
        for condition in query.where:
            numbers = self._numbers(condition.column)
            wanted &= numbers >= condition.value if condition.operator == ">=" else numbers <= condition.value
        return wanted

    def _numbers(self, column: str) -> NDArray[np.float64]:
        """NaN where there is none; in the order of the table."""
        if column not in self._floats:
            self._floats[column] = _as_floats(self._table[column])
        return self._floats[column]

    def _rows(self, places: NDArray[np.int64]) -> list[UnitRow]:
        taken: list[dict[str, Any]] = self._table.select(_COLUMNS).take(_as_arrow(places)).to_pylist()
        return [UnitRow(**row) for row in taken]


_COLUMNS = [field.name for field in fields(UnitRow)]


# Arrow to NumPy and back. Arrow's own ways (to_numpy, array) import pandas where there is one: a third of a second,
# while somebody waits for the first page.


def _whole_numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """A column without nulls."""
    return np.from_dlpack(column.combine_chunks()).astype(np.int64, copy=False)


def _as_floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """NaN for nulls."""
    import pyarrow as pa

    array = column.combine_chunks().cast(pa.float64())
    values = np.full(len(array), np.nan)
    values[np.from_dlpack(array.is_valid().cast(pa.uint8())).astype(np.bool_)] = np.from_dlpack(array.drop_null())
    return values


def _as_arrow(places: NDArray[np.int64]) -> pa.Array:
    import pyarrow as pa

    return pa.Array.from_buffers(pa.int64(), len(places), [None, pa.py_buffer(np.ascontiguousarray(places))])


def _column(name: str, numbers: NDArray[np.float64]) -> UnitColumn:
    known = numbers[~np.isnan(numbers)]
    bounds = (float(known.min()), float(known.max())) if len(known) else (None, None)
    return UnitColumn(name, len(known), *bounds)
