"""A dataset's units in any order, a page at a time: ``/api/datasets/{name}/units``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request

from neuronscope.dataset.unitindex import SORTABLE, UnitQuery, UnitRow
from neuronscope_server.answers import send_object
from neuronscope_server.problems import Refused
from neuronscope_server.queries import Parameter, decimal, one_of, refuse_unknown, whole_number
from neuronscope_server.tables import Tables

LARGEST_PAGE = 500
PAGE = 50
ORDERS = ("asc", "desc")
DEAD = ("true", "false")
_CURSOR = re.compile(r"([0-9a-f]{16})-([0-9a-f]{8})-([0-9]{1,12})")
_MOST_LAYERS = 1000

PARAMETERS = {
    "sort": Parameter({"enum": list(SORTABLE), "default": "layer"}, "Units without a number come last"),
    "order": Parameter({"enum": list(ORDERS)}, "desc unless given, but for layer"),
    "layer": Parameter({"type": "string"}, "Only these layers, with commas between them"),
    "min_score": Parameter({"type": "number"}, "Only units whose best explanation scored at least this"),
    "max_density": Parameter({"type": "number"}, "Only units that fire on at most this share of tokens"),
    "dead": Parameter({"type": "boolean"}, "true: only units that never fired; false: only others"),
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


def units(tables: Tables) -> Blueprint:
    """The route; never given again by the shortcut, whose key knows nothing of queries."""
    routes = Blueprint("units", __name__, url_prefix="/api/datasets/<name>")

    def answer(name: str) -> Response:
        """:raise 400: if a parameter cannot be read, or the cursor is of another list.
        :raise 404: if there is no such dataset, or it has no tables of units.
        :raise 410: if the dataset has changed since the first page.
        """
        query, limit = unit_query(request.args), _limit(request.args)
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


def unit_query(given: Mapping[str, str]) -> UnitQuery:
    """What stands behind the address as a query.

    :raise 400: an unknown name, or a value that cannot be.
    """
    refuse_unknown(given, PARAMETERS, "a list of units")
    sort = one_of(given.get("sort") or "layer", SORTABLE, "sort")
    order = one_of(given.get("order") or ("asc" if sort == "layer" else "desc"), ORDERS, "order")
    return UnitQuery(
        sort=sort,
        descending=order == "desc",
        layers=_layers(given.get("layer")),
        min_score=decimal(given["min_score"], "min_score") if given.get("min_score") else None,
        max_density=decimal(given["max_density"], "max_density") if given.get("max_density") else None,
        dead=one_of(given["dead"], DEAD, "dead") == "true" if given.get("dead") else None,
    )


def _layers(text: str | None) -> tuple[int, ...] | None:
    if not text:
        return None
    return tuple(whole_number(layer, "layer") for layer in text.split(",", _MOST_LAYERS))


def _limit(given: Mapping[str, str]) -> int:
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
