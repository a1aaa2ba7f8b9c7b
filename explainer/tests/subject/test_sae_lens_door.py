"""SAEs that the sae_lens library writes and reads: latents agree with its own encoding and with the formulas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from neuronscope.errors import BadInput
from neuronscope.subject import Subject, open_source, read_activations

pytestmark = pytest.mark.filterwarnings(r"ignore:\s*This SAE has non-empty model_from_pretrained_kwargs")
HOOK = "blocks.1.hook_resid_pre"


def formula(architecture: str, w: dict[str, torch.Tensor], x: torch.Tensor, k: int) -> torch.Tensor:
    """Latents as METHOD section 11 writes them."""
    if architecture == "gated":
        x = x - w["b_dec"]
        gate, mag = x @ w["W_enc"] + w["b_gate"], x @ w["W_enc"] * w["r_mag"].exp() + w["b_mag"]
        return (gate > 0) * mag.relu()
    pre = (x if "transcoder" in architecture else x - w["b_dec"]) @ w["W_enc"] + w["b_enc"]
    if "jumprelu" in architecture:
        return pre * (pre > w["threshold"]) * (pre > 0)
    if architecture in ("topk", "abstopk"):
        order = (pre if architecture == "topk" else pre.abs()).topk(k, dim=-1).indices
        kept = torch.zeros_like(pre).scatter(-1, order, pre.gather(-1, order))
        return kept.relu() if architecture == "topk" else kept
    return pre.relu()


CASES: dict[str, dict[str, Any]] = {
    "standard": {},
    "jumprelu": {},
    "gated": {},
    "topk": {"k": 5},
    "abstopk": {"k": 5},
    "transcoder": {"d_out": 16, "apply_b_dec_to_input": False},
    "skip_transcoder": {"d_out": 16, "apply_b_dec_to_input": False},
    "jumprelu_transcoder": {"d_out": 16, "apply_b_dec_to_input": False},
    "jumprelu_skip_transcoder": {"d_out": 16, "apply_b_dec_to_input": False},
}


@pytest.mark.parametrize("architecture", CASES)
def test_latents_agree_with_the_library_and_with_the_formula(
    architecture: str, lens: Any, save_sae: Any, gpt2: Subject, ids: torch.Tensor, dense: Any, at: Any
) -> None:
    hook = "blocks.1.hook_mlp_in" if "transcoder" in architecture else HOOK
    folder = save_sae(architecture, hook_name=hook, **CASES[architecture])
    source = open_source(gpt2, f"sae:{folder}")
    got = dense(read_activations(gpt2, source, ids, [1])[1])
    x, weights = at(gpt2, ids, hook), load_file(folder / "sae_weights.safetensors")
    with torch.no_grad():
        torch.testing.assert_close(got, lens.SAE.load_from_disk(folder).encode(x), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(got, formula(architecture, weights, x, 5), rtol=1e-4, atol=1e-4)
    assert (source.units, source.hook, source.sparse, source.true_zero) == ({1: 40}, hook, True, True)
    assert source.kind == ("transcoder" if "transcoder" in architecture else "sae")
    assert bool((got != 0).any())


@pytest.mark.parametrize(
    ("architecture", "settings"),
    [
        ("standard", {"apply_b_dec_to_input": False}),
        ("standard", {"normalize_activations": "layer_norm"}),
        ("gated", {"normalize_activations": "constant_norm_rescale"}),
        ("topk", {"k": 4, "rescale_acts_by_decoder_norm": True}),
        ("standard", {"dtype": "bfloat16"}),
        ("jumprelu", {"dtype": "float64"}),
        ("standard", {"hook_name": "blocks.1.attn.hook_z", "reshape_activations": "hook_z"}),
        ("matching_pursuit", {"max_iterations": 3}),
    ],
)
def test_every_setting_of_the_library_has_its_own_effect(
    architecture: str,
    settings: dict[str, Any],
    lens: Any,
    save_sae: Any,
    gpt2: Subject,
    ids: torch.Tensor,
    dense: Any,
    at: Any,
) -> None:
    folder = save_sae(architecture, **settings)
    got = dense(read_activations(gpt2, open_source(gpt2, f"sae:{folder}"), ids, [1])[1])
    x = at(gpt2, ids, settings.get("hook_name", HOOK))
    if "reshape_activations" in settings:
        x = x.unflatten(-1, (2, 8))
    with torch.no_grad():
        expected = lens.SAE.load_from_disk(folder).encode(x).float()
    coarse = {"rtol": 0.02, "atol": 0.05} if settings.get("dtype") == "bfloat16" else {"rtol": 1e-4, "atol": 1e-4}
    torch.testing.assert_close(got, expected, **coarse)


def test_a_scaling_factor_beside_the_weights_is_folded_in(
    save_sae: Any, gpt2: Subject, ids: torch.Tensor, dense: Any, at: Any
) -> None:
    folder = save_sae("standard", normalize_activations="expected_average_only_in")
    with pytest.raises(BadInput, match=r"scaled by what its training measured \(expected_average_only_in\)"):
        open_source(gpt2, f"sae:{folder}")
    (folder / "activation_scaler.json").write_text(json.dumps({"scaling_factor": 2.5}))
    got = dense(read_activations(gpt2, open_source(gpt2, f"sae:{folder}"), ids, [1])[1])
    w = load_file(folder / "sae_weights.safetensors")
    expected = ((2.5 * at(gpt2, ids, HOOK) - w["b_dec"]) @ w["W_enc"] + w["b_enc"]).relu()
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-3)


def test_an_sae_of_a_centred_model_sees_a_centred_stream(
    save_sae: Any, gpt2: Subject, llama: Subject, ids: torch.Tensor, dense: Any, at: Any
) -> None:
    folder = save_sae("standard", model_from_pretrained_kwargs={"center_writing_weights": True})
    w = load_file(folder / "sae_weights.safetensors")
    for subject, centred in ((gpt2, True), (llama, False)):  # RMS norms do see the mean
        got = dense(read_activations(subject, open_source(subject, f"sae:{folder}"), ids, [1])[1])
        x = at(subject, ids, HOOK)
        x = x - x.mean(-1, keepdim=True) if centred else x
        torch.testing.assert_close(got, ((x - w["b_dec"]) @ w["W_enc"] + w["b_enc"]).relu(), rtol=1e-4, atol=1e-3)


def test_a_factor_of_finetuning_changes_no_latent(save_sae: Any, gpt2: Subject, ids: torch.Tensor, dense: Any) -> None:
    folder = save_sae("standard")
    plain = dense(read_activations(gpt2, open_source(gpt2, f"sae:{folder}"), ids, [1])[1])
    weights = load_file(folder / "sae_weights.safetensors")
    save_file({**weights, "scaling_factor": torch.full((40,), 1.5)}, folder / "sae_weights.safetensors")
    old_form = {"d_in": 16, "d_sae": 40, "dtype": "float32", "hook_point": HOOK, "finetuning_scaling_factor": True}
    (folder / "cfg.json").write_text(json.dumps(old_form))
    assert torch.equal(dense(read_activations(gpt2, open_source(gpt2, f"sae:{folder}"), ids, [1])[1]), plain)


def test_more_latents_than_there_are_cannot_be_kept(save_sae: Any, gpt2: Subject) -> None:
    with pytest.raises(BadInput, match="keeps 41 latents of 40"):
        open_source(gpt2, f"sae:{save_sae('topk', k=41)}")


def test_a_damaged_folder_is_a_sentence(save_sae: Any, gpt2: Subject) -> None:
    folder = save_sae("standard")
    config = json.loads((folder / "cfg.json").read_text())
    (folder / "cfg.json").write_text(json.dumps({**config, "architecture": "homemade"}))
    with pytest.raises(BadInput, match="homemade"):
        open_source(gpt2, f"sae:{folder}")
    (folder / "cfg.json").write_text(json.dumps({**config, "d_sae": 39}))
    with pytest.raises(BadInput, match="cannot be loaded with sae_lens"):
        open_source(gpt2, f"sae:{folder}")
    (folder / "cfg.json").write_text(json.dumps(config))
    (folder / "sae_weights.safetensors").write_bytes(b"short")
    with pytest.raises(BadInput, match="cannot be loaded with sae_lens"):
        open_source(gpt2, f"sae:{folder}")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The hub's cache in an empty folder, and no hub."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return tmp_path / "cache"


def test_a_release_that_cannot_be_fetched_is_a_sentence(gpt2: Subject, offline: Path) -> None:
    with pytest.raises(BadInput, match=r"gpt2-small-res-jb/blocks\.1\.hook_resid_pre cannot be loaded with sae_lens"):
        open_source(gpt2, "sae:gpt2-small-res-jb/blocks.1.hook_resid_pre")
    assert not offline.exists()


def test_a_release_in_the_hubs_cache_is_read_without_the_hub(
    save_sae: Any, gpt2: Subject, offline: Path, ids: torch.Tensor, dense: Any, at: Any
) -> None:
    from sae_lens.loading.pretrained_saes_directory import get_pretrained_saes_directory

    known = get_pretrained_saes_directory()["gpt2-small-res-jb"]
    sae_id = "blocks.1.hook_resid_pre"
    repository = offline / f"models--{known.repo_id.replace('/', '--')}"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("0" * 40)
    snapshot = repository / "snapshots" / ("0" * 40) / known.saes_map[sae_id]
    snapshot.parent.mkdir(parents=True)
    save_sae("standard").rename(snapshot)
    old_form = {"d_in": 16, "d_sae": 40, "dtype": "torch.float32", "device": "cuda", "hook_point": HOOK}
    (snapshot / "cfg.json").write_text(json.dumps(old_form))
    source = open_source(gpt2, f"sae:gpt2-small-res-jb/{sae_id}")
    assert (source.title, source.units) == (f"SAE latents of gpt2-small-res-jb/{sae_id}", {1: 40})
    assert (source.hook, source.prepend_bos) == (HOOK, True)
    w = load_file(snapshot / "sae_weights.safetensors")
    got = dense(read_activations(gpt2, source, ids, [1])[1])
    x = at(gpt2, ids, HOOK)
    x = x - x.mean(-1, keepdim=True)  # the library's directory says of this release that its model was centred
    torch.testing.assert_close(got, ((x - w["b_dec"]) @ w["W_enc"] + w["b_enc"]).relu(), rtol=1e-4, atol=1e-3)
