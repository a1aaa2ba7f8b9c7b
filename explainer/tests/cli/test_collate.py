"""`neuronscope collate`, as a person runs it, on a tiny model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from neuronscope.cli import main
from neuronscope.dataset import open_dataset

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def text(tmp_path: Path, prose: str) -> Path:
    (tmp_path / "prose.txt").write_text(prose[:6000], encoding="utf-8")
    return tmp_path / "prose.txt"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `neuronscope collate` in this process: exit code, standard output, standard error."""

    def run_main(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["collate", *map(str, arguments)])
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return run_main


def test_a_model_and_text_become_a_dataset(run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path) -> None:
    code, out, err = run(tiny_gpt2, text, "--out", tmp_path / "set", "--sequence-length", 32, "--title", "My set")
    assert (code, out) == (0, "")
    assert f"neuronscope serve {tmp_path / 'set'}" in err
    dataset = open_dataset(tmp_path / "set")
    assert (dataset.manifest.title, dataset.layers(), len(dataset.units(1))) == ("My set", [0, 1], 24)


def test_json_is_one_object_and_nothing_else(run: Run, tiny_llama: Path, text: Path, tmp_path: Path) -> None:
    code, out, _ = run(tiny_llama, text, "--out", tmp_path / "set", "--sequences", 40, "--layers", "1", "--json")
    assert code == 0
    summary = json.loads(out)
    assert set(summary.pop("seconds")) == {"load", "forward", "statistics", "write", "total"}
    assert summary.pop("peak_memory_bytes") > 0
    assert summary == {
        "sequences": 40,
        "tokens": 40 * 64,
        "units": 20,
        "dead_units": 0,
        "duplicates_dropped": 0,
        "dataset": str(tmp_path / "set"),
    }


def test_what_is_asked_for_reaches_the_dataset(run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path) -> None:
    asked = ["--top", 3, "--negative", 2, "--random", 1, "--per-quantile", 0, "--seed", 9, "--batch-size", 8]
    asked += ["--sequence-length", 16, "--dtype", "bfloat16", "--most-selective", 4, "--files", "--model-name", "Tiny"]
    code, _, _ = run(tiny_gpt2, text, "--out", tmp_path / "set", *asked)
    manifest = open_dataset(tmp_path / "set").manifest
    assert (code, manifest.model.name) == (0, "Tiny")
    assert manifest.sampling is not None
    assert [manifest.sampling.top, manifest.sampling.negative, manifest.sampling.random] == [3, 2, 1]
    assert [manifest.sampling.per_quantile, manifest.sampling.seed] == [0, 9]
    assert manifest.run is not None
    assert (manifest.run.dtype, manifest.run.batch_size, manifest.run.device) == ("bfloat16", 8, "cpu")
    assert [layer.units for layer in manifest.layers] == [4, 4]
    assert manifest.corpus is not None
    assert (manifest.corpus.name, manifest.corpus.sequence_length) == ("prose.txt", 16)
    assert len(list((tmp_path / "set" / "collated-activations" / "0").iterdir())) == 4


def test_two_processes_write_the_same_bytes(tiny_llama: Path, text: Path, tmp_path: Path) -> None:
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1700000000"}
    for name in ("one", "two"):
        command = [sys.executable, "-m", "neuronscope", "collate", tiny_llama, text, "--out", tmp_path / name / "set"]
        subprocess.run(command, env=environment, check=True, capture_output=True)
    one, two = (
        {str(p.relative_to(tmp_path / name)): p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()}
        for name in ("one", "two")
    )
    assert one == two
    assert "set/dataset.json" in one


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "/no/such/model"}, "/no/such/model: there is no such model folder or file"),
        ({"text": "missing.txt"}, "missing.txt: there is no such text file"),
        ({"text": "short.txt"}, "no document of short.txt is as long as a sequence"),
        ({"text": "empty.txt"}, "empty.txt is empty"),
        ({"--layers": "0-9"}, "has layers 0 to 1"),
        ({"--layers": "one"}, "write them like 0-5"),
        ({"--dtype": "int3"}, "dtype 'int3' is unknown"),
        ({"--sequence-length": "199"}, "are more than"),
    ],
)
def test_bad_input_is_a_sentence_and_writes_nothing(
    run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path, change: dict[str, str], message: str
) -> None:
    (tmp_path / "short.txt").write_text("cat")
    (tmp_path / "empty.txt").write_text("")
    options = {"model": str(tiny_gpt2), "text": text.name} | change
    model, name = options.pop("model"), options.pop("text")
    code, out, err = run(
        model, tmp_path / name, "--out", tmp_path / "set", *(x for pair in options.items() for x in pair)
    )
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.strip().splitlines()) == 1
    assert not (tmp_path / "set").exists()


def test_a_folder_that_holds_something_is_left_alone(run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "mine").write_text("keep")
    code, _, err = run(tiny_gpt2, text, "--out", tmp_path / "set")
    assert code == 2
    assert "name a new folder" in err
    assert [path.name for path in (tmp_path / "set").iterdir()] == ["mine"]
