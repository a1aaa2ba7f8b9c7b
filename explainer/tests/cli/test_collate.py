"""`neuronscope collate`, as a person runs it, on a tiny model."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronscope.cli import main
from neuronscope.collate.running import run_batches
from neuronscope.dataset import open_dataset
from neuronscope.dataset.check import check_dataset

Run = Callable[..., tuple[int, str, str]]
FAITHFUL = ["--sequence-length", "16", "--threads", "1"]


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
    assert set(summary.pop("seconds")) == {"load", "forward", "statistics", "relate", "write", "total"}
    assert summary.pop("peak_memory_bytes") > 0
    assert summary == {
        "sequences": 40,
        "tokens": 40 * 64,
        "units": 20,
        "dead_units": 0,
        "duplicates_dropped": 0,
        "computed_again": 0,
        "dataset": str(tmp_path / "set"),
    }


def test_what_is_asked_for_reaches_the_dataset(run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path) -> None:
    asked = ["--top", 3, "--negative", 2, "--random", 1, "--per-quantile", 0, "--seed", 9, "--batch-size", 8]
    asked += ["--sequence-length", 16, "--dtype", "float32", "--most-selective", 4, "--files", "--model-name", "Tiny"]
    code, _, _ = run(tiny_gpt2, text, "--out", tmp_path / "set", *asked)
    manifest = open_dataset(tmp_path / "set").manifest
    assert (code, manifest.model.name) == (0, "Tiny")
    assert manifest.sampling is not None
    assert [manifest.sampling.top, manifest.sampling.negative, manifest.sampling.random] == [3, 2, 1]
    assert [manifest.sampling.per_quantile, manifest.sampling.seed] == [0, 9]
    assert manifest.run is not None
    assert (manifest.run.dtype, manifest.run.batch_size, manifest.run.device) == ("float32", 8, "cpu")
    assert [layer.units for layer in manifest.layers] == [4, 4]
    assert manifest.corpus is not None
    assert (manifest.corpus.name, manifest.corpus.sequence_length) == ("prose.txt", 16)
    assert len(list((tmp_path / "set" / "collated-activations" / "0").iterdir())) == 4


@pytest.mark.nightly
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


def test_it_runs_in_bfloat16_with_as_many_sequences_at_a_time_as_suit_it_unless_told(
    run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path
) -> None:
    code, _, _ = run(tiny_gpt2, text, "--out", tmp_path / "set", "--threads", 1)
    asked = open_dataset(tmp_path / "set").manifest.run
    assert code == 0
    assert asked is not None
    assert (asked.dtype, asked.batch_size, asked.threads) == ("bfloat16", 1024 // 64, 1)


def save_sae(folder: Path, width: int) -> Path:
    """A Gemma Scope SAE of random weights, read after layer 1."""
    folder = folder / "layer_1"
    folder.mkdir()
    arrays = {"W_enc": np.random.default_rng(1).normal(size=(width, 30)), "b_enc": np.full(30, -5.0)}
    np.savez(folder / "params.npz", **arrays, threshold=np.full(30, 0.1))
    return folder


@pytest.mark.parametrize(
    ("source", "kind", "units"),
    [
        ("resid", "resid", 16),
        ("attn", "attn", 2),
        ("sae:{folder}/layer_1", "sae", 30),
        ("vectors:{folder}/v.npz", "vectors", 3),
    ],
)
def test_other_units_are_asked_for_by_source(
    run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path, source: str, kind: str, units: int
) -> None:
    save_sae(tmp_path, 16)
    np.savez(tmp_path / "v.npz", **{"blocks.1.hook_resid_post": np.eye(16)[:3]})
    asked = ["--source", source.format(folder=tmp_path), "--layers", "1", "--keep-table"]
    code, _, err = run(tiny_gpt2, text, "--out", tmp_path / "set", *asked, *FAITHFUL)
    assert code == 0, err
    dataset = open_dataset(tmp_path / "set")
    assert (dataset.manifest.source.kind, dataset.layers(), len(dataset.units(1))) == (kind, [1], units)
    assert (tmp_path / "set/figures/1.safetensors").exists()
    assert not [item for item in check_dataset(dataset) if item.faults]


def test_a_module_may_be_named_in_an_architecture_that_is_not_known(
    run: Run, save_model: Callable[..., Path], text: Path, tmp_path: Path
) -> None:
    mamba = save_model("mamba", hidden_size=16, num_hidden_layers=2, state_size=4)
    code, _, err = run(mamba, text, "--out", tmp_path / "set", *FAITHFUL)
    assert code == 2
    assert "MambaForCausalLM has an unknown architecture: none of its modules is an MLP output projection" in err
    assert "--module 'path.{layer}.name'" in err
    assert not (tmp_path / "set").exists()
    named = ["--module", "backbone.layers.{layer}.mixer.out_proj"]
    code, _, err = run(mamba, text, "--out", tmp_path / "set", *FAITHFUL, *named)
    assert code == 0, err
    assert open_dataset(tmp_path / "set").manifest.source.hook == "backbone.layers.{layer}.mixer.out_proj"


BAD = [
    ({"model": "/no/such/model"}, "/no/such/model: there is no such model folder or file"),
    ({"model": "{folder}/no-weights"}, "no-weights holds no weights"),
    ({"text": "missing.txt"}, "missing.txt: there is no such text file"),
    ({"text": "short.txt"}, "no document of short.txt is as long as a sequence"),
    ({"text": "empty.txt"}, "empty.txt is empty"),
    ({"--layers": "0-9"}, "has layers 0-1"),
    ({"--layers": "one"}, "write them like 0-5"),
    ({"--dtype": "int3"}, "dtype 'int3' is unknown"),
    ({"--device": "toaster"}, "device 'toaster' cannot be used here"),
    ({"--sequence-length": "199"}, "are more than"),
    ({"--sequence-length": "1"}, "make them longer"),
    (
        {"--source": "neurons"},
        "source 'neurons' is unknown: use mlp, resid, attn, sae:RELEASE/ID, sae:PATH or vectors:",
    ),
    ({"--source": "sae:{folder}/layer_1"}, "reads 20 numbers per token, but blocks.1.hook_resid_post of"),
    ({"--source": "sae:{folder}/no-such-sae"}, "no-such-sae"),
    ({"--source": "vectors:{folder}/none.npz"}, "none.npz"),
    ({"--module": "transformer.h.{layer}.mlp.nothing"}, "has no module transformer.h.0.mlp.nothing"),
    ({"--batch-size": "some"}, "batch size 'some' cannot be read: write a number, or auto"),
    ({"--batch-size": "0"}, "batch size must be between 1 and 256, not 0"),
    ({"--batch-size": "257"}, "batch size must be between 1 and 256, not 257"),
    ({"--batch-size": "-8"}, "batch size '-8' cannot be read"),
    ({"--seed": str(2**63)}, "seed must be below 2^63"),
    ({"--ray": "127.0.0.1:1"}, "there is no Ray cluster at 127.0.0.1:1"),
    ({"--ray": "127.0.0.1:1", "--workers": "2"}, "there is no Ray cluster at 127.0.0.1:1"),
]


@pytest.mark.parametrize(("change", "message"), BAD, ids=lambda value: str(value)[:60])
def test_bad_input_is_a_sentence_and_writes_nothing(
    run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path, change: dict[str, str], message: str
) -> None:
    (tmp_path / "short.txt").write_text("cat")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "no-weights").mkdir()
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(tiny_gpt2 / name, tmp_path / "no-weights")
    save_sae(tmp_path, 20)
    before = sorted(tmp_path.rglob("*"))
    options = {"model": str(tiny_gpt2), "text": text.name} | change
    options = {name: value.replace("{folder}", str(tmp_path)) for name, value in options.items()}
    model, name = options.pop("model"), options.pop("text")
    given = [x for pair in options.items() for x in pair]
    code, out, err = run(model, tmp_path / name, "--out", tmp_path / "set", *given)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.strip().splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("option", ["--workers", "--threads", "--sequences", "--sequence-length", "--most-selective"])
def test_none_of_what_there_must_be_one_of_is_a_mistake(
    run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path, option: str
) -> None:
    code, out, err = run(tiny_gpt2, text, "--out", tmp_path / "set", option, 0)
    assert (code, out) == (2, "")
    assert option in err
    assert "greater than or equal to 1" in " ".join(err.replace("│", " ").split())
    assert not (tmp_path / "set").exists()


def test_a_folder_must_be_named(run: Run, tiny_gpt2: Path, text: Path) -> None:
    code, _, err = run(tiny_gpt2, text)
    assert code == 2
    assert "name a new folder for the dataset with --out" in err


def test_a_folder_that_holds_something_is_left_alone(run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "mine").write_text("keep")
    for more in ([], ["--resume"]):
        code, _, err = run(tiny_gpt2, text, "--out", tmp_path / "set", *more)
        assert code == 2
        assert "name a new folder" in err
        assert [path.name for path in (tmp_path / "set").iterdir()] == ["mine"]


def test_resuming_what_never_began_begins_it(run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path) -> None:
    code, _, _ = run(tiny_gpt2, text, "--out", tmp_path / "set", "--resume", *FAITHFUL)
    assert (code, open_dataset(tmp_path / "set").layers()) == (0, [0, 1])


def test_resuming_what_is_complete_says_so(run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path) -> None:
    run(tiny_gpt2, text, "--out", tmp_path / "set", *FAITHFUL)
    code, out, err = run(tiny_gpt2, text, "--out", tmp_path / "set", *FAITHFUL)
    assert (code, out) == (2, "")
    assert "holds a complete dataset: name a new folder" in err
    code, out, err = run(tiny_gpt2, text, "--out", tmp_path / "set", "--resume", "--json")
    assert (code, err) == (0, "")
    summary = json.loads(out)
    assert set(summary.pop("seconds").values()) == {0.0}
    assert (summary["units"], summary["dead_units"], summary["dataset"]) == (48, None, str(tmp_path / "set"))


@pytest.fixture
def begun(run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run that Ctrl-C ended in its third batch."""

    def interrupted(*arguments: Any) -> Iterator[int]:
        for done in run_batches(*arguments):
            if done == 3:
                raise KeyboardInterrupt
            yield done

    with monkeypatch.context() as patch:
        patch.setattr("neuronscope.collate.engine.run_batches", interrupted)
        asked = ["--out", tmp_path / "set", *FAITHFUL, "--batch-size", 16]
        code, _, err = run(tiny_gpt2, text, *asked)
    assert code == 130
    assert err.splitlines() == [
        f"What is done so far is kept in {tmp_path / 'set'}: go on with the same command and --resume.",
        "neuronscope: Interrupted.",
    ]
    return tmp_path / "set"


def test_an_interrupted_run_goes_on_to_the_same_bytes(
    run: Run, tiny_gpt2: Path, text: Path, begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = json.loads((begun / ".collating/run.json").read_bytes())["created"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.fromisoformat(created).timestamp())))
    (tmp_path / "whole").mkdir()
    asked = [tiny_gpt2, text, *FAITHFUL, "--batch-size", 16]
    assert run(*asked, "--out", tmp_path / "whole/set")[0] == 0
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert run(*asked, "--out", begun)[0] == 2
    assert run(*asked, "--out", begun, "--resume")[0] == 0
    assert files_of(begun) == files_of(tmp_path / "whole/set")


def files_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"--seed": "9"}, "since it was another one: seed was 0, now 9"),
        ({"--dtype": "float32"}, "since it was another one: dtype was bfloat16, now float32"),
        ({"--source": "resid"}, "since it was another one: source was transformer.h.{layer}.mlp.c_proj, now"),
        ({"--sequence-length": "8"}, "its text was cut from something else: sequence length changed"),
        ({"--sequences": "5"}, "its text was cut from something else: sequences changed"),
        ({"text": "other"}, "its text was cut from something else: {text} changed"),
        ({"model": "other"}, "its text was cut from something else: model changed"),
        ({"--ray": "127.0.0.1:1"}, "there is no Ray cluster"),
    ],
)
def test_going_on_with_something_else_is_refused_by_name_and_spoils_nothing(
    run: Run,
    save_model: Callable[..., Path],
    tiny_gpt2: Path,
    text: Path,
    begun: Path,
    change: dict[str, str],
    message: str,
) -> None:
    model, original = tiny_gpt2, text.read_bytes()
    if change.get("text"):
        text.write_bytes(original + b" more")
    if change.get("model"):
        model = save_model("gpt2", n_embd=16, n_layer=2, n_head=2, n_inner=25, n_positions=128)
    options = {"--sequence-length": "16", "--threads": "1", "--batch-size": "16"} | change
    given = [x for name, value in options.items() if name.startswith("-") for x in (name, value)]
    code, _, err = run(model, text, "--out", begun, "--resume", *given)
    assert code == 2
    assert message.replace("{text}", str(text)) in err
    text.write_bytes(original)
    assert run(tiny_gpt2, text, "--out", begun, "--resume", *FAITHFUL, "--batch-size", 16)[0] == 0


def test_an_estimate_needs_no_folder_and_leaves_nothing(
    run: Run, tiny_gpt2: Path, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    before = sorted(tmp_path.rglob("*"))
    code, out, err = run(tiny_gpt2, text, "--estimate", *FAITHFUL)
    assert (code, err) == (0, "")
    assert "48 units over" in out
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["time", "memory", "disk"]
    code, out, err = run(tiny_gpt2, text, "--estimate", "--json", *FAITHFUL)
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert set(found["seconds"]) == {"forward", "statistics", "relate", "write"}
    assert (found["units"], found["measured"], found["batch_size"]) == (48, 128, 64)
    assert min(found[name] for name in ("memory_bytes", "dataset_bytes", "working_bytes")) > 0
    assert sorted(tmp_path.rglob("*")) == before


def test_an_estimate_of_bad_input_is_refused(run: Run, tiny_gpt2: Path, tmp_path: Path) -> None:
    code, _, err = run(tiny_gpt2, tmp_path / "none.txt", "--estimate")
    assert code == 2
    assert "there is no such text file" in err
