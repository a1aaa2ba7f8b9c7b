"""Rows of the annotations database as nouns: a connection and a place in, what people wrote there out."""

from __future__ import annotations

import hmac
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, or_, select, union

from neuronscope.annotations.nouns import Place, UnitAnnotations, Vote, Votes, Written
from neuronscope.annotations.schema import datasets, explanations, scores, votes
from neuronscope.codec import loads
from neuronscope.records import ScoredExplanation

Counts = dict[str, tuple[int, int, Vote]]  # up, down and the reader's own, by target
_NONE: tuple[int, int, Vote] = (0, 0, 0)


def annotations_of(connection: Connection, place: Place, reader: str | None) -> UnitAnnotations:
    """All that people wrote about a unit, as the ``reader`` of this digest sees it."""
    counts = _votes(connection, place, reader)
    with_scores = explanations.outerjoin(
        scores, and_(*(scores.c[name] == explanations.c[name] for name in ("dataset", "layer", "unit", "text_hash")))
    ).join(datasets, datasets.c.id == explanations.c.dataset)
    rows = connection.execute(
        select(explanations, scores.c.result)
        .select_from(with_scores)
        .where(datasets.c.key == place.dataset, explanations.c.layer == place.layer, explanations.c.unit == place.unit)
        .order_by(explanations.c.number)
    ).all()
    own = [Votes(target, *counts[target]) for target in sorted(counts) if len(target) == 64]
    return UnitAnnotations(place.layer, place.unit, [_written(row, counts, reader) for row in rows], own)


def votes_on(connection: Connection, place: Place, target: str, *, reader: str | None) -> Votes:
    """Votes on one explanation of a unit."""
    return Votes(target, *_votes(connection, place, reader).get(target, _NONE))


def written_units(connection: Connection, dataset: str, *, after: tuple[int, int], limit: int) -> list[tuple[int, int]]:
    """The next units ``(layer, unit)`` that somebody explained or voted on, in ascending order."""
    tables = [
        select(table.c.layer, table.c.unit)
        .join(datasets, datasets.c.id == table.c.dataset)
        .where(
            datasets.c.key == dataset,
            or_(table.c.layer > after[0], and_(table.c.layer == after[0], table.c.unit > after[1])),
        )
        for table in (explanations, votes)
    ]
    rows = connection.execute(union(*tables).order_by("layer", "unit").limit(limit))
    return [(int(layer), int(unit)) for layer, unit in rows]


def _votes(connection: Connection, place: Place, reader: str | None) -> Counts:
    mine = case((votes.c.owner == (reader or ""), votes.c.value), else_=0)
    up, down = (case((votes.c.value == value, 1), else_=0) for value in (1, -1))
    rows = connection.execute(
        select(votes.c.target, func.sum(up), func.sum(down), func.sum(mine))
        .join(datasets, datasets.c.id == votes.c.dataset)
        .where(datasets.c.key == place.dataset, votes.c.layer == place.layer, votes.c.unit == place.unit)
        .group_by(votes.c.target)
    )
    return {target: (int(ups), int(downs), _vote(int(own))) for target, ups, downs, own in rows}


def _vote(value: int) -> Vote:
    return 1 if value > 0 else -1 if value < 0 else 0


def _written(row: Row[Any], counts: Counts, reader: str | None) -> Written:
    up, down, vote = counts.get(row.id, _NONE)
    scored = None if row.result is None else loads(row.result.encode(), ScoredExplanation)
    return Written(
        id=row.id,
        explanation=row.text,
        author=row.author,
        created=row.created,
        edited=row.edited,
        up=up,
        down=down,
        own=reader is not None and hmac.compare_digest(row.owner, reader),
        vote=vote,
        scores=scored.scores if scored else None,
        baselines=scored.baselines if scored else None,
        provenance=scored.provenance if scored else None,
    )
