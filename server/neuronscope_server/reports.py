"""Runs of explaining, and how good explanations are: ``reports.json``, ``reports/{run}.json``, ``scores.json``."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from neuronscope.codec import loads
from neuronscope.dataset import Dataset
from neuronscope.dataset.bylayer import best_by_layer
from neuronscope.dataset.indexing import units_version
from neuronscope.dataset.runs import RunReport, run_names
from neuronscope.errors import NeuronscopeError
from neuronscope_server.answers import send, send_object
from neuronscope_server.catalog import Catalog, is_remote
from neuronscope_server.files import Files
from neuronscope_server.refused import Refused
from neuronscope_server.shapes import Beaten, ExplainerScores, Reports, RunGlance, Scores
from neuronscope_server.tables import Tables

if TYPE_CHECKING:
    from neuronscope.explain.report.nouns import ExplainerReport, ScoreReport

MOST_UNITS = 5000  # whose explanations are read while somebody waits
_MOST_RUNS = 1000


def reports(catalog: Catalog, tables: Tables) -> Blueprint:
    """Routes below ``/api/datasets/{name}``."""
    routes = Blueprint("reports", __name__, url_prefix="/api/datasets/<name>")
    files, compared = Files(catalog, tables), _Compared(catalog)

    def listed(name: str) -> Response:
        """:raise 404: if there is no such dataset, or it has no reports."""
        runs = run_names(catalog.reachable(name))
        if not runs:
            raise Refused(404, f"{name} has no reports of runs (reports/).")
        found = [_glance(loads(files.report(name, run).bytes(), RunReport)) for run in runs[-_MOST_RUNS:]]
        return send_object(request, Reports(found, len(runs)))

    def report(name: str, run: str) -> Response:
        """:raise 404: if there is no report of a run of this name."""
        return send(request, files.report(name, run))

    def scores(name: str) -> Response:
        """:raise 404: if there is no such dataset, or it has no tables of units."""
        layers = best_by_layer(tables.latest(name)[1])
        explainers, reason = compared.of(catalog.reachable(name), sum(layer.units for layer in layers))
        return send_object(request, Scores(layers, explainers, reason))

    routes.add_url_rule("/reports.json", view_func=listed)
    routes.add_url_rule("/reports/<run>.json", view_func=report)
    routes.add_url_rule("/scores.json", view_func=scores)
    return routes


def _glance(report: RunReport) -> RunGlance:
    return RunGlance(
        run=report.run,
        created=report.created,
        models=list(dict.fromkeys(model.description.name for model in report.models)),
        units=report.units,
        explained=report.explained,
        scored=report.scored,
        failed=len({(failed.layer, failed.unit) for failed in report.failed_units}),
        prompt_tokens=report.prompt_tokens,
        completion_tokens=report.completion_tokens,
        cost=report.cost,
        seconds=report.seconds,
    )


class _Compared:
    """What ``neuronscope report`` says of a dataset's explainers; kept until the dataset changes."""

    def __init__(self, catalog: Catalog) -> None:
        self._public = catalog.public
        self._known: dict[str, tuple[str, list[ExplainerScores]]] = {}
        self._lock = threading.Lock()

    def of(self, dataset: Dataset, units: int) -> tuple[list[ExplainerScores] | None, str | None]:
        """The explainers or, where too much would have to be read, why there are none."""
        if is_remote(dataset) or units > MOST_UNITS:
            return None, f"Explanations of {units:,} units would have to be read: neuronscope report does that."
        version = units_version(dataset)
        with self._lock:
            if self._known.get(dataset.root, ("", []))[0] != version:
                try:
                    self._known[dataset.root] = version, _explainers(dataset)
                except NeuronscopeError as error:
                    return None, self._public(f"The explanations cannot be compared: {error}")
            return self._known[dataset.root][1], None


def _explainers(dataset: Dataset) -> list[ExplainerScores]:
    from neuronscope.explain.report.summary import Selection, report_on

    found = report_on(dataset, Selection(None, None, None))
    return [_explainer(one) for one in found.explainers]


def _explainer(one: ExplainerReport) -> ExplainerScores:
    score: ScoreReport | None = next((score for score in one.scores if score.name == "correlation"), None)
    beaten = [Beaten(each.baseline, each.wins, each.pairs) for each in score.comparisons] if score else []
    average = score.average if score else None
    return ExplainerScores(
        label=one.label,
        units=one.units,
        scored=average.units if average else 0,
        mean=average.mean if average else None,
        interval=average.mean_interval if average else None,
        beaten=beaten,
    )
