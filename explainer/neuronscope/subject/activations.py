"""Token ids in, MLP neurons out: one forward pass with a pre-hook on each projection that is asked for.

The LM head is never computed, and nothing after the last layer asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from neuronscope.subject.hooks import find_mlps
from neuronscope.subject.model import Subject

if TYPE_CHECKING:
    import torch
    from torch import nn

Visit = Callable[[int, "torch.Tensor"], None]


class _EnoughError(Exception):
    """Raised inside the last hook to leave the forward pass."""


def stream_activations(subject: Subject, ids: torch.Tensor, layers: Iterable[int], *, visit: Visit) -> None:
    """Call ``visit(layer, activations)`` for each layer, in ascending order, while the model runs.

    :param ids: int64 [batch, position], any device.
    :param visit: gets [batch, position, unit] in the model's dtype, on its device; it must not keep a reference that
        it needs unchanged, since the model may reuse the memory.
    """
    import torch

    wanted = sorted(set(layers))
    modules = find_mlps(subject.model).modules
    with torch.inference_mode(), ExitStack() as stack:
        for layer in wanted:
            hook = _hook(layer, tuple(ids.shape), visit=visit, last=layer == wanted[-1])
            stack.callback(modules[layer].register_forward_pre_hook(hook).remove)
        with suppress(_EnoughError):
            subject.model.base_model(input_ids=ids.to(subject.device), use_cache=False)


def read_activations(subject: Subject, ids: torch.Tensor, layers: Iterable[int]) -> dict[int, torch.Tensor]:
    """Activations of one batch by layer: [batch, position, unit] each, in the model's dtype and on its device."""
    kept: dict[int, torch.Tensor] = {}
    stream_activations(subject, ids, layers, visit=lambda layer, values: kept.update({layer: values.clone()}))
    return kept


def _hook(
    layer: int, shape: tuple[int, ...], *, visit: Visit, last: bool
) -> Callable[[nn.Module, tuple[torch.Tensor, ...]], None]:
    def hook(_: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        # OPT hands its projection [batch * position, unit].
        visit(layer, inputs[0].reshape(*shape, -1))
        if last:
            raise _EnoughError

    return hook
