"""A model's own units: neurons, residual stream, heads; known architectures and others."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.subject import Subject, load_subject, open_source, read_activations

SIZES = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 20}


@pytest.fixture(scope="module")
def xglm(save_model: Any) -> Subject:
    """An architecture that no layout knows."""
    return load_subject(str(save_model("xglm", d_model=16, num_layers=2, attention_heads=2, ffn_dim=20)))


@pytest.fixture(scope="module")
def mixtral(save_model: Any) -> Subject:
    return load_subject(str(save_model("mixtral", **SIZES, num_key_value_heads=2, num_local_experts=2)))


def test_neurons_are_what_the_output_projection_reads(llama: Subject, ids: torch.Tensor) -> None:
    source = open_source(llama, "mlp")
    got = read_activations(llama, source, ids, [1])[1]
    with torch.no_grad():
        states = llama.model(input_ids=ids, output_hidden_states=True).hidden_states
        block = llama.model.model.layers[1]
        seen: list[torch.Tensor] = []
        handle = block.mlp.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        llama.model(input_ids=ids)
        handle.remove()
        expected = block.mlp.act_fn(block.mlp.gate_proj(seen[0])) * block.mlp.up_proj(seen[0])
    torch.testing.assert_close(got, expected)
    assert len(states) == 3
    assert (source.kind, source.hook, source.units) == ("mlp", "model.layers.{layer}.mlp.down_proj", {0: 20, 1: 20})
    assert (source.hash, source.prepend_bos, source.sparse) == (None, None, False)


def test_zero_is_a_threshold_for_neurons_without_a_gate_only(gpt2: Subject, llama: Subject) -> None:
    assert open_source(gpt2, "mlp").true_zero
    assert not open_source(llama, "mlp").true_zero
    assert not open_source(gpt2, "resid").true_zero
    assert not open_source(gpt2, "attn").true_zero


def test_the_residual_stream_is_each_layers_output(gpt2: Subject, ids: torch.Tensor) -> None:
    source = open_source(gpt2, "resid")
    got = read_activations(gpt2, source, ids, [0])[0]
    with torch.no_grad():
        states = gpt2.model(input_ids=ids, output_hidden_states=True).hidden_states
    torch.testing.assert_close(got, states[1])
    assert (source.kind, source.hook, source.units) == ("resid", "transformer.h.{layer}", {0: 16, 1: 16})


def test_heads_are_the_norms_of_their_parts_of_z(save_model: Any, ids: torch.Tensor) -> None:
    settings = {**SIZES, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6}
    subject = load_subject(str(save_model("qwen3", **settings)))
    source = open_source(subject, "attn")
    got = read_activations(subject, source, ids, [1])[1]
    seen: list[torch.Tensor] = []
    projection = subject.model.model.layers[1].self_attn.o_proj
    handle = projection.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    with torch.no_grad():
        subject.model(input_ids=ids)
    handle.remove()
    expected = torch.stack([seen[0][..., 6 * head : 6 * head + 6].norm(dim=-1) for head in range(4)], dim=-1)
    torch.testing.assert_close(got, expected)
    assert (source.kind, source.hook, source.units) == ("attn", "model.layers.{layer}.self_attn.o_proj", {0: 4, 1: 4})


def test_a_width_that_the_heads_do_not_divide_is_refused(save_model: Any) -> None:
    subject = load_subject(str(save_model("gpt2", n_embd=16, n_layer=1, n_head=2, n_inner=21)))
    with pytest.raises(BadInput, match=r"mlp\.c_proj reads 21 numbers, which 2 heads do not divide"):
        open_source(subject, "attn", module="transformer.h.{layer}.mlp.c_proj")


def test_neurons_of_a_mixture_of_experts_are_refused_by_name(mixtral: Subject, ids: torch.Tensor) -> None:
    with pytest.raises(BadInput, match=r"MixtralForCausalLM is a mixture of experts.*--source resid"):
        open_source(mixtral, "mlp")
    assert read_activations(mixtral, open_source(mixtral, "resid"), ids, [1])[1].shape == (3, 8, 16)
    assert open_source(mixtral, "attn").units == {0: 2, 1: 2}


@pytest.mark.parametrize(
    ("asked", "looked_for"),
    [
        ("mlp", r"an MLP output projection \(transformer\.h\.0\.mlp\.c_proj, .*model\.layers\.0\.mlp\.down_proj"),
        ("resid", r"a list of layers \(transformer\.h\.0, gpt_neox\.layers\.0, model\.layers\.0"),
        ("attn", r"an attention's output projection \(transformer\.h\.0\.attn\.c_proj"),
    ],
)
def test_an_unknown_architecture_says_what_was_looked_for_and_how_to_name_it(
    xglm: Subject, asked: str, looked_for: str
) -> None:
    assert xglm.info.layers == 2
    with pytest.raises(BadInput, match=rf"XGLMForCausalLM has an unknown architecture.*{looked_for}.*--module"):
        open_source(xglm, asked)


def test_an_unknown_architecture_is_read_where_the_option_says(xglm: Subject, ids: torch.Tensor) -> None:
    source = open_source(xglm, "mlp", module="model.layers.{layer}.fc2")
    assert (source.units, source.hook) == ({0: 20, 1: 20}, "model.layers.{layer}.fc2")
    stream = open_source(xglm, "resid", module="model.layers.{layer}")
    with torch.no_grad():
        states = xglm.model(input_ids=ids, output_hidden_states=True).hidden_states
    torch.testing.assert_close(read_activations(xglm, stream, ids, [0])[0], states[1])


def test_a_module_by_option_has_to_be_there_in_some_layer(gpt2: Subject) -> None:
    with pytest.raises(BadInput, match=r"has no module transformer\.h\.0\.nothing, nor one in any other layer"):
        open_source(gpt2, "resid", module="transformer.h.{layer}.nothing")
    with pytest.raises(BadInput, match=r"--module transformer\.h\.0: write \{layer\}"):
        open_source(gpt2, "resid", module="transformer.h.0")


@pytest.mark.parametrize("asked", ["", "MLP", "sae", "sae:", "vectors:", "resid:3", "neurons"])
def test_a_source_of_no_kind_is_refused_with_the_list(gpt2: Subject, asked: str) -> None:
    with pytest.raises(BadInput, match=r"is unknown: use mlp, resid, attn, sae:RELEASE/ID"):
        open_source(gpt2, asked)


def test_a_module_goes_with_a_models_own_units_only(gpt2: Subject) -> None:
    with pytest.raises(BadInput, match="--module is for mlp, resid and attn; vectors names where it is read itself"):
        open_source(gpt2, "vectors:somewhere.npz", module="transformer.h.{layer}")
