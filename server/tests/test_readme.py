"""The README's commands, run as they stand there, by a person in an empty folder (or, for make, in the checkout)."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import metadata
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
SMOLLM2 = CHECKOUT / ".cache/smollm2"
MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct"
TEXT = (
    "The ferry left the harbour at seven, and nobody on deck noticed that the lamp had gone out. "
    "Numbers such as 3, 14 and 159 came next; then a list: apples, pears, plums.\n"
) * 20


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands(starting: str) -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines() if line.startswith(starting)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder where the README's model name is a folder, since no hub can be reached from a test."""
    (tmp_path / MODEL).parent.mkdir()
    (tmp_path / MODEL).symlink_to(SMOLLM2)
    (tmp_path / "my-text.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    """Ours, with the venv's commands first and without what an outer make hands down."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}
    return kept | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


@contextmanager
def running(command: str, url: str, *, cwd: Path, patience: float = 120) -> Iterator[None]:
    """Run a command until its server answers at ``url``; end it as Ctrl-C would."""
    process = subprocess.Popen(
        shlex.split(command), cwd=cwd, env=environment(), start_new_session=True, stderr=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + patience
        while not answers(url):
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < deadline, f"nothing at {url} after {patience} s"
            time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def run(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        shlex.split(command), cwd=cwd, env=environment(), capture_output=True, text=True, timeout=280, check=False
    )


def explaining() -> list[str]:
    """The block of commands about explanations."""
    (block,) = (block for block in blocks("sh") if "neuronscope explain " in block)
    return block.splitlines()


def test_every_command_of_the_readme_is_known_to_a_test() -> None:
    known = ("make demo", "make test", "pip install neuronscope[all]", "neuronscope ", "curl --compressed ")
    lines = [line for block in blocks("sh") for line in block.splitlines() if line]
    assert lines
    assert [line for line in lines if not line.startswith(known)] == []


def test_make_demo_serves_the_page_and_the_curl_lines_of_the_readme_answer(port: int, tmp_path: Path) -> None:
    (demo,) = commands("make demo")
    site = f"http://127.0.0.1:{port}"
    with running(f"{demo} PORT={port}", f"{site}/api/health", cwd=CHECKOUT):
        with urllib.request.urlopen(site) as page:
            assert re.search(rb'<div id="?root', page.read())
        lines = commands("curl")
        assert len(lines) == 2
        for line in lines:
            answer = json.loads(run(line.replace("http://127.0.0.1:8000", site), tmp_path).stdout)
            assert answer["unit"] if "/units/" in line else answer["dataclass_name"] == "NeuronRecord"


def test_make_test_is_a_target_that_make_can_plan() -> None:
    (command,) = commands("make test")
    planned = run(f"{command} --dry-run", CHECKOUT)
    assert planned.returncode == 0, planned.stderr
    assert "pytest" in planned.stdout


def test_the_extra_that_the_readme_installs_exists() -> None:
    (command,) = commands("pip install")
    extra = command.partition("[")[2].rstrip("]")
    assert extra in metadata("neuronscope").get_all("Provides-Extra", [])


def test_a_public_dataset_is_served_without_waiting_for_the_network(port: int, tmp_path: Path) -> None:
    (command,) = commands("neuronscope serve az:")
    url = f"http://127.0.0.1:{port}/api/site.json"
    with running(f"{command} --port {port}", url, cwd=tmp_path), urllib.request.urlopen(url) as answer:
        assert [dataset["name"] for dataset in json.load(answer)["datasets"]] == ["gpt2-xl"]


def test_the_python_of_the_readme_runs(folder: Path) -> None:
    for block, where in zip(blocks("python"), (CHECKOUT, folder), strict=True):
        done = subprocess.run([sys.executable, "-c", block], cwd=where, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()


@pytest.mark.nightly
def test_a_model_of_ones_own_is_collated_checked_and_served(folder: Path, port: int) -> None:
    collate, *_ = commands("neuronscope collate")
    (check,) = commands("neuronscope check")
    (serve,) = commands("neuronscope serve my-dataset")
    for command in (collate, check):
        done = run(command, folder)
        assert done.returncode == 0, done.stderr
    with running(f"{serve} --port {port}", f"http://127.0.0.1:{port}/api/datasets/my-dataset/dataset.json", cwd=folder):
        pass
    (export,) = commands("neuronscope export site")
    assert run(export, folder).returncode == 0
    assert json.loads((folder / "my-site/api/site.json").read_bytes())["datasets"][0]["units"] == 3072
    (html,) = commands("neuronscope export html")
    assert run(html, folder).returncode == 0
    assert "Unit 12:345" in (folder / "units.html").read_text(encoding="utf-8")


@pytest.mark.nightly
@pytest.mark.timeout(1200)
def test_its_units_are_explained_scored_and_reported_and_other_runs_work(folder: Path) -> None:
    collate, *others = commands("neuronscope collate")
    for command in (collate, *explaining(), *commands("neuronscope check"), *others):
        done = run(command, folder)
        assert done.returncode == 0, done.stderr
    assert "<svg" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.nightly  # the command has tests of its own
def test_explore_goes_from_a_model_to_its_page(folder: Path, port: int) -> None:
    (command,) = commands("neuronscope explore")
    with running(f"{command} --port {port} --no-open", f"http://127.0.0.1:{port}/api/site.json", cwd=folder):
        pass


def test_the_readme_shows_its_picture() -> None:
    (picture,) = re.findall(r"!\[.*?\]\((.*?)\)", README)
    assert (CHECKOUT / picture).stat().st_size > 10_000
