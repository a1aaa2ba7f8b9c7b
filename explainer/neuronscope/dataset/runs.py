"""The reports of runs of explaining and scoring, ``reports/{run}.json``: their nouns, names and faults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from neuronscope import codec
from neuronscope.dataset import layout
from neuronscope.dataset.consistency import undefined_numbers
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.manifest import Manifest
from neuronscope.errors import BrokenData
from neuronscope.messages import Description

_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,99})\.json")


@dataclass(frozen=True)
class FailedUnit:
    """A unit to which an explainer gave no explanation, or fewer than asked for: one entry per explanation missing."""

    layer: int
    unit: int
    explainer: str  # an ExplainerKind
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


def run_names(dataset: Dataset, manifest: Manifest | None = None) -> list[str]:
    """The runs of which there is a report, the oldest first: those that the manifest lists and those that lie there.

    ``manifest`` stands in for one that cannot be read.
    """
    folder = f"{layout.REPORTS}/"
    files = (manifest or dataset.manifest).files
    listed = [path.removeprefix(folder) for path in files if path.startswith(folder)]
    lying = dataset.store.list(layout.REPORTS) if dataset.store.local else None
    return sorted(match[1] for name in {*listed, *(lying or ())} if (match := _NAME.fullmatch(name)))


def report_path(run: str) -> str:
    """Where the report of a run stands."""
    return f"{layout.REPORTS}/{run}.json"


def report_faults(data: bytes, run: str) -> Iterator[str]:
    """The faults of a ``reports/{run}.json``."""
    yield from undefined_numbers(data)
    try:
        report = codec.loads(data, RunReport)
    except BrokenData as error:
        yield str(error)
        return
    if report.run != run:
        yield f"$.run: {report.run[:80]!r}, but the file is called {run}.json"
