"""What a run is made of: a unit's material, and who explains, simulates and judges. Protocols and plain dataclasses.

An explainer, a simulator or a judge never raises for an answer that did not come or cannot be read: it says so in
``failures``, and the place of the answer stays empty. What makes every request fail alike is raised as BadInput.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from neuronscope.explain.nouns import Answer
from neuronscope.llm.protocol import Failure
from neuronscope.prompts.nouns import Excerpt
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord, SequenceSimulation, Splits
from neuronscope.relations import LogitTable, TokenLookupTableSummaryOfNeuron, WeightBasedSummaryOfNeuron

ExplainerKind = Literal["pairs", "token-space", "tokens", "peak", "contrastive", "person"]
SimulatorKind = Literal["all-at-once", "one-at-a-time", "structured", "lookup"]
JudgeTask = Literal["detection", "fuzzing"]


@dataclass(frozen=True)
class UnitMaterial:
    """What is known of a unit before anything is asked. Explainers read ``splits.train`` only, never another split.

    ``scale`` is the normalising maximum: the largest counted activation of the train records; None where there is none
    above 0. The tables are None where the dataset has none. ``hard_negatives`` are records on which the unit hardly
    fires although they are like its top records; they stand in no split that is scored.
    """

    unit: NeuronId
    record: NeuronRecord
    splits: Splits
    scale: float | None
    lookup: TokenLookupTableSummaryOfNeuron | None = None
    weights: WeightBasedSummaryOfNeuron | None = None
    logits: LogitTable | None = None
    hard_negatives: tuple[ActivationRecord, ...] = ()


@dataclass(frozen=True)
class Explained:
    """Explanations that came, in order, and the failures in place of those that did not."""

    explanations: tuple[str, ...]
    failures: tuple[Failure, ...] = ()
    prompt_hash: str | None = None
    notes: tuple[str, ...] = ()


class Explainer(Protocol):
    """Writes explanations of a unit."""

    @property
    def kind(self) -> ExplainerKind:
        """Its name."""
        ...

    @property
    def model(self) -> str | None:
        """The name of the language model that it asks; None for token lookup."""
        ...

    async def explain(self, material: UnitMaterial) -> Explained:
        """As many explanations as it was made to give."""
        ...


@dataclass(frozen=True)
class Simulated:
    """One simulation per excerpt, in order; positions without a number are None, all of them where a request failed."""

    simulations: tuple[SequenceSimulation, ...]
    failures: tuple[Failure, ...] = ()
    prompt_hash: str | None = None
    notes: tuple[str, ...] = ()


class Simulator(Protocol):
    """Expects activations from an explanation, on the scale 0 to 10 (``simulated_normalized_activations``)."""

    @property
    def kind(self) -> SimulatorKind:
        """Its name."""
        ...

    @property
    def model(self) -> str | None:
        """The name of the language model that it asks."""
        ...

    async def simulate(self, explanation: str, excerpts: Sequence[Excerpt]) -> Simulated:
        """One expected activation per token of each excerpt."""
        ...


@dataclass(frozen=True)
class JudgeItem:
    """One text put to a judge. ``marked`` positions are shown as highlighted (fuzzing); none for detection.

    ``truth``: the unit fires on the text (detection), or the marked tokens are those that it fires on (fuzzing).
    Texts made of one sequence share its number.
    """

    excerpt: Excerpt
    truth: bool
    sequence: int
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Judged:
    """One answer per item, in order; ``said`` is None where the reply could not be read."""

    answers: tuple[Answer, ...]
    failures: tuple[Failure, ...] = ()
    prompt_hash: str | None = None
    notes: tuple[str, ...] = ()


class Judge(Protocol):
    """Says of whole texts whether an explanation fits them."""

    @property
    def task(self) -> JudgeTask:
        """Which of the two it does."""
        ...

    @property
    def model(self) -> str | None:
        """The name of the language model that it asks."""
        ...

    async def judge(self, explanation: str, items: Sequence[JudgeItem]) -> Judged:
        """An answer for each item."""
        ...
