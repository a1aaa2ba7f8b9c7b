"""Whole forward passes: token ids in; logits, and what stands at hook points on the way, out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neuronscope.subject.activations import hooked
from neuronscope.subject.hooks import HookPoint, find_hook
from neuronscope.subject.model import Subject

if TYPE_CHECKING:
    import torch


def read_logits(subject: Subject, ids: torch.Tensor, *, cache: Any = None, last: bool = False) -> torch.Tensor:
    """The model's logits: [sequence, position, token] in its dtype; with ``last`` of the last position alone.

    :param ids: int64 [sequence, position], any device; no padding before a text.
    :param cache: a cache of transformers, which is added to; it holds the positions that stand before these.
    """
    import torch

    with torch.inference_mode():
        output = subject.model(
            input_ids=ids.to(subject.device),
            past_key_values=cache,
            use_cache=cache is not None,
            logits_to_keep=1 if last else 0,
        )
    return output.logits


def read_hooks(subject: Subject, ids: torch.Tensor, hooks: Sequence[str]) -> dict[str, torch.Tensor]:
    """What stands at hook points, by the names asked for: [sequence, position, width] in the model's dtype.

    :param ids: int64 [sequence, position].
    :raises BadInput: no such hook point.
    """
    got: dict[str, torch.Tensor] = {}
    points: list[HookPoint] = [find_hook(subject, name) for name in dict.fromkeys(hooks)]

    def keep(name: str) -> Any:
        return lambda values: got.__setitem__(name, values.clone())

    if points:
        with hooked(subject, points) as placed:
            placed.run(ids, [keep(point.name) for point in points])
    return got


def new_cache(subject: Subject) -> Any:
    """An empty cache of keys and values, for ``read_logits``."""
    from transformers import DynamicCache

    return DynamicCache(config=subject.model.config.get_text_config())
