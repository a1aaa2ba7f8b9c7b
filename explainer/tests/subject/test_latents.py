"""What is asked for after sae: is found, read in one pass where it is several, and refused where it does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from neuronscope.errors import BadInput
from neuronscope.subject import Subject, open_source, read_activations


def test_several_folders_are_one_source_over_their_layers(
    save_sae: Any, gpt2: Subject, ids: torch.Tensor, tmp_path: Path, dense: Any
) -> None:
    for layer in (0, 1):
        save_sae("standard", f"all/layer{layer}", hook_name=f"blocks.{layer}.hook_resid_post", d_sae=30 + layer)
    source = open_source(gpt2, f"sae:{tmp_path / 'all'}")
    assert (source.units, source.hook) == ({0: 30, 1: 31}, "blocks.{layer}.hook_resid_post")
    assert source.title == "SAE latents of all"
    got = read_activations(gpt2, source, ids, [0, 1])
    for layer in (0, 1):
        alone = open_source(gpt2, f"sae:{tmp_path / 'all' / f'layer{layer}'}")
        assert torch.equal(dense(got[layer]), dense(read_activations(gpt2, alone, ids, [layer])[layer]))


def test_two_saes_for_one_layer_have_to_be_told_apart(save_sae: Any, gpt2: Subject, tmp_path: Path) -> None:
    save_sae("standard", "all/a")
    save_sae("standard", "all/b")
    with pytest.raises(BadInput, match=r"holds several SAEs for layer 1, such as .*/all/b: name one of them"):
        open_source(gpt2, f"sae:{tmp_path / 'all'}")


def test_a_hook_point_behind_the_path_wins(save_sae: Any, gpt2: Subject) -> None:
    folder = save_sae("standard")
    source = open_source(gpt2, f"sae:{folder}@blocks.0.hook_attn_out")
    assert (source.hook, source.units) == ("blocks.0.hook_attn_out", {0: 40})
    assert source.title == "SAE latents of sae"
    assert source.hash != open_source(gpt2, f"sae:{folder}").hash


def test_what_an_sae_says_about_bos_is_kept(save_sae: Any, gpt2: Subject, tmp_path: Path) -> None:
    said = {
        value: open_source(gpt2, f"sae:{save_sae('standard', f'all/{value}', prepend_bos=value)}").prepend_bos
        for value in (True, False, None)
    }
    assert said == {True: True, False: False, None: None}
    save_sae("standard", "two/1", prepend_bos=True)
    save_sae("standard", "two/0", prepend_bos=False, hook_name="blocks.0.hook_resid_pre")
    with pytest.raises(BadInput, match=r"two/1 wants BOS before each sequence and .*two/0 does not"):
        open_source(gpt2, f"sae:{tmp_path / 'two'}")


def test_the_hash_follows_weights_and_configuration(save_sae: Any, gpt2: Subject) -> None:
    folder = save_sae("topk", k=5)
    first = open_source(gpt2, f"sae:{folder}").hash
    assert open_source(gpt2, f"sae:{folder.rename(folder.with_name('moved'))}").hash == first
    folder = save_sae("topk", k=6)
    second = open_source(gpt2, f"sae:{folder}").hash
    weights = load_file(folder / "sae_weights.safetensors")
    weights["b_enc"][0] += 1
    save_file(weights, folder / "sae_weights.safetensors")
    third = open_source(gpt2, f"sae:{folder}").hash
    assert first is not None
    assert first.startswith("sha256:")
    assert len({first, second, third}) == 3


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"d_in": 20}, r"reads 20 numbers per token, but blocks\.1\.hook_resid_pre of \S+ has 16"),
        ({"hook_name": "blocks.7.hook_resid_pre"}, r"blocks\.7\.hook_resid_pre: \S+ has layers 0 to 1"),
        ({"hook_name": "blocks.1.hook_banana"}, "there is no such hook point"),
        ({"hook_name": None}, "does not say where it is read"),
        ({"hook_head_index": 1}, "reads head 1 alone"),
        ({"normalize_activations": "covariance_whitening"}, r"measured \(covariance_whitening\)"),
    ],
)
def test_what_does_not_fit_this_model_is_a_sentence(
    settings: dict[str, Any], reason: str, save_sae: Any, gpt2: Subject
) -> None:
    with pytest.raises(BadInput, match=reason):
        open_source(gpt2, f"sae:{save_sae('standard', **settings)}")


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("no-such-release/some/id", "no such file or folder, and no SAE release no-such-release"),
        ("gpt2-small-res-jp/blocks.1.hook_resid_pre", r"\(near it: .*gpt2-small-res-jb"),
        ("gpt2-small-res-jb/blocks.99.hook_resid_pre", r"gpt2-small-res-jb has no SAE .*near it: blocks\.\d"),
        ("nowhere", "no such file or folder; a release of sae_lens is sae:RELEASE/ID"),
        ("./nowhere", "no such file or folder; a release of sae_lens is sae:RELEASE/ID"),
        ("/nowhere/at/all", "no such file or folder; a release of sae_lens is sae:RELEASE/ID"),
    ],
)
def test_what_is_nowhere_says_so(asked: str, reason: str, gpt2: Subject) -> None:
    with pytest.raises(BadInput, match=reason):
        open_source(gpt2, f"sae:{asked}")


def test_a_folder_without_an_sae_says_what_one_holds(gpt2: Subject, tmp_path: Path) -> None:
    (tmp_path / "weights.pt").touch()
    with pytest.raises(BadInput, match=r"holds no SAE: no cfg\.json with sae_weights\.safetensors"):
        open_source(gpt2, f"sae:{tmp_path}")
    with pytest.raises(BadInput, match=r"holds no SAE"):
        open_source(gpt2, f"sae:{tmp_path / 'weights.pt'}")
    (tmp_path / "cfg.json").write_text("[1")
    (tmp_path / "sae_weights.safetensors").touch()
    with pytest.raises(BadInput, match=r"cfg\.json cannot be read as JSON"):
        open_source(gpt2, f"sae:{tmp_path}")
