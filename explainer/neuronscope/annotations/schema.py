"""The annotations database: its tables, and a SQLAlchemy URL in, an engine on a database that has them out."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from neuronscope.errors import BadInput, StorageFailed

VERSION = 3  # 1 had no lists, 2 no traces; both gain what they lack when they are opened
_BUSY = 20_000  # milliseconds that a writer waits for another one
WRITING = "neuronscope_writing"  # execution option of a connection that will write

metadata = MetaData()

version = Table("neuronscope_version", metadata, Column("version", Integer, primary_key=True, autoincrement=False))

datasets = Table(
    "datasets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),  # as a person knows it; the key says which one it is
    Column("changes", BigInteger, nullable=False),  # counts up with every write
)


def _of_a_unit(*, primary: bool) -> tuple[Column[Any], ...]:
    return (
        Column("dataset", ForeignKey("datasets.id"), nullable=False, primary_key=primary),
        Column("layer", BigInteger, nullable=False, primary_key=primary, autoincrement=False),
        Column("unit", BigInteger, nullable=False, primary_key=primary, autoincrement=False),
    )


explanations = Table(
    "explanations",
    metadata,
    Column("number", Integer, primary_key=True),  # in the order of writing
    Column("id", String(32), nullable=False),
    *_of_a_unit(primary=False),
    Column("text", Text, nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("author", String(200)),
    Column("owner", String(64), nullable=False),  # SHA-256 of the secret that its writer keeps
    Column("created", String(32), nullable=False),
    Column("edited", String(32)),
    UniqueConstraint("id"),
    Index("explanations_of_a_unit", "dataset", "layer", "unit"),
)

votes = Table(
    "votes",
    metadata,
    *_of_a_unit(primary=True),
    Column("target", String(64), primary_key=True),  # an explanation's id, or the hash of a dataset's own text
    Column("owner", String(64), primary_key=True),
    Column("value", SmallInteger, nullable=False),
    Column("created", String(32), nullable=False),
)

scores = Table(
    "scores",
    metadata,
    *_of_a_unit(primary=True),
    Column("text_hash", String(64), primary_key=True),
    Column("created", String(32), nullable=False),
    Column("result", Text, nullable=False),  # a ScoredExplanation as JSON
)

lists = Table(
    "lists",
    metadata,
    Column("number", Integer, primary_key=True),  # in the order of making
    Column("id", String(32), nullable=False),
    Column("dataset", ForeignKey("datasets.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("note", Text),
    Column("owner", String(64), nullable=False),
    Column("created", String(32), nullable=False),
    Column("edited", String(32)),
    Column("version", Integer, nullable=False),  # counts up with every change
    UniqueConstraint("id"),
    Index("lists_of_a_dataset", "dataset"),
)

list_units = Table(
    "list_units",
    metadata,
    Column("list", ForeignKey("lists.number"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("layer", BigInteger, nullable=False),
    Column("unit", BigInteger, nullable=False),
    Column("label", Text),
    Column("description", Text),
)

traces = Table(
    "traces",
    metadata,
    Column("number", Integer, primary_key=True),  # in the order of making
    Column("id", String(64), nullable=False),
    Column("model", String(200), nullable=False),  # its name in addresses
    Column("created", String(32), nullable=False),
    Column("result", LargeBinary, nullable=False),  # a StoredTrace as JSON, deflated
    UniqueConstraint("id"),
)


def open_engine(url: str) -> Engine:
    """An engine on the database at ``url``; its tables are made where they are not there.

    :raises BadInput: no such kind of database, one in memory, or one that a later version wrote.
    :raises StorageFailed: it cannot be opened or written.
    """
    place = _checked(url)
    shown = place.render_as_string(hide_password=True)
    try:
        engine = create_engine(place, hide_parameters=True, pool_pre_ping=place.get_backend_name() != "sqlite")
    except ModuleNotFoundError as error:
        raise BadInput(f"{shown} needs the Python package {error.name}: install it.") from error
    if place.get_backend_name() == "sqlite":
        _tame_sqlite(engine)
    try:
        with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
            _make_tables(connection, shown)
    except SQLAlchemyError as error:
        engine.dispose()
        raise StorageFailed(f"{shown} cannot be used for annotations: {cause(error)}") from error
    except BadInput:
        engine.dispose()
        raise
    return engine


def cause(error: SQLAlchemyError) -> str:
    """The first line of what the database said; never the statement or what was written."""
    original = getattr(error, "orig", None) or error
    return (str(original).splitlines() or [type(original).__name__])[0]


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def _checked(url: str) -> URL:
    try:
        place = make_url(url)
        place.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise BadInput(
            "the annotations database is no SQLAlchemy URL: write sqlite:////path/to/file or "
            "postgresql+psycopg://user@host/name"
        ) from error
    except ModuleNotFoundError as error:
        raise BadInput(f"{place.drivername} needs the Python package {error.name}: install it.") from error
    if place.get_backend_name() == "sqlite" and place.database in (None, "", ":memory:"):
        raise BadInput("words kept in memory would be lost: write sqlite:////path/to/file")
    return place


def _tame_sqlite(engine: Engine) -> None:
    """Transactions begin when we say, and one that will write waits for its turn at its begin, not in its middle.

    The driver alone begins late and without the write lock; two that read and then write would refuse each other.
    """

    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {_BUSY}")
        _keep_a_log(connection)
        connection.execute("PRAGMA synchronous = FULL")  # what was answered with 201 outlives a power cut
        connection.execute("PRAGMA foreign_keys = ON")

    def begun(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Write ahead, so that readers need not wait. Where others open the file too, SQLite refuses the change of mode
    at once and not after ``busy_timeout``: the waiting is ours.

    :raises sqlite3.OperationalError: the file stayed locked as long as a writer waits for another one.
    """
    until = time.monotonic() + _BUSY / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            time.sleep(0.01)


def _make_tables(connection: Connection, shown: str) -> None:
    """Make what is not there; a database of an earlier version gains what came since, one of a later is left alone."""
    version.create(connection, checkfirst=True)
    found = connection.execute(select(version.c.version)).scalar()
    if found is not None and found > VERSION:
        raise BadInput(f"{shown} has version {found}; this version of Neuronscope reads {VERSION}. Upgrade it.")
    metadata.create_all(connection)
    if found is None:
        connection.execute(insert(version).values(version=VERSION))
    elif found < VERSION:
        connection.execute(update(version).values(version=VERSION))
