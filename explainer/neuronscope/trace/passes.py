"""Forward and backward passes for attribution: token ids in; activations, the metric and its gradients out.

The model's weights take no gradients: these pass to activations only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.subject import Subject
from neuronscope.subject.activations import hooked
from neuronscope.subject.edits import Edit, edited
from neuronscope.subject.hooks import HookPoint
from neuronscope.trace.metric import Aim

if TYPE_CHECKING:
    import torch

# Gets [sequence, position, width] in the graph, gives what stands in its place.
Graft = Callable[["torch.Tensor"], "torch.Tensor"]


@dataclass(frozen=True)
class Grown:
    """One pass: the metric of each sequence, and for each hook point what stood there, and d metric / d that."""

    metric: torch.Tensor  # [sequence], without graph
    values: tuple[torch.Tensor, ...]  # [sequence, position, width]
    gradients: tuple[torch.Tensor, ...]


def grow(subject: Subject, ids: torch.Tensor, points: Sequence[HookPoint], aim: Aim) -> Grown:
    """Values and gradients at some hook points of the model as it is, from one pass forward and one back.

    :param ids: int64 [sequence, position].
    :raises BadInput: the metric is not a finite number.
    """
    kept: dict[int, torch.Tensor] = {}

    def keep(number: int) -> Graft:
        def graft(values: torch.Tensor) -> torch.Tensor:
            here = values if values.requires_grad else values.detach().requires_grad_()
            kept[number] = here
            return here

        return graft

    edits = [Edit(point, _whole(keep(number))) for number, point in enumerate(points)]
    metric = measured(subject, ids, aim, edits)
    return Grown(metric.detach(), *_gradients(metric, [kept[number] for number in range(len(points))]))


def standing(subject: Subject, ids: torch.Tensor, points: Sequence[HookPoint]) -> list[torch.Tensor]:
    """What stands at some hook points, without gradients: [sequence, position, width] each."""
    got: dict[int, torch.Tensor] = {}
    with hooked(subject, points) as hooks:
        hooks.run(ids, [partial(_keep, got, number) for number in range(len(points))])
    return [got[number].clone() for number in range(len(points))]  # the copies may stand in a graph


def _keep(got: dict[int, torch.Tensor], number: int, values: torch.Tensor) -> None:
    got[number] = values.clone()  # the model may go on in its memory


def _gradients(
    metric: torch.Tensor, leaves: list[torch.Tensor]
) -> tuple[tuple[torch.Tensor, ...], tuple[torch.Tensor, ...]]:
    import torch

    if not metric.requires_grad:  # nothing that was read can move it
        return tuple(leaf.detach() for leaf in leaves), tuple(torch.zeros_like(leaf) for leaf in leaves)
    found = torch.autograd.grad(metric.sum(), leaves, allow_unused=True)
    gradients = [torch.zeros_like(leaf) if one is None else one for leaf, one in zip(leaves, found, strict=True)]
    return tuple(leaf.detach() for leaf in leaves), tuple(gradients)


def measured(subject: Subject, ids: torch.Tensor, aim: Aim, edits: Sequence[Edit]) -> torch.Tensor:
    """The metric of each sequence [sequence] in the graph, with the model edited.

    :raises BadInput: it is not a finite number.
    """
    import torch

    with without_weights(subject), torch.enable_grad(), edited(subject, edits) as place:
        place.sequences = ids.shape[0]
        logits = subject.model(input_ids=ids.to(subject.device), use_cache=False).logits
    found = aim.of(logits if logits.dtype == torch.float64 else logits.float())
    if not bool(found.isfinite().all()):
        raise BadInput(f"the metric {aim.metric} is not a finite number on this text; try float32")
    return found


def metric_of(subject: Subject, ids: torch.Tensor, aim: Aim, edits: Sequence[Edit] = ()) -> torch.Tensor:
    """The metric of each sequence [sequence], without gradients."""
    import torch

    with torch.no_grad(), edited(subject, edits) as place:
        place.sequences = ids.shape[0]
        logits = subject.model(input_ids=ids.to(subject.device), use_cache=False).logits
    return aim.of(logits if logits.dtype == torch.float64 else logits.float())


def _whole(graft: Graft) -> Callable[[torch.Tensor, int], torch.Tensor]:
    return lambda values, _: graft(values)


@contextmanager
def without_weights(subject: Subject) -> Iterator[None]:
    """For the while of a pass the weights take no gradients, which would cost as much as the pass itself."""
    taking = [parameter for parameter in subject.model.parameters() if parameter.requires_grad]
    for parameter in taking:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in taking:
            parameter.requires_grad_(True)
