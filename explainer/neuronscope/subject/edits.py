"""Values at hook points replaced while the model runs: a subject and what to change in, the same model edited out.

Only passes of the thread that put the edits in place see them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from neuronscope.errors import BadInput
from neuronscope.subject.activations import normalised
from neuronscope.subject.hooks import HookPoint
from neuronscope.subject.model import Subject

if TYPE_CHECKING:
    import torch
    from torch import nn

# Gets [sequence, position, width] and the number of the first of these positions in the text, which is above 0 where
# a cache holds what stands before; gives what takes their place, or None to leave them.
Change = Callable[["torch.Tensor", int], "torch.Tensor | None"]


@dataclass(frozen=True)
class Edit:
    """What happens to the values at one hook point."""

    point: HookPoint
    change: Change
    reads: bool = False  # nothing is ever put in their place, so that the point may be one that can only be read


@dataclass
class Pass:
    """Where the pass that comes next begins in its texts, and how many it has."""

    first: int = 0
    sequences: int = 1


@contextmanager
def edited(subject: Subject, edits: Sequence[Edit]) -> Iterator[Pass]:
    """Make the edits in every pass of this thread until the end; those at one hook point in the order given.

    :raises BadInput: a hook point that can only be read.
    """
    state, thread = Pass(), threading.get_ident()
    with ExitStack() as stack:
        for edit in edits:
            if edit.point.normalised and not edit.reads:
                raise BadInput(f"{edit.point.name} can be read and not changed: change blocks.N.hook_mlp_in instead")
            stack.callback(_put(subject, edit, state, thread))
        yield state


def _put(subject: Subject, edit: Edit, state: Pass, thread: int) -> Callable[[], None]:
    """Hook the module; what is returned takes the hook away."""
    module = subject.model.get_submodule(edit.point.module)

    def change(values: torch.Tensor) -> torch.Tensor:
        seen = normalised(module, values) if edit.point.normalised else values
        # OPT runs its MLP on [sequence * position, width].
        found = edit.change(seen.reshape(state.sequences, -1, seen.shape[-1]), state.first)
        return values if found is None else found.to(values.dtype).reshape(values.shape)

    # Without the arguments by name they are called where they were taken away while another thread is in the module.
    def before(_: nn.Module, inputs: tuple[Any, ...], *others: Mapping[str, Any]) -> tuple[Any, Any] | None:
        if threading.get_ident() != thread:
            return None
        (named,) = others
        if inputs:
            return (change(inputs[0]), *inputs[1:]), dict(named)
        name, values = next(iter(named.items()))
        return inputs, {**named, name: change(values)}

    def after(_: nn.Module, __: tuple[Any, ...], *others: Any) -> Any:
        if threading.get_ident() != thread:
            return None
        output = others[-1]
        return (change(output[0]), *output[1:]) if isinstance(output, tuple) else change(output)

    if edit.point.side == "input":
        handle = module.register_forward_pre_hook(before, with_kwargs=True)
    else:
        handle = module.register_forward_hook(after, with_kwargs=True)
    return partial(handle.remove)
