"""The nodes of the largest effects among all there are, kept while layers come one after the other."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from neuronscope.trace.nouns import Node
from neuronscope.trace.setting import Setting
from neuronscope.trace.sites import ERROR, Candidates

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Kept:
    """Nodes of several sites, strongest first; ``site`` is the number of each one's."""

    site: torch.Tensor
    nodes: Candidates
    total: int  # how many there were in all


def keep_strongest(kept: Kept | None, site: int, found: Candidates, most: int) -> Kept:
    """The strongest of what was kept and what one more site has; ties by site, position and unit."""
    import torch

    sites = torch.full_like(found.position, site)
    names = [field.name for field in fields(Candidates)]
    columns = {name: getattr(found, name) for name in names}
    before = 0
    if kept is not None:
        before = kept.total
        sites = torch.cat([kept.site, sites])
        columns = {name: torch.cat([getattr(kept.nodes, name), columns[name]]) for name in names}
    order = columns["effect"].abs().sort(descending=True, stable=True).indices[:most]
    taken = Candidates(**{name: column[order] for name, column in columns.items()})
    return Kept(sites[order], taken, before + len(found.position))


def nodes_of(setting: Setting, kept: Kept) -> list[Node]:
    """What was kept as nodes."""
    columns = [getattr(kept.nodes, field.name).tolist() for field in fields(Candidates)]
    nodes = []
    for number, position, unit, activation, baseline, gradient, effect in zip(
        kept.site.tolist(), *columns, strict=True
    ):
        site = setting.sites[number]
        error = unit == ERROR
        nodes.append(
            Node(
                source=site.source,
                layer=site.layer,
                module=site.point.name,
                unit=None if error else unit,
                kind="error" if error else "unit",
                position=position,
                token=setting.read.tokens[position],
                activation=activation,
                baseline=baseline,
                gradient=None if error else gradient,
                effect=effect,
            )
        )
    return nodes
