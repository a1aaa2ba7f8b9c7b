"""What people wrote, as lines in the form of a dataset's own explanations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from flask.testing import FlaskClient
from typer.testing import CliRunner

from neuronscope.annotations.schema import sqlite_url
from neuronscope.codec import loads
from neuronscope.errors import BadInput
from neuronscope.records import NeuronId, NeuronSimulationResults


@pytest.fixture
def written(writable: FlaskClient, words_file: Path) -> str:
    """The database in which two units are explained, and a third is only voted on."""
    for unit, text in (("3/17", "words of heroes"), ("0/2", "straße ☕"), ("3/17", "deeds")):
        writable.post(f"/api/datasets/tiny/units/{unit}/explanations", json={"text": text, "author": "Ada"})
    hashed = writable.get("/api/datasets/tiny/annotations/0/1.json").json["votes"][0]["explanation"]
    writable.post("/api/datasets/tiny/units/0/1/votes", json={"explanation": hashed, "value": 1})
    return sqlite_url(words_file)


def test_each_explained_unit_is_a_line_in_the_public_form(
    runner: CliRunner, commands: typer.Typer, packed: Path, written: str
) -> None:
    result = runner.invoke(commands, ["annotations", "export", str(packed), "--annotations", written])
    assert result.exit_code == 0, result.exception
    units = [loads(line, NeuronSimulationResults) for line in result.stdout_bytes.splitlines()]
    assert [unit.neuron_id for unit in units] == [NeuronId(0, 2), NeuronId(3, 17)]
    assert [[one.explanation for one in unit.scored_explanations] for unit in units] == [
        ["straße ☕"], ["words of heroes", "deeds"],
    ]  # fmt: skip
    for one in units[1].scored_explanations:
        assert one.author == "Ada"
        assert one.provenance is not None
        assert (one.provenance.explainer, one.provenance.created is not None) == ("person", True)


def test_json_is_one_object(runner: CliRunner, commands: typer.Typer, packed: Path, written: str) -> None:
    result = runner.invoke(commands, ["annotations", "export", str(packed), "--annotations", written, "--json"])
    found = json.loads(result.stdout)
    assert found["dataset"] == "tiny"
    assert [len(unit["scored_explanations"]) for unit in found["units"]] == [1, 2]


def test_the_file_that_serve_uses_is_looked_for_and_not_made(
    runner: CliRunner, commands: typer.Typer, packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    result = runner.invoke(commands, ["annotations", "export", str(packed)])
    assert isinstance(result.exception, BadInput)
    assert "Nothing was written" in str(result.exception)
    assert not (tmp_path / "share").exists()


def test_a_dataset_that_nobody_wrote_about_gives_no_line(
    runner: CliRunner, commands: typer.Typer, public: Path, written: str
) -> None:
    result = runner.invoke(commands, ["annotations", "export", str(public), "--annotations", written])
    assert (result.exit_code, result.stdout) == (0, "")


def test_help_has_an_example(runner: CliRunner, commands: typer.Typer) -> None:
    result = runner.invoke(commands, ["annotations", "export", "--help"])
    assert result.exit_code == 0
    assert "Example: neuronscope annotations export" in result.output
