"""Reading activations: layers in order, nothing computed after the last one asked for."""

from __future__ import annotations

from pathlib import Path

import torch

from neuronscope.subject import load_subject, read_activations, stream_activations


def test_the_head_and_later_layers_are_never_computed(tiny_llama: Path) -> None:
    subject = load_subject(str(tiny_llama))
    ran: list[str] = []
    for name in ("lm_head", "model.layers.1", "model.layers.0.mlp.down_proj"):
        subject.model.get_submodule(name).register_forward_hook(lambda *_, name=name: ran.append(name))
    read_activations(subject, torch.ones(2, 5, dtype=torch.int64), [0])
    assert ran == []


def test_layers_come_in_ascending_order_each_once(tiny_gpt2: Path) -> None:
    subject = load_subject(str(tiny_gpt2))
    seen: list[tuple[int, tuple[int, ...]]] = []
    ids = torch.ones(2, 5, dtype=torch.int64)
    stream_activations(subject, ids, [1, 0, 1], visit=lambda layer, values: seen.append((layer, tuple(values.shape))))
    assert seen == [(0, (2, 5, 24)), (1, (2, 5, 24))]


def test_no_hook_stays_behind(tiny_gpt2: Path) -> None:
    subject = load_subject(str(tiny_gpt2))
    read_activations(subject, torch.ones(1, 4, dtype=torch.int64), [0, 1])
    assert not any(module._forward_pre_hooks for module in subject.model.modules())


def test_bfloat16_is_read_in_bfloat16(tiny_gpt2: Path) -> None:
    subject = load_subject(str(tiny_gpt2), dtype="bfloat16")
    assert read_activations(subject, torch.ones(1, 4, dtype=torch.int64), [1])[1].dtype == torch.bfloat16
