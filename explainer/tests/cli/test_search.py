"""``neuronscope search`` as a command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from neuronscope import codec
from neuronscope.cli.search import search
from neuronscope.dataset import DatasetWriter
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.errors import BadInput
from neuronscope.records import NeuronId, NeuronRecord, NeuronSimulationResults, ScoredExplanation, ScoredSimulation


@pytest.fixture
def app() -> typer.Typer:
    """The command on its own: a root app with a single command takes its arguments directly."""
    app = typer.Typer()
    app.command()(search)
    return app


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "tiny"
    texts = {0: "the cat", 1: "category\x1b[2J\nforged", 2: "time"}
    scored = ScoredSimulation([], 0.625)
    with DatasetWriter(root) as writer:
        writer.add_layer("collated-activations", 0, [(u, codec.dumps(NeuronRecord(NeuronId(0, u)))) for u in range(3)])
        explained = [
            (u, codec.dumps(NeuronSimulationResults(NeuronId(0, u), [ScoredExplanation(text, scored, "gpt-4")])))
            for u, text in texts.items()
        ]
        writer.add_layer("explanations", 0, explained)
        columns = {"layer": 0, "unit": [0, 1, 2], "max": [1.0, 2.0, 3.0], "peak_token": [None, None, " Cat"]}
        writer.add_file("units/0.json", codec.dumps(columns))
        writer.finish(Manifest("tiny", "Tiny", ModelInfo("m"), SourceInfo("mlp"), [LayerInfo(0, 3)]))
    return root


def test_hits_are_lines_and_counts_go_to_standard_error(app, folder):
    result = CliRunner().invoke(app, [str(folder), "cat", "--in", "explanations"])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "       0:0   0.62 the cat  (gpt-4)",
        r"       0:1   0.62 category\x1b[2J\nforged  (gpt-4)",
    ]
    assert "2 of 2: 2 explanations (gpt-4 2), 0 units by tokens." in result.stderr


def test_tokens_are_said_to_be_tokens(app, folder):
    result = CliRunner().invoke(app, [str(folder), "cat", "--in", "tokens"])
    assert result.stdout == "       0:2    -   Cat  (tokens)\n"


def test_json_is_the_answer_of_the_api(app, folder):
    result = CliRunner().invoke(
        app, [str(folder), "^cat$", "--regex", "--json", "--in", "explanations", "--limit", "1"]
    )
    answer = json.loads(result.stdout)
    assert (answer["total"], len(answer["hits"])) == (1, 1)
    assert answer["hits"][0]["snippet"] == {"text": "the cat", "ranges": [[4, 7]]}


def test_filters_and_order(app, folder):
    def units(*options):
        answer = json.loads(CliRunner().invoke(app, [str(folder), "", "--json", *options]).stdout)
        return [hit["unit"] for hit in answer["hits"]]

    assert units("--in", "explanations", "--sort", "max") == [2, 1, 0]
    assert units("--in", "explanations", "--sort", "max", "--order", "asc") == [0, 1, 2]
    assert units("--min-score", "0.7") == []
    assert units("--layer", "1") == []


@pytest.mark.parametrize(
    "wrong",
    [
        ["(", "--regex"], ["a" * 2_000], ["a", "--in", "records"], ["a", "--sort", "size"], ["a", "--order", "up"],
        ["a", "--limit", "0"], ["a", "--min-score", "nan"],
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_bad_input(app, folder, wrong):
    assert isinstance(CliRunner().invoke(app, [str(folder), *wrong]).exception, BadInput)


def test_a_dataset_elsewhere_is_not_read_through_unasked(app, folder, monkeypatch):
    monkeypatch.setattr("neuronscope.dataset.folder.FolderStore.local", False)
    error = CliRunner().invoke(app, [str(folder), "cat"]).exception
    assert isinstance(error, BadInput)
    assert f"neuronscope index {folder}" in str(error)


def test_help_has_an_example(app):
    assert "Example: neuronscope search" in CliRunner().invoke(app, ["--help"]).stdout


def test_a_sentence_model_finds_what_means_the_same(app, folder, sentence_model):
    result = CliRunner().invoke(app, [str(folder), "kitten", "--sentence-model", str(sentence_model), "--json"])
    assert [hit["explanation"] for hit in json.loads(result.stdout)["hits"]] == ["the cat"]
    with pytest.raises(BadInput, match="holds no sentence model"):
        CliRunner().invoke(app, [str(folder), "kitten", "--sentence-model", str(folder)], catch_exceptions=False)
