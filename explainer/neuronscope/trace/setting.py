"""What a trace is of: a subject, a text, a metric and its sites; and edits that put nodes at their baselines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuronscope.live.reading import Read
from neuronscope.subject import Subject
from neuronscope.subject.edits import Change, Edit
from neuronscope.trace.metric import Aim
from neuronscope.trace.nouns import Node
from neuronscope.trace.sites import ERROR, Site

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Setting:
    """Everything that checks need; ``value`` is the metric of the model as it is."""

    subject: Subject
    ids: torch.Tensor  # int64 [1, position], BOS among them
    aim: Aim
    sites: Sequence[Site]
    read: Read
    value: float

    def number(self, node: Node) -> int:
        """The number of a node's site."""
        places = [(site.source, site.layer, site.point.name) for site in self.sites]
        return places.index((node.source, node.layer, node.module))

    def all_replaced(self, sites: Sequence[Site]) -> list[Edit]:
        """For each sequence of a pass every node of one of ``sites`` at its baseline."""

        def replace(row: int, site: Site) -> Change:
            def put(values: torch.Tensor, _: int) -> torch.Tensor:
                changed = values.clone()
                changed[row, self.read.prefix :] = site.baseline.to(values)
                return changed

            return put

        return [Edit(site.point, replace(row, site)) for row, site in enumerate(sites)]

    def replaced(self, nodes: Sequence[Iterable[Node]]) -> list[Edit]:
        """For each sequence of a pass some nodes at their baselines, all the others as they come."""
        some = [[(self.number(node), node) for node in row] for row in nodes]
        edits = []
        for number in sorted({number for row in some for number, _ in row}):
            wanted = [(row, node) for row, found in enumerate(some) for at, node in found if at == number]
            edits.append(Edit(self.sites[number].point, self._replace(self.sites[number], wanted)))
        return edits

    def all_but(self, nodes: Iterable[Node]) -> list[Edit]:
        """Every node of every layer at its baseline, but for some that stay as they are on the text."""
        kept: list[list[Node]] = [[] for _ in self.sites]
        for node in nodes:
            kept[self.number(node)].append(node)
        return [Edit(site.point, self._keep(site, some)) for site, some in zip(self.sites, kept, strict=True)]

    def _replace(self, site: Site, wanted: Sequence[tuple[int, Node]]) -> Change:
        """``wanted``: in which sequence which node."""

        def replace(values: torch.Tensor, _: int) -> torch.Tensor:
            changed = values.clone()
            for row, node in wanted:
                place = self.read.prefix + node.position
                unit = ERROR if node.unit is None else node.unit
                changed[row, place] = site.replaced(changed[row, place], node.position, unit)
            return changed

        return replace

    def _keep(self, site: Site, nodes: Sequence[Node]) -> Change:
        standing = site.baseline.clone()
        for node in nodes:
            unit = ERROR if node.unit is None else node.unit
            whole = site.values[node.position]
            standing[node.position] += whole - site.replaced(whole, node.position, unit)

        def keep(values: torch.Tensor, _: int) -> torch.Tensor:
            changed = values.clone()
            changed[:, self.read.prefix :] = standing.to(values)
            return changed

        return keep
