"""Whether effects are what they are said to be: nodes replaced one by one, and a circuit alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from neuronscope.trace.nouns import LayerSum, Node, Verified, VerifiedNode
from neuronscope.trace.passes import metric_of
from neuronscope.trace.setting import Setting
from neuronscope.trace.stages import Stage, Stages, finish, pieces

_TOGETHER = 16  # nodes, each replaced in a sequence of its own


def measuring(setting: Setting, nodes: Sequence[Node]) -> Stages[list[float]]:
    """The metric's change when each node alone is put at its baseline."""
    changes: list[float] = []
    for some in pieces(nodes, _TOGETHER):
        ids = setting.ids.expand(len(some), -1)
        found = metric_of(setting.subject, ids, setting.aim, setting.replaced([[node] for node in some]))
        changes += [float(value) - setting.value for value in found]
        yield Stage("replacing nodes one by one", len(changes), len(nodes))
    return changes


def measuring_layers(setting: Setting, sums: Sequence[LayerSum]) -> Stages[list[LayerSum]]:
    """The sums of all sites with the metric's change when every node of one is replaced."""
    changes: list[float] = []
    for sites in pieces(setting.sites, _TOGETHER):
        ids = setting.ids.expand(len(sites), -1)
        found = metric_of(setting.subject, ids, setting.aim, setting.all_replaced(sites))
        changes += [float(value) - setting.value for value in found]
        yield Stage("replacing whole layers", len(changes), len(setting.sites))
    return [replace(one, measured=change) for one, change in zip(sums, changes, strict=True)]


def measuring_nodes(setting: Setting, nodes: Sequence[Node]) -> Stages[list[Node]]:
    """The nodes with measured effects, strongest first."""
    effects = yield from measuring(setting, nodes)
    exact = [replace(node, effect=effect) for node, effect in zip(nodes, effects, strict=True)]
    return sorted(exact, key=lambda node: -abs(node.effect))


def verify(setting: Setting, nodes: Sequence[Node]) -> Verified:
    """Predicted effects beside measured ones."""
    return finish(verifying(setting, nodes))


def verifying(setting: Setting, nodes: Sequence[Node]) -> Stages[Verified]:
    """:func:`verify` in parts."""
    effects = yield from measuring(setting, nodes)
    points = [
        VerifiedNode(node.source, node.layer, node.unit, node.kind, node.position, node.effect, effect)
        for node, effect in zip(nodes, effects, strict=True)
    ]
    correlation, reason = _correlation([point.predicted for point in points], [point.measured for point in points])
    return Verified(correlation, reason, points)


def faithfulness(setting: Setting, nodes: Iterable[Node]) -> tuple[float | None, str | None]:
    """``(F(C) - F(empty)) / (F(M) - F(empty))`` of the nodes C, or why it is undefined.

    F is the metric with all nodes at their baselines but some: those of C, none, or (M) all.
    """
    circuit = float(metric_of(setting.subject, setting.ids, setting.aim, setting.all_but(nodes))[0])
    empty = float(metric_of(setting.subject, setting.ids, setting.aim, setting.all_but([]))[0])
    if math.isclose(setting.value, empty, abs_tol=1e-9):
        return None, "the metric is the same with every node at its baseline, so there is no scale"
    return (circuit - empty) / (setting.value - empty), None


def _correlation(predicted: list[float], seen: list[float]) -> tuple[float | None, str | None]:
    if len(predicted) < 3:
        return None, f"{len(predicted)} nodes are too few for a correlation"
    means = math.fsum(predicted) / len(predicted), math.fsum(seen) / len(seen)
    a, b = [x - means[0] for x in predicted], [y - means[1] for y in seen]
    spread = math.sqrt(math.fsum(x * x for x in a) * math.fsum(y * y for y in b))
    if spread == 0:
        return None, "all predicted or all measured effects are equal"
    return math.fsum(x * y for x, y in zip(a, b, strict=True)) / spread, None
