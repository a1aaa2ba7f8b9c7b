"""What a trace is made of: options in, nodes and checks out. Plain dataclasses; undefined numbers are None."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from neuronscope.errors import BadInput

BaselineKind = Literal["zero", "mean", "text"]
Method = Literal["patching", "integrated_gradients", "exact"]
NodeKind = Literal["unit", "error"]


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

    ``effect`` is that on the metric of replacing the activation by its ``baseline``: below 0 the node as it is raises
    the metric, above 0 it lowers it. Of an error node ``activation`` is the norm of the error, and ``unit`` is None.
    """

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
class LayerSum:
    """All nodes of a layer: the sum of their effects, and of the sizes of those; and what really happens when every one
    of them is replaced."""

    layer: int
    effect: float
    size: float
    error_effect: float  # of ``effect``, what error nodes have
    measured: float


@dataclass(frozen=True)
class Completeness:
    """Whether effects add up: ``predicted`` is their sum over all nodes of all layers, ``measured`` the metric's change
    when all are replaced at once. Layers overlap, so their sum need not be that; each layer's own should be."""

    predicted: float
    measured: float
    layers: list[LayerSum]


@dataclass(frozen=True)
class VerifiedNode:
    """A node's effect as predicted and as measured by replacing it alone."""

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
class TraceReport:
    """A trace as it is told: everything but the model."""

    metric: str
    value: float
    tokens: list[str]
    options: TraceOptions
    nodes: list[Node]
    completeness: Completeness
    verify: Verified | None  # None: not asked for
    note: str | None
