"""What tests of attribution reckon by hand: metrics, and what MLPs' projections read, with its gradients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from neuronscope.subject import Source, Subject, encode, open_source
from neuronscope.subject.hooks import find_hook
from neuronscope.trace import Metric

TEXT = "the cat sees a dog"
OTHER = "the dog sees a cat"
NEAR = {"rel": 1e-8, "abs": 1e-10}


def ids_of(subject: Subject, text: str = TEXT) -> tuple[torch.Tensor, int]:
    """[1, position], and how many of them are BOS."""
    before = [] if subject.info.bos is None else [subject.info.bos]
    return torch.tensor([[*before, *encode(subject.tokenizer, text)]]), len(before)


def value_of(subject: Subject, metric: Metric, ids: torch.Tensor) -> torch.Tensor:
    logits = subject.model(ids).logits[0]
    if metric.kind == "loss":
        return -logits[-2].log_softmax(-1)[ids[0, -1]]
    tokens = [encode(subject.tokenizer, answer)[0] for answer in metric.answers]
    return logits[-1, tokens[0]] - (logits[-1, tokens[1]] if len(tokens) > 1 else 0)


@contextmanager
def neurons_seen(subject: Subject, replaced: dict[tuple[int, int, int], float] | None = None) -> Iterator[list[Any]]:
    """What the MLPs' output projections read, by layer, with gradients; some values replaced first."""
    seen: list[Any] = [None, None]
    handles = []
    for layer in range(2):
        module = subject.model.get_submodule(find_hook(subject, f"blocks.{layer}.mlp.hook_post").module)

        def hook(_: Any, inputs: tuple[torch.Tensor], layer: int = layer) -> tuple[torch.Tensor]:
            values = inputs[0].clone()
            for (where, position, unit), value in (replaced or {}).items():
                if where == layer:
                    values[0, position, unit] = value
            if not values.requires_grad:
                values.requires_grad_()
            values.retain_grad()
            seen[layer] = values
            return (values,)

        handles.append(module.register_forward_pre_hook(hook))
    try:
        yield seen
    finally:
        for handle in handles:
            handle.remove()


def by_place(nodes: Any) -> dict[tuple[int, int, int | None], float]:
    return {(node.layer, node.position, node.unit): node.effect for node in nodes}


def sae_of(subject: Subject, folder: Path, hook: str = "blocks.1.hook_resid_pre") -> tuple[Source, Any]:
    """40 latents in float64, drawn at random."""
    from sae_lens.registry import get_sae_class
    from sae_lens.saes.sae import SAEMetadata

    kind, config = get_sae_class("standard")
    sae = kind(config(d_in=16, d_sae=40, dtype="float64", metadata=SAEMetadata(hook_name=hook)))
    draws = torch.Generator().manual_seed(3)
    for parameter in sae.parameters():
        parameter.data = torch.randn(parameter.shape, generator=draws, dtype=torch.float64)
    sae.save_model(folder / "sae")
    return open_source(subject, f"sae:{folder / 'sae'}"), sae
