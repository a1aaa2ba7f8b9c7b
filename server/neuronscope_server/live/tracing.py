"""The routes of traces: which units at which tokens moved an output. An ask begins a job, whose address has the trace.

What cannot be attributed is said at once where the prompt and the options alone show it, else by the job.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from neuronscope.errors import BadInput
from neuronscope.live import Live
from neuronscope.trace.metric import read_metric
from neuronscope.trace.nouns import PromptsReport, TraceReport
from neuronscope.trace.several import tracing_prompts
from neuronscope.trace.stages import Stages
from neuronscope.trace.tracing import tracing
from neuronscope_server.answers import send_fresh, send_object
from neuronscope_server.live.model import LiveModel
from neuronscope_server.live.shapes import LARGEST, GivenTrace
from neuronscope_server.live.tracejobs import TraceJobs
from neuronscope_server.live.worker import Worker
from neuronscope_server.writing import Gate, read_body

if TYPE_CHECKING:
    from neuronscope.annotations.store import Annotations
    from neuronscope.subject import Source


def add_tracing(
    routes: Blueprint,
    checked: Callable[[str], tuple[LiveModel, Worker]],
    gate: Gate,
    jobs: TraceJobs | None,
) -> None:
    """Routes below ``/api/models/<model>``. ``checked`` refuses what is no live model; ``jobs`` None: there is none."""

    def begin(model: str) -> Response:
        """:raise 400: if the prompt, the metric or an option cannot be used.
        :raise 404: if there is no such model, or it does not fit the dataset.
        :raise 429: if too many traces wait.
        :raise 503: if the model is not loaded, or takes too long.
        """
        found, worker = checked(model)
        gate.check(request)
        given = read_body(request, GivenTrace, largest=LARGEST)
        lively = found.live(given.dataset)
        assert jobs is not None  # where there is a model
        jobs.refuse_full()
        making = _making(lively, given)
        worker.call(lively, lambda: next(making))  # looks at the prompt and the options
        job = jobs.begin(given.prompt, making, units=given.units)
        response = send_fresh(request, job)
        response.status_code = 202
        response.headers["Location"] = f"{request.path}s/{job.id}.json"
        return response

    def look(model: str, trace: str) -> Response:
        """:raise 404: if there is no such trace."""
        checked(model)
        assert jobs is not None
        job = jobs.look(trace)
        return send_object(request, job) if job.state == "done" else send_fresh(request, job)

    def cancel(model: str, trace: str) -> Response:
        """:raise 404: if there is no such trace."""
        checked(model)
        gate.check(request)
        assert jobs is not None
        return send_fresh(request, jobs.cancel(trace))

    routes.add_url_rule("/trace", view_func=begin, methods=["POST"])
    routes.add_url_rule("/traces/<trace>.json", view_func=look)
    routes.add_url_rule("/traces/<trace>.json", endpoint="cancel", view_func=cancel, methods=["DELETE"])


def trace_jobs(loaded: LiveModel, worker: Worker, words: Annotations | None) -> TraceJobs:
    """The traces that are made of a live model."""
    return TraceJobs(worker, loaded.name, words, public=loaded.public)


def _making(live: Live, given: GivenTrace) -> Stages[TraceReport | PromptsReport]:
    """:raises BadInput: in the first part, the prompt, the metric or an option cannot be used."""
    metric, options, source = read_metric(given.metric), given.options, live.units(given.units)
    if options.baseline == "mean" and source is not live.source:
        raise BadInput(f"the means of {source.title} are not known here: choose the baseline zero or text")
    if given.prompts is not None:
        together = yield from _together(live, given, source)
        return together
    found = yield from tracing(live.subject, given.prompt, metric, units=source, options=options, dataset=live.dataset)
    report = yield from found.reporting(verify=given.verify or None, edges=given.edges or None)
    return report


def _together(live: Live, given: GivenTrace, source: Source) -> Stages[PromptsReport]:
    prompts = given.prompts or []
    metrics = [read_metric(prompt.metric or given.metric) for prompt in prompts]
    return tracing_prompts(
        live.subject,
        prompts,
        metrics,
        per=given.together,
        units=source,
        options=given.options,
        dataset=live.dataset,
        bos=given.bos,
    )
