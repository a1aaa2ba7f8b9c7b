"""Latents and vectors: what is read and written where in the stream, and what is left out with its reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from neuronscope import codec
from neuronscope.dataset import open_dataset
from neuronscope.errors import BadInput
from neuronscope.relate import RelateOptions, relate
from neuronscope.relations import LogitTable, Neighbours
from neuronscope.subject import Subject, open_source

EXACT = {"rtol": 2e-5, "atol": 1e-6}
ALL = RelateOptions(tokens=20, neurons=6, mask=())


def scope(folder: Path, seed: int, latents: int = 30, d_in: int = 16) -> dict[str, torch.Tensor]:
    """A Gemma Scope SAE of random weights."""
    generator = torch.Generator().manual_seed(seed)
    arrays = {
        "W_enc": torch.randn(d_in, latents, generator=generator),
        "b_enc": torch.randn(latents, generator=generator),
        "threshold": torch.rand(latents, generator=generator),
        "W_dec": torch.randn(latents, d_in, generator=generator),
    }
    folder.mkdir(parents=True)
    save_file(arrays, folder / "params.safetensors")
    return arrays


@pytest.fixture
def saes(tmp_path: Path) -> tuple[str, dict[int, dict[str, torch.Tensor]]]:
    """SAEs of the stream after layers 0 and 1."""
    arrays = {layer: scope(tmp_path / f"saes/layer_{layer}/width_1", layer) for layer in (0, 1)}
    return f"sae:{tmp_path / 'saes'}@blocks.{{layer}}.hook_resid_post", arrays


def test_latents_read_their_encoder_and_write_their_decoder(
    gpt2: Subject, make_dataset: Callable[..., Path], saes: Any
) -> None:
    asked, arrays = saes
    source = open_source(gpt2, asked)
    root = make_dataset(gpt2, source)
    summary = relate(gpt2, root, source, options=ALL)
    assert summary.left_out == {}
    assert summary.folded == ["transformer.ln_f"]  # the stream is read as it is, before any norm
    embedding = gpt2.model.transformer.wte.weight.double()
    gain = gpt2.model.transformer.ln_f.weight.double()
    upstream = arrays[0]["W_dec"].double() @ arrays[1]["W_enc"].double()  # [writer, reader]
    with open_dataset(root) as dataset:
        for unit in range(30):
            tokens: Any = dataset.related_tokens(1, unit, "weight-based")
            drives = (embedding @ arrays[1]["W_enc"].double()[:, unit]).sort(descending=True).values
            np.testing.assert_allclose(tokens.input_positive.strengths, drives[:20].detach(), **EXACT)
            promotes = ((arrays[1]["W_dec"].double()[unit] * gain) @ embedding.T).sort().values
            np.testing.assert_allclose(tokens.output_negative.strengths, promotes[:20].detach(), **EXACT)
            table = codec.loads(dataset.read("logits", 1, unit) or b"", LogitTable)
            np.testing.assert_allclose(table.mean, promotes.mean().detach(), rtol=1e-4, atol=1e-5)
            later: Any = dataset.related_neurons(1, unit)
            expected = upstream[:, unit].sort(descending=True).values[:6]
            np.testing.assert_allclose(later.c_fc.top_positive_weights, expected, **EXACT)
            assert later.c_proj is None
            earlier: Any = dataset.related_neurons(0, unit)
            expected = upstream[unit].sort().values[:6]
            np.testing.assert_allclose(earlier.c_proj.top_negative_weights, expected, **EXACT)
            assert earlier.c_fc is None


def test_decoder_neighbours_are_those_of_largest_cosine_in_the_whole_dictionary(
    gpt2: Subject, make_dataset: Callable[..., Path], saes: Any
) -> None:
    asked, arrays = saes
    source = open_source(gpt2, asked)
    root = make_dataset(gpt2, source)
    relate(gpt2, root, source, options=ALL)
    decoders = torch.cat([arrays[layer]["W_dec"] for layer in (0, 1)]).double().numpy()
    decoders /= np.linalg.norm(decoders, axis=1, keepdims=True)
    cosines = decoders @ decoders.T
    np.fill_diagonal(cosines, -2)
    with open_dataset(root) as dataset:
        for index in range(60):
            layer, unit = divmod(index, 30)
            found = codec.loads(dataset.read("related-neurons/decoder-based", layer, unit) or b"", Neighbours)
            order = np.argsort(-cosines[index], kind="stable")[:6]
            assert [(n.layer, n.unit) for n in found.neighbours] == [divmod(int(other), 30) for other in order]
            np.testing.assert_allclose([n.value for n in found.neighbours], cosines[index][order], **EXACT)
            assert {n.measure for n in found.neighbours} == {"decoder cosine"}


def test_a_latent_is_no_neighbour_of_itself_and_one_that_writes_nothing_is_nobodys(
    gpt2: Subject, make_dataset: Callable[..., Path], tmp_path: Path
) -> None:
    arrays = scope(tmp_path / "sae", 5, latents=8)
    arrays["W_dec"][2] = arrays["W_dec"][6]  # equal directions
    arrays["W_dec"][4] = 0
    save_file(arrays, tmp_path / "sae/params.safetensors")
    source = open_source(gpt2, f"sae:{tmp_path / 'sae'}@blocks.1.hook_resid_post")
    root = make_dataset(gpt2, source)
    relate(gpt2, root, source, options=ALL)
    with open_dataset(root) as dataset:
        found = [
            [
                n.unit
                for n in codec.loads(dataset.read("related-neurons/decoder-based", 1, u) or b"", Neighbours).neighbours
            ]
            for u in range(8)
        ]
    assert found[4] == []
    assert (found[2][0], found[6][0]) == (6, 2)
    for unit in {0, 1, 2, 3, 5, 6, 7}:
        assert sorted(found[unit]) == sorted({0, 1, 2, 3, 5, 6, 7} - {unit})


def test_latents_of_one_place_are_not_upstream_of_each_other(
    gpt2: Subject, make_dataset: Callable[..., Path], tmp_path: Path
) -> None:
    generator = torch.Generator().manual_seed(1)
    vectors = {
        "blocks.0.hook_resid_post": torch.randn(5, 16, generator=generator),
        "blocks.1.hook_resid_pre": torch.randn(6, 16, generator=generator),
        "blocks.2.hook_resid_mid": torch.randn(7, 16, generator=generator),
    }
    save_file(vectors, tmp_path / "v.safetensors")
    source = open_source(gpt2, f"vectors:{tmp_path / 'v.safetensors'}")
    root = make_dataset(gpt2, source)
    relate(gpt2, root, source, options=ALL)
    with open_dataset(root) as dataset:
        first, second, third = (dataset.related_neurons(layer, 0) for layer in (0, 1, 2))
    assert first is not None
    assert second is not None
    assert third is not None
    assert first.c_fc is second.c_fc is third.c_proj is None
    assert third.c_fc is not None
    assert {name[0] for name in third.c_fc.top_positive_neurons} == {"0", "1"}
    assert first.c_proj is not None
    assert {name[0] for name in first.c_proj.top_positive_neurons} == {"2"}


def test_what_is_read_outside_the_stream_is_left_out_with_its_reason(
    gpt2: Subject, make_dataset: Callable[..., Path], tmp_path: Path
) -> None:
    scope(tmp_path / "sae", 2, latents=10, d_in=24)
    source = open_source(gpt2, f"sae:{tmp_path / 'sae'}@blocks.1.mlp.hook_post")
    root = make_dataset(gpt2, source)
    summary = relate(gpt2, root, source, options=ALL)
    assert summary.parts == ["related-neurons/decoder-based"]
    assert sorted(summary.left_out) == ["logits", "related-neurons/weight-based", "related-tokens/weight-based"]
    assert "blocks.1.mlp.hook_post" in summary.left_out["logits"]
    assert "not to the residual stream" in summary.left_out["logits"]


def test_latents_of_what_the_mlp_adds_promote_tokens_and_are_driven_by_nothing_that_weights_tell(
    gpt2: Subject, make_dataset: Callable[..., Path], tmp_path: Path
) -> None:
    arrays = scope(tmp_path / "sae", 2, latents=10)
    source = open_source(gpt2, f"sae:{tmp_path / 'sae'}@blocks.1.hook_mlp_out")
    root = make_dataset(gpt2, source)
    summary = relate(gpt2, root, source, options=ALL)
    assert summary.parts == ["related-neurons/decoder-based", "logits"]
    assert "what drives it is not defined" in summary.left_out["related-tokens/weight-based"]
    gained = arrays["W_dec"].double() * gpt2.model.transformer.ln_f.weight.double()
    expected = (gained[3] @ gpt2.model.transformer.wte.weight.double().T).sort(descending=True).values[:20]
    with open_dataset(root) as dataset:
        table = codec.loads(dataset.read("logits", 1, 3) or b"", LogitTable)
    np.testing.assert_allclose(np.array(table.top.strengths, float), expected.detach(), **EXACT)


def test_a_transcoder_reads_through_the_norm_and_writes_after_the_mlp(
    gpt2: Subject, make_dataset: Callable[..., Path], tmp_path: Path
) -> None:
    generator = torch.Generator().manual_seed(4)
    for layer in (0, 1):
        folder = tmp_path / f"all/h.{layer}.mlp"
        folder.mkdir(parents=True)
        (folder / "cfg.json").write_text(json.dumps({"k": 3, "transcode": True}))
        arrays = {
            "encoder.weight": torch.randn(12, 16, generator=generator),
            "encoder.bias": torch.randn(12, generator=generator),
            "W_dec": torch.randn(12, 16, generator=generator),
        }
        save_file(arrays, folder / "sae.safetensors")
        if layer == 0:
            writing = arrays["W_dec"].double()
        reading = arrays["encoder.weight"].double()
    source = open_source(gpt2, f"sae:{tmp_path / 'all'}")
    root = make_dataset(gpt2, source)
    summary = relate(gpt2, root, source, options=ALL)
    assert summary.left_out == {}
    assert summary.folded == ["ln_2", "transformer.ln_f"]
    gain = gpt2.model.transformer.h[1].ln_2.weight.double()
    expected = ((reading * gain) @ writing.T)[5].sort(descending=True).values[:6]
    with open_dataset(root) as dataset:
        found: Any = dataset.related_neurons(1, 5)
    np.testing.assert_allclose(found.c_fc.top_positive_weights, expected.detach(), **EXACT)


def test_a_crosscoder_reads_the_sum_and_writes_last(
    gpt2: Subject, make_dataset: Callable[..., Path], tmp_path: Path
) -> None:
    generator = torch.Generator().manual_seed(6)
    folder = tmp_path / "cross"
    folder.mkdir()
    hooks = ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"]
    (folder / "cfg.json").write_text(json.dumps({"architecture": "crosscoder", "hook_names": hooks}))
    arrays = {
        "W_enc": torch.randn(2, 16, 9, generator=generator),
        "b_enc": torch.randn(9, generator=generator),
        "W_dec": torch.randn(9, 2, 16, generator=generator),  # [latent, hook point, d], as some write it
    }
    save_file(arrays, folder / "sae_weights.safetensors")
    source = open_source(gpt2, f"sae:{folder}")
    root = make_dataset(gpt2, source)
    summary = relate(gpt2, root, source, options=ALL)
    assert list(summary.left_out) == ["related-neurons/weight-based"]
    embedding = gpt2.model.transformer.wte.weight.double()
    drives = (embedding @ arrays["W_enc"].double().sum(0))[:, 4].sort(descending=True).values[:20]
    written = arrays["W_dec"][4, 1].double() * gpt2.model.transformer.ln_f.weight.double()
    promotes = (embedding @ written).sort(descending=True).values[:20]
    with open_dataset(root) as dataset:
        found: Any = dataset.related_tokens(0, 4, "weight-based")
    np.testing.assert_allclose(found.input_positive.strengths, drives.detach(), **EXACT)
    np.testing.assert_allclose(found.output_positive.strengths, promotes.detach(), **EXACT)


def test_another_sae_than_the_datasets_is_refused(
    gpt2: Subject, make_dataset: Callable[..., Path], tmp_path: Path
) -> None:
    scope(tmp_path / "one", 1)
    scope(tmp_path / "two", 2)
    one, two = (open_source(gpt2, f"sae:{tmp_path / name}@blocks.1.hook_resid_post") for name in ("one", "two"))
    root = make_dataset(gpt2, one)
    with pytest.raises(BadInput, match="holds other units than SAE latents of two: hash"):
        relate(gpt2, root, two)


def test_an_sae_of_sae_lens_has_its_decoder(gpt2: Subject, make_dataset: Callable[..., Path], tmp_path: Path) -> None:
    from sae_lens.registry import get_sae_class
    from sae_lens.saes.sae import SAEMetadata

    kind, config = get_sae_class("topk")
    metadata = SAEMetadata(hook_name="blocks.1.hook_resid_pre")
    sae = kind(config(d_in=16, d_sae=20, k=3, rescale_acts_by_decoder_norm=True, metadata=metadata))
    generator = torch.Generator().manual_seed(4)
    for parameter in sae.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator)
    sae.save_model(tmp_path / "lens")
    source = open_source(gpt2, f"sae:{tmp_path / 'lens'}")
    root = make_dataset(gpt2, source)
    relate(gpt2, root, source, options=ALL)
    decoder = sae.W_dec.detach().double()
    # A latent is scaled by the norm of its decoder row, and the row is divided by it.
    written = decoder[7] / decoder[7].norm() * gpt2.model.transformer.ln_f.weight.double()
    read = sae.W_enc.detach().double()[:, 7] * decoder[7].norm()
    embedding = gpt2.model.transformer.wte.weight.double()
    with open_dataset(root) as dataset:
        found: Any = dataset.related_tokens(1, 7, "weight-based")
    expected = (embedding @ written).sort(descending=True).values[:20]
    np.testing.assert_allclose(found.output_positive.strengths, expected.detach(), **EXACT)
    expected = (embedding @ read).sort(descending=True).values[:20]
    np.testing.assert_allclose(found.input_positive.strengths, expected.detach(), **EXACT)
