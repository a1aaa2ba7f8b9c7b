"""A running Neuronscope is read as a dataset by its own commands and library: what it serves, and no more."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from neuronscope.cli import main
from neuronscope.dataset import open_dataset
from neuronscope.dataset.search import SearchRequest, search_dataset

SAMPLE = Path(__file__).parents[2] / "data/sample"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the sample is served."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "neuronscope", "serve", str(SAMPLE), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/api/health")
            yield f"http://127.0.0.1:{port}/api/datasets/sample"
        finally:
            server.terminate()


def wait_for(url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(url)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert not left.value.code
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "16:750"], ["show"], ["show", "16:750", "--part", "logits"], ["show", "--part", "lists"],
        ["show", "16:750", "--part", "related-tokens/weight-based"], ["show", "--part", "units/16"],
        ["show", "--part", "reports"], ["units", "--sort", "kurtosis", "--limit", "5"], ["search", "hero"],
        ["compare", "16:750,16:779"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_command_says_the_same_of_the_address_as_of_the_folder(
    address: str,
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    command, *rest = arguments
    there, here = (said(capsys, command, place, *rest, "--json") for place in (address, str(SAMPLE)))
    for answer in (there, here):
        answer.pop("snapshot", None)
    assert there == here


def test_a_search_that_cannot_be_read_is_told_in_the_servers_words(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(SystemExit) as left:
        main(["search", address, "(((", "--regex"])
    assert left.value.code == 3
    assert "This regular expression cannot be used" in capsys.readouterr().err


def test_filters_of_a_search_reach_the_server(address: str, tmp_path: Path) -> None:
    request = SearchRequest("", where=("explanations",), min_score=0.5, sort="score", limit=3, layer=2)
    environ = {"XDG_CACHE_HOME": str(tmp_path)}
    with open_dataset(address) as there, open_dataset(SAMPLE) as here:
        asked, found = (search_dataset(one, request, environ=environ) for one in (there, here))
    assert asked.hits == found.hits
    assert asked.total == found.total > 0


def test_compare_refuses_nonsense_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    for units in ("16:750", "16:750,nonsense", "16:750,16:1"):
        with pytest.raises(SystemExit) as left:
            main(["compare", str(SAMPLE), units])
        assert left.value.code == 2
        assert "unit" in capsys.readouterr().err
