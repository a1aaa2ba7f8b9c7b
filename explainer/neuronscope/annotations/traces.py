"""Traces that a site made, kept by their ids: the database and a trace's bytes in, bytes out."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select

from neuronscope.annotations.schema import traces
from neuronscope.annotations.store import Annotations

MOST_TRACES = 1000  # of one site; the oldest go


def keep_trace(words: Annotations, id_: str, data: bytes, *, model: str) -> None:
    """Keep a trace of a model.

    :raises StorageFailed: the database failed.
    """
    with words.writing("") as (connection, _):  # it is about a model, not about a dataset
        connection.execute(insert(traces).values(id=id_, model=model, created=words.now(), result=data))
        last = connection.execute(select(func.max(traces.c.number))).scalar_one()
        connection.execute(delete(traces).where(traces.c.number <= last - MOST_TRACES))


def trace_of(words: Annotations, id_: str, *, model: str) -> bytes | None:
    """A trace of a model as it was kept, or None.

    :raises StorageFailed: the database failed.
    """
    with words.reading() as connection:
        here = (traces.c.id == id_) & (traces.c.model == model)
        found = connection.execute(select(traces.c.result).where(here)).scalar()
    return None if found is None else bytes(found)
