"""Scoring a text now: the model that simulates, opened in the background, and the route that starts a job with it."""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from flask import Blueprint, Response, request

from neuronscope.annotations.nouns import Place, checked_text
from neuronscope.dataset import Dataset
from neuronscope.errors import BadInput, NeuronscopeError
from neuronscope.records import NeuronId, ScoredExplanation, ScoredText
from neuronscope_server.annotations import found_place
from neuronscope_server.answers import send_fresh
from neuronscope_server.catalog import Catalog
from neuronscope_server.jobs import Jobs, Progressed
from neuronscope_server.refused import Refused, sentence
from neuronscope_server.shapes import GivenText, JobStarted, ScoreAsked, Scoring, SiteModel
from neuronscope_server.writing import Gate, read_body

if TYPE_CHECKING:
    from neuronscope.annotations.store import Annotations
    from neuronscope.explain.options import ExplainOptions
    from neuronscope.llm.protocol import LanguageModel

_OFF = "This site scores no texts; its owner can start it with --llm, which names the model that simulates."
_RETRY_AFTER = 5  # seconds
_LARGEST_SEED = 2**31 - 1


class Scorer(Protocol):
    """Scores texts with a language model."""

    def status(self) -> SiteModel:
        """Which model, and whether it can be used yet."""
        ...

    async def score(self, dataset: Dataset, asked: ScoreAsked, progress: Progressed) -> ScoredText:
        """The text's scores on the records of its unit.

        :raises NeuronscopeError: there are none to be had; the sentence says why.
        """
        ...


class ModelScorer:
    """A Scorer whose model is opened in the background, from its making on. Any thread may call any method."""

    def __init__(self, scoring: Scoring, *, opened: Callable[[Scoring], LanguageModel] | None = None) -> None:
        """:raises BadInput: no such simulator."""
        self._scoring = scoring
        self._options = score_options(scoring)
        self._model: LanguageModel | None = None
        self._failed: str | None = None
        threading.Thread(target=self._open, args=(opened or open_model,), name="model", daemon=True).start()

    def status(self) -> SiteModel:
        """Never waits."""
        state: Literal["loading", "ready", "failed"] = (
            "ready" if self._model else "failed" if self._failed else "loading"
        )
        return SiteModel(", ".join(map(shown_name, self._scoring.llm)), "scoring", state, self._failed)

    async def score(self, dataset: Dataset, asked: ScoreAsked, progress: Progressed) -> ScoredText:
        """:raises BadInput: the model is not ready, or the unit has no records to score on."""
        from neuronscope.explain.scoring import score_text
        from neuronscope.explain.templates import load_templates

        if self._model is None:
            raise BadInput(self._failed or "The model is still loading; try again in a little while.")
        return await score_text(
            dataset,
            NeuronId(asked.layer, asked.unit),
            asked.text,
            model=self._model,
            options=dataclasses.replace(self._options, seed=asked.seed),
            templates=load_templates(),
            progress=progress,
            sequences=asked.sequences,
        )

    def _open(self, opened: Callable[[Scoring], LanguageModel]) -> None:
        failure: str | None = "The model could not be opened; the server's log says why."
        try:
            self._model = opened(self._scoring)
            failure = None
        except NeuronscopeError as error:
            failure = without_places(sentence(error), self._scoring)
        finally:
            self._failed = failure


def score_options(scoring: Scoring) -> ExplainOptions:
    """How a text is scored: all-at-once for a model in process, structured for a server, unless a simulator is named.

    :raises BadInput: no such simulator.
    """
    from neuronscope.explain.options import ExplainOptions
    from neuronscope.explain.simulators import usual_simulator

    chosen = scoring.simulator or usual_simulator(scoring.llm)
    return ExplainOptions(simulator=chosen)  # type: ignore[arg-type]  # checked where it is made


def open_model(scoring: Scoring) -> LanguageModel:
    """:raises BadInput: no such model."""
    from neuronscope.llm.opening import OpenOptions, open_llm

    model = open_llm(scoring.llm, OpenOptions(base_url=scoring.base_url, key=scoring.key))
    if model is None:
        raise BadInput("none simulates nothing: name a model with --llm, or leave it out.")
    return model


def shown_name(name: str) -> str:
    """A model's name without where it is: neither addresses nor folders are other people's business."""
    if name.startswith("openai:"):
        from neuronscope.llm.opening import server_name

        return server_name(name).model
    return Path(name).name


def without_places(said: str, scoring: Scoring) -> str:
    """The sentence with a name in each model's place."""
    places = {scoring.base_url: "the server"} if scoring.base_url else {}
    for name in scoring.llm:
        if name.startswith("openai:"):
            places[name.partition("@")[2]] = "the server"
        else:
            places |= dict.fromkeys((os.path.realpath(name), os.path.abspath(name), name), shown_name(name))  # noqa: PTH100
    for place in sorted(filter(None, places), key=len, reverse=True):
        said = said.replace(place, places[place])
    return said


@dataclass(frozen=True)
class Workshop:
    """What scores texts and where the jobs are; ``words`` None: scores are told to who asked and not kept."""

    scorer: Scorer
    jobs: Jobs
    words: Annotations | None


def scoring(catalog: Catalog, workshop: Workshop | None, gate: Gate) -> Blueprint:
    """The route; without a workshop it says that nothing is scored here."""
    routes = Blueprint("scoring", __name__, url_prefix="/api/datasets/<name>")

    def start(name: str, layer: str, unit: str) -> Response:
        """:raise 422: if the text or the seed cannot be used.
        :raise 503: if the model is not ready, or too many jobs wait.
        """
        if workshop is None:
            raise Refused(403, _OFF)
        gate.check(request)
        asked, place = _asked(catalog, name, (layer, unit))
        _refuse_unready(workshop.scorer.status())
        job = workshop.jobs.submit(asked, lambda progress: _score(workshop, catalog, (asked, place), progress))
        response = send_fresh(request, JobStarted(job.id))
        response.status_code = 202
        response.headers["Location"] = f"/api/jobs/{job.id}"
        return response

    routes.add_url_rule("/units/<layer>/<unit>/score", view_func=start, methods=["POST"])
    return routes


def _asked(catalog: Catalog, name: str, where: tuple[str, str]) -> tuple[ScoreAsked, Place]:
    given = read_body(request, GivenText)
    place = found_place(catalog, name, *where)
    if not 0 <= given.seed <= _LARGEST_SEED:
        raise Refused(422, f"seed is {given.seed}; give a whole number from 0 to {_LARGEST_SEED}.")
    try:
        text = checked_text(given.text)
    except BadInput as error:
        raise Refused(422, str(error)) from error
    return ScoreAsked(name, place.layer, place.unit, text, given.seed, sequences=given.sequences), place


def _refuse_unready(model: SiteModel) -> None:
    if model.status == "loading":
        raise Refused(503, f"{model.name} is still loading; try again in a little while.", retry_after=_RETRY_AFTER)
    if model.status == "failed":
        raise Refused(503, f"Nothing can be scored here: {model.detail}")


async def _score(
    workshop: Workshop, catalog: Catalog, what: tuple[ScoreAsked, Place], progress: Progressed
) -> ScoredText:
    asked, place = what
    scored = await workshop.scorer.score(catalog.reachable(asked.dataset), asked, progress)
    if workshop.words is not None:
        kept = ScoredExplanation(
            asked.text, scores=scored.scores, baselines=scored.baselines, provenance=scored.provenance
        )
        workshop.words.keep_score(place, kept, dataset_name=asked.dataset)
    return scored
