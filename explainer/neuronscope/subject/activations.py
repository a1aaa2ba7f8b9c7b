"""Token ids in, activations out: one forward pass with a hook on each module that is asked for.

The LM head is never computed, and nothing after the last hook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from neuronscope.errors import BadInput
from neuronscope.subject.hooks import HookPoint
from neuronscope.subject.model import Subject
from neuronscope.subject.source import Reader, Source, SparseActivations

if TYPE_CHECKING:
    import torch
    from torch import nn

Visit = Callable[[int, "torch.Tensor | SparseActivations"], None]
Take = Callable[["torch.Tensor"], None]


class _EnoughError(Exception):
    """Raised inside the last hook to leave the forward pass."""


def stream_activations(
    subject: Subject, source: Source, ids: torch.Tensor, layers: Iterable[int], *, visit: Visit
) -> None:
    """Call ``visit(layer, values)`` for each layer, in ascending order, while the model runs.

    :param ids: int64 [sequence, position], any device.
    :param visit: gets [sequence, position, unit] in the model's dtype on its device, or SparseActivations from a sparse
        source. It must not keep a dense tensor that it needs unchanged, since the model may reuse the memory.
    :raises BadInput: a layer in which the source has no units.
    :raises BrokenData: the model's activations are not finite where latents are computed from them.
    """
    taps: list[tuple[HookPoint, Take]] = []
    for layer, reader in source.readers_of(layers).items():
        gather = _gather(reader, partial(visit, layer))
        taps += [(point, gather(index)) for index, point in enumerate(reader.points)]
    run_hooks(subject, ids, taps)


def read_activations(
    subject: Subject, source: Source, ids: torch.Tensor, layers: Iterable[int]
) -> dict[int, torch.Tensor | SparseActivations]:
    """Activations of one batch by layer: [sequence, position, unit], or SparseActivations from a sparse source."""
    kept: dict[int, torch.Tensor | SparseActivations] = {}

    def keep(layer: int, values: torch.Tensor | SparseActivations) -> None:
        kept[layer] = values if isinstance(values, SparseActivations) else values.clone()

    stream_activations(subject, source, ids, layers, visit=keep)
    return kept


def run_hooks(subject: Subject, ids: torch.Tensor, taps: Sequence[tuple[HookPoint, Take]]) -> None:
    """Run the model once and give each ``take`` what is at its hook point: [sequence, position, width].

    :param ids: int64 [sequence, position], any device.
    :raises BadInput: the model never ran a module that is hooked.
    """
    import torch

    waiting = set(range(len(taps)))

    def received(number: int, values: torch.Tensor) -> None:
        if number not in waiting:  # a module that a model runs twice counts once
            return
        waiting.remove(number)
        taps[number][1](values)
        if not waiting:
            raise _EnoughError

    with torch.inference_mode(), ExitStack() as stack:
        for number, (point, _) in enumerate(taps):
            module = subject.model.get_submodule(point.module)
            hook = _hook(point, tuple(ids.shape), partial(received, number))
            if point.side == "input":
                stack.callback(module.register_forward_pre_hook(hook, with_kwargs=True).remove)
            else:
                stack.callback(module.register_forward_hook(hook, with_kwargs=True).remove)
        with suppress(_EnoughError):
            subject.model.base_model(input_ids=ids.to(subject.device), use_cache=False)
    if waiting:
        never = ", ".join(taps[number][0].module for number in sorted(waiting))
        raise BadInput(f"{subject.info.name} never runs {never}, so nothing can be read there")


def widths(subject: Subject, points: Iterable[HookPoint]) -> dict[HookPoint, int]:
    """How many numbers per token stand at each hook point, found by running the model on one token.

    :raises BadInput: the model never runs a module that is hooked.
    """
    import torch

    found: dict[HookPoint, int] = {}
    wanted = list(dict.fromkeys(points))
    token = torch.zeros((1, 1), dtype=torch.int64)

    def measure(point: HookPoint, values: torch.Tensor) -> None:
        found[point] = int(values.shape[-1])

    run_hooks(subject, token, [(point, partial(measure, point)) for point in wanted])
    return found


def _gather(reader: Reader, deliver: Callable[[Any], None]) -> Callable[[int], Take]:
    """One ``take`` for each hook point of a reader; the last one to be called converts what all of them got."""
    got: dict[int, torch.Tensor] = {}

    def gather(index: int) -> Take:
        def take(values: torch.Tensor) -> None:
            # What waits for a later hook point is copied, since the model may go on in its memory.
            got[index] = values if len(reader.points) == 1 else values.clone()
            if len(got) == len(reader.points):
                deliver(reader.convert(*(got.pop(number) for number in range(len(reader.points)))))

        return take

    return gather


def _hook(point: HookPoint, shape: tuple[int, ...], received: Take) -> Callable[..., None]:
    def hook(module: nn.Module, inputs: tuple[Any, ...], named: Mapping[str, Any], *outputs: Any) -> None:
        found = outputs[0] if outputs else (inputs[0] if inputs else next(iter(named.values())))
        values = found[0] if isinstance(found, tuple) else found
        # OPT runs its MLP on [sequence * position, width].
        values = values.reshape(*shape, -1)
        received(_normalised(module, values) if point.normalised else values)

    return hook


def _normalised(norm: nn.Module, values: torch.Tensor) -> torch.Tensor:
    """What the module ``norm`` makes of ``values`` before its gain and bias, in float32."""
    import torch

    values = values.float()
    if isinstance(norm, torch.nn.LayerNorm):
        values = values - values.mean(-1, keepdim=True)
    epsilon = getattr(norm, "eps", None) or getattr(norm, "variance_epsilon", 0.0)
    return values * torch.rsqrt(values.square().mean(-1, keepdim=True) + epsilon)
