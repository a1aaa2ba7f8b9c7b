"""Names of the hub, asked for by Hugging Face's own client from a hub on loopback, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..hub import Hub, hub_of

FIND = """
import sys
from neuronscope.errors import BadInput
from neuronscope.pretrained.files import find_files

try:
    found = find_files(sys.argv[1])
except BadInput as error:
    print(f"BadInput: {error}")
else:
    print(found.name, found.digest(), *sorted(path.name for path in found.folder.iterdir()))
"""


def find(hub: Hub, home: Path, name: str) -> str:
    """What a process finds by a name, in one line."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HF_")} | hub.environment(home)
    done = subprocess.run(
        [sys.executable, "-c", FIND, name], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def repository(tiny_llama: Path, tmp_path: Path) -> Path:
    """A model with all that repositories hold beside what is needed."""
    folder = tmp_path / "repository"
    folder.mkdir()
    for file in tiny_llama.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "chat_template.jinja").write_text("{{ messages }}")
    for name in ("README.md", "pytorch_model.bin", "flax_model.msgpack", "model.onnx", "modeling_own.py"):
        (folder / name).write_text("not wanted")
    return folder


def test_what_is_needed_is_fetched_once_and_is_there_without_the_hub(repository: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with hub_of({"someone/tiny": repository}) as hub:
        name, digest, *files = find(hub, home, "someone/tiny").split()
        wanted = {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"}
        assert wanted <= set(files) == set(hub.fetched())
        assert not {"README.md", "pytorch_model.bin", "flax_model.msgpack", "model.onnx", "modeling_own.py"} & set(
            files
        )
        hub.asked.clear()
        again = find(hub, home, "someone/tiny")
        assert hub.fetched() == []
    assert again.split() == [name, digest, *files] == find(hub, home, "someone/tiny").split()  # nobody answers now
    assert name == "someone/tiny"
    (repository / "pytorch_model.bin").unlink()
    assert find(hub, home, str(repository)).split()[1] == digest  # a model is the same wherever it lies


def test_pickled_weights_are_fetched_where_there_are_no_others(repository: Path, tmp_path: Path) -> None:
    (repository / "model.safetensors").unlink()
    with hub_of({"tiny": repository}) as hub:
        assert "pytorch_model.bin" in find(hub, tmp_path / "home", "tiny").split()
        assert "flax_model.msgpack" not in hub.fetched()


def test_a_name_that_the_hub_does_not_give_is_a_sentence(repository: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with hub_of({"someone/gated": repository}) as hub:
        hub.gated.add("someone/gated")
        assert find(hub, home, "someone/nothing") == (
            "BadInput: someone/nothing: there is no such folder here, and no such model on the hub; for a private one, "
            "run hf auth login"
        )
        assert "accepted its terms there and are logged in" in find(hub, home, "someone/gated")
    assert find(hub, home, "someone/nothing").endswith("and the hub cannot be reached to ask for it")
