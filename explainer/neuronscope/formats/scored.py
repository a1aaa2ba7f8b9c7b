"""A given explanation as a dataset's own: its words, who wrote them, the scores it came with, and where it is from."""

from __future__ import annotations

from dataclasses import dataclass

from neuronscope import __version__
from neuronscope.formats.given import UNNAMED, GivenExplanation
from neuronscope.records import Provenance, Score, ScoredExplanation, ScoredSimulation

Likeness = tuple[str, str, str | None]  # words, how they were made, who wrote them


@dataclass(frozen=True)
class Importing:
    """When explanations are taken in: ISO 8601, UTC."""

    created: str


def as_scored(given: GivenExplanation, importing: Importing) -> ScoredExplanation:
    """What the file does not say stays unsaid: no score is no score, and nobody's words have no author."""
    correlation = given.correlation
    return ScoredExplanation(
        given.text,
        scored_simulation=None if correlation is None else ScoredSimulation([], ev_correlation_score=correlation),
        author=_author(given),
        scores=None if given.score is None else {UNNAMED: _score(given.score, given.file)},
        provenance=Provenance(
            given.kind or UNNAMED,
            model=given.model,
            options=_origin(given),
            created=importing.created,
            version=__version__,
        ),
    )


def likeness(one: GivenExplanation | ScoredExplanation) -> Likeness:
    """Equal for two that are the same explanation: the same words by the same writer in the same way."""
    if isinstance(one, GivenExplanation):
        return one.text, one.kind or UNNAMED, one.model or one.author
    made = one.provenance
    writer = (made.model if made else None) or one.author
    return one.explanation.strip(), made.explainer if made else UNNAMED, writer


def _author(given: GivenExplanation) -> str | None:
    """As lists show it, in the way that explanations made here name theirs: the model, and how it was asked."""
    if given.author is not None or given.model is None:
        return given.author
    return f"{given.model} ({given.kind})" if given.kind else given.model


def _origin(given: GivenExplanation) -> dict[str, bool | int | float | str | list[str] | None]:
    if given.model_id is None:
        return {"file": given.file}
    return {"file": given.file, "neuronpedia": f"{given.model_id}/{given.source}/{given.unit}"}


def _score(value: float, file: str) -> Score:
    """Nobody knows what it is of, so that it ranks nowhere."""
    note = f"as {file} has it, which does not say what it measures"
    return Score(value, None, None, sequences=0, tokens=None, unparsed=0, reliable=False, note=note)
