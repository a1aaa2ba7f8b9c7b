"""Units sorted, filtered and paged: against a plain sort of Python."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.dataset.conditions import SORTABLE, Condition
from neuronscope.dataset.tables import UnitTable
from neuronscope.dataset.unitindex import NUMBERS, UnitColumn, UnitIndex, UnitQuery
from neuronscope.dataset.unitsparquet import as_arrow, read_units, write_units
from neuronscope.errors import BadInput, BrokenData

numbers = st.none() | st.integers(-3, 3).map(float)
conditions = st.builds(
    Condition,
    st.sampled_from(["layer", "kurtosis", "density", "score", "explanations"]),
    st.sampled_from([">=", "<="]),
    st.integers(-3, 3).map(float),
)


@st.composite
def tables(draw: st.DrawFn) -> list[UnitTable]:
    found = []
    for layer in draw(st.lists(st.integers(0, 9), max_size=3, unique=True)):
        units = sorted(draw(st.sets(st.integers(0, 30), max_size=8)))
        column = lambda kind: [draw(kind) for _ in units]  # noqa: E731, B023
        found.append(
            UnitTable(
                layer,
                units,
                kurtosis=column(numbers),
                density=draw(st.none() | st.just(column(numbers))),
                dead=column(st.none() | st.booleans()),
                score=column(numbers),
                explanation=column(st.none() | st.text(max_size=3)),
            )
        )
    return found


def rows(found: list[UnitTable]) -> list[dict]:
    columns = [{name: column for name, column in asdict(table).items() if name != "layer"} for table in found]
    return [
        {"layer": table.layer} | {name: None if values is None else values[i] for name, values in column.items()}
        for table, column in zip(found, columns, strict=True)
        for i in range(len(table.unit))
    ]


@settings(deadline=None)
@given(
    tables(),
    st.sampled_from(["layer", "kurtosis", "score"]),
    st.booleans(),
    st.none() | st.lists(st.integers(0, 9), max_size=3).map(tuple),
    st.tuples(numbers, numbers, st.none() | st.booleans()),
    st.integers(1, 5),
)
def test_pages_together_are_a_plain_sort(found, sort, descending, layers, limits, limit) -> None:
    min_score, max_density, dead = limits
    query = UnitQuery(sort, descending, layers, min_score, max_density, dead)
    expected = [
        row
        for row in rows(found)
        if (layers is None or row["layer"] in layers)
        and (min_score is None or (row["score"] is not None and row["score"] >= min_score))
        and (max_density is None or (row["density"] is not None and row["density"] <= max_density))
        and (dead is None or row["dead"] == dead)
    ]
    sign = -1 if descending else 1
    expected.sort(key=lambda r: (r[sort] is None, sign * (r[sort] or 0), r["layer"], r["unit"]))
    index = UnitIndex(as_arrow(found))
    got, after = [], None
    while True:
        page = index.page(query, limit=limit, after=after)
        assert page.total == len(expected)
        assert len(page.rows) <= limit
        got += [asdict(row) for row in page.rows]
        after = page.last
        if after is None:
            break
        assert page.rows
    assert got == expected


def meets(row: dict, condition: Condition) -> bool:
    value = row[condition.column]
    if value is None:
        return False
    return value >= condition.value if condition.operator == ">=" else value <= condition.value


@settings(deadline=None)
@given(
    tables(),
    st.lists(conditions, max_size=3),
    st.none() | st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), max_size=12),
    st.sampled_from(["layer", "kurtosis"]),
    st.none() | st.integers(1, 5),
)
def test_a_selection_is_what_a_plain_filter_keeps(found, where, units, sort, limit) -> None:
    query = UnitQuery(sort, where=tuple(where), units=None if units is None else tuple(units))
    expected = [
        row
        for row in rows(found)
        if (units is None or (row["layer"], row["unit"]) in units) and all(meets(row, condition) for condition in where)
    ]
    expected.sort(key=lambda r: (r[sort] is None, r[sort] or 0, r["layer"], r["unit"]))
    index = UnitIndex(as_arrow(found))
    selected = [row for table in index.select(query, limit=limit) for row in table.to_pylist()]
    assert selected == expected[:limit]
    assert index.page(query, limit=1).total == len(expected)


def test_nobody_waits_for_pandas(tmp_path: Path) -> None:
    table = UnitTable(0, [0, 1], kurtosis=[None, 2.0], explanation=["a", None])
    (tmp_path / "units.parquet").write_bytes(write_units([table]))
    code = """
import sys
from pathlib import Path
from neuronscope.dataset.unitindex import UnitIndex, UnitQuery
from neuronscope.dataset.unitsparquet import read_units
index = UnitIndex(read_units(Path("units.parquet").read_bytes(), "here"))
index.columns(), index.page(UnitQuery("kurtosis"), limit=1), list(index.select(UnitQuery()))
sys.exit("pandas" in sys.modules)
"""
    assert find_spec("pandas")
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False).returncode == 0


@settings(deadline=None)
@given(tables(), st.lists(conditions, max_size=3))
def test_columns_and_a_filter_of_ones_own_find_the_same_units(found, where) -> None:
    index = UnitIndex(as_arrow(found))
    columns = {name: index.column(name) for name in NUMBERS}
    kept = np.ones(len(index), bool)
    for condition in where:
        values = columns[condition.column]
        kept &= values >= condition.value if condition.operator == ">=" else values <= condition.value
    own = list(zip(columns["layer"][kept], columns["unit"][kept], strict=True))
    page = index.page(UnitQuery(where=tuple(where)), limit=100)
    assert own == [(row.layer, row.unit) for row in page.rows]
    for column in index.columns():
        known = [float(row[column.name]) for row in rows(found) if row[column.name] is not None]
        assert column == UnitColumn(column.name, len(known), min(known, default=None), max(known, default=None))


@settings(deadline=None)
@given(tables(), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), max_size=5))
def test_units_are_found_by_layer_and_number(found, wanted) -> None:
    known = {(row["layer"], row["unit"]): row for row in rows(found)}
    got = UnitIndex(as_arrow(found)).find(wanted)
    assert [None if row is None else asdict(row) for row in got] == [known.get(pair) for pair in wanted]


@settings(deadline=None)
@given(tables())
def test_parquet_gives_back_what_was_written(found) -> None:
    assert read_units(write_units(found), "x").equals(as_arrow(found))


def test_layers_are_row_groups_of_their_own(tmp_path) -> None:
    import pyarrow.parquet as pq

    path = tmp_path / "units.parquet"
    path.write_bytes(write_units([UnitTable(layer, list(range(5))) for layer in (3, 4)]))
    with pq.ParquetFile(path) as file:
        groups = [file.metadata.row_group(i).column(0).statistics for i in range(file.metadata.num_row_groups)]
        assert [(group.min, group.max) for group in groups] == [(3, 3), (4, 4)]


def test_what_cannot_be_sorted_by_or_read_is_said() -> None:
    assert "layer" in SORTABLE
    with pytest.raises(BadInput, match="cannot be sorted by 'peak_token'; they can by layer, max"):
        UnitQuery("peak_token")
    with pytest.raises(BadInput, match="no column 'peak_token' of numbers; they have layer, unit, max"):
        UnitIndex(as_arrow([])).column("peak_token")
    with pytest.raises(BrokenData, match="x is not a table of units"):
        read_units(b"PAR1", "x")
