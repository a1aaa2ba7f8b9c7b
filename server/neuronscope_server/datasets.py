"""The reading routes: a dataset's own paths under its name."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request

from neuronscope.dataset import StoredFile, layout
from neuronscope_server.answers import JSON_LINE, REUSABLE, send, send_object
from neuronscope_server.catalog import Catalog
from neuronscope_server.files import Files
from neuronscope_server.parts import PARTS
from neuronscope_server.queries import whole_number
from neuronscope_server.tables import Tables


def datasets(catalog: Catalog, tables: Tables) -> Blueprint:
    """Routes below ``/api/datasets/{name}``."""
    routes = Blueprint("datasets", __name__, url_prefix="/api/datasets/<name>")
    files = Files(catalog, tables)

    def manifest(name: str) -> Response:
        """:raise 404: if there is no such dataset."""
        return send_object(request, catalog.reachable(name).manifest)

    def lists(name: str) -> Response:
        """:raise 404: if the dataset has no lists."""
        return send(request, files.lists(name))

    def puzzles(name: str) -> Response:
        """:raise 404: if the dataset has no puzzles."""
        return send(request, files.puzzles(name))

    def puzzle_results(name: str) -> Response:
        """:raise 404: if no model was put to the dataset's puzzles."""
        return send(request, files.puzzle_results(name))

    def traces(name: str) -> Response:
        """:raise 404: if the dataset has no traces."""
        return send(request, files.traces(name))

    def trace(name: str, trace: str) -> Response:
        """:raise 404: if the dataset has no trace of this name."""
        return send(request, files.trace(name, trace))

    def units(name: str, layer: str) -> Response:
        """:raise 404: if the layer is not there, or has no table of units."""
        return _send_reusable(files.units(name, whole_number(layer, "layer")))

    def matches(name: str, other: str, layer: str) -> Response:
        """:raise 404: if the layer was not matched with a dataset of this name."""
        return _send_reusable(files.matches(name, other, whole_number(layer, "layer")))

    def part_of_unit(part: str, content_type: str = "application/json") -> Callable[[str, str, str], Response]:
        def answer(name: str, layer: str, unit: str) -> Response:
            """:raise 404: if there is no such layer or unit, or this part is not stored for it."""
            place = whole_number(layer, "layer"), whole_number(unit, "unit")
            return _send_reusable(files.unit(name, part, place), content_type)

        return answer

    routes.add_url_rule("/dataset.json", view_func=manifest)
    routes.add_url_rule("/lists.json", view_func=lists)
    routes.add_url_rule("/puzzles.json", view_func=puzzles)
    routes.add_url_rule("/puzzle-results.json", view_func=puzzle_results)
    routes.add_url_rule("/traces.json", view_func=traces)
    routes.add_url_rule("/traces/<trace>.json", view_func=trace)
    routes.add_url_rule("/units/<layer>.json", view_func=units)
    routes.add_url_rule("/matches/<other>/<layer>.json", view_func=matches)
    for part in PARTS:
        routes.add_url_rule(f"/{part}/<layer>/<unit>.json", endpoint=part, view_func=part_of_unit(part))
    one_line = part_of_unit(layout.EXPLANATIONS, JSON_LINE)
    routes.add_url_rule(f"/{layout.EXPLANATIONS}/<layer>/<unit>.jsonl", endpoint="jsonl", view_func=one_line)
    return routes


def _send_reusable(file: StoredFile, content_type: str = "application/json") -> Response:
    """For answers that depend on the address only: the shortcut may give them again."""
    request.environ[REUSABLE] = True
    return send(request, file, content_type=content_type)
