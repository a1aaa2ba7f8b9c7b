"""``neuronscope check`` as a command."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from neuronscope import codec
from neuronscope.cli.check import check
from neuronscope.dataset import DatasetWriter
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.errors import BadInput
from neuronscope.records import NeuronId, NeuronRecord


@pytest.fixture
def app() -> typer.Typer:
    """The command on its own: a root app with a single command takes its arguments directly."""
    app = typer.Typer()
    app.command()(check)
    return app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "tiny"
    with DatasetWriter(root, packed=False) as writer:
        writer.add_layer("collated-activations", 0, [(u, codec.dumps(NeuronRecord(NeuronId(0, u)))) for u in range(3)])
        writer.finish(Manifest("tiny", "Tiny", ModelInfo("m"), SourceInfo("mlp"), [LayerInfo(0, 3)]))
    return root


def test_no_faults(app, folder):
    result = CliRunner().invoke(app, [str(folder)])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "5 files looked at, no faults.\n"


def test_each_fault_is_a_line_and_the_exit_code_is_1(app, folder):
    (folder / "collated-activations/0/1.json").unlink()
    (folder / "collated-activations/0/2.json").write_text("{}")
    result = CliRunner().invoke(app, [str(folder)])
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "collated-activations/0/1.json: missing: the manifest says that there is such a unit"
    assert [line.split(": ")[0] for line in lines[1:]] == ["collated-activations/0/2.json"] * 2
    assert "3 faults" in result.stderr


def test_json_is_one_object(app, folder):
    (folder / "collated-activations/0/1.json").unlink()
    result = CliRunner().invoke(app, [str(folder), "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "dataset": str(folder),
        "checked": 5,
        "faults": [
            {
                "path": "collated-activations/0/1.json",
                "fault": "missing: the manifest says that there is such a unit",
            }
        ],
    }


def test_no_dataset_is_bad_input(app, tmp_path):
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert isinstance(result.exception, BadInput)


def test_a_name_cannot_forge_a_line_or_command_the_terminal(app, folder):
    for name in (b"x\nforged: ok", b"\x1b[2J", "\u202egnp".encode(), b"\xff"):
        (folder / os.fsdecode(b"collated-activations/0/" + name)).touch()
    result = CliRunner().invoke(app, [str(folder)])
    assert sorted(result.stdout.splitlines()) == [
        r"collated-activations/0/\u202egnp: not part of a dataset",
        r"collated-activations/0/\udcff: not part of a dataset",
        r"collated-activations/0/\x1b[2J: not part of a dataset",
        r"collated-activations/0/x\nforged: ok: not part of a dataset",
    ]
    said = json.loads(CliRunner().invoke(app, [str(folder), "--json"]).stdout)["faults"]
    assert "collated-activations/0/x\nforged: ok" in [fault["path"] for fault in said]
