"""What people write, kept: explanations, votes and scores in; a unit's or a whole dataset's words out.

Who "one" is: whoever knows a secret, given to the store as its SHA-256. Any thread may call any method.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.sql.elements import ColumnElement

from neuronscope.annotations.nouns import (
    MOST_PER_UNIT,
    NotThere,
    NotYours,
    Place,
    TooMany,
    UnitAnnotations,
    Vote,
    Votes,
    Written,
    checked_author,
    checked_text,
    text_hash,
)
from neuronscope.annotations.reading import annotations_of, votes_on, written_units
from neuronscope.annotations.schema import WRITING, cause, datasets, explanations, open_engine, scores, votes
from neuronscope.codec import dumps
from neuronscope.errors import StorageFailed
from neuronscope.records import ScoredExplanation

_PAGE = 200  # units read at a time


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Annotations:
    """A database of what people wrote about any number of datasets, each known by a key."""

    def __init__(self, url: str, *, now: Callable[[], str] = _now) -> None:
        """Open the database, and make its tables on first use.

        :raises BadInput: no such kind of database, or one that a later version wrote.
        :raises StorageFailed: it cannot be opened or written.
        """
        self._engine = open_engine(url)
        self.now = now

    def close(self) -> None:
        """End its connections."""
        self._engine.dispose()

    def of_unit(self, place: Place, *, reader: str | None) -> UnitAnnotations:
        """All that people wrote about a unit, as ``reader`` sees it."""
        with self.reading() as connection:
            return annotations_of(connection, place, reader)

    def changes(self, dataset: str) -> int:
        """A number that grows with every write about a dataset; 0 before the first."""
        with self.reading() as connection:
            found = connection.execute(select(datasets.c.changes).where(datasets.c.key == dataset)).scalar()
            return int(found or 0)

    def units(self, dataset: str, *, reader: str | None = None) -> Iterator[UnitAnnotations]:
        """Every unit that something was written about, in order; few are in memory at a time."""
        after = (-1, -1)
        while True:
            with self.reading() as connection:
                page = written_units(connection, dataset, after=after, limit=_PAGE)
                found = [annotations_of(connection, Place(dataset, *pair), reader) for pair in page]
            yield from found
            if len(page) < _PAGE:
                return
            after = page[-1]

    def write(self, place: Place, text: str, *, author: str | None, owner: str, dataset_name: str) -> Written:
        """Keep a person's explanation of a unit.

        :raises BadInput: text or author cannot be kept as they are.
        :raises TooMany: the unit has as many explanations as it may have.
        """
        kept, name, id_ = checked_text(text), checked_author(author), secrets.token_hex(16)
        with self.writing(place.dataset, dataset_name) as (connection, dataset):
            here = _at(explanations, dataset, place)
            count = connection.execute(select(func.count()).select_from(explanations).where(here)).scalar_one()
            if count >= MOST_PER_UNIT:
                raise TooMany(f"This unit has {count} explanations that people wrote; no more are kept.")
            row = _row(dataset, place) | {"id": id_, "text": kept, "text_hash": text_hash(kept), "author": name}
            connection.execute(insert(explanations).values(**row, owner=owner, created=self.now()))
            return _one(annotations_of(connection, place, owner), id_)

    def edit(self, place: Place, id_: str, *, text: str, author: str | None, owner: str) -> Written:
        """Replace one's own explanation; votes and scores stay only where the text does.

        :raises BadInput: as :meth:`write`.
        :raises NotThere: nobody wrote it here.
        :raises NotYours: somebody else did.
        """
        kept, name = checked_text(text), checked_author(author)
        with self.writing(place.dataset) as (connection, dataset):
            row = _owned(connection, (dataset, place), id_, owner)
            values = {"text": kept, "text_hash": text_hash(kept), "author": name, "edited": self.now()}
            connection.execute(update(explanations).where(explanations.c.number == row.number).values(**values))
            if row.text != kept:
                connection.execute(delete(votes).where(_at(votes, dataset, place), votes.c.target == id_))
            return _one(annotations_of(connection, place, owner), id_)

    def delete(self, place: Place, id_: str, *, owner: str) -> None:
        """Forget one's own explanation and the votes on it.

        :raises NotThere: nobody wrote it here.
        :raises NotYours: somebody else did.
        """
        with self.writing(place.dataset) as (connection, dataset):
            row = _owned(connection, (dataset, place), id_, owner)
            connection.execute(delete(explanations).where(explanations.c.number == row.number))
            connection.execute(delete(votes).where(_at(votes, dataset, place), votes.c.target == id_))

    def vote(self, place: Place, target: str, value: Vote, *, owner: str, dataset_name: str) -> Votes:
        """One's one vote on a person's explanation (by its id) or a dataset's own (by its text's hash); 0 removes it.

        :raises NotThere: ``target`` is an id, and nobody wrote it here.
        """
        with self.writing(place.dataset, dataset_name) as (connection, dataset):
            if len(target) == 32:
                _there(connection, (dataset, place), target)
            mine = and_(_at(votes, dataset, place), votes.c.target == target, votes.c.owner == owner)
            connection.execute(delete(votes).where(mine))
            if value:
                row = _row(dataset, place) | {"target": target, "owner": owner, "value": value}
                connection.execute(insert(votes).values(**row, created=self.now()))
            return votes_on(connection, place, target, reader=owner)

    def keep_score(self, place: Place, scored: ScoredExplanation, *, dataset_name: str) -> None:
        """Keep the newest scores of a text; whoever wrote or will write this text about the unit gets them beside."""
        hashed = text_hash(scored.explanation)
        with self.writing(place.dataset, dataset_name) as (connection, dataset):
            connection.execute(delete(scores).where(_at(scores, dataset, place), scores.c.text_hash == hashed))
            row = _row(dataset, place) | {"text_hash": hashed, "created": self.now()}
            connection.execute(insert(scores).values(**row, result=dumps(scored).decode()))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only looks.

        :raises StorageFailed: the database failed.
        """
        try:
            with self._engine.connect() as connection, connection.begin():
                yield connection
        except SQLAlchemyError as error:
            raise _failed(error) from error

    @contextmanager
    def writing(self, key: str, name: str | None = None) -> Iterator[tuple[Connection, int]]:
        """A transaction and the dataset's number, -1 where nothing was written about it and no ``name`` is given.

        Writers about one dataset come one after the other.

        :raises StorageFailed: the database failed.
        """
        try:
            if name is not None:
                self._register(key, name)
            with self._engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
                known = datasets.c.key == key
                connection.execute(update(datasets).where(known).values(changes=datasets.c.changes + 1))
                number = connection.execute(select(datasets.c.id).where(known)).scalar()
                yield connection, -1 if number is None else int(number)
        except SQLAlchemyError as error:
            raise _failed(error) from error

    def _register(self, key: str, name: str) -> None:
        """Two that do so at once: one of them finds the other's row."""
        with self._engine.connect().execution_options(**{WRITING: True}) as connection:
            try:
                with connection.begin():
                    if connection.execute(select(datasets.c.id).where(datasets.c.key == key)).first() is None:
                        connection.execute(insert(datasets).values(key=key, name=name[:200], changes=0))
            except IntegrityError:
                return


def _failed(error: SQLAlchemyError) -> StorageFailed:
    return StorageFailed(f"The annotations database failed ({cause(error)}); try again in a moment.")


def _at(table: Table, dataset: int, place: Place) -> ColumnElement[bool]:
    return and_(table.c.dataset == dataset, table.c.layer == place.layer, table.c.unit == place.unit)


def _row(dataset: int, place: Place) -> dict[str, Any]:
    return {"dataset": dataset, "layer": place.layer, "unit": place.unit}


def _there(connection: Connection, where: tuple[int, Place], id_: str) -> Row[Any]:
    row = connection.execute(select(explanations).where(_at(explanations, *where), explanations.c.id == id_)).first()
    if row is None:
        raise NotThere(f"Nobody wrote an explanation {id_[:80]!r} of this unit, or it was deleted.")
    return row


def _owned(connection: Connection, where: tuple[int, Place], id_: str, owner: str) -> Row[Any]:
    row = _there(connection, where, id_)
    if not hmac.compare_digest(row.owner, owner):
        raise NotYours("Somebody else wrote this explanation; only its writer can change or delete it.")
    return row


def _one(found: UnitAnnotations, id_: str) -> Written:
    return next(written for written in found.explanations if written.id == id_)
