"""Reading activations: layers in order, nothing computed after the last hook that is needed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.subject import Stream, Subject, load_subject, open_source, open_stream, read_activations


def test_the_head_and_later_layers_are_never_computed(tiny_llama: Path) -> None:
    subject = load_subject(str(tiny_llama))
    source = open_source(subject)
    ran: list[str] = []
    for name in ("lm_head", "model.layers.1", "model.layers.0.mlp.down_proj"):
        subject.model.get_submodule(name).register_forward_hook(lambda *_, name=name: ran.append(name))
    read_activations(subject, source, torch.ones(2, 5, dtype=torch.int64), [0])
    assert ran == []


def test_layers_come_in_ascending_order_each_once(gpt2: Subject) -> None:
    seen: list[tuple[int, tuple[int, ...]]] = []
    ids = torch.ones(2, 5, dtype=torch.int64)

    def visit(layer: int, values: Any) -> None:
        seen.append((layer, tuple(values.shape)))

    with open_stream(gpt2, open_source(gpt2), [1, 0, 1]) as stream:
        stream.run(ids, visit)
    assert seen == [(0, (2, 5, 24)), (1, (2, 5, 24))]


def test_no_hook_stays_behind(gpt2: Subject) -> None:
    # transformers leaves some of its own on a model that was asked for hidden states
    before = [_hooks(module) for module in gpt2.model.modules()]
    for asked in ("mlp", "resid"):
        read_activations(gpt2, open_source(gpt2, asked), torch.ones(1, 4, dtype=torch.int64), [0, 1])
    assert [_hooks(module) for module in gpt2.model.modules()] == before


def _hooks(module: torch.nn.Module) -> list[object]:
    return [*module._forward_pre_hooks.values(), *module._forward_hooks.values()]


@pytest.mark.parametrize("asked", ["mlp", "resid", "attn"])
def test_threads_that_run_at_once_see_their_own_batch_only(gpt2: Subject, llama: Subject, asked: str) -> None:
    for subject in (gpt2, llama):
        source = open_source(subject, asked)
        batches = [torch.randint(2, 300, (2, 5), generator=torch.Generator().manual_seed(seed)) for seed in range(40)]
        alone = [read_activations(subject, source, ids, [0, 1]) for ids in batches]
        with open_stream(subject, source, [0, 1]) as stream, ThreadPoolExecutor(4) as pool:
            together = list(pool.map(partial(_read, stream), batches))
        for one, other in zip(alone, together, strict=True):
            for layer in (0, 1):
                assert torch.equal(one[layer], other[layer])


def _read(stream: Stream, ids: torch.Tensor) -> dict[int, Any]:
    kept: dict[int, Any] = {}
    stream.run(ids, lambda layer, values: kept.update({layer: values.clone()}))
    return kept


def test_a_stream_that_is_open_does_not_disturb_another_run(gpt2: Subject) -> None:
    ids, seen = torch.ones(1, 4, dtype=torch.int64), []
    with open_stream(gpt2, open_source(gpt2), [0, 1]) as stream:
        logits = gpt2.model(input_ids=ids).logits
        stream.run(ids, lambda layer, _: seen.append(layer))
    assert seen == [0, 1]
    assert torch.equal(logits, gpt2.model(input_ids=ids).logits)


def test_bfloat16_is_read_in_bfloat16(tiny_gpt2: Path, tmp_path: Path) -> None:
    subject = load_subject(str(tiny_gpt2), dtype="bfloat16")
    np.savez(tmp_path / "v.npz", **{"blocks.1.hook_mlp_out": np.ones((2, 16))})
    for asked in ("mlp", "resid", "attn", f"vectors:{tmp_path / 'v.npz'}"):
        read = read_activations(subject, open_source(subject, asked), torch.ones(1, 4, dtype=torch.int64), [1])
        assert read[1].dtype == torch.bfloat16


def test_a_layer_that_the_source_lacks_is_a_sentence(gpt2: Subject) -> None:
    with pytest.raises(BadInput, match=r"layer 2: this source \(MLP neurons\) has layers 0-1"):
        read_activations(gpt2, open_source(gpt2), torch.ones(1, 4, dtype=torch.int64), [0, 2])
