"""What a trace is made of: options in, nodes and checks out. Plain dataclasses; undefined numbers are None."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from neuronscope.errors import BadInput
from neuronscope.live.asks import Prompt

BaselineKind = Literal["zero", "mean", "text"]
Per = Literal["position", "unit"]
Method = Literal["patching", "integrated_gradients", "exact"]
NodeKind = Literal["unit", "error", "embedding"]


@dataclass(frozen=True)
class TraceOptions:
    """How nodes are attributed.

    ``baseline``: what a node is replaced by: zero, its mean over the dataset, or its activation on ``baseline_text``,
    which has as many tokens. ``keep``: so many nodes of the largest effects are kept, everything is summed. ``steps``
    of integrated gradients. ``exact`` measures the ``keep`` nodes that patching finds the strongest, one by one.

    :raises BadInput: options that contradict each other.
    """

    baseline: BaselineKind = "zero"
    baseline_text: str | None = None
    method: Method = "patching"
    layers: tuple[int, ...] | None = None
    keep: int = 10_000
    steps: int = 10

    def __post_init__(self) -> None:
        if self.baseline not in ("zero", "mean", "text"):
            raise BadInput(f"baseline {self.baseline!r} is unknown: choose zero, mean or text")
        if self.method not in ("patching", "integrated_gradients", "exact"):
            raise BadInput(f"method {self.method!r} is unknown: choose patching, integrated_gradients or exact")
        if (self.baseline == "text") != (self.baseline_text is not None):
            raise BadInput("the baseline text needs a text, and no other baseline has one")
        if self.keep < 1 or self.steps < 1:
            raise BadInput("keep and steps are 1 or more")


@dataclass(frozen=True)
class Node:
    """One unit at one token, or what an SAE leaves out there.

    ``source``: the kind of units it is of, such as mlp, resid or sae. ``effect`` is that on the metric of replacing the
    activation by its ``baseline``: below 0 the node as it is raises the metric, above 0 it lowers it. Of an error node
    ``activation`` is the norm of the error, and ``unit`` is None.
    """

    source: str
    layer: int
    module: str  # the hook point
    unit: int | None
    kind: NodeKind
    position: int  # token of the text, from 0
    token: str
    activation: float
    baseline: float
    gradient: float | None  # of the metric by the activation; None of errors, which are vectors
    effect: float


@dataclass(frozen=True)
class MeanNode:
    """A node over several texts: ``effect`` is the mean over all of them, ``texts`` in how many it is a node.

    ``position`` None: its effects at all positions of a text are added up.
    """

    source: str
    layer: int
    module: str
    unit: int | None
    kind: NodeKind
    position: int | None
    effect: float
    texts: int


@dataclass(frozen=True, kw_only=True)
class MetricPrompt(Prompt):
    """One of several prompts; ``metric`` None: that of all of them."""

    metric: str | None = None


@dataclass(frozen=True)
class TracedPrompt:
    """One of several prompts that were traced together: its words, its metric, and the value of that."""

    prompt: str
    metric: str
    value: float


@dataclass(frozen=True)
class PromptsReport:
    """Several prompts traced together, as it is told: ``nodes`` are the strongest by the mean of their effects, of
    ``total`` in all. ``per``: a unit at each position is a node, or its effects at all positions are added up."""

    model: str
    per: Per
    options: TraceOptions
    prompts: list[TracedPrompt]
    nodes: list[MeanNode]
    total: int


@dataclass(frozen=True)
class LayerSum:
    """All nodes of one source's layer: the sum of their effects, and of the sizes of those; and what really happens
    when every one of them is replaced."""

    source: str
    layer: int
    nodes: int  # how many there are; those at their baselines already are none
    effect: float
    size: float
    error_effect: float  # of ``effect``, what error nodes have
    error_size: float
    measured: float | None  # None: not yet, ``completeness`` does
    tokens: list[float]  # ``effect`` by token of the text


@dataclass(frozen=True)
class Completeness:
    """Whether effects add up: ``predicted`` is their sum over all nodes of all layers, ``measured`` the metric's change
    when all are replaced at once. Layers overlap, so their sum need not be that; each layer's own should be."""

    predicted: float
    measured: float | None  # None: of a graph of another tool, whose model is not here
    layers: list[LayerSum]


@dataclass(frozen=True)
class VerifiedNode:
    """A node's effect as predicted and as measured by replacing it alone."""

    source: str
    layer: int
    unit: int | None
    kind: NodeKind
    position: int
    predicted: float
    measured: float


@dataclass(frozen=True)
class Verified:
    """``correlation`` (Pearson) of predicted with measured effects; None with the ``reason`` where it is undefined."""

    correlation: float | None
    reason: str | None
    points: list[VerifiedNode]


@dataclass(frozen=True)
class Edge:
    """``effect`` on the metric, through the node numbered ``target``, of replacing the node numbered ``source`` by its
    baseline; both count from 0 in the list of nodes that the edges came with."""

    source: int
    target: int
    effect: float


@dataclass(frozen=True)
class Circuit:
    """Some nodes, edges among them, and how much of the metric the nodes give alone: 1 is all, None with the ``reason``
    where that is undefined."""

    nodes: list[Node]
    edges: list[Edge]
    faithfulness: float | None
    reason: str | None


@dataclass(frozen=True)
class Guess:
    """A token as what follows, or as what stands in the place of the last one."""

    id: int
    token: str
    rank: int  # 0: the most probable
    logit: float | None  # None: a graph of another tool does not say it
    probability: float


@dataclass(frozen=True)
class Foretold:
    """What the model says where the metric is read: ``position`` is the token after which that is, -1 the beginning.

    ``targets``: the tokens that the metric is of; ``top``: the most probable ones.
    """

    position: int
    targets: list[Guess]
    top: list[Guess]


@dataclass(frozen=True)
class TraceReport:
    """A trace as it is told: everything but the model.

    ``total``: how many nodes there are in all, of which ``nodes`` are the strongest. ``edges`` are among the first
    ``edge_nodes`` of them.
    """

    model: str
    metric: str
    value: float
    tokens: list[str]
    options: TraceOptions
    predictions: Foretold
    nodes: list[Node]
    total: int
    completeness: Completeness
    verify: Verified | None  # None: not asked for
    edges: list[Edge] | None  # None: not asked for
    edge_nodes: int
    note: str | None


@dataclass(frozen=True)
class StoredTrace:
    """``traces/{id}.json`` of a dataset: a trace with what it was asked by.

    ``prompt`` is what lists show: the text, in which ``<eot>`` separates turns. ``asked`` stands where that is not all:
    messages, arguments of the chat template, or BOS as it was wanted. ``units``: whose, as a live model was asked.
    """

    id: str  # letters, digits and -
    created: str  # ISO 8601, UTC
    prompt: str
    report: TraceReport
    asked: Prompt | None = None
    units: str | None = None


@dataclass(frozen=True)
class TraceEntry:
    """A stored trace as it is told among others."""

    id: str
    created: str
    prompt: str
    model: str
    metric: str


@dataclass(frozen=True)
class TraceEntries:
    """``traces.json`` of a dataset: the traces that it has."""

    traces: list[TraceEntry]
