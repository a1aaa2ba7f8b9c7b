"""The report of a run of explaining and scoring, as it lies in ``reports/{run}.json``. Plain dataclasses only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from neuronscope.explain.parts import ExplainerKind
from neuronscope.llm.protocol import Description


@dataclass(frozen=True)
class FailedUnit:
    """A unit to which an explainer gave no explanation, or fewer than asked for: one entry per explanation missing."""

    layer: int
    unit: int
    explainer: ExplainerKind
    kind: str  # a FailureKind, or "no-material" where the dataset lacks what the explainer needs
    reason: str


@dataclass(frozen=True)
class RunModel:
    """A language model of the run, and the jobs that it had."""

    jobs: tuple[Literal["explain", "simulate"], ...]  # "simulate" includes detection and fuzzing
    description: Description


@dataclass(frozen=True)
class RunReport:
    """What a run did and what it cost.

    ``requests`` were put to models (repeats of one request after a passing failure are ``retries``, not requests);
    ``cached`` were answered from the cache on disk or the journal instead. Tokens are sums over the answers that said
    them; ``uncounted`` answers did not. ``failures`` counts answers that could not be used by kind, those of tries that
    another server made good among them. ``seconds`` is the time that the run worked, all its resumed parts together.
    """

    run: str
    created: str  # ISO 8601, UTC: when it was written
    version: str  # of this software
    seconds: float
    options: dict[str, bool | int | float | str | list[str] | None]
    units: int  # that the run was asked for
    explained: int  # units with at least one explanation by an explainer that was asked for
    scored: int  # explanations that were scored, those of the token lookup among them
    requests: int
    retries: int
    cached: int
    prompt_tokens: int
    completion_tokens: int
    uncounted: int
    cost: float | None  # US dollars; None where no prices were given
    failures: dict[str, int] = field(default_factory=dict)
    failed_units: list[FailedUnit] = field(default_factory=list)
    models: list[RunModel] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reasons: dict[str, dict[str, int]] = field(default_factory=dict)  # of failures that remained: sentences by kind
