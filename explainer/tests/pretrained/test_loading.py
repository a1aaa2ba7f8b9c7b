"""Loading: folders and what is wrong with them."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file

from neuronscope.errors import BadInput
from neuronscope.pretrained import load_pretrained, loading


@pytest.fixture
def copied(tiny_gpt2: Path, tmp_path: Path) -> Path:
    """A model folder that a test may damage."""
    return Path(shutil.copytree(tiny_gpt2, tmp_path / "copied"))


@pytest.mark.parametrize("path", ["/no/such/model", "./nowhere", "missing.gguf", "a/b/c", ""])
def test_a_path_where_nothing_is_says_so(path: str) -> None:
    with pytest.raises(BadInput, match="no such model folder or file"):
        load_pretrained(path)


def test_a_folder_without_weights_says_so(copied: Path) -> None:
    (copied / "model.safetensors").unlink()
    with pytest.raises(BadInput, match=r"holds no weights: no \*\.safetensors"):
        load_pretrained(str(copied))


def test_a_folder_without_configuration_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"holds no config\.json"):
        load_pretrained(str(tmp_path))


def test_a_folder_without_tokenizer_says_so(copied: Path) -> None:
    for file in copied.glob("tokenizer*"):
        file.unlink()
    with pytest.raises(BadInput, match=r"holds no tokenizer: no tokenizer\.json"):
        load_pretrained(str(copied))


def test_weights_that_are_cut_short_are_refused(copied: Path) -> None:
    weights = copied / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(BadInput, match="cannot be loaded"):
        load_pretrained(str(copied))


def test_a_missing_weight_is_never_filled_with_noise(copied: Path) -> None:
    weights = load_file(copied / "model.safetensors")
    del weights["transformer.h.1.mlp.c_fc.weight"]
    save_file(weights, copied / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(BadInput, match=r"lacks 1 of its weights.*h\.1\.mlp\.c_fc\.weight"):
        load_pretrained(str(copied))


def test_an_architecture_that_brings_its_own_code_is_refused(copied: Path) -> None:
    config: dict[str, Any] = json.loads((copied / "config.json").read_text())
    config |= {"model_type": "homemade", "auto_map": {"AutoModelForCausalLM": "evil.Model", "AutoConfig": "evil.C"}}
    (copied / "config.json").write_text(json.dumps(config))
    (copied / "evil.py").write_text("raise SystemExit('remote code ran')")
    with pytest.raises(BadInput, match="cannot be loaded"):
        load_pretrained(str(copied))


def test_unknown_dtypes_and_devices_are_refused(tiny_gpt2: Path) -> None:
    with pytest.raises(BadInput, match="dtype 'int3' is unknown"):
        load_pretrained(str(tiny_gpt2), dtype="int3")
    with pytest.raises(BadInput, match="device 'tractor' cannot be used"):
        load_pretrained(str(tiny_gpt2), device="tractor")


def test_any_other_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"x")
    with pytest.raises(BadInput, match=r"ends in \.gguf"):
        load_pretrained(str(tmp_path / "model.bin"))


def test_an_installation_without_torch_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tiny_gpt2: Path
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(loading, "find_spec", lambda name: None if name == "torch" else found(name))
    with pytest.raises(BadInput, match=r"needs torch: pip install 'neuronscope\[model\]'"):
        load_pretrained(str(tiny_gpt2))
