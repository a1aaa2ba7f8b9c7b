"""The database is made on first use, and one that cannot be used is a sentence."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from neuronscope.annotations.listing import keep_list, list_of
from neuronscope.annotations.nouns import Place
from neuronscope.annotations.schema import VERSION, metadata, open_engine, sqlite_url
from neuronscope.annotations.store import Annotations
from neuronscope.annotations.traces import keep_trace, trace_of
from neuronscope.errors import BadInput, StorageFailed
from neuronscope.lists import ListedUnit, UnitList


def test_the_first_use_makes_the_tables_and_the_second_finds_them(tmp_path: Path) -> None:
    for _ in range(2):
        open_engine(sqlite_url(tmp_path / "words.sqlite")).dispose()
    with sqlite3.connect(tmp_path / "words.sqlite") as connection:
        assert connection.execute("SELECT version FROM neuronscope_version").fetchall() == [(VERSION,)]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_database_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "words.sqlite")
    open_engine(url).dispose()
    with sqlite3.connect(tmp_path / "words.sqlite") as connection:
        connection.execute("UPDATE neuronscope_version SET version = 7")
        connection.execute("DROP TABLE list_units")
    with pytest.raises(BadInput, match="has version 7; this version of Neuronscope reads 3"):
        open_engine(url)
    assert "list_units" not in tables(tmp_path / "words.sqlite")


# The statements of version 1, as SQLite shows them of a database that it made.
FIRST_VERSION = """
CREATE TABLE neuronscope_version (version INTEGER NOT NULL, PRIMARY KEY (version));
CREATE TABLE datasets (id INTEGER NOT NULL, "key" VARCHAR(64) NOT NULL, name VARCHAR(200) NOT NULL,
    changes BIGINT NOT NULL, PRIMARY KEY (id), UNIQUE ("key"));
CREATE TABLE explanations (number INTEGER NOT NULL, id VARCHAR(32) NOT NULL, dataset INTEGER NOT NULL,
    layer BIGINT NOT NULL, unit BIGINT NOT NULL, text TEXT NOT NULL, text_hash VARCHAR(64) NOT NULL,
    author VARCHAR(200), owner VARCHAR(64) NOT NULL, created VARCHAR(32) NOT NULL, edited VARCHAR(32),
    PRIMARY KEY (number), UNIQUE (id), FOREIGN KEY(dataset) REFERENCES datasets (id));
CREATE INDEX explanations_of_a_unit ON explanations (dataset, layer, unit);
CREATE TABLE votes (dataset INTEGER NOT NULL, layer BIGINT NOT NULL, unit BIGINT NOT NULL,
    target VARCHAR(64) NOT NULL, owner VARCHAR(64) NOT NULL, value SMALLINT NOT NULL, created VARCHAR(32) NOT NULL,
    PRIMARY KEY (dataset, layer, unit, target, owner), FOREIGN KEY(dataset) REFERENCES datasets (id));
CREATE TABLE scores (dataset INTEGER NOT NULL, layer BIGINT NOT NULL, unit BIGINT NOT NULL,
    text_hash VARCHAR(64) NOT NULL, created VARCHAR(32) NOT NULL, result TEXT NOT NULL,
    PRIMARY KEY (dataset, layer, unit, text_hash), FOREIGN KEY(dataset) REFERENCES datasets (id));
INSERT INTO neuronscope_version VALUES (1);
INSERT INTO datasets VALUES (1, 'd', 'tiny', 1);
INSERT INTO explanations VALUES (1, 'e', 1, 3, 17, 'words of heroes', 'h', 'Ada', 'o', '2026-01-01T00:00:00Z', NULL);
"""


def tables(file: Path) -> set[str]:
    with sqlite3.connect(file) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_a_database_of_version_1_keeps_its_words_and_gains_lists_and_traces(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"
    with sqlite3.connect(file) as connection:
        connection.executescript(FIRST_VERSION)
    words = Annotations(sqlite_url(file))
    (one,) = words.of_unit(Place("d", 3, 17), reader=None).explanations
    assert (one.explanation, one.author) == ("words of heroes", "Ada")
    made = keep_list(words, "d", UnitList("Heroes", [ListedUnit(3, 17)]), owner="a" * 64, dataset_name="tiny")
    assert list_of(words, "d", made.id, reader=None).units == [ListedUnit(3, 17)]
    keep_trace(words, "t", b"a trace", model="tiny")
    assert trace_of(words, "t", model="tiny") == b"a trace"
    words.close()
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT version FROM neuronscope_version").fetchall() == [(VERSION,)]


@pytest.mark.parametrize("url", ["words.sqlite", "", "nosuch://host/name", "sqlite"])
def test_what_is_no_url_is_told_how_to_write_one(url: str) -> None:
    with pytest.raises(BadInput, match="no SQLAlchemy URL: write sqlite"):
        open_engine(url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_memory_is_no_place_for_what_people_write(url: str) -> None:
    with pytest.raises(BadInput, match="would be lost"):
        open_engine(url)


def test_a_missing_driver_is_named() -> None:
    with pytest.raises(BadInput, match="needs the Python package"):
        open_engine("mysql+mysqldb://user:secret@host/name")


def test_a_file_that_is_no_database_is_named_with_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"
    file.write_text("This is not a database. " * 100)
    with pytest.raises(StorageFailed, match=r"words\.sqlite cannot be used for annotations: file is not a database"):
        open_engine(sqlite_url(file))
    with pytest.raises(StorageFailed, match="unable to open"):
        open_engine(sqlite_url(tmp_path / "absent" / "words.sqlite"))


def test_a_path_with_odd_characters_is_one_file(tmp_path: Path) -> None:
    file = tmp_path / "what? 50% #1.sqlite"
    open_engine(sqlite_url(file)).dispose()
    assert file.is_file()


def test_the_tables_can_be_written_for_postgres() -> None:
    statements = [str(CreateTable(table).compile(dialect=postgresql.dialect())) for table in metadata.sorted_tables]
    assert sum("BIGINT" in statement for statement in statements) == 5
    assert not [statement for statement in statements if "DATETIME" in statement]
