"""Searching a dataset's explanations and tokens: ``/api/datasets/{name}/search``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from neuronscope.dataset.search import SearchRequest, snapshot_of
from neuronscope.dataset.search import search as find
from neuronscope.dataset.search.answer import LARGEST_PAGE, MODES, ORDERS, PAGE, SORTS, WHERE
from neuronscope.dataset.search.syntax import LONGEST
from neuronscope_server.answers import send_object
from neuronscope_server.indexes import Indexes
from neuronscope_server.queries import Parameter, decimal, one_of, refuse_unknown, whole_number

PARAMETERS = {
    "q": Parameter(
        {"type": "string", "maxLength": LONGEST},
        'Words, foo*, word~, "a phrase", AND, OR, NOT, brackets; bare words are found inside words too. All, if empty',
    ),
    "in": Parameter({"type": "string", "default": ",".join(WHERE)}, "explanations, tokens, or both with a comma"),
    "mode": Parameter(
        {"enum": list(MODES), "default": "words"},
        "words; regex: q is one regular expression, tried on each word; meaning: what means something alike, too",
    ),
    "layer": Parameter({"type": "integer", "minimum": 0}, "Only this layer"),
    "min_score": Parameter({"type": "number"}, "Only what scored at least this"),
    "sort": Parameter({"enum": list(SORTS), "default": "relevance"}, "What comes first"),
    "order": Parameter({"enum": list(ORDERS)}, "desc or asc; desc unless given, but for layer"),
    "limit": Parameter(
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}, "How many hits a page has"
    ),
    "cursor": Parameter({"type": "string"}, "The page to give, as an answer's cursor names it"),
}


def search(indexes: Indexes) -> Blueprint:
    """The route; never given again by the shortcut, whose key knows nothing of queries."""
    routes = Blueprint("search", __name__, url_prefix="/api/datasets/<name>")

    def answer(name: str) -> Response:
        """:raise 400: if the query, a filter or the cursor cannot be read.
        :raise 404: if there is no such dataset.
        :raise 410: if the dataset has changed since the first page, and pages of that state are gone.
        :raise 503: if its index is still being built, or could not be.
        """
        asked, cursor = search_request(request.args), request.args.get("cursor") or None
        additions = indexes.additions(name)
        if asked.mode == "meaning":
            return send_object(request, indexes.meaning(name).search(asked, additions))
        index = indexes.index(name, snapshot_of(cursor, asked) if cursor else None)
        return send_object(request, find(index, asked, additions=additions, cursor=cursor))

    routes.add_url_rule("/search", view_func=answer)
    return routes


def search_request(given: Mapping[str, str]) -> SearchRequest:
    """What stands behind the address as a request.

    :raise 400: an unknown name, or a value that cannot be.
    """
    refuse_unknown(given, PARAMETERS, "a search")
    chosen: dict[str, Any] = {}
    for name, values in (("mode", MODES), ("sort", SORTS), ("order", ORDERS)):
        if given.get(name):
            chosen[name] = one_of(given[name], values, name)
    if given.get("in"):
        chosen["where"] = tuple(one_of(where, WHERE, "in") for where in given["in"].split(",", len(WHERE)))
    for name in ("layer", "limit"):
        if given.get(name):
            chosen[name] = whole_number(given[name], name)
    if given.get("min_score"):
        chosen["min_score"] = decimal(given["min_score"], "min_score")
    return SearchRequest(given.get("q", ""), **chosen)
