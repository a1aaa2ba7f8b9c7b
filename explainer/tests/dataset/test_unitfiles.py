"""Selections as files: read back by other programs' readers, they are the rows that were selected."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet
import pytest

from neuronscope.dataset.tables import UnitTable
from neuronscope.dataset.unitfiles import csv_pieces, json_pieces, kind_of, parquet_pieces, write_selection
from neuronscope.dataset.unitindex import UnitIndex, UnitQuery
from neuronscope.dataset.unitsparquet import as_arrow
from neuronscope.errors import BadInput

TEXTS = ["a, b", 'said "no"', "two\nlines", "", None, "=1+1", "@SUM(A1)", " = as it is", "é", "\uff1dfull", "-"]


@pytest.fixture
def index() -> UnitIndex:
    """More rows than are put together at a time, so that files have several pieces."""
    many = 20_000
    return UnitIndex(
        as_arrow(
            [
                UnitTable(
                    3,
                    list(range(many)),
                    max=[None if i % 7 == 0 else i / 3 for i in range(many)],
                    dead=[i % 2 == 0 for i in range(many)],
                    explanation=[TEXTS[i % len(TEXTS)] for i in range(many)],
                )
            ]
        )
    )


def rows(index: UnitIndex) -> list[dict]:
    return [row for table in index.select(UnitQuery("max", descending=True)) for row in table.to_pylist()]


def test_json_and_parquet_have_every_row_as_it_is(index: UnitIndex) -> None:
    query = UnitQuery("max", descending=True)
    expected = rows(index)
    assert json.loads(b"".join(json_pieces(index.select(query)))) == {"units": expected}
    table = pyarrow.parquet.read_table(io.BytesIO(b"".join(parquet_pieces(index.select(query)))))
    assert table.to_pylist() == expected
    assert [str(table.schema.field(name).type) for name in ("unit", "max", "dead")] == ["int64", "double", "bool"]


def test_csv_has_empty_fields_for_what_is_undefined_and_the_shortest_form_of_each_number(index: UnitIndex) -> None:
    text = b"".join(csv_pieces(index.select(UnitQuery("max", descending=True)))).decode()
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    expected = rows(index)
    assert [row["max"] for row in read[-3:]] == ["", "", ""]
    assert [float(row["max"]) for row in read if row["max"]] == [
        row["max"] for row in expected if row["max"] is not None
    ]
    assert {row["dead"] for row in read} == {"true", "false"}


def test_csv_texts_never_run_in_a_spreadsheet_and_others_are_as_they_are(index: UnitIndex) -> None:
    text = b"".join(csv_pieces(index.select(UnitQuery()))).decode()
    read = [row["explanation"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    safe = {"=1+1": "'=1+1", "@SUM(A1)": "'@SUM(A1)", "\uff1dfull": "'\uff1dfull", "-": "'-", None: ""}
    assert read[: len(TEXTS)] == [safe.get(text, text) for text in TEXTS]


@pytest.mark.parametrize("kind", ["csv", "parquet", "json"])
def test_a_selection_without_units_is_a_whole_file_all_the_same(index: UnitIndex, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"units.{kind}"
    write_selection(index.select(UnitQuery(layers=(9,))), path)
    if kind == "csv":
        assert path.read_text().count("\n") == 1
    elif kind == "json":
        assert json.loads(path.read_text()) == {"units": []}
    else:
        assert pyarrow.parquet.read_table(path).num_rows == 0
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_places_where_no_table_can_be_are_said(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name, said in (
        ("x.xlsx", "end with .csv, .parquet, .json"),
        ("folder.csv", "is a folder"),
        ("no/x.csv", "does not exist"),
    ):
        with pytest.raises(BadInput, match=said):
            kind_of(tmp_path / name)
