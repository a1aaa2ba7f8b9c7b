"""The database is made on first use, and one that cannot be used is a sentence."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from neuronscope.annotations.schema import VERSION, metadata, open_engine, sqlite_url
from neuronscope.errors import BadInput, StorageFailed


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
    with pytest.raises(BadInput, match="has version 7; this version of Neuronscope reads 1"):
        open_engine(url)


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
    assert sum("BIGINT" in statement for statement in statements) == 4
    assert not [statement for statement in statements if "DATETIME" in statement]
