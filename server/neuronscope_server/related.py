"""Related units with what is known of them beside: a stored relation and the tables of units in, the answer out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from neuronscope.codec import loads
from neuronscope.dataset import layout
from neuronscope.dataset.unitindex import UnitRow
from neuronscope.relations import ConnectedNeurons, Neighbours, RelatedNeurons, UnitGlance
from neuronscope_server.tables import Tables

JOINED = frozenset({layout.NEURONS_BY_WEIGHT, layout.NEURONS_BY_ACTIVATION, layout.NEURONS_BY_DECODER})
_ENDS = ("c_fc", "c_proj", "c_fc_up", "c_proj_up")
_UNKNOWN = UnitGlance(None, None, None)

Pair = tuple[int, int]
Glances = dict[Pair, UnitGlance]


def joined(data: bytes, part: str, tables: Tables, name: str) -> RelatedNeurons | Neighbours:
    """The relation in ``data`` with each unit's best explanation, its score and maximum.

    :raises BrokenData: it is not one.
    """
    if part == layout.NEURONS_BY_WEIGHT:
        related = loads(data, RelatedNeurons)
        ends = {end: found for end in _ENDS if (found := getattr(related, end)) is not None}
        known = _glances(tables, name, (pair for found in ends.values() for pair in _pairs(found)))
        known_ends: dict[str, Any] = {end: _connected(found, known) for end, found in ends.items()}
        return dataclasses.replace(related, **known_ends)
    neighbours = loads(data, Neighbours).neighbours
    known = _glances(tables, name, ((one.layer, one.unit) for one in neighbours))
    return Neighbours([dataclasses.replace(one, about=known[one.layer, one.unit]) for one in neighbours])


def _glances(tables: Tables, name: str, pairs: Iterable[Pair]) -> Glances:
    wanted = list(dict.fromkeys(pairs))
    return {pair: _glance(row) for pair, row in zip(wanted, tables.find(name, wanted), strict=True)}


def _glance(row: UnitRow | None) -> UnitGlance:
    return _UNKNOWN if row is None else UnitGlance(row.explanation, row.score, row.max)


def _connected(found: ConnectedNeurons, known: Glances) -> ConnectedNeurons:
    of: Callable[[list[str]], list[UnitGlance]] = lambda names: [known.get(_pair(name), _UNKNOWN) for name in names]  # noqa: E731
    return dataclasses.replace(
        found,
        top_positive_units=of(found.top_positive_neurons),
        top_negative_units=of(found.top_negative_neurons),
    )


def _pairs(found: ConnectedNeurons) -> list[Pair]:
    return [_pair(name) for name in (*found.top_positive_neurons, *found.top_negative_neurons)]


def _pair(name: str) -> Pair:
    """``3_17`` as (3, 17); what is no such name is no unit's."""
    layer, _, unit = name.partition("_")
    return (int(layer), int(unit)) if _is_number(layer) and _is_number(unit) else (-1, -1)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
