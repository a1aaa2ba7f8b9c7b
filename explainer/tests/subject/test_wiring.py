"""Wiring: where units read and write in the stream, and with which gains."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from neuronscope.errors import BadInput
from neuronscope.subject import Subject, load_subject, open_source
from neuronscope.subject.wiring import Wiring, wire

GPTJ = {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_inner": 24, "n_positions": 64, "rotary_dim": 4}
GEMMA2 = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24}
GEMMA2 |= {"num_key_value_heads": 1, "head_dim": 8}


@pytest.fixture(scope="module")
def gptj(save_model: Callable[..., Path]) -> Subject:
    """Attention and MLP stand side by side."""
    return load_subject(str(save_model("gptj", **GPTJ)))


@pytest.fixture(scope="module")
def gemma2(save_model: Callable[..., Path]) -> Subject:
    """Norms before and behind the MLP, with gains that are not 1."""
    subject = load_subject(str(save_model("gemma2", **GEMMA2)))
    generator = torch.Generator().manual_seed(3)
    for parameter in subject.model.parameters():
        if parameter.ndim == 1:
            parameter.data.normal_(generator=generator)
    return subject


def wired(subject: Subject, hook: str, folder: Path, *, fold: bool = True) -> tuple[Wiring, torch.Tensor]:
    """Five directions at a hook point of layer 1, wired, and the directions."""
    width = 24 if "hook_post" in hook else 16
    directions = torch.randn(5, width, generator=torch.Generator().manual_seed(1))
    save_file({hook: directions}, folder / "vectors.safetensors")
    source = open_source(subject, f"vectors:{folder / 'vectors.safetensors'}")
    return wire(subject, source, next(iter(source.units)), fold=fold), directions


@pytest.mark.parametrize(
    ("hook", "reads_at", "writes_at"),
    [
        ("blocks.1.hook_resid_pre", 4, 4),
        ("blocks.1.hook_attn_out", None, 5),
        ("blocks.1.hook_resid_mid", 6, 6),
        ("blocks.1.hook_mlp_in", 6, None),
        ("blocks.1.ln2.hook_normalized", 6, None),
        ("blocks.1.hook_mlp_out", None, 7),
        ("blocks.1.hook_resid_post", 8, 8),
        ("blocks.1.attn.hook_z", None, None),
        ("blocks.1.mlp.hook_post", None, None),
        ("transformer.h.0.output", 4, 4),
        ("transformer.h.1.input", 4, 4),
        ("transformer.h.1.mlp.input", 6, None),
        ("transformer.h.1.ln_2.output", 6, None),
        ("transformer.h.1.mlp.output", None, 7),
        ("transformer.h.1.attn.c_attn.input", None, None),
    ],
)
def test_places_are_numbered_as_a_tokens_vector_passes_them(
    gpt2: Subject, tmp_path: Path, hook: str, reads_at: int | None, writes_at: int | None
) -> None:
    found, directions = wired(gpt2, hook, tmp_path)
    assert (found.reads_at, found.writes_at) == (reads_at, writes_at)
    assert bool(found.reading) == (reads_at is not None)
    assert len(found.gaps) == (reads_at is None) + (writes_at is None)
    assert found.decoder is not None
    torch.testing.assert_close(found.decoder, directions)


def test_the_mlp_of_a_layer_reads_before_it_writes(gpt2: Subject, gptj: Subject) -> None:
    for subject, reads_at in ((gpt2, 6), (gptj, 4)):
        found = wire(subject, open_source(subject), 1)
        assert (found.reads_at, found.writes_at) == (reads_at, 7)


def test_what_reads_behind_a_norm_has_its_gain(gemma2: Subject, tmp_path: Path) -> None:
    norm = gemma2.model.model.layers[1].pre_feedforward_layernorm
    for hook in ("blocks.1.hook_mlp_in", "model.layers.1.pre_feedforward_layernorm.output"):
        found, directions = wired(gemma2, hook, tmp_path)
        torch.testing.assert_close(found.reading[0], directions * (1 + norm.weight))
        assert found.folded == ("pre_feedforward_layernorm",)
        raw, _ = wired(gemma2, hook, tmp_path, fold=False)
        torch.testing.assert_close(raw.reading[0], directions)
        assert raw.folded == ()
    before, directions = wired(gemma2, "blocks.1.ln2.hook_normalized", tmp_path)
    torch.testing.assert_close(before.reading[0], directions)


def test_neurons_before_a_norm_write_through_its_gain(gemma2: Subject) -> None:
    found, layer = wire(gemma2, open_source(gemma2), 0), gemma2.model.model.layers[0]
    assert found.writing is not None
    expected = layer.mlp.down_proj.weight.T * (1 + layer.post_feedforward_layernorm.weight)
    torch.testing.assert_close(found.writing, expected)
    assert found.folded == ("pre_feedforward_layernorm", "post_feedforward_layernorm")


def test_what_the_mlp_gives_is_not_yet_in_the_stream_where_a_norm_follows(gemma2: Subject, tmp_path: Path) -> None:
    inside, _ = wired(gemma2, "model.layers.1.mlp.output", tmp_path)
    assert (inside.reads_at, inside.writes_at) == (None, None)
    behind, _ = wired(gemma2, "blocks.1.hook_mlp_out", tmp_path)
    assert behind.writes_at == 7


def test_neurons_read_elsewhere_than_known_are_refused(gpt2: Subject) -> None:
    source = open_source(gpt2, "mlp", module="transformer.h.{layer}.attn.c_proj")
    with pytest.raises(BadInput, match=r"read at transformer\.h\.0\.attn\.c_proj; weights are known of neurons at"):
        wire(gpt2, source, 0)
