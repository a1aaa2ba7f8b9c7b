"""Lists that people keep on a site: the database and a list in, lists as one reader sees them out.

Who "one" is: whoever knows a secret, given here as its SHA-256.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update

from neuronscope.annotations.lists import MOST_LISTS, Changed, KeptList, ListSummary, PeoplesLists, checked_list
from neuronscope.annotations.nouns import NotThere, NotYours, TooMany
from neuronscope.annotations.schema import datasets, list_units, lists
from neuronscope.annotations.store import Annotations
from neuronscope.lists import ListedUnit, UnitList


def lists_of(
    words: Annotations, dataset: str, *, reader: str | None, holding: tuple[int, int] | None = None
) -> PeoplesLists:
    """All lists of a dataset, oldest first, each with whether it holds the unit ``holding``, where one is given."""
    of_list = list_units.c.list == lists.c.number
    counted = select(func.count()).select_from(list_units).where(of_list).scalar_subquery()
    held = and_(of_list, list_units.c.layer == (holding or (-1, -1))[0], list_units.c.unit == (holding or (-1, -1))[1])
    holds = select(func.count()).select_from(list_units).where(held).scalar_subquery()
    with words.reading() as connection:
        rows = connection.execute(
            select(lists, counted.label("units"), holds.label("holds"))
            .join(datasets, datasets.c.id == lists.c.dataset)
            .where(datasets.c.key == dataset)
            .order_by(lists.c.number)
        ).all()
    return PeoplesLists([_summary(row, reader, asked=holding is not None) for row in rows])


def list_of(words: Annotations, dataset: str, id_: str, *, reader: str | None) -> KeptList:
    """One list with its units.

    :raises NotThere: nobody keeps it here.
    """
    with words.reading() as connection:
        number = connection.execute(select(datasets.c.id).where(datasets.c.key == dataset)).scalar()
        return _whole(connection, _there(connection, -1 if number is None else int(number), id_), reader)


def keep_list(words: Annotations, dataset: str, given: UnitList, *, owner: str, dataset_name: str) -> KeptList:
    """Keep a new list.

    :raises BadInput: it cannot be kept as it is.
    :raises TooMany: the dataset has as many lists as it may have.
    """
    kept, id_ = checked_list(given), secrets.token_hex(16)
    with words.writing(dataset, dataset_name) as (connection, number):
        count = connection.execute(
            select(func.count()).select_from(lists).where(lists.c.dataset == number)
        ).scalar_one()
        if count >= MOST_LISTS:
            raise TooMany(f"This site has {count} lists of this dataset; no more are kept. Delete one first.")
        row = {"id": id_, "dataset": number, "title": kept.title, "note": kept.note, "owner": owner, "version": 1}
        connection.execute(insert(lists).values(**row, created=words.now()))
        made = _there(connection, number, id_)
        _write_units(connection, made.number, kept.units)
        return _whole(connection, made, owner)


def change_list(words: Annotations, dataset: str, id_: str, given: UnitList, *, version: int, owner: str) -> KeptList:
    """Replace one's own list, where it is still as it was in ``version``.

    :raises BadInput: it cannot be kept as it is.
    :raises Changed: it has changed since.
    :raises NotThere: nobody keeps it here.
    :raises NotYours: somebody else does.
    """
    kept = checked_list(given)
    with words.writing(dataset) as (connection, number):
        row = _owned(connection, number, id_, owner)
        if row.version != version:
            raise Changed(
                f"This list has changed since it was opened (it is at version {row.version}, and {version} was to be "
                "changed): open it again and repeat what you did."
            )
        values = {"title": kept.title, "note": kept.note, "edited": words.now(), "version": version + 1}
        connection.execute(update(lists).where(lists.c.number == row.number).values(**values))
        connection.execute(delete(list_units).where(list_units.c.list == row.number))
        _write_units(connection, row.number, kept.units)
        return _whole(connection, _there(connection, number, id_), owner)


def delete_list(words: Annotations, dataset: str, id_: str, *, owner: str) -> None:
    """Forget one's own list.

    :raises NotThere: nobody keeps it here.
    :raises NotYours: somebody else does.
    """
    with words.writing(dataset) as (connection, number):
        row = _owned(connection, number, id_, owner)
        connection.execute(delete(list_units).where(list_units.c.list == row.number))
        connection.execute(delete(lists).where(lists.c.number == row.number))


def _write_units(connection: Connection, number: int, units: list[ListedUnit]) -> None:
    rows = [
        {
            "list": number,
            "place": place,
            "layer": u.layer,
            "unit": u.unit,
            "label": u.label,
            "description": u.description,
        }
        for place, u in enumerate(units)
    ]
    if rows:
        connection.execute(insert(list_units), rows)


def _there(connection: Connection, dataset: int, id_: str) -> Row[Any]:
    row = connection.execute(select(lists).where(lists.c.dataset == dataset, lists.c.id == id_)).first()
    if row is None:
        raise NotThere(f"Nobody keeps a list {id_[:80]!r} of this dataset here, or it was deleted.")
    return row


def _owned(connection: Connection, dataset: int, id_: str, owner: str) -> Row[Any]:
    row = _there(connection, dataset, id_)
    if not hmac.compare_digest(row.owner, owner):
        raise NotYours("Somebody else made this list; only its writer can change or delete it. Keep a copy instead.")
    return row


def _whole(connection: Connection, row: Row[Any], reader: str | None) -> KeptList:
    found = connection.execute(
        select(list_units).where(list_units.c.list == row.number).order_by(list_units.c.place)
    ).all()
    units = [ListedUnit(int(one.layer), int(one.unit), one.label, one.description) for one in found]
    own = _is_own(row, reader)
    return KeptList(row.id, row.title, row.note, units, row.created, row.edited, int(row.version), own)


def _summary(row: Row[Any], reader: str | None, *, asked: bool) -> ListSummary:
    return ListSummary(
        id=row.id,
        title=row.title,
        note=row.note,
        units=int(row.units),
        created=row.created,
        edited=row.edited,
        version=int(row.version),
        own=_is_own(row, reader),
        holds=bool(row.holds) if asked else None,
    )


def _is_own(row: Row[Any], reader: str | None) -> bool:
    return reader is not None and hmac.compare_digest(row.owner, reader)
