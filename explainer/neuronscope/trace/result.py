"""A trace: its nodes, and the checks that can be run on them. pandas is imported where a table is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from neuronscope.errors import BadInput
from neuronscope.trace import checks
from neuronscope.trace.metric import Metric
from neuronscope.trace.nouns import Completeness, LayerSum, Node, TraceOptions, TraceReport, Verified
from neuronscope.trace.passes import metric_of
from neuronscope.trace.setting import Setting

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Trace:
    """Nodes, strongest first, of a metric on a text; ``note`` says what is odd about it."""

    setting: Setting
    metric: Metric
    options: TraceOptions
    nodes: Sequence[Node]
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
        setting = self.setting
        empty = metric_of(setting.subject, setting.ids, setting.aim, setting.all_but([]))
        return Completeness(
            predicted=sum(one.effect for one in self.sums),
            measured=float(empty[0]) - setting.value,
            layers=list(self.sums),
        )

    def verify(self, top: int = 50) -> Verified:
        """The strongest nodes' effects beside those measured by replacing each alone: a forward pass for sixteen."""
        return checks.verify(self.setting, list(self.nodes[:top]))

    def faithfulness(self, nodes: Iterable[Node]) -> tuple[float | None, str | None]:
        """How much of the metric some nodes give alone, all others at their baselines: 1 is all; or why that is not
        defined."""
        return checks.faithfulness(self.setting, nodes)

    def report(self, *, verify: int | None = None) -> TraceReport:
        """All of it as plain data; ``verify``: so many of the strongest nodes are measured too."""
        return TraceReport(
            metric=str(self.metric),
            value=self.value,
            tokens=self.tokens,
            options=self.options,
            nodes=list(self.nodes),
            completeness=self.completeness(),
            verify=None if verify is None else self.verify(verify),
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
