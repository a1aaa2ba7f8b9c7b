"""`neuronscope relate`, as a person runs it, on a dataset that `neuronscope collate` made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neuronscope.cli import main
from neuronscope.dataset import open_dataset
from neuronscope.dataset.check import check_dataset

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def collated(tiny_llama: Path, prose: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collated")
    (folder / "prose.txt").write_text(prose[:4000], encoding="utf-8")
    with pytest.raises(SystemExit):
        main(
            [
                *("collate", str(tiny_llama), str(folder / "prose.txt"), "--out", str(folder / "set")),
                *("--sequence-length", "16", "--threads", "1", "--files"),
            ]
        )
    return folder / "set"


@pytest.fixture
def dataset(collated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(collated, tmp_path / "set"))


def test_a_collated_dataset_gets_relations(run: Run, tiny_llama: Path, dataset: Path) -> None:
    code, out, err = run("relate", tiny_llama, "--dataset", dataset)
    assert (code, out) == (0, "")
    assert "40 units related to 298 tokens (masked: 2 special)" in err
    assert "gains of post_attention_layernorm, model.norm folded in" in err
    assert "left out, related-neurons/decoder-based: only latents and vectors have a decoder" in err
    with open_dataset(dataset) as opened:
        assert [checked for checked in check_dataset(opened) if checked.faults] == []
        related = opened.related_neurons(1, 7)
        assert related is not None
        assert related.c_fc is not None
        assert len(related.c_fc.top_positive_neurons) == 10
        assert opened.related_tokens(0, 0, "weight-based") is not None
        assert opened.read("logits", 1, 19) is not None


def test_json_is_one_object_and_nothing_else(run: Run, tiny_llama: Path, dataset: Path) -> None:
    code, out, err = run("relate", tiny_llama, "--dataset", dataset, "--json", "--raw", "--mask", "none", "--layers", 1)
    said: dict[str, Any] = json.loads(out)
    assert (code, err) == (0, "")
    assert set(said["seconds"]) == {"load", "tokens", "neurons", "write", "total"}
    assert (said["units"], said["candidates"], said["tokens"]) == (20, 40, 300)
    assert (said["masked"], said["folded"], said["raw"]) == ({}, [], True)
    assert said["parts"] == ["related-tokens/weight-based", "related-neurons/weight-based", "logits"]
    with open_dataset(dataset) as opened:
        related = opened.related_neurons(1, 0)
        assert related is not None
        assert related.folded is False
        assert opened.related_neurons(0, 0) is None


def test_twice_gives_the_same_bytes(run: Run, tiny_llama: Path, dataset: Path) -> None:
    run("relate", tiny_llama, "--dataset", dataset, "--tokens", 5, "--neurons", 3)
    first = {path: path.read_bytes() for path in dataset.rglob("*") if path.is_file()}
    run("relate", tiny_llama, "--dataset", dataset, "--tokens", 5, "--neurons", 3)
    assert {path: path.read_bytes() for path in dataset.rglob("*") if path.is_file()} == first


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name the dataset"),
        (["--dataset", "{}/nowhere"], "is not a folder"),
        (["--dataset", "{}/set", "--mask", "rare"], "tokens of the kind 'rare' cannot be masked"),
        (["--dataset", "{}/set", "--layers", "7"], "layer 7: set has layers 0, 1"),
        (["--dataset", "{}/set", "--layers", "x"], "layers 'x' cannot be read"),
        (["--dataset", "{}/set", "--tokens", "0"], "--tokens"),
        (["--dataset", "{}/set", "--source", "resid"], "kind resid instead of mlp"),
        (["--dataset", "{}/set", "--dtype", "int8"], "dtype 'int8' is unknown"),
    ],
)
def test_bad_input_is_a_sentence_and_exit_code_2(
    run: Run, tiny_llama: Path, dataset: Path, arguments: list[str], said: str
) -> None:
    before = sorted(dataset.rglob("*"))
    code, out, err = run("relate", tiny_llama, *(part.format(dataset.parent) for part in arguments))
    assert (code, out) == (2, "")
    assert said in err
    assert sorted(dataset.rglob("*")) == before


def test_another_model_is_refused(run: Run, tiny_gpt2: Path, dataset: Path) -> None:
    code, _, err = run("relate", tiny_gpt2, "--dataset", dataset)
    assert code == 2
    assert "set was made of " in err
    assert "architecture GPT2LMHeadModel instead of LlamaForCausalLM" in err
