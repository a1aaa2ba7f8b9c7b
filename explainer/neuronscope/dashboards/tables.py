"""Examples in a SQLite file, a row per feature: a column of whole numbers, and one of JSON. Read row by row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuronscope.dashboards.colour import all_records
from neuronscope.dashboards.examples import Reading, record_of
from neuronscope.dashboards.shapes import Entry, ShownUnit
from neuronscope.errors import BadInput, StorageFailed

if TYPE_CHECKING:
    from neuronscope.dataset import Manifest

TABLE, COLUMN, KEY = "data_table", "examples", "key"


class TableUnits:
    """Features of one table. Names are looked up in the schema before they are quoted; values are bound.

    :raises BadInput: no such file, table or column, or no column of whole numbers to be the key.
    """

    provenance: Manifest | None = None

    def __init__(self, path: Path | str, reading: Reading, *, table: str = TABLE, column: str = COLUMN) -> None:
        self._path, self._reading = Path(path).expanduser(), reading
        if not self._path.is_file():
            raise BadInput(f"{self._path} is no file: name a SQLite file")
        self.title = self._path.stem
        self._said = f"column {column!r} of table {table!r} in {self._path.name}"
        with self._reads() as reads:
            key = _key_column(reads, self._path, table, column)
        self._key, self._column, self._table = map(_quoted, (key, column, table))

    @cached_property
    def total(self) -> int:
        """How many features there are; counted once, for that takes a walk through the file."""
        with self._reads() as reads:
            return int(reads.execute(f"SELECT count(*) FROM {self._table} WHERE {self._whole}").fetchone()[0])

    def every_key(self) -> Iterator[str]:
        """All of them, ascending; the file stays open while they are taken."""
        with self._reads() as reads:
            rows = reads.execute(f"SELECT {self._key} FROM {self._table} WHERE {self._whole} ORDER BY {self._key}")
            yield from (str(row[0]) for row in rows)

    def __contains__(self, key: str) -> bool:
        return self._row(key) is not None

    def unit(self, key: str) -> ShownUnit:
        """One feature.

        :raises BadInput: its column is no JSON list, or its examples cannot be used; the message names the feature.
        """
        row = self._row(key)
        if row is None:
            raise BadInput(f"feature {key} is no longer in {self._path.name}")
        return ShownUnit(key, record_of(int(key), self._examples(key, row[0]), self._reading))

    def entries(self, keys: Sequence[str]) -> list[Entry]:
        """Keys alone: no row is read."""
        return [Entry(key) for key in keys]

    @property
    def _whole(self) -> str:
        return f"typeof({self._key}) = 'integer' AND {self._key} >= 0"

    def _row(self, key: str) -> tuple[Any] | None:
        if not key.isdigit():
            return None
        with self._reads() as reads:
            query = f"SELECT {self._column} FROM {self._table} WHERE {self._key} = ?"
            found: tuple[Any] | None = reads.execute(query, (int(key),)).fetchone()
        return found

    def _examples(self, key: str, value: object) -> list[Any]:
        if not isinstance(value, (str, bytes)):
            raise BadInput(f"feature {key}: {self._said} holds {_kind(value)}, where JSON belongs")
        try:
            found = json.loads(value)
        except ValueError as error:
            raise BadInput(f"feature {key}: {self._said} is not JSON: {error}") from error
        if not isinstance(found, list):
            raise BadInput(f"feature {key}: {self._said} holds {_kind(found)}, where a list of examples belongs")
        return found

    @contextmanager
    def _reads(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)) as reads:
                yield reads
        except sqlite3.DatabaseError as error:
            raise BadInput(f"{self._path} cannot be read as a SQLite file: {error}") from error


def write_table(path: Path | str, units: Iterable[ShownUnit], *, table: str = TABLE, column: str = COLUMN) -> int:
    """Add a table of the units' texts to a SQLite file, made where there is none; how many rows it has.

    All rows are there at the end, or none of them and no table.

    :raises BadInput: there is such a table, or units of several layers, which one number does not name.
    :raises StorageFailed: the file cannot be written.
    """
    where, name = Path(path).expanduser(), _quoted(table)
    try:
        with closing(sqlite3.connect(where)) as file, file:
            file.execute("BEGIN")  # so that a table of half its rows does not stay
            if _tables(file) & {table}:
                raise BadInput(f"{where} has a table {table!r} already: name another one with table_name=")
            file.execute(f"CREATE TABLE {name} ({_quoted(KEY)} INTEGER PRIMARY KEY, {_quoted(column)} TEXT NOT NULL)")
            rows = file.executemany(f"INSERT INTO {name} VALUES (?, ?)", map(_row_of, units))
            return rows.rowcount
    except sqlite3.IntegrityError as error:
        raise BadInput("units of several layers have the same number: write one layer into a table") from error
    except sqlite3.Error as error:
        raise StorageFailed(f"{where} cannot be written: {error}") from error


def _row_of(unit: ShownUnit) -> tuple[int, str]:
    texts = [(max(text.activations), text.tokens, text.activations) for text in all_records(unit.record)]
    ordered = sorted(texts, key=lambda text: -text[0])
    return int(unit.key.rpartition(":")[2]), json.dumps(ordered)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _tables(reads: sqlite3.Connection) -> set[str]:
    return {row[0] for row in reads.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}


def _key_column(reads: sqlite3.Connection, path: Path, table: str, column: str) -> str:
    """The column of whole numbers; of several the primary key."""
    if table not in (there := _tables(reads)):
        raise BadInput(f"{path.name} has no table {table!r}; it has {_listed(there)}: name it with table_name=")
    columns = reads.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()  # number, name, type, ..., primary key
    if column not in {one[1] for one in columns}:
        names = _listed(one[1] for one in columns)
        raise BadInput(f"table {table!r} has no column {column!r}; it has {names}: name it with column_name=")
    whole = [one for one in columns if "INT" in one[2].upper() and one[1] != column]
    chosen = whole if len(whole) == 1 else [one for one in whole if one[5] == 1]
    if len(chosen) == 1:
        return str(chosen[0][1])
    if whole:
        names = _listed(one[1] for one in whole)
        raise BadInput(f"table {table!r} has several columns of whole numbers, {names}, and none is its primary key")
    kinds = ", ".join(f"{one[1]} {one[2] or 'of no type'}" for one in columns)
    raise BadInput(f"table {table!r} has no INTEGER column to be the features' numbers; it has {kinds}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, sorted(names))) or "none"


def _kind(value: object) -> str:
    known = {dict: "an object", str: "a string", bool: "true or false", type(None): "null", list: "a list"}
    return known.get(type(value), "a number")
