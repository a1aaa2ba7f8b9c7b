"""Weights: vectors and gains of every family agree with what the model itself computes from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.subject import Subject, load_subject
from neuronscope.subject.activations import hooked
from neuronscope.subject.hooks import find_hook
from neuronscope.subject.layouts import find_layout
from neuronscope.subject.weights import final_gain, mlp_weights, reading_gain, vocabulary_weights, writing_gain

SIZES = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 20}
GROUPED = {**SIZES, "num_key_value_heads": 1}
GPT2 = {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_inner": 20, "n_positions": 64}
FALCON = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "ffn_hidden_size": 20}
OPT = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "ffn_dim": 20}
OPT |= {"word_embed_proj_dim": 16, "max_position_embeddings": 64}
GPT_NEO = {"hidden_size": 16, "num_layers": 2, "num_heads": 2, "intermediate_size": 20, "max_position_embeddings": 64}


@dataclass(frozen=True)
class Family:
    """A configuration; which norm the MLP reads through, one behind it, the last one, and their offset."""

    kind: str
    settings: dict[str, Any]
    norm: str | None
    final: str | None
    after: str | None = None
    offset: int = 0
    gated: bool = False


LLAMA = {"norm": "post_attention_layernorm", "final": "model.norm"}
FAMILIES = {
    "gpt2": Family("gpt2", GPT2, "ln_2", "transformer.ln_f"),
    "gpt_neo": Family("gpt_neo", {**GPT_NEO, "attention_types": [[["global"], 2]]}, "ln_2", "transformer.ln_f"),
    "gpt_neox": Family("gpt_neox", SIZES, "post_attention_layernorm", "gpt_neox.final_layer_norm"),
    "gptj": Family("gptj", {**GPT2, "rotary_dim": 4}, "ln_1", "transformer.ln_f"),
    "bloom": Family(
        "bloom", {"hidden_size": 16, "n_layer": 2, "n_head": 2}, "post_attention_layernorm", "transformer.ln_f"
    ),
    "falcon": Family("falcon", FALCON, "input_layernorm", "transformer.ln_f"),
    "falcon, two norms": Family(
        "falcon", {**FALCON, "new_decoder_architecture": True, "num_kv_heads": 2}, "ln_mlp", "transformer.ln_f"
    ),
    "llama": Family("llama", GROUPED, gated=True, **LLAMA),
    "qwen2": Family("qwen2", GROUPED, gated=True, **LLAMA),
    "gemma": Family("gemma", GROUPED, gated=True, offset=1, **LLAMA),
    "gemma2": Family(
        "gemma2", GROUPED, "pre_feedforward_layernorm", "model.norm", "post_feedforward_layernorm", 1, gated=True
    ),
    "phi3": Family("phi3", GROUPED, gated=True, **LLAMA),
    "olmo2": Family("olmo2", GROUPED, None, "model.norm", "post_feedforward_layernorm", gated=True),
    "starcoder2": Family("starcoder2", GROUPED, **LLAMA),
    "nemotron": Family("nemotron", GROUPED, offset=1, **LLAMA),
    "cohere": Family("cohere", GROUPED, "input_layernorm", "model.norm", gated=True),
    "phi": Family("phi", SIZES, "input_layernorm", "model.final_layernorm"),
    "opt": Family("opt", OPT, "final_layer_norm", "model.decoder.final_layer_norm"),
    "opt, norms last": Family("opt", {**OPT, "do_layer_norm_before": False}, None, None),
}


@pytest.fixture(scope="module", params=FAMILIES)
def case(request: pytest.FixtureRequest, save_model: Callable[..., Path]) -> tuple[Family, Subject]:
    """A family and a model of it, with gains that are not 1."""
    family = FAMILIES[request.param]
    subject = load_subject(str(save_model(family.kind, **family.settings)))
    generator = torch.Generator().manual_seed(3)
    for parameter in subject.model.parameters():
        if parameter.ndim == 1:
            parameter.data.normal_(generator=generator)
    return family, subject


def inside(subject: Subject, layer: int, path: str) -> Any:
    layout = find_layout(subject.model)
    assert layout is not None
    return subject.model.get_submodule(f"{layout.blocks}.{layer}.{path}".rstrip("."))


def read(subject: Subject, ids: torch.Tensor, names: list[str]) -> list[torch.Tensor]:
    got: list[torch.Tensor] = []
    with hooked(subject, [find_hook(subject, name) for name in names]) as hooks:
        hooks.run(ids, [lambda x: got.append(x.clone()) for _ in names])
    return got


def test_neurons_follow_from_what_they_read(case: Any, ids: torch.Tensor) -> None:
    """The derivative of a neuron by the MLP's input is along its reading vectors; of a plain one it is one of them."""
    family, subject = case
    weights = mlp_weights(subject, 1)
    assert len(weights.reading) == (2 if family.gated else 1)
    layout = find_layout(subject.model)
    assert layout is not None
    (x,) = read(subject, ids, ["blocks.1.hook_mlp_in"])
    x = x[0, 3].clone().requires_grad_()
    block = inside(subject, 1, "").mlp if layout.mlp == "mlp" else None
    got: list[torch.Tensor] = []
    projection = inside(subject, 1, layout.projection)
    handle = projection.register_forward_pre_hook(lambda _, inputs: got.append(inputs[0]))
    with torch.enable_grad():
        if block is None:
            fc1 = inside(subject, 1, "fc1")
            got.append(inside(subject, 1, "").activation_fn(fc1(x)))
        elif family.kind == "bloom":
            block(x[None, None], torch.zeros(1, 1, 16))
        else:
            block(x[None, None])
    handle.remove()
    along = []
    for unit in range(20):
        (gradient,) = torch.autograd.grad(got[0].reshape(-1)[unit], x, retain_graph=True)
        basis = torch.stack([reading[unit] for reading in weights.reading], dim=1)
        solution = torch.linalg.lstsq(basis, gradient[:, None]).solution
        torch.testing.assert_close((basis @ solution)[:, 0], gradient, rtol=1e-3, atol=1e-4)
        along.append(bool(solution.abs().max() > 1e-3))
    assert sum(along) >= 4  # a ReLU's gradient is 0 on one side


def test_the_gate_is_what_goes_through_the_nonlinearity(case: Any, ids: torch.Tensor) -> None:
    family, subject = case
    if not family.gated:
        return
    gate, up = mlp_weights(subject, 0).reading
    x, neurons = read(subject, ids, ["blocks.0.hook_mlp_in", "blocks.0.mlp.hook_post"])
    mlp = inside(subject, 0, "mlp")
    act = mlp.activation_fn if family.kind == "phi3" else mlp.act_fn
    torch.testing.assert_close(act(x @ gate.T) * (x @ up.T), neurons)


def test_what_neurons_write_is_what_the_mlp_adds(case: Any) -> None:
    """A neuron that is 1 where all others are 0 adds its writing vector (before a norm behind the MLP)."""
    _, subject = case
    layout = find_layout(subject.model)
    assert layout is not None
    projection, writing = inside(subject, 1, layout.projection), mlp_weights(subject, 1).writing
    with torch.no_grad():
        added = projection(torch.eye(len(writing))) - projection(torch.zeros(1, len(writing)))
    torch.testing.assert_close(writing, added)


def test_gains_are_what_the_norms_multiply_by(case: Any) -> None:
    family, subject = case
    found = {
        family.norm: (reading_gain(subject, 1), inside(subject, 1, family.norm) if family.norm else None),
        family.after: (writing_gain(subject, 1), inside(subject, 1, family.after) if family.after else None),
        family.final: (final_gain(subject), subject.model.get_submodule(family.final) if family.final else None),
    }
    for name, (gain, module) in found.items():
        if module is None:
            assert gain is None
            continue
        assert gain is not None
        assert gain.module == name
        torch.testing.assert_close(gain.values, module.weight + family.offset)


def test_the_final_gain_stands_between_the_stream_and_the_logits(case: Any) -> None:
    """A logit's derivative by the stream after the norm's scale is gain x unembedding, but for a common factor."""
    family, subject = case
    if family.final is None:
        return
    norm = subject.model.get_submodule(family.final)
    direction = torch.randn(16, generator=torch.Generator().manual_seed(9))
    centred = direction - direction.mean() if isinstance(getattr(norm, "bias", None), torch.Tensor) else direction
    if family.kind == "cohere":
        centred = direction - direction.mean()
    with torch.no_grad():
        moved = (norm(1000 * centred[None, None]) - norm(-1000 * centred[None, None])) / 2
        logits = subject.model.get_output_embeddings().weight @ moved[0, 0]
    gain, unembedding = final_gain(subject), vocabulary_weights(subject).unembedding
    assert gain is not None
    torch.testing.assert_close(logits, unembedding @ (gain.values * centred / centred.square().mean().sqrt()))


def test_the_vocabulary_is_the_models_own(case: Any) -> None:
    _, subject = case
    found = vocabulary_weights(subject)
    assert torch.equal(found.embedding, subject.model.get_input_embeddings().weight)
    assert torch.equal(found.unembedding, subject.model.get_output_embeddings().weight)
    tied = subject.model.get_input_embeddings().weight is subject.model.get_output_embeddings().weight
    assert (found.embedding.data_ptr() == found.unembedding.data_ptr()) == tied


def test_half_precision_comes_as_float32(tiny_llama: Path) -> None:
    subject = load_subject(str(tiny_llama), "bfloat16")
    weights = mlp_weights(subject, 0)
    assert {matrix.dtype for matrix in (*weights.reading, weights.writing)} == {torch.float32}
    assert torch.equal(weights.reading[0], subject.model.model.layers[0].mlp.gate_proj.weight.float())
    gain = reading_gain(subject, 0)
    assert gain is not None
    assert torch.equal(gain.values, torch.ones(16))


def test_a_mixture_of_experts_is_refused(save_model: Callable[..., Path]) -> None:
    sizes = {**GROUPED, "num_local_experts": 2, "num_experts_per_tok": 1}
    subject = load_subject(str(save_model("mixtral", **sizes)))
    with pytest.raises(BadInput, match=r"no ordinary or gated one .* mixture of experts"):
        mlp_weights(subject, 0)


def test_an_unknown_architecture_and_a_layer_that_is_not_there_are_refused(
    save_model: Callable[..., Path], gpt2: Subject
) -> None:
    sizes = {"d_model": 16, "num_layers": 1, "attention_heads": 2, "ffn_dim": 20}
    subject = load_subject(str(save_model("xglm", **sizes)))
    with pytest.raises(BadInput, match=r"unknown architecture.*cannot be related"):
        mlp_weights(subject, 0)
    with pytest.raises(BadInput, match=r"layer 2: .* has layers 0 to 1"):
        mlp_weights(gpt2, 2)
