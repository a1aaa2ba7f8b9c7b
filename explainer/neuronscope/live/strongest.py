"""Activations of all units of some layers to the strongest of each token: layer after layer in, units out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.live.answers import StrongUnit, TopUnits
from neuronscope.live.asks import AskTopUnits
from neuronscope.live.known import Known
from neuronscope.live.reading import Read

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Found:
    """The strongest units of one layer: [candidate] each. ``by`` is what they are ranked by."""

    layer: int
    position: NDArray[np.int64]
    unit: NDArray[np.int64]
    value: NDArray[np.float64]
    by: NDArray[np.float64]


def strongest_of_layer(values: torch.Tensor, layer: int, ask: AskTopUnits, known: Known, counted: int) -> Found:
    """At most k units of each token of one layer.

    :param values: [position, unit] of the text's tokens; those before ``counted`` are left out.
    """
    import torch

    tokens, units = values.shape
    work = values.float()
    if ask.by == "share":
        largest = _tensor(known.numbers("max", layer, units), like=work)
        work = torch.where(largest > 0, work / largest, torch.full_like(work, -torch.inf))
    if ask.max_density is not None:
        density = _tensor(known.numbers("density", layer, units), like=work)
        work = work.masked_fill(density > ask.max_density, -torch.inf)
    if ask.among != "all":
        column = _tensor(known.numbers("unit" if ask.among == "stored" else "explanations", layer, units), like=work)
        work = work.masked_fill(~(column >= (0 if ask.among == "stored" else 1)), -torch.inf)
    least = 0.0 if ask.min_activation is None else ask.min_activation
    work = work.masked_fill(values <= 0 if ask.min_activation is None else values < least, -torch.inf)
    by, unit = work[counted:].topk(min(ask.k, units), dim=1)
    position = torch.arange(counted, tokens, device=unit.device)[:, None].expand_as(unit)
    there = by > -torch.inf
    value = values[position[there], unit[there]]
    return Found(
        layer, _array(position[there]), _array(unit[there]), _array(value.double()), _array(by[there].double())
    )


def _tensor(numbers: NDArray[np.float64], like: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.from_numpy(numbers).to(like)


def _array(values: torch.Tensor) -> NDArray[Any]:
    return np.from_dlpack(values.cpu().contiguous())


def strongest(found: list[Found], ask: AskTopUnits, known: Known, read: Read) -> TopUnits:
    """The k strongest over all layers: of each token, or of the text, where a unit counts once, at its peak."""
    layer = np.concatenate([np.full(len(one.unit), one.layer) for one in found] or [np.zeros(0, np.int64)])
    position, unit, value, by = (
        np.concatenate([getattr(one, name) for one in found] or [np.zeros(0)])
        for name in ("position", "unit", "value", "by")
    )
    order = np.lexsort((unit, layer, position, -by))
    groups: list[list[int]] = [[] for _ in range(len(read.tokens) if ask.per == "token" else 1)]
    met: set[tuple[int, int]] = set()
    for place in order.tolist():
        group = groups[int(position[place]) if ask.per == "token" else 0]
        one = (int(layer[place]), int(unit[place]))
        if len(group) < ask.k and (ask.per == "token" or one not in met):
            met.add(one)
            group.append(place)
    rows = known.rows((int(layer[i]), int(unit[i])) for group in groups for i in group) if ask.source is None else {}

    def unit_at(place: int) -> StrongUnit:
        where, active = (int(layer[place]), int(unit[place])), float(value[place])
        row = rows.get(where)
        largest = None if row is None else row.max
        return StrongUnit(
            *where,
            position=int(position[place]),
            activation=active,
            share=active / largest if largest is not None and largest > 0 else None,
            max=largest,
            density=None if row is None else row.density,
            explanation=None if row is None else row.explanation,
            explanations=None if row is None else row.explanations,
            score=None if row is None else row.score,
        )

    positions = [[unit_at(place) for place in group] for group in groups]
    return TopUnits(list(read.tokens), read.ignored, ask.per, ask.source, positions)
