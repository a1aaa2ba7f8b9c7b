"""Hook points: what is read at each architecture's MLP equals the MLP's own arithmetic."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from neuronscope.errors import BadInput
from neuronscope.subject import load_subject, read_activations
from neuronscope.subject.hooks import find_mlps

LLAMA_LIKE = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 20}
GROUPED = {**LLAMA_LIKE, "num_key_value_heads": 2}
BLOOM_WIDTH = 64  # four times the hidden size

# kind -> settings, gated, MLP's path, and how its neurons follow from its input.
FAMILIES: dict[str, tuple[dict[str, Any], bool, str]] = {
    "gpt2": ({"n_embd": 16, "n_layer": 2, "n_head": 2, "n_inner": 20}, False, "transformer.h.{}.mlp"),
    "gpt_neo": (
        {"hidden_size": 16, "num_layers": 2, "num_heads": 2, "intermediate_size": 20}
        | {"attention_types": [[["global"], 2]]},
        False,
        "transformer.h.{}.mlp",
    ),
    "gpt_neox": (LLAMA_LIKE, False, "gpt_neox.layers.{}.mlp"),
    "llama": (GROUPED, True, "model.layers.{}.mlp"),
    "mistral": (GROUPED, True, "model.layers.{}.mlp"),
    "qwen2": (GROUPED, True, "model.layers.{}.mlp"),
    "qwen3": ({**GROUPED, "head_dim": 8}, True, "model.layers.{}.mlp"),
    "gemma": ({**GROUPED, "head_dim": 8}, True, "model.layers.{}.mlp"),
    "gemma2": ({**GROUPED, "head_dim": 8}, True, "model.layers.{}.mlp"),
    "phi": (LLAMA_LIKE, False, "model.layers.{}.mlp"),
    "phi3": (GROUPED, True, "model.layers.{}.mlp"),
    "gptj": ({"n_embd": 16, "n_layer": 2, "n_head": 2, "n_inner": 20, "rotary_dim": 4}, False, "transformer.h.{}.mlp"),
    "bloom": ({"hidden_size": 16, "n_layer": 2, "n_head": 2}, False, "transformer.h.{}.mlp"),
    "opt": (
        {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "ffn_dim": 20}
        | {"word_embed_proj_dim": 16, "max_position_embeddings": 64},
        False,
        "model.decoder.layers.{}",
    ),
}


def neurons(kind: str, mlp: Any, x: torch.Tensor) -> torch.Tensor:
    """The MLP's neurons for its input, written out from each architecture's definition."""
    if kind in ("gpt2", "gpt_neo"):
        return mlp.act(mlp.c_fc(x))
    if kind == "gpt_neox":
        return mlp.act(mlp.dense_h_to_4h(x))
    if kind == "bloom":
        return mlp.gelu_impl(mlp.dense_h_to_4h(x))
    if kind == "gptj":
        return mlp.act(mlp.fc_in(x))
    if kind == "phi":
        return mlp.activation_fn(mlp.fc1(x))
    if kind == "opt":
        return mlp.activation_fn(mlp.fc1(x))
    if kind == "phi3":
        gate, up = mlp.gate_up_proj(x).chunk(2, dim=-1)
        return up * mlp.activation_fn(gate)
    return mlp.act_fn(mlp.gate_proj(x)) * mlp.up_proj(x)


@pytest.mark.parametrize("kind", FAMILIES)
def test_hooked_values_equal_the_mlp_recomputed(kind: str, save_model: Any) -> None:
    settings, gated, path = FAMILIES[kind]
    subject = load_subject(str(save_model(kind, **settings)))
    ids = torch.randint(2, 300, (3, 8), generator=torch.Generator().manual_seed(2))
    read = read_activations(subject, ids, [0, 1])
    for layer in (0, 1):
        mlp = subject.model.get_submodule(path.format(layer))
        entry = mlp.fc1 if kind == "opt" else mlp
        seen: list[torch.Tensor] = []
        handle = entry.register_forward_pre_hook(lambda _, inputs, seen=seen: seen.append(inputs[0]))
        with torch.no_grad():
            subject.model(input_ids=ids)
            handle.remove()
            expected = neurons(kind, mlp, seen[0]).reshape(3, 8, -1)
        assert read[layer].shape == (3, 8, BLOOM_WIDTH if kind == "bloom" else 20)
        torch.testing.assert_close(read[layer], expected)
    assert subject.info.gated is gated
    assert subject.info.units == (read[0].shape[2], read[1].shape[2])


def test_a_mixture_of_experts_is_refused_by_name(save_model: Any) -> None:
    folder = save_model("mixtral", **GROUPED, num_local_experts=2)
    with pytest.raises(BadInput, match=r"MixtralForCausalLM is a mixture of experts"):
        load_subject(str(folder))


def test_an_unknown_architecture_names_the_modules_looked_for() -> None:
    with pytest.raises(BadInput, match=r"Linear has an unknown architecture.*model\.layers\.0\.mlp\.down_proj"):
        find_mlps(nn.Linear(2, 2))
