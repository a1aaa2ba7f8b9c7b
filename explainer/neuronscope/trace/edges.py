"""Edges between nodes: how much of a node's effect on the metric passes through another one.

``d metric / d target * d target / d source * (baseline - source)``: the middle term is the model's own derivative, over
every path from the one to the other, attention's among them. It is taken backwards, for some targets in one pass: each
in a sequence of its own, to all sources at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuronscope.subject.edits import Change, Edit, edited
from neuronscope.trace.nouns import Edge, Node
from neuronscope.trace.passes import grow, without_weights
from neuronscope.trace.setting import Setting
from neuronscope.trace.sites import ERROR, Site
from neuronscope.trace.stages import Stage, Stages, finish, pieces

if TYPE_CHECKING:
    import torch

_TOKENS = 1024  # of the sequences of one pass
_MOST = 32  # sequences of one pass


@dataclass(frozen=True)
class _Place:
    """Some nodes of one site, by their numbers in the list; int64 [node] the others."""

    site: Site
    order: int  # of the site in the model: what comes earlier has a lower one
    numbers: list[int]
    positions: torch.Tensor
    units: torch.Tensor


def find_edges(setting: Setting, nodes: Sequence[Node], most: int) -> list[Edge]:
    """The ``most`` edges of the largest effects among nodes, strongest first.

    There is none between nodes of one hook point. Nodes of several kinds at one place in the model (the stream and its
    SAE) are no sources of each other.
    """
    return finish(finding_edges(setting, nodes, most))


def finding_edges(setting: Setting, nodes: Sequence[Node], most: int) -> Stages[list[Edge]]:
    """:func:`find_edges` in parts."""
    gradients, orders = _to_the_metric(setting)
    places = _places(setting, nodes, orders)
    edges: list[Edge] = []
    rows, done = max(1, min(_MOST, _TOKENS // setting.ids.shape[1])), 0
    for target in places:
        sources = [place for place in places if place.order < target.order]
        gradient = gradients[setting.sites.index(target.site)]
        for some in pieces(range(len(target.numbers)), rows) if sources else []:
            edges += _into(setting, target, slice(some[0], some[-1] + 1), gradient, sources)
            yield Stage("following edges", done + some[-1] + 1, len(nodes))
        done += len(target.numbers)
        edges = sorted(edges, key=lambda edge: -abs(edge.effect))[:most]
    return edges


def _to_the_metric(setting: Setting) -> tuple[list[torch.Tensor], list[int]]:
    """d metric / d values of each site [position, width], and the order in which the model comes to the sites; sites at
    one hook point have one."""
    import torch

    grown = grow(setting.subject, setting.ids, [site.point for site in setting.sites], setting.aim)
    came: dict[tuple[str, str], int] = {}
    edits = [Edit(site.point, _note(site, came), reads=True) for site in setting.sites]
    with torch.no_grad(), edited(setting.subject, edits):
        setting.subject.model(input_ids=setting.ids.to(setting.subject.device), use_cache=False, logits_to_keep=1)
    orders = [came[site.point.module, site.point.side] for site in setting.sites]
    return [gradient[0, setting.read.prefix :] for gradient in grown.gradients], orders


def _note(site: Site, came: dict[tuple[str, str], int]) -> Change:
    def note(_: torch.Tensor, __: int) -> None:
        came.setdefault((site.point.module, site.point.side), len(came))

    return note


def _places(setting: Setting, nodes: Sequence[Node], orders: Sequence[int]) -> list[_Place]:
    import torch

    numbers: dict[int, list[int]] = {}
    for number, node in enumerate(nodes):
        numbers.setdefault(setting.number(node), []).append(number)
    found = []
    for at, some in numbers.items():
        units = [ERROR if nodes[number].unit is None else nodes[number].unit for number in some]
        device = setting.sites[at].values.device
        positions = torch.tensor([nodes[number].position for number in some], device=device)
        found.append(_Place(setting.sites[at], orders[at], some, positions, torch.tensor(units, device=device)))
    return found


def _into(
    setting: Setting, target: _Place, some: slice, gradient: torch.Tensor, sources: Sequence[_Place]
) -> list[Edge]:
    """The edges into some targets of one site."""
    numbers, positions, units = target.numbers[some], target.positions[some], target.units[some]
    pulled = _pulled(setting, target.site, (positions, units), gradient, [place.site for place in sources])
    edges = []
    for place, slopes in zip(sources, pulled, strict=True):
        effects = place.site.replacing(slopes, place.positions, place.units)
        for number, row in zip(numbers, effects.tolist(), strict=True):
            edges += [
                Edge(source, number, effect) for source, effect in zip(place.numbers, row, strict=True) if effect != 0
            ]
    return edges


def _pulled(
    setting: Setting,
    site: Site,
    targets: tuple[torch.Tensor, torch.Tensor],
    gradient: torch.Tensor,
    sources: Sequence[Site],
) -> list[torch.Tensor]:
    """For each source site d (metric through a target) / d (what stands there), [target, position, width]."""
    import torch

    prefix, rows = setting.read.prefix, len(targets[0])
    kept: dict[int, torch.Tensor] = {}

    def keep(number: int) -> Change:
        def graft(values: torch.Tensor, _: int) -> torch.Tensor:
            kept[number] = values if values.requires_grad else values.detach().requires_grad_()
            return kept[number]

        return graft

    edits = [Edit(one.point, keep(number)) for number, one in enumerate([*sources, site])]
    subject = setting.subject
    with without_weights(subject), torch.enable_grad(), edited(subject, edits) as place:
        place.sequences = rows
        ids = setting.ids.expand(rows, -1).to(subject.device)
        subject.model(input_ids=ids, use_cache=False, logits_to_keep=1)
        through = site.through(kept[len(sources)][:, prefix:], *targets, gradient)
        leaves = [kept[number] for number in range(len(sources))]
        found = torch.autograd.grad(through.sum(), leaves, allow_unused=True)
    return [
        torch.zeros_like(leaf)[:, prefix:] if slope is None else slope[:, prefix:]
        for leaf, slope in zip(leaves, found, strict=True)
    ]
