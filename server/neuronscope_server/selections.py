"""All units of a selection as a file to keep: ``/api/datasets/{name}/units.csv``, ``.parquet`` and ``.json``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Blueprint, Response, request

import neuronscope
from neuronscope.dataset.unitfiles import PIECES
from neuronscope_server.outgoing import REVALIDATE
from neuronscope_server.tables import Tables
from neuronscope_server.units import SELECTING, unit_query

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}


def selections(tables: Tables) -> Blueprint:
    """The routes; what they send is made while it goes out, so that no selection is in memory as a whole."""
    routes = Blueprint("selections", __name__, url_prefix="/api/datasets/<name>")
    for kind in CONTENT_TYPES:
        routes.add_url_rule(f"/units.{kind}", endpoint=kind, view_func=_file(tables, kind))
    return routes


def _file(tables: Tables, kind: str) -> Callable[[str], Response]:
    def answer(name: str) -> Response:
        """:raise 400: if a parameter cannot be read.
        :raise 404: if there is no such dataset, or it has no tables of units.
        """
        query = unit_query(request.args, SELECTING)
        snapshot, index = tables.latest(name)
        what = f"{neuronscope.__version__} {kind} {snapshot} {query}"
        etag = hashlib.sha256(what.encode()).hexdigest()[:24]
        seen = request.if_none_match.contains(etag)
        response = Response(
            None if seen else PIECES[kind](index.select(query)),
            status=304 if seen else 200,
            content_type=CONTENT_TYPES[kind],
        )
        response.set_etag(etag)
        response.headers["Cache-Control"] = REVALIDATE
        response.headers["Content-Disposition"] = f"attachment; filename={name}-units.{kind}"
        return response

    return answer
