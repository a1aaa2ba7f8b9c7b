"""The routes of the live model: ``/api/models/{model}`` and below. Requests in; answers, or tokens as events, out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from flask import Blueprint, Response, request

from neuronscope.codec import dumps
from neuronscope.errors import NeuronscopeError
from neuronscope.live.answers import Generated, Generation, Step, parts_at
from neuronscope.live.live import Ask
from neuronscope_server.answers import send_fresh, send_object
from neuronscope_server.live.model import LiveModel
from neuronscope_server.live.shapes import (
    LARGEST,
    GivenActivations,
    GivenGeneration,
    GivenPredictions,
    GivenPrompt,
    GivenTopUnits,
)
from neuronscope_server.live.tracekeeping import add_keeping
from neuronscope_server.live.tracing import add_tracing, trace_jobs
from neuronscope_server.live.worker import End, Stream, Worker
from neuronscope_server.queries import Parameter, refuse_unknown
from neuronscope_server.refused import Refused, sentence
from neuronscope_server.shapes import Problem
from neuronscope_server.watching import EVENTS
from neuronscope_server.writing import Gate, read_body

if TYPE_CHECKING:
    from neuronscope.annotations.store import Annotations

G = TypeVar("G", GivenActivations, GivenTopUnits, GivenPredictions, GivenPrompt, GivenGeneration)
CARD = {"dataset": Parameter({"type": "string"}, "One that the model fits; the first such unless it is given")}
_OFF = "This site has no live model; its owner can start it with --model, which names one."
_HEARTBEAT = 2.0  # seconds; only by writing does a server notice that nobody listens any more


def live(loaded: LiveModel | None, gate: Gate, words: Annotations | None = None) -> Blueprint:
    """The routes; without a model they say that there is none. ``words``: where traces are kept, if anywhere."""
    routes = Blueprint("live", __name__, url_prefix="/api/models/<model>")
    runs = None if loaded is None else Worker()
    jobs = None if loaded is None or runs is None else trace_jobs(loaded, runs, words)

    def checked(model: str) -> tuple[LiveModel, Worker]:
        if loaded is None or runs is None:
            raise Refused(404, _OFF)
        if model != loaded.name:
            raise Refused(404, f"There is no model {model[:80]!r} here; there is {loaded.name}.")
        return loaded, runs

    def given(model: str, noun: type[G]) -> tuple[G, LiveModel, Worker]:
        found, running = checked(model)
        gate.check(request)
        return read_body(request, noun, largest=LARGEST), found, running

    def card(model: str) -> Response:
        """:raise 404: if there is no such model.
        :raise 503: if it is not loaded.
        """
        refuse_unknown(request.args, CARD, "a model's card")
        found, _ = checked(model)
        return send_object(request, found.live(request.args.get("dataset")).card())

    def ask(model: str, noun: type[G]) -> Response:
        """:raise 400: if the prompt, or what is asked of it, cannot be used.
        :raise 404: if there is no such model, or it does not fit the dataset.
        :raise 429: if too many requests wait.
        :raise 503: if it is not loaded, or takes too long.
        """
        asked, found, running = given(model, noun)
        lively = found.live(asked.dataset)
        if isinstance(asked, GivenPrompt):
            return send_fresh(request, running.call(lively, lambda: lively.tokenise(asked)))
        assert isinstance(asked, Ask)
        return send_fresh(request, running.ask(lively, asked))

    def generate(model: str) -> Response:
        """As the others; the tokens come as server-sent events, ``step`` and at last ``done``."""
        asked, found, running = given(model, GivenGeneration)
        lively = found.live(asked.dataset)
        tokens = running.call(lively, lambda: lively.tokenise(asked)).tokens
        stream = running.stream(lambda: lively.generate(asked))
        if not asked.stream:
            with closing(_Events(stream, tokens)) as events:
                return send_fresh(request, events.whole())
        events = _Events(stream, tokens)
        events.begin()
        response = Response(events, content_type=EVENTS)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"  # nginx holds back what looks like a slow answer
        return response

    routes.add_url_rule("", view_func=card)
    for path, noun in NOUNS.items():
        routes.add_url_rule(f"/{path}", endpoint=path, view_func=partial(ask, noun=noun), methods=["POST"])
    routes.add_url_rule("/generate", view_func=generate, methods=["POST"])
    add_tracing(routes, checked, gate, jobs)
    add_keeping(routes, checked, gate, jobs, words)
    return routes


NOUNS = {
    "activations": GivenActivations,
    "top-units": GivenTopUnits,
    "predictions": GivenPredictions,
    "tokenize": GivenPrompt,
}


class _Events:
    """A generation as events. ``close`` is called by the server when the listener is gone, or at the end."""

    def __init__(self, stream: Stream, tokens: list[str]) -> None:
        self._stream, self._tokens = stream, tokens
        self._first: Step | Generated | End | None = None
        self._done: list[Generated] = []

    def begin(self) -> None:
        """Wait for the first token, so that what cannot be generated is a problem and no stream.

        :raises NeuronscopeError: why nothing comes.
        """
        try:
            while self._first is None:
                self._first = self._stream.take(_HEARTBEAT)
        except BaseException:
            self.close()
            raise

    def whole(self) -> Generation:
        """What all runs gave, once they ended."""
        for _ in self._steps():
            pass
        return self._generation()

    def __iter__(self) -> Iterator[bytes]:
        try:
            for step in self._steps():
                yield b": still here\n\n" if step is None else _event("step", step)
            yield _event("done", self._generation())
        except NeuronscopeError as error:
            yield _event("failed", Problem("Bad Request", 400, sentence(error)))
        except Refused as error:
            yield _event("failed", Problem("Server Error", error.status, error.detail))

    def close(self) -> None:
        """End the work."""
        self._stream.close()

    def _steps(self) -> Iterator[Step | None]:
        """Each token; None where nothing came for a while."""
        item = self._first or self._stream.take(_HEARTBEAT)
        while not isinstance(item, End):
            if isinstance(item, Generated):
                self._done.append(item)
            else:
                yield item
            item = self._stream.take(_HEARTBEAT)

    def _generation(self) -> Generation:
        runs = sorted(self._done, key=lambda run: run.run == "with")
        return Generation(self._tokens, runs, parts_at(runs))


def _event(name: str, value: object) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + dumps(value) + b"\n\n"
