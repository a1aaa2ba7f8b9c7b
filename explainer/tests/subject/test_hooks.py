"""Hook points: what is read in a model of every family agrees with the model's own states and arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.subject import Subject, load_subject
from neuronscope.subject.activations import hooked, widths
from neuronscope.subject.hooks import POINTS, HookPoint, find_hook, pattern

IDS = torch.randint(2, 300, (3, 8), generator=torch.Generator().manual_seed(2))

SIZES = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 20}
GROUPED = {**SIZES, "num_key_value_heads": 1}
HEADED = {**GROUPED, "head_dim": 6}  # heads of 6 of a model 16 wide: z is 12 wide
GPT2 = {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_inner": 20, "n_positions": 64}
FALCON = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "ffn_hidden_size": 20}
OPT = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "ffn_dim": 20}
OPT |= {"word_embed_proj_dim": 16, "max_position_embeddings": 64}


@dataclass(frozen=True)
class Family:
    """One configuration: ``parallel`` where attention and MLP read the residual stream side by side."""

    kind: str
    settings: dict[str, Any]
    mlp: str = "model.layers.{}.mlp"
    gated: bool = True
    parallel: bool = False
    neurons: int = 20
    z: int = 16
    missing: tuple[str, ...] = field(default=())  # hook points that it lacks


NO_NORM = ("ln2.hook_normalized",)
BESIDE = ("hook_resid_mid",)
FAMILIES = {
    "gpt2": Family("gpt2", GPT2, "transformer.h.{}.mlp", gated=False),
    "gpt_neo": Family(
        "gpt_neo",
        {"hidden_size": 16, "num_layers": 2, "num_heads": 2, "intermediate_size": 20, "max_position_embeddings": 64}
        | {"attention_types": [[["global"], 2]]},
        "transformer.h.{}.mlp",
        gated=False,
    ),
    "gpt_neox": Family("gpt_neox", SIZES, "gpt_neox.layers.{}.mlp", gated=False, parallel=True, missing=BESIDE),
    "gpt_neox, sequential": Family(
        "gpt_neox", {**SIZES, "use_parallel_residual": False}, "gpt_neox.layers.{}.mlp", gated=False
    ),
    "llama": Family("llama", GROUPED),
    "mistral": Family("mistral", GROUPED),
    "qwen2": Family("qwen2", GROUPED),
    "qwen3": Family("qwen3", HEADED, z=12),
    "gemma": Family("gemma", HEADED, z=12),
    "gemma2": Family("gemma2", HEADED, z=12),
    "gemma3": Family("gemma3_text", HEADED, z=12),
    "phi3": Family("phi3", GROUPED),
    "olmo2": Family("olmo2", GROUPED, missing=NO_NORM),
    "starcoder2": Family("starcoder2", GROUPED, gated=False),
    "cohere": Family("cohere", GROUPED, parallel=True, missing=BESIDE + NO_NORM),
    "phi": Family("phi", SIZES, gated=False, parallel=True, missing=BESIDE + NO_NORM),
    "gptj": Family(
        "gptj",
        {**GPT2, "rotary_dim": 4},
        "transformer.h.{}.mlp",
        gated=False,
        parallel=True,
        missing=BESIDE + NO_NORM,
    ),
    "bloom": Family(
        "bloom", {"hidden_size": 16, "n_layer": 2, "n_head": 2}, "transformer.h.{}.mlp", gated=False, neurons=64
    ),
    "falcon": Family("falcon", FALCON, "transformer.h.{}.mlp", gated=False, parallel=True, missing=BESIDE + NO_NORM),
    "falcon, two norms": Family(
        "falcon",
        {**FALCON, "new_decoder_architecture": True, "num_kv_heads": 2},
        "transformer.h.{}.mlp",
        gated=False,
        parallel=True,
        missing=BESIDE,
    ),
    "falcon, sequential": Family(
        "falcon", {**FALCON, "parallel_attn": False, "alibi": True}, "transformer.h.{}.mlp", gated=False
    ),
    "opt": Family("opt", OPT, "model.decoder.layers.{}", gated=False),
    "opt, norms last": Family(
        "opt", {**OPT, "do_layer_norm_before": False}, "model.decoder.layers.{}", gated=False, missing=NO_NORM
    ),
}


def neurons(kind: str, mlp: Any, x: torch.Tensor) -> torch.Tensor:
    """The MLP's neurons for its input, written out from each architecture's definition."""
    if kind in ("gpt2", "gpt_neo", "starcoder2"):
        return mlp.act(mlp.c_fc(x))
    if kind in ("gpt_neox", "falcon"):
        return mlp.act(mlp.dense_h_to_4h(x))
    if kind == "bloom":
        return mlp.gelu_impl(mlp.dense_h_to_4h(x))
    if kind == "gptj":
        return mlp.act(mlp.fc_in(x))
    if kind in ("phi", "opt"):
        return mlp.activation_fn(mlp.fc1(x))
    if kind == "phi3":
        gate, up = mlp.gate_up_proj(x).chunk(2, dim=-1)
        return up * mlp.activation_fn(gate)
    return mlp.act_fn(mlp.gate_proj(x)) * mlp.up_proj(x)


def read(subject: Subject, names: list[str]) -> dict[str, torch.Tensor]:
    """What stands at some hook points, all read in one pass."""
    got: dict[str, torch.Tensor] = {}
    with hooked(subject, [find_hook(subject, name) for name in names]) as hooks:
        hooks.run(IDS, [lambda x, name=name: got.update({name: x.clone()}) for name in names])
    return got


def with_gains(subject: Subject) -> Subject:
    """Norms whose gains and biases are not 1 and 0, as a fresh model's are."""
    generator = torch.Generator().manual_seed(3)
    for parameter in subject.model.parameters():
        if parameter.ndim == 1:
            parameter.data.normal_(generator=generator)
    return subject


@pytest.fixture(scope="module", params=FAMILIES)
def case(request: pytest.FixtureRequest, save_model: Any) -> tuple[Family, Subject, dict[str, torch.Tensor]]:
    """A family, a model of it, and everything that can be read in its two layers."""
    family = FAMILIES[request.param]
    subject = with_gains(load_subject(str(save_model(family.kind, **family.settings))))
    points = [point for point in POINTS if point not in family.missing]
    return family, subject, read(subject, [f"blocks.{layer}.{point}" for layer in (0, 1) for point in points])


def test_the_residual_stream_is_what_the_model_itself_reports(case: Any) -> None:
    _, subject, got = case
    with torch.no_grad():
        states = subject.model(input_ids=IDS, output_hidden_states=True).hidden_states
    torch.testing.assert_close(got["blocks.0.hook_resid_pre"], states[0])
    torch.testing.assert_close(got["blocks.1.hook_resid_pre"], states[1])
    torch.testing.assert_close(got["blocks.0.hook_resid_post"], states[1])


@pytest.mark.parametrize("case", [name for name in FAMILIES if name != "opt, norms last"], indirect=True)
def test_what_attention_and_mlp_write_adds_up_to_the_stream(case: Any) -> None:
    family, _, got = case
    for layer in (0, 1):
        here = {point: got.get(f"blocks.{layer}.{point}") for point in POINTS}
        middle = here["hook_resid_pre"] + here["hook_attn_out"]
        if not family.parallel:
            torch.testing.assert_close(here["hook_resid_mid"], middle)
        torch.testing.assert_close(here["hook_resid_post"], middle + here["hook_mlp_out"])


def test_the_neurons_follow_from_the_mlps_input(case: Any) -> None:
    family, subject, got = case
    for layer in (0, 1):
        mlp = subject.model.get_submodule(family.mlp.format(layer))
        values = got[f"blocks.{layer}.mlp.hook_post"]
        with torch.no_grad():
            expected = neurons(family.kind, mlp, got[f"blocks.{layer}.hook_mlp_in"])
        assert values.shape == (3, 8, family.neurons)
        torch.testing.assert_close(values, expected)


@pytest.mark.parametrize("case", [name for name in FAMILIES if NO_NORM[0] not in FAMILIES[name].missing], indirect=True)
def test_the_mlps_input_is_the_normalised_stream_with_gain_and_bias(case: Any) -> None:
    family, subject, got = case
    for layer in (0, 1):
        norm = subject.model.get_submodule(find_hook(subject, f"blocks.{layer}.ln2.hook_normalized").module)
        gain = 1 + norm.weight if family.kind.startswith("gemma") else norm.weight
        with torch.no_grad():
            expected = got[f"blocks.{layer}.ln2.hook_normalized"] * gain + getattr(norm, "bias", 0)
        torch.testing.assert_close(got[f"blocks.{layer}.hook_mlp_in"], expected)


def test_the_heads_outputs_become_what_the_attention_writes(case: Any) -> None:
    family, subject, got = case
    for layer in (0, 1):
        point = find_hook(subject, f"blocks.{layer}.attn.hook_z")
        z = got[point.name]
        assert z.shape == (3, 8, family.z)
        with torch.no_grad():
            expected = subject.model.get_submodule(point.module)(z)
            if family.kind in ("gemma2", "gemma3_text", "olmo2"):
                expected = subject.model.get_submodule(f"model.layers.{layer}.post_attention_layernorm")(expected)
        torch.testing.assert_close(got[f"blocks.{layer}.hook_attn_out"], expected)


def test_a_hook_point_that_a_family_lacks_is_a_sentence(case: Any) -> None:
    family, subject, _ = case
    for point in family.missing:
        reason = "side by side" if point == "hook_resid_mid" else "no norm of its own"
        with pytest.raises(BadInput, match=rf"blocks\.1\.{point}: \w+ has no such hook point: .*{reason}"):
            find_hook(subject, f"blocks.1.{point}")


@pytest.fixture(scope="module")
def gpt2(save_model: Any) -> Subject:
    return load_subject(str(save_model("gpt2", **GPT2)))


def test_opt_350m_normalises_the_sums(save_model: Any) -> None:
    family = FAMILIES["opt, norms last"]
    subject = with_gains(load_subject(str(save_model(family.kind, **family.settings))))
    got = read(subject, [f"blocks.0.hook_{name}" for name in ("resid_pre", "attn_out", "resid_mid", "mlp_out")])
    block = subject.model.get_submodule("model.decoder.layers.0")
    with torch.no_grad():
        middle = block.self_attn_layer_norm(got["blocks.0.hook_resid_pre"] + got["blocks.0.hook_attn_out"])
    torch.testing.assert_close(got["blocks.0.hook_resid_mid"], middle)


def test_a_module_is_read_where_its_path_says(gpt2: Subject) -> None:
    names = ["transformer.h.0.mlp", "h.0.mlp.output", "transformer.h.0.mlp.input", "blocks.0.hook_mlp_in"]
    got = read(gpt2, [*names, "blocks.0.hook_mlp_out"])
    assert torch.equal(got["transformer.h.0.mlp"], got["blocks.0.hook_mlp_out"])
    assert torch.equal(got["h.0.mlp.output"], got["blocks.0.hook_mlp_out"])
    assert torch.equal(got["transformer.h.0.mlp.input"], got["blocks.0.hook_mlp_in"])
    assert find_hook(gpt2, "h.1.attn").layer == 1


def test_other_tools_names_for_the_same_place_are_known(gpt2: Subject) -> None:
    pairs = [("mlp.hook_in", "hook_mlp_in"), ("mlp.hook_out", "hook_mlp_out"), ("hook_z", "attn.hook_z")]
    for other, ours in pairs:
        found, expected = find_hook(gpt2, f"blocks.1.{other}"), find_hook(gpt2, f"blocks.1.{ours}")
        assert (found.module, found.side) == (expected.module, expected.side)


def test_widths_are_those_of_the_values(gpt2: Subject) -> None:
    points = [find_hook(gpt2, f"blocks.1.{name}") for name in ("hook_resid_pre", "mlp.hook_post")]
    assert list(widths(gpt2, points).values()) == [16, 20]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("blocks.2.hook_resid_pre", r"blocks\.2\.hook_resid_pre: \S+ has layers 0 to 1"),
        ("blocks.1.hook_residual", "there is no such hook point; known are hook_resid_pre, "),
        ("transformer.h.7.mlp", "no such hook point and no such module"),
        ("hook_embed", "no such hook point and no such module"),
        ("", "no such hook point and no such module"),
        ("transformer.wte", "belongs to no layer"),
    ],
)
def test_a_hook_point_that_is_not_there_is_a_sentence(gpt2: Subject, name: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        find_hook(gpt2, name)


def test_an_architecture_that_is_not_known_names_the_modules_looked_for(save_model: Any) -> None:
    subject = load_subject(str(save_model("xglm", d_model=16, num_layers=2, attention_heads=2, ffn_dim=20)))
    with pytest.raises(BadInput, match=r"XGLMForCausalLM has an unknown architecture.*model\.layers\.0\.self_attn"):
        find_hook(subject, "blocks.0.hook_resid_post")
    assert find_hook(subject, "model.layers.1").layer == 1


def test_a_module_that_never_runs_is_a_sentence(gpt2: Subject) -> None:
    with (
        hooked(gpt2, [HookPoint("h", 0, "transformer.h", "output")]) as hooks,
        pytest.raises(BadInput, match=r"never runs transformer\.h, so nothing"),
    ):
        hooks.run(IDS, [lambda _: None])


def test_a_manifest_says_the_layer_once() -> None:
    assert pattern(["blocks.0.attn.hook_z", "blocks.11.attn.hook_z"]) == "blocks.{layer}.attn.hook_z"
    assert pattern(["layers.0.mlp", "layers.1"]) == "layers.0.mlp, layers.1"
    assert pattern(["blocks.3.hook_resid_pre"]) == "blocks.3.hook_resid_pre"
