"""Directions from a file: x . v + bias at the hook point that names them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from neuronscope.errors import BadInput
from neuronscope.subject import Subject, open_source, read_activations


def some(shape: tuple[int, ...], seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


def test_directions_of_several_layers_are_read_in_one_pass(
    gpt2: Subject, ids: torch.Tensor, tmp_path: Path, at: Any
) -> None:
    arrays = {
        "blocks.1.hook_resid_post": some((5, 16)),
        "blocks.1.hook_resid_post.bias": some((5,), 1),
        "blocks.0.hook_mlp_out": some((2, 16), 2).astype(np.float32),
    }
    np.savez(tmp_path / "probes.npz", **arrays)
    source = open_source(gpt2, f"vectors:{tmp_path / 'probes.npz'}")
    got = read_activations(gpt2, source, ids, source.units)
    bias = torch.tensor(arrays["blocks.1.hook_resid_post.bias"])
    expected = (
        at(gpt2, ids, "blocks.1.hook_resid_post").double() @ torch.tensor(arrays["blocks.1.hook_resid_post"]).T + bias
    )
    torch.testing.assert_close(got[1].double(), expected, rtol=1e-4, atol=1e-4)
    expected = at(gpt2, ids, "blocks.0.hook_mlp_out") @ torch.tensor(arrays["blocks.0.hook_mlp_out"]).T
    torch.testing.assert_close(got[0], expected)
    assert (source.kind, source.title, source.units) == ("vectors", "directions of probes.npz", {0: 2, 1: 5})
    assert (source.hook, source.true_zero, source.sparse) == (
        "blocks.0.hook_mlp_out, blocks.1.hook_resid_post",
        False,
        False,
    )


def test_safetensors_are_read_too_and_the_hash_follows_the_file(gpt2: Subject, tmp_path: Path) -> None:
    hashes = set()
    for seed in (0, 1):
        path = tmp_path / f"{seed}.safetensors"
        save_file({"blocks.1.hook_resid_pre": torch.tensor(some((3, 16), seed), dtype=torch.bfloat16)}, path)
        source = open_source(gpt2, f"vectors:{path}")
        assert (source.units, source.hook) == ({1: 3}, "blocks.1.hook_resid_pre")
        hashes.add(source.hash)
    assert len(hashes) == 2
    assert all(value is not None and value.startswith("sha256:") for value in hashes)


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"blocks.1.hook_resid_post": (4, 15)}, r"hook_resid_post is \[4, 15\], but \[unit, 16\] fits"),
        ({"blocks.1.hook_resid_post": (16,)}, r"hook_resid_post is \[16\], but \[unit, 16\] fits"),
        ({"blocks.1.hook_resid_post": (0, 16)}, r"is \[0, 16\], but"),
        ({"blocks.1.mlp.hook_post": (2, 16)}, r"is \[2, 16\], but \[unit, 24\] fits"),
        ({"blocks.5.hook_resid_post": (4, 16)}, "has layers 0 to 1"),
        ({"probe": (4, 16)}, "no such hook point and no such module"),
        ({"blocks.1.hook_resid_post": (4, 16), "blocks.1.hook_resid_post.bias": (3,)}, r"is \[3\], but \[4\] fits"),
        ({"blocks.1.hook_resid_post.bias": (3,)}, "holds no directions"),
        ({"blocks.1.hook_resid_post": (4, 16), "blocks.0.hook_mlp_out.bias": (4,)}, "belongs to no array"),
        ({"blocks.1.hook_resid_post": (4, 16), "blocks.1.hook_resid_pre": (4, 16)}, "are both in layer 1"),
        ({}, "holds no directions"),
    ],
)
def test_what_does_not_fit_is_a_sentence(
    gpt2: Subject, tmp_path: Path, arrays: dict[str, tuple[int, ...]], reason: str
) -> None:
    np.savez(tmp_path / "v.npz", **{name: np.ones(shape) for name, shape in arrays.items()})
    with pytest.raises(BadInput, match=reason):
        open_source(gpt2, f"vectors:{tmp_path / 'v.npz'}")


def test_infinite_numbers_are_refused(gpt2: Subject, tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", **{"blocks.1.hook_resid_post": np.full((1, 16), np.inf)})
    with pytest.raises(BadInput, match="holds numbers that are not finite"):
        open_source(gpt2, f"vectors:{tmp_path / 'v.npz'}")


def test_nothing_is_unpickled(gpt2: Subject, tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", **{"blocks.1.hook_resid_post": np.array([{"a": 1}], dtype=object)})
    with pytest.raises(BadInput, match=r"cannot be read as \.npz: .*allow_pickle"):
        open_source(gpt2, f"vectors:{tmp_path / 'v.npz'}")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("v.npz", None, "there is no such file"),
        ("v.npz", b"PK\x03\x04 cut short", r"cannot be read as \.npz"),
        ("v.npz", b"", r"cannot be read as \.npz"),
        ("v.safetensors", b"short", r"cannot be read as \.safetensors"),
        ("v.pt", b"", r"neither \.npz nor \.safetensors"),
    ],
)
def test_a_file_that_is_not_one_is_a_sentence(
    gpt2: Subject, tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=reason):
        open_source(gpt2, f"vectors:{tmp_path / name}")
