"""A dataset's units in any order, a page at a time: ``/api/datasets/{name}/units``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from neuronscope.dataset.conditions import SORTABLE, Condition, read_condition
from neuronscope.dataset.unitindex import UnitQuery, UnitRow
from neuronscope_server.answers import send_object
from neuronscope_server.queries import Parameter, decimal, one_of, refuse_unknown, unit_places, whole_number
from neuronscope_server.refused import Refused
from neuronscope_server.tables import Tables

LARGEST_PAGE = 500
PAGE = 50
ORDERS = ("asc", "desc")
DEAD = ("true", "false")
_CURSOR = re.compile(r"([0-9a-f]{16})-([0-9a-f]{8})-([0-9]{1,12})")
_MOST_LAYERS, _MOST_UNITS, _MOST_CONDITIONS = 1000, 500, 50

# Which units, and in which order.
SELECTING = {
    "sort": Parameter({"enum": list(SORTABLE), "default": "layer"}, "Units without a number come last"),
    "order": Parameter({"enum": list(ORDERS)}, "desc unless given, but for layer"),
    "layer": Parameter({"type": "string"}, "Only these layers, with commas between them"),
    "min_score": Parameter({"type": "number"}, "Only units whose best explanation scored at least this"),
    "max_density": Parameter({"type": "number"}, "Only units that fire on at most this share of tokens"),
    "dead": Parameter({"type": "boolean"}, "true: only units that never fired; false: only others"),
    "where": Parameter(
        {"type": "array", "items": {"type": "string"}, "maxItems": _MOST_CONDITIONS},
        "Only units of which this holds, such as density<=0.01 or kurtosis>=20; several: of which all hold",
    ),
    "units": Parameter(
        {"type": "string"}, f"Only these: at most {_MOST_UNITS} as LAYER:UNIT, with commas between them"
    ),
}
PARAMETERS = {
    **SELECTING,
    "limit": Parameter(
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}, "How many units a page has"
    ),
    "cursor": Parameter({"type": "string"}, "The page to give, as an answer's cursor names it"),
}


@dataclass(frozen=True)
class UnitsAnswer:
    """One page; ``total`` is how many units there are on all pages, ``cursor`` names the next one, None the end.

    All pages of one ``snapshot`` are of the same state of the dataset.
    """

    units: list[UnitRow]
    total: int
    snapshot: str
    cursor: str | None


@dataclass(frozen=True)
class UnitSelection:
    """All units of a selection at once."""

    units: list[UnitRow]


def units(tables: Tables) -> Blueprint:
    """The route; never given again by the shortcut, whose key knows nothing of queries."""
    routes = Blueprint("units", __name__, url_prefix="/api/datasets/<name>")

    def answer(name: str) -> Response:
        """:raise 400: if a parameter cannot be read, or the cursor is of another list.
        :raise 404: if there is no such dataset, or it has no tables of units.
        :raise 410: if the dataset has changed since the first page.
        """
        query, limit = unit_query(request.args, PARAMETERS), _limit(request.args)
        cursor = request.args.get("cursor")
        snapshot, after = _read(cursor, query) if cursor else (None, None)
        if snapshot is None:
            snapshot, index = tables.latest(name)
        else:
            index = tables.version(name, snapshot)
        page = index.page(query, limit=limit, after=after)
        following = None if page.last is None else f"{snapshot}-{_digest(query)}-{page.last}"
        return send_object(request, UnitsAnswer(page.rows, page.total, snapshot, following))

    routes.add_url_rule("/units", view_func=answer)
    return routes


def unit_query(given: MultiDict[str, str], known: Collection[str]) -> UnitQuery:
    """What stands behind the address as a query; ``known`` are the names that mean something there.

    :raise 400: an unknown name, or a value that cannot be.
    """
    refuse_unknown(given, known, "a list of units")
    sort = one_of(given.get("sort") or "layer", SORTABLE, "sort")
    order = one_of(given.get("order") or ("asc" if sort == "layer" else "desc"), ORDERS, "order")
    return UnitQuery(
        sort=sort,
        descending=order == "desc",
        layers=_layers(given.get("layer")),
        min_score=decimal(given["min_score"], "min_score") if given.get("min_score") else None,
        max_density=decimal(given["max_density"], "max_density") if given.get("max_density") else None,
        dead=one_of(given["dead"], DEAD, "dead") == "true" if given.get("dead") else None,
        where=_where(given.getlist("where")),
        units=unit_places(given["units"], most=_MOST_UNITS) if "units" in given else None,
    )


def _layers(text: str | None) -> tuple[int, ...] | None:
    if not text:
        return None
    return tuple(whole_number(layer, "layer") for layer in text.split(",", _MOST_LAYERS))


def _where(texts: list[str]) -> tuple[Condition, ...]:
    if len(texts) > _MOST_CONDITIONS:
        raise Refused(400, f"There are {len(texts)} conditions; a list of units takes at most {_MOST_CONDITIONS}.")
    return tuple(map(read_condition, texts))


def _limit(given: MultiDict[str, str]) -> int:
    limit = whole_number(given["limit"], "limit") if given.get("limit") else PAGE
    if not 1 <= limit <= LARGEST_PAGE:
        raise Refused(400, f"limit is {limit}; a page has 1 to {LARGEST_PAGE} units.")
    return limit


def _read(cursor: str, query: UnitQuery) -> tuple[str, int]:
    match = _CURSOR.fullmatch(cursor)
    if match is None or match[2] != _digest(query):
        raise Refused(400, "This cursor belongs to another list. Give it with the sort and filters it came with.")
    return match[1], int(match[3])


def _digest(query: UnitQuery) -> str:
    return hashlib.sha256(repr(query).encode()).hexdigest()[:8]
