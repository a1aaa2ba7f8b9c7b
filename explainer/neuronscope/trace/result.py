"""A trace: its nodes, and the checks that can be run on them. pandas is imported where a table is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from neuronscope.errors import BadInput
from neuronscope.trace import checks
from neuronscope.trace.edges import find_edges, finding_edges
from neuronscope.trace.foretelling import foretold
from neuronscope.trace.metric import Metric
from neuronscope.trace.nouns import (
    Circuit,
    Completeness,
    Edge,
    Foretold,
    LayerSum,
    Node,
    TraceOptions,
    TraceReport,
    Verified,
)
from neuronscope.trace.passes import metric_of
from neuronscope.trace.setting import Setting
from neuronscope.trace.stages import Stage, Stages, finish

if TYPE_CHECKING:
    import pandas as pd

MOST_EDGES = 2000  # that are told unless one asks for more


@dataclass(frozen=True)
class Trace:
    """Nodes, strongest first, of a metric on a text; ``note`` says what is odd about it."""

    setting: Setting
    metric: Metric
    options: TraceOptions
    nodes: Sequence[Node]
    total: int  # how many nodes there are in all
    sums: Sequence[LayerSum]
    note: str | None

    @property
    def tokens(self) -> list[str]:
        """The tokens of the text."""
        return list(self.setting.read.tokens)

    @property
    def value(self) -> float:
        """The metric of the model as it is."""
        return self.setting.value

    def completeness(self) -> Completeness:
        """The sums of effects against what really happens when all nodes are replaced."""
        return finish(self._completing())

    def _completing(self) -> Stages[Completeness]:
        setting = self.setting
        empty = metric_of(setting.subject, setting.ids, setting.aim, setting.all_but([]))
        yield Stage("replacing whole layers", 0, len(setting.sites))
        layers = yield from checks.measuring_layers(setting, self.sums)
        predicted = sum(one.effect for one in self.sums)
        return Completeness(predicted=predicted, measured=float(empty[0]) - setting.value, layers=layers)

    def verify(self, top: int = 50) -> Verified:
        """The strongest nodes' effects beside those measured by replacing each alone: a forward pass for sixteen."""
        return checks.verify(self.setting, list(self.nodes[:top]))

    def faithfulness(self, nodes: Iterable[Node]) -> tuple[float | None, str | None]:
        """How much of the metric some nodes give alone, all others at their baselines: 1 is all; or why that is not
        defined."""
        return checks.faithfulness(self.setting, nodes)

    def edges(self, nodes: Sequence[Node] | None = None, *, most: int = MOST_EDGES) -> list[Edge]:
        """The edges of the largest effects among some nodes, the 200 strongest unless they are given: how much of one
        node's effect passes through another. Their numbers are places in the list of nodes."""
        return find_edges(self.setting, self.nodes[:200] if nodes is None else nodes, most)

    def circuit(self, n_nodes: int = 50, n_edges: int = 200) -> Circuit:
        """The strongest nodes, the strongest edges among them, and how faithful the nodes alone are."""
        nodes = list(self.nodes[:n_nodes])
        faithful, reason = self.faithfulness(nodes)
        return Circuit(nodes, self.edges(nodes, most=n_edges), faithful, reason)

    def predictions(self, top: int = 10) -> Foretold:
        """What the model says where the metric is read."""
        return foretold(self.setting, top)

    def report(self, *, verify: int | None = None, edges: int | None = None) -> TraceReport:
        """All of it as plain data; ``verify``: so many of the strongest nodes are measured too; ``edges``: those among
        so many of the strongest nodes are told."""
        return finish(self.reporting(verify=verify, edges=edges))

    def reporting(self, *, verify: int | None = None, edges: int | None = None) -> Stages[TraceReport]:
        """:meth:`report` in parts."""
        completeness = yield from self._completing()
        verified, found = None, None
        if verify is not None:
            verified = yield from checks.verifying(self.setting, list(self.nodes[:verify]))
        if edges is not None:
            found = yield from finding_edges(self.setting, self.nodes[:edges], MOST_EDGES)
        return TraceReport(
            model=self.setting.subject.info.name,
            metric=str(self.metric),
            value=self.value,
            tokens=self.tokens,
            options=self.options,
            predictions=self.predictions(),
            nodes=list(self.nodes),
            total=self.total,
            completeness=completeness,
            verify=verified,
            edges=found,
            edge_nodes=0 if edges is None else min(edges, len(self.nodes)),
            note=self.note,
        )

    def rows(self) -> list[dict[str, Any]]:
        """The nodes as rows of a table, with the columns that people know.

        ``ie`` and ``abs_ie`` keep the sign of the tool they come from, (activation - baseline) x gradient: above 0 the
        node as it is raises the metric. ``effect`` is its negative, as everywhere else here.
        """
        text = "".join(self.tokens)
        return [
            {
                "layer": node.layer,
                "module_type": node.module.rpartition(".")[2],
                "module_name": node.module,
                "example_idx": 0,
                "example_str": text,
                "act_idx": node.unit,
                "act_type": "error" if node.kind == "error" else "feature",
                "token_idx": node.position,
                "token_str": node.token,
                "value": node.activation,
                "grad": node.gradient,
                "ie": -node.effect,
                "abs_ie": abs(node.effect),
                "effect": node.effect,
            }
            for node in self.nodes
        ]

    def to_pandas(self) -> pd.DataFrame:
        """:meth:`rows` as a table.

        :raises BadInput: pandas is not installed.
        """
        _refuse_without_pandas()
        import pandas as pd

        return pd.DataFrame(self.rows()).astype({"act_idx": "Int64"})


def _refuse_without_pandas() -> None:
    if find_spec("pandas") is None:
        raise BadInput("this table needs pandas: pip install pandas; .rows() gives the same without it")
