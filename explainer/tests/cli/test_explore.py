"""`neuronscope explore`: collates a quick sample and hands it to whatever serves."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
import typer

from neuronscope.cli import app as root
from neuronscope.cli import main
from neuronscope.cli.explore import spread_layers
from neuronscope.dataset import open_dataset

Served = list[tuple[Path, int, bool, bool, list[int]]]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Served:
    """What the serve command was called with, and the layers of the dataset that was there at that moment."""
    calls: Served = []

    def serve(
        dataset: Path,
        port: Annotated[int, typer.Option()],
        open_page: Annotated[bool, typer.Option("--open")] = False,
        json: Annotated[bool, typer.Option("--json")] = False,
    ) -> None:
        calls.append((dataset, port, open_page, json, open_dataset(dataset).layers()))

    monkeypatch.setattr(root, "_installed", lambda: {"serve": lambda: serve})
    return calls


@pytest.fixture
def explore(tmp_path: Path, prose: str) -> Callable[..., int]:
    """Run `neuronscope explore MODEL TEXT`: its exit code."""
    (tmp_path / "prose.txt").write_text(prose[:6000], encoding="utf-8")

    def run(model: Path, *options: object) -> int:
        with pytest.raises(SystemExit) as left:
            main(["explore", str(model), str(tmp_path / "prose.txt"), *map(str, options)])
        return int(left.value.code or 0)

    return run


def test_a_temporary_dataset_is_served_opened_and_removed(
    served: Served, explore: Callable[..., int], tiny_gpt2: Path
) -> None:
    assert explore(tiny_gpt2, "--port", 8123) == 0
    ((dataset, port, open_page, json, layers),) = served
    assert (port, open_page, json, layers) == (8123, True, False, [0, 1])
    assert not dataset.exists()


def test_a_named_dataset_is_kept(served: Served, explore: Callable[..., int], tiny_gpt2: Path, tmp_path: Path) -> None:
    assert explore(tiny_gpt2, "--out", tmp_path / "kept", "--layers", "1", "--no-open", "--json", "--port", 0) == 0
    assert served == [(tmp_path / "kept", 0, False, True, [1])]
    assert open_dataset(tmp_path / "kept").layers() == [1]


def test_without_a_server_nothing_is_started(
    explore: Callable[..., int], tiny_gpt2: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(root, "_installed", dict)
    assert explore(tiny_gpt2) == 2
    assert "server, which is not installed" in capsys.readouterr().err


def test_a_port_in_use_is_told_before_the_model_is_loaded(
    served: Served, explore: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert explore(tmp_path / "no-model", "--port", taken.getsockname()[1]) == 2
    assert "is in use" in capsys.readouterr().err
    assert served == []


@pytest.mark.parametrize(("layers", "chosen"), [(30, (3, 11, 18, 26)), (4, (0, 1, 2, 3)), (1, (0,)), (2, (0, 1))])
def test_layers_are_spread_over_the_depth(layers: int, chosen: tuple[int, ...]) -> None:
    assert spread_layers(layers) == chosen


def test_ctrl_c_leaves_nothing_of_a_quick_look(tiny_gpt2: Path, prose: str, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(prose * 20, encoding="utf-8")
    out = tmp_path / "set"
    command = [sys.executable, "-m", "neuronscope", "explore", str(tiny_gpt2), str(tmp_path / "text.txt")]
    command += ["--out", str(out), "--sequences", "100000", "--no-open", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while not (out / ".collating/run.json").exists():
        assert process.poll() is None
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume" not in said
    assert not out.exists()
