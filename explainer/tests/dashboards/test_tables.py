"""SQLite files: what is read and written, names that would be commands, and what is said of bad tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from neuronscope.dashboards import OfflineFeatureDashboard
from neuronscope.errors import BadInput

EXAMPLE = [[2.0, [" a", " b"], [0.5, 2.0]]]
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A file with one table, from its columns and rows."""

    def made(
        columns: str = "id INTEGER PRIMARY KEY, examples TEXT",
        rows: list[tuple[Any, ...]] | None = None,
        table: str = "data_table",
    ) -> Path:
        path = tmp_path / "features.db"
        with closing(sqlite3.connect(path)) as file, file:
            file.execute(f'CREATE TABLE "{table}" ({columns})')
            for row in rows or [(7, json.dumps(EXAMPLE))]:
                file.execute(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(row))})', row)
        return path

    return made


def tokens(dashboard: OfflineFeatureDashboard, key: int) -> list[str]:
    return dashboard.unit(key).record.most_positive_activation_records[0].tokens


@pytest.mark.parametrize(
    "columns",
    [
        "id INTEGER PRIMARY KEY, examples TEXT",
        "feature BIGINT, examples JSON",
        'feature unsigned big int, "examples" BLOB',
    ],
)
def test_the_key_is_found_by_its_type(make: Make, columns: str) -> None:
    assert tokens(OfflineFeatureDashboard.from_db(make(columns)), 7) == [" a", " b"]


def test_of_several_whole_columns_the_primary_key_counts(make: Make) -> None:
    path = make("count INTEGER, id INTEGER PRIMARY KEY, examples TEXT", [(1, 7, json.dumps(EXAMPLE))])
    assert tokens(OfflineFeatureDashboard.from_db(path), 7) == [" a", " b"]


def test_ids_are_read_with_the_tokenizer_and_bytes_are_json_too(make: Make) -> None:
    path = make(rows=[(7, json.dumps([[1.0, [0, 1], [1.0, 0.0]]]).encode())])
    assert tokens(OfflineFeatureDashboard.from_db(path, lambda ids: "".join("ab"[one] for one in ids)), 7) == ["a", "b"]


def test_names_are_quoted_and_never_run(make: Make) -> None:
    table, column = 'x"; DROP TABLE "y', "e'x;--"
    path = make(f'id INTEGER PRIMARY KEY, "{column}" TEXT', table=table.replace('"', '""'))
    dashboard = OfflineFeatureDashboard.from_db(path, None, column, table)
    assert tokens(dashboard, 7) == [" a", " b"]
    with pytest.raises(BadInput, match="has no column"):
        OfflineFeatureDashboard.from_db(path, None, "id FROM sqlite_master --", table)


@pytest.mark.parametrize(
    ("columns", "rows", "options", "message"),
    [
        (None, None, {"table_name": "other"}, "has no table 'other'; it has 'data_table'"),
        (None, None, {"column_name": "other"}, "has no column 'other'; it has 'examples', 'id'"),
        ("id TEXT, examples TEXT", None, {}, "no INTEGER column .* it has id TEXT, examples TEXT"),
        ("a INT, b INT, examples TEXT", [(1, 2, "[]")], {}, "several columns of whole numbers, 'a', 'b'"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_used_says_why(
    make: Make, columns: str | None, rows: Any, options: dict[str, str], message: str
) -> None:
    path = make(*([columns] if columns else []), rows=rows)
    with pytest.raises(BadInput, match=message):
        OfflineFeatureDashboard.from_db(path, **options)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{}", "feature 7: column 'examples' of table 'data_table' in features.db holds an object, where a list"),
        ("3", "feature 7: .* holds a number"),
        ("[1, 2", "feature 7: .* is not JSON"),
        (None, "feature 7: .* holds null, where JSON belongs"),
        ("[[1.0, [], []]]", "feature 7, example 0 has no tokens"),
        ('[[1.0, [" a"], [NaN]]]', "feature 7, example 0: the activation of token 0 is nan"),
    ],
)
def test_a_row_that_cannot_be_used_names_the_feature(make: Make, value: object, message: str) -> None:
    dashboard = OfflineFeatureDashboard.from_db(make(rows=[(7, value)]))
    with pytest.raises(BadInput, match=message):
        dashboard.unit(7)


def test_what_is_no_sqlite_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is no file"):
        OfflineFeatureDashboard.from_db(tmp_path / "missing.db")
    (tmp_path / "text.db").write_text("nothing of the kind" * 100, encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be read as a SQLite file"):
        OfflineFeatureDashboard.from_db(tmp_path / "text.db")


def test_one_unit_reads_one_row_of_many(make: Make) -> None:
    path = make(rows=[(number, json.dumps(EXAMPLE) if number == 4321 else "not JSON") for number in range(5000)])
    dashboard = OfflineFeatureDashboard.from_db(path)
    assert tokens(dashboard, 4321) == [" a", " b"]
    with pytest.raises(BadInput, match="there are 5,000: 0, 1, 2"):
        dashboard.unit(9999)


def test_what_was_written_is_read_again(tmp_path: Path, hostile: Any) -> None:
    path = tmp_path / "out.db"
    assert OfflineFeatureDashboard(hostile | {3: [(1.0, [" a"], [1.0])]}).to_db(path) == 2
    again = OfflineFeatureDashboard.from_db(path)
    assert tokens(again, 7) == hostile[7][0][1]
    assert [entry.key for entry in again.payload().head.directory] == ["3", "7"]
    with pytest.raises(BadInput, match="has a table 'data_table' already"):
        OfflineFeatureDashboard(hostile).to_db(path)


def test_a_table_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "out.db"
    with pytest.raises(BadInput, match="feature 2"):
        OfflineFeatureDashboard({1: [(1.0, ["a "], [1.0])], 2: [(1.0, ["a "], [])]}).to_db(path)
    assert OfflineFeatureDashboard({1: [(1.0, ["a "], [1.0])]}).to_db(path) == 1


def test_two_layers_do_not_fit_one_column(tmp_path: Path) -> None:
    from neuronscope.records import NeuronId, NeuronRecord

    records = [NeuronRecord(NeuronId(layer, 1)) for layer in (0, 1)]
    with pytest.raises(BadInput, match="units of several layers"):
        OfflineFeatureDashboard(records).to_db(tmp_path / "out.db")
