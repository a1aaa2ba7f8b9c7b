"""The routes of jobs: look at one, follow it as server-sent events, cancel it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from flask import Blueprint, Response, request

from neuronscope.codec import dumps
from neuronscope_server.answers import send_object
from neuronscope_server.jobs import Jobs
from neuronscope_server.queries import Parameter, one_of, refuse_unknown
from neuronscope_server.refused import Refused
from neuronscope_server.writing import Gate

EVENTS = "text/event-stream"
PARAMETERS = {
    "cancel": Parameter({"enum": ["true", "false"], "default": "false"}, "true: the job ends when this stream is left")
}
_HEARTBEAT = 2.0  # seconds; only by writing does a server notice that nobody listens any more
_STREAMS = 24  # at a time, of the threads there are


def watching(jobs: Jobs, gate: Gate) -> Blueprint:
    """Routes below ``/api/jobs``. A job's id cannot be guessed: who knows it may look."""
    routes = Blueprint("jobs", __name__, url_prefix="/api/jobs")
    places = threading.BoundedSemaphore(_STREAMS)

    def look(job: str) -> Response:
        """:raise 404: if there is no such job."""
        return send_object(request, jobs.look(job))

    def cancel(job: str) -> Response:
        """:raise 401: without the token, where one is needed.
        :raise 404: if there is no such job.
        """
        gate.check(request)
        return send_object(request, jobs.cancel(job))

    def events(job: str) -> Response:
        """:raise 404: if there is no such job.
        :raise 503: if too many are followed already.
        """
        refuse_unknown(request.args, PARAMETERS, "a stream of events")
        leaving = one_of(request.args.get("cancel", "false"), ("true", "false"), "cancel") == "true"
        if leaving:
            gate.check(request)
        jobs.look(job)
        if not places.acquire(blocking=False):
            raise Refused(503, f"{_STREAMS} jobs are followed already; ask api/jobs/{job} now and then.", retry_after=2)
        response = Response(_Stream(jobs, job, places, cancel=leaving), content_type=EVENTS)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"  # nginx holds back what looks like a slow answer
        return response

    routes.add_url_rule("/<job>", view_func=look)
    routes.add_url_rule("/<job>", endpoint="cancel", view_func=cancel, methods=["DELETE"])
    routes.add_url_rule("/<job>/events", view_func=events)
    return routes


class _Stream:
    """A job as events until it has ended. ``close`` is called by the server when the listener is gone, or at the end,
    also where not one event was taken (a generator's ``finally`` would not run then)."""

    def __init__(self, jobs: Jobs, job: str, places: threading.BoundedSemaphore, *, cancel: bool) -> None:
        self._jobs, self._job, self._places, self._cancel = jobs, job, places, cancel
        self._events = self._written()
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        return self._events

    def close(self) -> None:
        """Give the place back; end the job if that was asked for."""
        if self._open:
            self._open = False
            self._places.release()
            if self._cancel:
                self._jobs.cancel(self._job)

    def _written(self) -> Iterator[bytes]:
        seen = -1
        while True:
            job, changes = self._jobs.wait(self._job, seen, seconds=_HEARTBEAT)
            if changes == seen:
                yield b": still here\n\n"
                continue
            seen = changes
            yield b"event: " + job.state.encode() + b"\ndata: " + dumps(job) + b"\n\n"
            if job.state not in ("queued", "running"):
                return
