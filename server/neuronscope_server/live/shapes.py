"""What is sent to the routes of a live model: the library's asks, and which dataset they are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from neuronscope.errors import BadInput
from neuronscope.live.asks import AskActivations, AskGeneration, AskPredictions, AskTopUnits, Prompt
from neuronscope.trace.nouns import BaselineKind, Method, MetricPrompt, Per, PromptsReport, StoredTrace, TraceOptions

_MOST_NODES, _MOST_CHECKED, _MOST_STEPS, _MOST_PROMPTS = 10_000, 500, 100, 100


LARGEST = 1_000_000  # bytes of a body: what no prompt needs, so that a long text is told its number of tokens


@dataclass(frozen=True, kw_only=True)
class GivenActivations(AskActivations):
    """As the library's ask; ``dataset`` is one that the model fits, the first such unless it is given."""

    dataset: str | None = None


@dataclass(frozen=True, kw_only=True)
class GivenTopUnits(AskTopUnits):
    """As the library's ask; ``dataset`` as in GivenActivations."""

    dataset: str | None = None


@dataclass(frozen=True, kw_only=True)
class GivenPredictions(AskPredictions):
    """As the library's ask; ``dataset`` as in GivenActivations."""

    dataset: str | None = None


@dataclass(frozen=True, kw_only=True)
class GivenGeneration(AskGeneration):
    """As the library's ask; ``dataset`` as in GivenActivations. Without ``stream`` one object comes at the end."""

    dataset: str | None = None
    stream: bool = True


@dataclass(frozen=True, kw_only=True)
class GivenPrompt(Prompt):
    """A prompt to be cut into tokens; ``dataset`` as in GivenActivations."""

    dataset: str | None = None


@dataclass(frozen=True, kw_only=True)
class GivenTrace(Prompt):
    """A prompt and a metric whose value is attributed; ``dataset`` as in GivenActivations.

    ``metric``: "loss", "logit: Mary" or "difference: Mary, John". ``units``: "dataset" (the dataset's own), "mlp", or
    the name of an SAE of the model's card. ``baseline``, ``baseline_text``, ``method``, ``layers``, ``keep`` and
    ``steps`` are as of TraceOptions. ``verify`` nodes of the largest effects are measured one by one too, 0: none.
    ``edges`` among so many of the strongest nodes are followed, 0: none.

    ``prompts`` stand in the place of the one prompt: the means of their effects, of each unit at each position or, with
    ``together`` "unit", over all positions; each may have a metric of its own. None of that is verified or followed.

    :raises BadInput: a number beyond what is taken here, or one prompt and several.
    """

    dataset: str | None = None
    metric: str = "loss"
    prompts: list[MetricPrompt] | None = None
    together: Per = "position"
    units: str = "dataset"
    baseline: BaselineKind = "zero"
    baseline_text: str | None = None
    method: Method = "patching"
    layers: list[int] | None = None
    keep: int = 1000
    verify: int = 50
    edges: int = 150
    steps: int = 10

    def __post_init__(self) -> None:
        if self.prompts is not None:
            _within("prompts", len(self.prompts), 1, _MOST_PROMPTS)
            if self.text is not None or self.messages is not None:
                raise BadInput("give one prompt or several, and not both")
        _within("keep", self.keep, 1, _MOST_NODES)
        _within("verify", self.verify, 0, _MOST_CHECKED)
        _within("edges", self.edges, 0, _MOST_CHECKED)
        _within("steps", self.steps, 1, _MOST_STEPS)

    @property
    def prompt(self) -> Prompt:
        """The prompt alone."""
        return Prompt(text=self.text, messages=self.messages, template=self.template, bos=self.bos, plain=self.plain)

    @property
    def options(self) -> TraceOptions:
        """As the library takes them.

        :raises BadInput: they contradict each other.
        """
        layers = None if self.layers is None else tuple(self.layers)
        return TraceOptions(self.baseline, self.baseline_text, self.method, layers, self.keep, self.steps)


@dataclass(frozen=True)
class TraceProgress:
    """``done`` of ``total`` parts of what is being done, which is said in a few words; then comes something else."""

    done: int
    total: int
    doing: str


@dataclass(frozen=True)
class TraceJob:
    """A trace that is being made, or was; its id cannot be guessed, and whoever knows it may look.

    ``result`` is there with "done", of several prompts ``together``; with "failed" and "cancelled" ``detail`` says why
    there is none.
    """

    id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: TraceProgress
    result: StoredTrace | None
    detail: str | None
    together: PromptsReport | None = None


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise BadInput(f"{name}: {value:,} is not from {least} to {most:,}")
