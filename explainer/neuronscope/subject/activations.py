"""Token ids in, activations out: forward passes with a hook on each module that is asked for.

Unless logits are asked for, the LM head is not computed, and nothing after the last hook.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
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


class Stream:
    """A subject whose hooks are in place: batch after batch, or several at a time, each in a thread of its own."""

    def __init__(self, hooks: Hooks, readers: Mapping[int, Reader]) -> None:
        """``hooks``: on the readers' hook points, reader after reader."""
        self._hooks = hooks
        self._readers = readers

    def run(self, ids: torch.Tensor, visit: Visit, *, logits: bool = False) -> torch.Tensor | None:
        """Call ``visit(layer, values)`` for each layer, in ascending order, while the model runs.

        With ``logits`` the pass goes on to its end and gives them: [sequence, position, token] in the model's dtype.

        :param ids: int64 [sequence, position], any device.
        :param visit: gets [sequence, position, unit] in the model's dtype on its device, or SparseActivations from a
            sparse source. It must not keep a dense tensor that it needs unchanged: the model may reuse the memory.
        :raises BrokenData: the model's activations are not finite where latents are computed from them.
        """
        takes: list[Take] = []
        for layer, reader in self._readers.items():
            takes += gathered(reader, partial(visit, layer))
        return self._hooks.run(ids, takes, logits=logits)


@contextmanager
def open_stream(subject: Subject, source: Source, layers: Iterable[int]) -> Iterator[Stream]:
    """Put hooks where some layers' units are read, and take them away again at the end.

    :raises BadInput: a layer in which the source has no units.
    """
    readers = source.readers_of(layers)
    with hooked(subject, [point for reader in readers.values() for point in reader.points]) as hooks:
        yield Stream(hooks, readers)


def read_activations(
    subject: Subject, source: Source, ids: torch.Tensor, layers: Iterable[int]
) -> dict[int, torch.Tensor | SparseActivations]:
    """Activations of one batch by layer: [sequence, position, unit], or SparseActivations from a sparse source.

    :raises BadInput: a layer in which the source has no units.
    """
    kept: dict[int, torch.Tensor | SparseActivations] = {}

    def keep(layer: int, values: torch.Tensor | SparseActivations) -> None:
        kept[layer] = values if isinstance(values, SparseActivations) else values.clone()

    with open_stream(subject, source, layers) as stream:
        stream.run(ids, keep)
    return kept


class Hooks:
    """Hooks on a model's modules. What they see goes to the run that is under way in the same thread, if any."""

    def __init__(self, subject: Subject, points: Sequence[HookPoint]) -> None:
        self._subject = subject
        self._points = points
        self._here = threading.local()

    def run(self, ids: torch.Tensor, takes: Sequence[Take], *, logits: bool = False) -> torch.Tensor | None:
        """Run the model once and give each of ``takes`` what is at its hook point: [sequence, position, width].

        :param ids: int64 [sequence, position], any device.
        :param logits: run the model to its end, and return them.
        :raises BadInput: the model never ran a module that is hooked.
        """
        import torch

        waiting, model, found = set(range(len(takes))), self._subject.model, None
        self._here.run = _Run(tuple(ids.shape), takes, waiting, to_the_end=logits)
        try:
            with torch.inference_mode(), suppress(_EnoughError):
                if logits:
                    found = model(input_ids=ids.to(self._subject.device), use_cache=False).logits
                else:
                    model.base_model(input_ids=ids.to(self._subject.device), use_cache=False)
        finally:
            self._here.run = None
        if waiting:
            never = ", ".join(self._points[number].module for number in sorted(waiting))
            raise BadInput(f"{self._subject.info.name} never runs {never}, so nothing can be read there")
        return found

    def hook(self, number: int) -> Callable[..., None]:
        """What a module calls at hook point ``number``."""
        point = self._points[number]

        # Then come arguments by name and, behind the module, its output. The names are missing where the hook was taken
        # away while another thread is in the module.
        def hook(module: nn.Module, inputs: tuple[Any, ...], *others: Any) -> None:
            run: _Run | None = getattr(self._here, "run", None)
            if run is None or number not in run.waiting:  # a module that a model runs twice counts once
                return
            run.waiting.remove(number)
            found = others[1] if len(others) > 1 else (inputs[0] if inputs else next(iter(others[0].values())))
            values = found[0] if isinstance(found, tuple) else found
            # OPT runs its MLP on [sequence * position, width].
            values = values.reshape(*run.shape, -1)
            run.takes[number](normalised(module, values) if point.normalised else values)
            if not run.waiting and not run.to_the_end:
                raise _EnoughError

        return hook


@dataclass(frozen=True)
class _Run:
    shape: tuple[int, ...]  # sequences, positions
    takes: Sequence[Take]
    waiting: set[int]  # numbers of hook points that were not reached yet
    to_the_end: bool  # the pass is not left behind the last hook


@contextmanager
def hooked(subject: Subject, points: Sequence[HookPoint]) -> Iterator[Hooks]:
    """Put a hook at each of ``points``, and take them away again at the end."""
    hooks = Hooks(subject, points)
    with ExitStack() as stack:
        for number, point in enumerate(points):
            module = subject.model.get_submodule(point.module)
            if point.side == "input":
                handle = module.register_forward_pre_hook(hooks.hook(number), with_kwargs=True)
            else:
                handle = module.register_forward_hook(hooks.hook(number), with_kwargs=True)
            stack.callback(handle.remove)
        yield hooks


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

    with hooked(subject, wanted) as hooks:
        hooks.run(token, [partial(measure, point) for point in wanted])
    return found


def gathered(reader: Reader, deliver: Callable[[Any], None]) -> list[Take]:
    """One ``take`` for each hook point of a reader; the last one to be called converts what all of them got, and
    delivers it."""
    got: dict[int, torch.Tensor] = {}

    def take(index: int, values: torch.Tensor) -> None:
        # What waits for a later hook point is copied, since the model may go on in its memory.
        got[index] = values if len(reader.points) == 1 else values.clone()
        if len(got) == len(reader.points):
            deliver(reader.convert(*(got.pop(number) for number in range(len(reader.points)))))

    return [partial(take, index) for index in range(len(reader.points))]


def normalised(norm: nn.Module, values: torch.Tensor) -> torch.Tensor:
    """What the module ``norm`` makes of ``values`` before its gain and bias, in float32."""
    import torch

    values = values.float()
    if isinstance(norm, torch.nn.LayerNorm):
        values = values - values.mean(-1, keepdim=True)
    epsilon = getattr(norm, "eps", None) or getattr(norm, "variance_epsilon", 0.0)
    return values * torch.rsqrt(values.square().mean(-1, keepdim=True) + epsilon)
