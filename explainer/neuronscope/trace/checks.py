"""Whether effects are what they are said to be: nodes replaced one by one, and a circuit alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from neuronscope.trace.nouns import LayerSum, Node, Verified, VerifiedNode
from neuronscope.trace.passes import metric_of
from neuronscope.trace.setting import Setting

_TOGETHER = 16  # nodes, each replaced in a sequence of its own


def measure(setting: Setting, nodes: Sequence[Node]) -> list[float]:
    """The metric's change when each node alone is put at its baseline."""
    changes: list[float] = []
    for first in range(0, len(nodes), _TOGETHER):
        some = nodes[first : first + _TOGETHER]
        ids = setting.ids.expand(len(some), -1)
        found = metric_of(setting.subject, ids, setting.aim, setting.replaced([[node] for node in some]))
        changes += [float(value) - setting.value for value in found]
    return changes


def measure_layers(setting: Setting, sums: Sequence[LayerSum]) -> list[LayerSum]:
    """The sums of all sites with the metric's change when every node of one is replaced."""
    changes: list[float] = []
    for first in range(0, len(sums), _TOGETHER):
        sites = setting.sites[first : first + _TOGETHER]
        ids = setting.ids.expand(len(sites), -1)
        found = metric_of(setting.subject, ids, setting.aim, setting.all_replaced(sites))
        changes += [float(value) - setting.value for value in found]
    return [replace(one, measured=change) for one, change in zip(sums, changes, strict=True)]


def measure_nodes(setting: Setting, nodes: Sequence[Node]) -> list[Node]:
    """The nodes with measured effects, strongest first."""
    effects = measure(setting, nodes)
    exact = [replace(node, effect=effect) for node, effect in zip(nodes, effects, strict=True)]
    return sorted(exact, key=lambda node: -abs(node.effect))


def verify(setting: Setting, nodes: Sequence[Node]) -> Verified:
    """Predicted effects beside measured ones."""
    effects = measure(setting, nodes)
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
