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

    def site(self, layer: int) -> Site:
        """The site of a layer."""
        return next(site for site in self.sites if site.layer == layer)

    def all_replaced(self, site: Site) -> Edit:
        """Every node of a layer at its baseline."""

        def replace(values: torch.Tensor, _: int) -> torch.Tensor:
            changed = values.clone()
            changed[:, self.read.prefix :] = site.baseline.to(values)
            return changed

        return Edit(site.point, replace)

    def replaced(self, nodes: Sequence[Iterable[Node]]) -> list[Edit]:
        """For each sequence of a pass some nodes at their baselines, all the others as they come."""
        layers = sorted({node.layer for some in nodes for node in some})
        return [Edit(self.site(layer).point, self._replace(self.site(layer), nodes)) for layer in layers]

    def all_but(self, nodes: Iterable[Node]) -> list[Edit]:
        """Every node of every layer at its baseline, but for some that stay as they are on the text."""
        some = list(nodes)
        return [
            Edit(site.point, self._keep(site, [node for node in some if node.layer == site.layer]))
            for site in self.sites
        ]

    def _replace(self, site: Site, nodes: Sequence[Iterable[Node]]) -> Change:
        wanted = [(row, node) for row, some in enumerate(nodes) for node in some if node.layer == site.layer]

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
