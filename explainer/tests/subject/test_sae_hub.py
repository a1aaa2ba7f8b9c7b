"""A model and an SAE by their names alone, as a user types them, from a hub on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..hub import hub_of

RELEASE, ID, HOOK = "gpt2-small-res-jb", "blocks.1.hook_resid_pre", "blocks.1.hook_resid_pre"


@pytest.mark.nightly
def test_model_and_sae_come_from_the_hub_once(tiny_gpt2: Path, save_sae: Any, tmp_path: Path) -> None:
    from sae_lens.loading.pretrained_saes_directory import get_pretrained_saes_directory

    known = get_pretrained_saes_directory()[RELEASE]
    repository = tmp_path / "repository"
    (repository / known.saes_map[ID]).parent.mkdir(parents=True)
    folder = save_sae("standard").rename(repository / known.saes_map[ID])
    old_form = {"d_in": 16, "d_sae": 40, "dtype": "torch.float32", "device": "cuda", "hook_point": HOOK}
    (folder / "cfg.json").write_text(json.dumps(old_form))
    with hub_of({"someone/tiny": tiny_gpt2, known.repo_id: repository}) as hub:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
        environment |= hub.environment(tmp_path / "home")

        def run(*arguments: str) -> Any:
            command = [sys.executable, "-m", "neuronscope", *arguments, "--json"]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)

        assert HOOK in json.dumps(run("saes", RELEASE, ID))
        first = run("hooks", "someone/tiny", "The cat", "--sae", f"jb={RELEASE}/{ID}")
        assert {"model.safetensors", "cfg.json", "sae_weights.safetensors"} <= set(hub.fetched())
        assert len(hub.fetched()) == len(set(hub.fetched()))
        hub.asked.clear()
        assert run("hooks", "someone/tiny", "The cat", "--sae", f"jb={RELEASE}/{ID}") == first
        assert hub.fetched() == []
    assert run("hooks", "someone/tiny", "The cat", "--sae", f"jb={RELEASE}/{ID}") == first  # nobody answers now
    assert "jb" in json.dumps(first)
