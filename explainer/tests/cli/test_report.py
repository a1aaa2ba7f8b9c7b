"""``neuronscope report`` over a small dataset with known scores: terminal, JSON and page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from neuronscope import codec
from neuronscope.cli.app import build_app, main
from neuronscope.dataset import DatasetWriter
from neuronscope.dataset.layout import EXPLANATIONS, RECORDS
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.dataset.runs import FailedUnit, RunReport
from neuronscope.records import (
    NeuronId,
    NeuronRecord,
    NeuronSimulationResults,
    Provenance,
    Score,
    ScoredExplanation,
)

GOLDEN = Path(__file__).parent / "report_terminal.txt"
COUNTS = {"requests": 120, "retries": 1, "cached": 4, "prompt_tokens": 25_000, "completion_tokens": 900, "uncounted": 0}


def score(value: float | None, note: str | None = None) -> Score:
    reason = "all simulated activations are equal" if value is None else None
    return Score(value, None, reason, 10, 630, 2, reliable=value is not None and not note, note=note)


def explained(unit: int) -> list[ScoredExplanation]:
    """By pairs, and by token lookup, which every other one beats by a tenth."""
    value = None if unit == 3 else round(0.1 * unit - 0.2, 3)
    note = "not reliable: only 5 of 8 sequences" if unit == 5 else None
    lookup = round(0.05 * unit - 0.1, 3)
    scores = {"correlation": score(value, note), "correlation_random": score(0.1), "detection_auc": score(0.6)}
    baselines = {"lookup": {"correlation": score(lookup)}, "shuffled": {"correlation": score(0.01 * unit)}}
    written = Provenance("pairs", "writer-1", "all-at-once", "reader-1", "none", run="first")
    looked_up = Provenance("tokens", None, "lookup", None, run="first")
    text = "\x1b[31mwords\nfor time" if unit == 7 else f"words of kind {unit}"
    return [
        ScoredExplanation(text, None, "writer-1 (pairs)", scores, baselines, written),
        ScoredExplanation("day, hour", None, "token lookup", {"correlation": score(lookup)}, None, looked_up),
    ]


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Two layers of five units, all of them explained but the last, and the report of the run."""
    root = tmp_path / "small"
    failed = [FailedUnit(1, 9, "pairs", "refused", "the model would not answer")]
    run = RunReport("first", "2026-11-01T00:00:00Z", "0.1.0", 75.0, {}, 10, 9, 18, **COUNTS, cost=0.0325)
    with DatasetWriter(root) as writer:
        for layer in range(2):
            units = range(5 * layer, 5 * layer + 5)
            writer.add_layer(RECORDS, layer, [(u, codec.dumps(NeuronRecord(NeuronId(layer, u)))) for u in units])
            results = [(u, NeuronSimulationResults(NeuronId(layer, u), explained(u))) for u in units if u < 9]
            writer.add_layer(EXPLANATIONS, layer, [(u, codec.dumps(one)) for u, one in results])
        report = {**codec.to_plain(run), "failures": {"refused": 1}, "failed_units": codec.to_plain(failed)}
        writer.add_file("reports/first.json", codec.dumps(report))
        layers = [LayerInfo(layer, 5, list(range(5 * layer, 5 * layer + 5))) for layer in range(2)]
        writer.finish(Manifest("small", "Small", ModelInfo("gpt2"), SourceInfo("mlp"), layers))
    return root


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(), ["report", *arguments], catch_exceptions=False)


def test_the_terminal_shows_tables_with_their_denominators(dataset: Path) -> None:
    result = run(str(dataset))
    assert result.exit_code == 0
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert lines == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_no_text_of_others_commands_the_terminal(dataset: Path) -> None:
    said = run(str(dataset)).stdout
    assert "\x1b" not in said
    assert r"\x1b[31mwords for time" in said


def test_json_is_one_object_and_nothing_else(dataset: Path) -> None:
    said = json.loads(run(str(dataset), "--json").stdout)
    assert (said["units"], said["explained"], said["layers"]) == (10, 9, [0, 1])
    pairs = said["explainers"][0]
    correlation = pairs["scores"][0]
    assert correlation["average"]["units"] == 8
    assert correlation["average"]["mean"] == pytest.approx(sum(0.1 * u - 0.2 for u in range(9) if u != 3) / 8)
    assert said["total"]["cost"] == 0.0325


def test_layers_and_explainers_are_chosen(dataset: Path) -> None:
    said = json.loads(run(str(dataset), "--layers", "1", "--explainer", "tokens,pairs", "--json").stdout)
    assert (said["units"], said["explained"]) == (5, 4)
    alone = json.loads(run(str(dataset), "--explainer", "tokens", "--run", "first", "--json").stdout)
    assert [one["explainer"] for one in alone["explainers"]] == ["tokens"]


def test_a_page_is_written_beside_the_tables(dataset: Path, tmp_path: Path) -> None:
    result = run(str(dataset), "--html", str(tmp_path / "page.html"))
    assert result.stderr == f"Written to {tmp_path / 'page.html'}\n"
    assert "At a glance" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_dataset_without_explanations_says_what_to_run(tmp_path: Path) -> None:
    with DatasetWriter(tmp_path / "bare") as writer:
        writer.add_layer(RECORDS, 0, [(0, codec.dumps(NeuronRecord(NeuronId(0, 0))))])
        writer.finish(Manifest("bare", "Bare", ModelInfo("gpt2"), SourceInfo("mlp"), [LayerInfo(0, 1)]))
    result = run(str(tmp_path / "bare"))
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert "bare has no explanations" in said
    assert f"neuronscope explain {tmp_path / 'bare'} --llm none" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["/no/such/folder"], "/no/such/folder"),
        (["{dataset}", "--run", "second"], "small has no run 'second': there are first"),
        (["{dataset}", "--layers", "4"], "small has no layer 4; it has 0, 1"),
        (["{dataset}", "--explainer", "peak"], "small has no explanations by 'peak': there are pairs, tokens"),
        (["{dataset}", "--html", "/no/such/folder/page.html"], "/no/such/folder does not exist"),
        (["{dataset}", "--html", "{dataset}"], "is a folder: name a file"),
    ],
)
def test_nonsense_is_a_sentence_and_exit_code_2(
    dataset: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["report", *(argument.format(dataset=dataset) for argument in arguments)])
    assert leaving.value.code == 2
    assert said in capsys.readouterr().err
