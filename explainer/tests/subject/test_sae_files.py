"""Gemma Scope, sparsify and crosscoder files: latents agree with each format's own formula."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from neuronscope.errors import BadInput
from neuronscope.subject import Subject, load_subject, open_source, read_activations


def some(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def scope_arrays(d_in: int = 16, latents: int = 40) -> dict[str, torch.Tensor]:
    return {
        "W_enc": some(d_in, latents, seed=1),
        "W_dec": some(latents, d_in, seed=2),
        "b_enc": some(latents, seed=3),
        "b_dec": some(d_in, seed=4),
        "threshold": some(latents, seed=5).abs(),
    }


def save_scope(folder: Path, **sizes: int) -> dict[str, torch.Tensor]:
    arrays = scope_arrays(**sizes)
    folder.mkdir(parents=True)
    np.savez(folder / "params.npz", **{name: array.numpy() for name, array in arrays.items()})
    return arrays


def save_sparsify(folder: Path, d_in: int = 16, latents: int = 40, **config: Any) -> dict[str, torch.Tensor]:
    arrays = {
        "encoder.weight": some(latents, d_in, seed=1),
        "encoder.bias": some(latents, seed=2),
        "W_dec": some(latents, d_in, seed=3),
        "b_dec": some(d_in, seed=4),
    }
    folder.mkdir(parents=True)
    save_file(arrays, folder / "sae.safetensors")
    config = {"expansion_factor": 32, "normalize_decoder": True, "num_latents": latents, "k": 4, "d_in": d_in} | config
    (folder / "cfg.json").write_text(json.dumps(config))
    return arrays


def save_crosscoder(folder: Path, points: int = 2, **config: Any) -> dict[str, torch.Tensor]:
    arrays = {
        "W_enc": some(points, 16, 40, seed=1),
        "b_enc": some(40, seed=2),
        "W_dec": some(points, 40, 16, seed=3),
        "b_dec": some(points, 16, seed=4),
    }
    folder.mkdir(parents=True)
    save_file(arrays, folder / "sae_weights.safetensors")
    (folder / "cfg.json").write_text(json.dumps({"architecture": "crosscoder", **config}))
    return arrays


def jumprelu(w: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    pre = x @ w["W_enc"] + w["b_enc"]
    return pre * (pre > w["threshold"])


@pytest.fixture(scope="module")
def gemma(save_model: Any) -> Subject:
    """Two layers, d_model 16, heads of 6."""
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 20}
    return load_subject(str(save_model("gemma2", bos=True, **sizes, num_key_value_heads=1, head_dim=6)))


@pytest.mark.parametrize(
    ("folder", "hook", "kind"),
    [
        ("layer_1/width_16k/average_l0_71", "blocks.1.hook_resid_post", "sae"),
        ("gemma-scope-2b-pt-res/layer_1/width_16k/average_l0_71", "blocks.1.hook_resid_post", "sae"),
        ("models--google--gemma-scope-2b-pt-mlp/snapshots/0a/layer_0/width_16k/c", "blocks.0.hook_mlp_out", "sae"),
        ("gemma-scope-2b-pt-att/layer_1/width_16k/average_l0_71", "blocks.1.attn.hook_z", "sae"),
        ("gemma-scope-2b-pt-transcoders/layer_1/width_16k/c", "blocks.1.ln2.hook_normalized", "transcoder"),
    ],
)
def test_gemma_scope_is_read_where_its_path_says(
    folder: str, hook: str, kind: str, gemma: Subject, ids: torch.Tensor, tmp_path: Path, dense: Any, at: Any
) -> None:
    arrays = save_scope(tmp_path / folder, d_in=12 if "hook_z" in hook else 16)
    source = open_source(gemma, f"sae:{tmp_path / folder}")
    layer = int(hook.split(".")[1])
    got = dense(read_activations(gemma, source, ids, [layer])[layer])
    torch.testing.assert_close(got, jumprelu(arrays, at(gemma, ids, hook)), rtol=1e-4, atol=1e-4)
    assert (source.kind, source.hook, source.units, source.prepend_bos) == (kind, hook, {layer: 40}, None)
    assert (source.true_zero, source.sparse) == (True, True)
    assert bool(got.any())


def test_a_file_is_as_good_as_its_folder_and_an_option_names_the_hook(
    gemma: Subject, ids: torch.Tensor, tmp_path: Path, dense: Any, at: Any
) -> None:
    arrays = save_scope(tmp_path / "mine")
    path = tmp_path / "mine" / "params.npz"
    with pytest.raises(BadInput, match=r"names no layer \(layer_12\): add its hook point, @blocks\.12\.hook"):
        open_source(gemma, f"sae:{path}")
    source = open_source(gemma, f"sae:{path}@blocks.0.hook_resid_pre")
    assert source.title == "SAE latents of params.npz"
    got = dense(read_activations(gemma, source, ids, [0])[0])
    torch.testing.assert_close(got, jumprelu(arrays, at(gemma, ids, "blocks.0.hook_resid_pre")), rtol=1e-4, atol=1e-4)


def test_gemma_scope_2_names_a_side_of_a_module(
    gemma: Subject, ids: torch.Tensor, tmp_path: Path, dense: Any, at: Any
) -> None:
    folder = tmp_path / "transcoder" / "layer_1_width_16k_l0_small"
    folder.mkdir(parents=True)
    arrays = scope_arrays()
    save_file({name.lower(): array for name, array in arrays.items()}, folder / "params.safetensors")
    point = "model.layers.1.pre_feedforward_layernorm.output"
    (folder / "config.json").write_text(json.dumps({"architecture": "jump_relu", "hf_hook_point_in": point}))
    source = open_source(gemma, f"sae:{folder}")
    got = dense(read_activations(gemma, source, ids, [1])[1])
    torch.testing.assert_close(got, jumprelu(arrays, at(gemma, ids, "blocks.1.hook_mlp_in")), rtol=1e-4, atol=1e-4)
    assert (source.kind, source.hook) == ("transcoder", point)


def test_a_folder_of_gemma_scope_is_one_source(gemma: Subject, ids: torch.Tensor, tmp_path: Path, dense: Any) -> None:
    root = tmp_path / "gemma-scope-2b-pt-res"
    for layer, latents in ((0, 40), (1, 30)):
        save_scope(root / f"layer_{layer}" / "width_16k" / "average_l0_9", latents=latents)
    source = open_source(gemma, f"sae:{root}")
    assert (source.units, source.hook) == ({0: 40, 1: 30}, "blocks.{layer}.hook_resid_post")
    got = read_activations(gemma, source, ids, [0, 1])
    assert [dense(got[layer]).shape for layer in (0, 1)] == [(3, 8, 40), (3, 8, 30)]
    before = open_source(gemma, f"sae:{root}@blocks.{{layer}}.hook_resid_pre")
    assert (before.units, before.hook) == ({0: 40, 1: 30}, "blocks.{layer}.hook_resid_pre")
    assert before.hash != source.hash
    save_scope(root / "layer_1" / "width_65k" / "average_l0_9")
    with pytest.raises(BadInput, match=r"holds several SAEs for layer 1, such as .*width_65k"):
        open_source(gemma, f"sae:{root}")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"threshold": None}, "holds no threshold; it has b_dec, b_enc, w_dec, w_enc"),
        ({"b_enc": some(39)}, r"b_enc is \[39\] where \[latents\] is expected"),
        ({"W_enc": some(16)}, r"w_enc is \[16\] where \[d_in, latents\] is expected"),
    ],
)
def test_arrays_that_are_missing_or_do_not_fit_are_named(
    broken: dict[str, Any], reason: str, gemma: Subject, tmp_path: Path
) -> None:
    arrays = {name: array for name, array in (scope_arrays() | broken).items() if array is not None}
    np.savez(tmp_path / "params.npz", **{name: array.numpy() for name, array in arrays.items()})
    with pytest.raises(BadInput, match=reason):
        open_source(gemma, f"sae:{tmp_path}@blocks.0.hook_resid_pre")


@pytest.mark.parametrize("transcode", [False, True])
def test_sparsify_reads_the_module_its_folder_names(
    transcode: bool, llama: Subject, ids: torch.Tensor, tmp_path: Path, dense: Any, at: Any
) -> None:
    w = save_sparsify(tmp_path / "layers.1.mlp", transcode=transcode, skip_connection=transcode)
    source = open_source(llama, f"sae:{tmp_path / 'layers.1.mlp'}")
    x = at(llama, ids, "blocks.1.hook_mlp_in" if transcode else "blocks.1.hook_mlp_out")
    x = x if transcode else x - w["b_dec"]
    pre = (x @ w["encoder.weight"].T + w["encoder.bias"]).relu()
    top = pre.topk(4, dim=-1)
    expected = torch.zeros_like(pre).scatter(-1, top.indices, top.values)
    got = dense(read_activations(llama, source, ids, [1])[1])
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-4)
    kind, side = ("transcoder", "input") if transcode else ("sae", "output")
    assert (source.kind, source.hook, source.units) == (kind, f"layers.1.mlp.{side}", {1: 40})


def test_sparsify_layers_are_one_source(llama: Subject, ids: torch.Tensor, tmp_path: Path, dense: Any) -> None:
    for layer in (0, 1):
        save_sparsify(tmp_path / "saes" / f"layers.{layer}")
    source = open_source(llama, f"sae:{tmp_path / 'saes'}")
    assert (source.units, source.hook) == ({0: 40, 1: 40}, "layers.{layer}.output")
    for layer, values in read_activations(llama, source, ids, [0, 1]).items():
        alone = open_source(llama, f"sae:{tmp_path / 'saes' / f'layers.{layer}'}")
        assert torch.equal(dense(values), dense(read_activations(llama, alone, ids, [layer])[layer]))


def test_sparsify_groups_keep_the_largest_of_each(
    llama: Subject, ids: torch.Tensor, tmp_path: Path, dense: Any, at: Any
) -> None:
    w = save_sparsify(tmp_path / "layers.0", activation="groupmax")
    got = dense(read_activations(llama, open_source(llama, f"sae:{tmp_path / 'layers.0'}"), ids, [0])[0])
    x = at(llama, ids, "blocks.0.hook_resid_post") - w["b_dec"]
    pre = (x @ w["encoder.weight"].T + w["encoder.bias"]).relu().unflatten(-1, (4, 10))
    expected = (pre * (pre == pre.amax(-1, keepdim=True))).flatten(-2)
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("folder", "config", "reason"),
    [
        ("layers.7", {}, r"layers\.7\.output: \S+ has no such hook point and no such module"),
        ("layers.1", {"d_in": 20}, r"reads 20 numbers per token, but layers\.1\.output of \S+ has 16"),
        ("layers.1", {"k": 41}, "k is 41, where a number from 1 to 40 is expected"),
        ("layers.1", {"k": None}, "k is None, where"),
        ("layers.1", {"activation": "swish"}, r"its activation function \(swish, k 4 of 40 latents\) is not read"),
        ("layers.1", {"activation": "groupmax", "k": 7}, r"\(groupmax, k 7 of 40 latents\) is not read"),
        ("layers.1", {"gram_lookup": True}, "n-gram means"),
    ],
)
def test_a_sparsify_folder_that_does_not_fit_is_a_sentence(
    folder: str, config: dict[str, Any], reason: str, llama: Subject, tmp_path: Path
) -> None:
    save_sparsify(tmp_path / folder, **config)
    with pytest.raises(BadInput, match=reason):
        open_source(llama, f"sae:{tmp_path / folder}")


def test_a_crosscoder_is_one_dictionary_over_its_layers(
    gpt2: Subject, ids: torch.Tensor, tmp_path: Path, dense: Any, at: Any
) -> None:
    hooks = ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"]
    w = save_crosscoder(tmp_path / "cc", hook_names=hooks, prepend_bos=True)
    source = open_source(gpt2, f"sae:{tmp_path / 'cc'}")
    got = read_activations(gpt2, source, ids, source.units)
    pre = sum(at(gpt2, ids, hook) @ w["W_enc"][index] for index, hook in enumerate(hooks)) + w["b_enc"]
    torch.testing.assert_close(dense(got[0]), pre.relu(), rtol=1e-4, atol=1e-4)
    assert (source.kind, source.units, source.hook) == ("crosscoder", {0: 40}, ", ".join(hooks))
    assert (source.prepend_bos, source.title) == (True, "crosscoder latents of cc")


def test_hook_points_of_a_crosscoder_may_stand_behind_its_path(
    gpt2: Subject, ids: torch.Tensor, tmp_path: Path, dense: Any, at: Any
) -> None:
    w = save_crosscoder(tmp_path / "cc", points=3)
    hooks = ["blocks.1.hook_mlp_out", "blocks.0.hook_resid_pre", "blocks.1.hook_resid_post"]
    with pytest.raises(BadInput, match=r"reads 3 hook points and 0 are named: list them in the .*hook_names"):
        open_source(gpt2, f"sae:{tmp_path / 'cc'}")
    source = open_source(gpt2, f"sae:{tmp_path / 'cc'}@{','.join(hooks)}")
    pre = sum(at(gpt2, ids, hook) @ w["W_enc"][index] for index, hook in enumerate(hooks)) + w["b_enc"]
    got = read_activations(gpt2, source, ids, [0])[0]
    torch.testing.assert_close(dense(got), pre.relu(), rtol=1e-4, atol=1e-4)


def test_a_crosscoder_in_the_form_of_a_hub_folder_is_read_too(gpt2: Subject, tmp_path: Path) -> None:
    tensors = {"encoder.weight": some(2, 16, 40), "encoder.bias": some(40), "decoder.weight": some(2, 40, 16)}
    save_file(tensors, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps({"activation_dim": 16, "dict_size": 40, "num_layers": 2}))
    source = open_source(gpt2, f"sae:{tmp_path}@blocks.0.hook_resid_pre,blocks.1.hook_resid_pre")
    assert (source.kind, source.units) == ("crosscoder", {0: 40})


def test_a_crosscoder_stands_alone_and_has_relu(gpt2: Subject, tmp_path: Path) -> None:
    hooks = ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"]
    save_crosscoder(tmp_path / "all" / "a", hook_names=hooks)
    save_crosscoder(tmp_path / "all" / "b", hook_names=hooks)
    with pytest.raises(BadInput, match="all/a reads several layers and is read alone"):
        open_source(gpt2, f"sae:{tmp_path / 'all'}")
    save_crosscoder(tmp_path / "topk", hook_names=hooks, activation="topk", k=4)
    with pytest.raises(BadInput, match=r"its activation function \(topk\) is not read"):
        open_source(gpt2, f"sae:{tmp_path / 'topk'}")


def test_a_models_own_folder_is_no_crosscoder(gpt2: Subject, tiny_gpt2: Path) -> None:
    with pytest.raises(BadInput, match="holds no W_enc"):
        open_source(gpt2, f"sae:{tiny_gpt2}")
