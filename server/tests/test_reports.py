"""Runs of explaining, the scores of a dataset, and its puzzles, over the real sample and over broken files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.cli import main
from neuronscope.dataset import open_dataset
from neuronscope.dataset.runs import run_names
from neuronscope.explain.puzzlefile import load_puzzles, read_puzzles
from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog

SAMPLE = Path(__file__).parents[2] / "data/sample"
CLIENT = create_app(open_catalog({"sample": str(SAMPLE)})).test_client()


@pytest.fixture
def sample() -> FlaskClient:
    return CLIENT


def test_runs_are_listed_with_what_their_reports_say(sample: FlaskClient) -> None:
    (path,) = (SAMPLE / "reports").iterdir()
    stored = json.loads(path.read_bytes())
    answer = sample.get("/api/datasets/sample/reports.json").json
    (run,) = answer["runs"]
    assert answer["total"] == 1
    assert {name: run[name] for name in ("run", "created", "units", "explained", "scored", "seconds")} == {
        name: stored[name] for name in ("run", "created", "units", "explained", "scored", "seconds")
    }
    assert run["models"] == ["SmolLM2-135M-Instruct"]
    assert sample.get(f"/api/datasets/sample/reports/{run['run']}.json").data == path.read_bytes()


def test_scores_by_layer_are_those_of_the_tables_and_of_explainers_those_of_the_report(
    sample: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = sample.get("/api/datasets/sample/scores.json").json
    for layer in answer["layers"]:
        table = json.loads((SAMPLE / f"units/{layer['layer']}.json").read_bytes())
        scores = [score for score in table["score"] if score is not None]
        assert (layer["units"], layer["scored"], sum(layer["counts"])) == (50, len(scores), len(scores))
        assert layer["mean"] == (pytest.approx(sum(scores) / len(scores)) if scores else None)
        assert layer["above_zero"] == sum(low is not None and low > 0 for low in table["score_low"])
    main_quietly("report", str(SAMPLE), "--json")
    report = json.loads(capsys.readouterr().out)
    for shown, said in zip(answer["explainers"], report["explainers"], strict=True):
        correlation = next(score for score in said["scores"] if score["name"] == "correlation")
        assert (shown["label"], shown["mean"]) == (said["label"], correlation["average"]["mean"])
        assert [tuple(one.values()) for one in shown["beaten"]] == [
            (one["baseline"], one["wins"], one["pairs"]) for one in correlation["comparisons"]
        ]


def main_quietly(*arguments: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert not left.value.code


@given(st.text(min_size=1, max_size=60) | st.sampled_from(["..", "../dataset", "%2e%2e", ".hidden", "a/b", "x\0"]))
def test_no_name_of_a_run_leads_to_another_file(run: str) -> None:
    response = CLIENT.get(f"/api/datasets/sample/reports/{quote(run, safe='%/')}.json")
    assert response.status_code in (400, 404)
    assert response.json["detail"]


def test_a_report_that_is_none_is_a_problem_that_names_it_and_a_fault(tmp_path: Path) -> None:
    root = tmp_path / "broken"
    shutil.copytree(SAMPLE, root)
    (root / "reports/20270101T000000Z-00000000.json").write_text('{"run": 3}')
    (root / "reports/notes.txt").write_text("not a run")
    client = create_app(open_catalog({"broken": str(root)})).test_client()
    answer = client.get("/api/datasets/broken/reports.json")
    assert answer.status_code == 500
    assert "broken/reports/20270101T000000Z-00000000.json" in answer.json["detail"]
    assert str(tmp_path) not in answer.json["detail"]
    with open_dataset(root) as dataset:
        assert len(run_names(dataset)) == 2


def test_a_site_says_which_datasets_have_puzzles_and_reports(sample: FlaskClient, client: FlaskClient) -> None:
    parts = {one["name"]: one["parts"] for one in client.get("/api/site.json").json["datasets"]}
    assert {"puzzles", "reports"} <= set(parts["tiny"])
    assert not {"puzzles", "reports"} & set(parts["old"])
    (only,) = sample.get("/api/site.json").json["datasets"]
    assert ("puzzles" in only["parts"], "reports" in only["parts"]) == (False, True)


def test_the_puzzles_of_the_command_are_served_as_they_are(tmp_path: Path) -> None:
    main_quietly("puzzles", "--out", str(tmp_path / "p"), "--json")
    client = create_app(open_catalog({"p": str(tmp_path / "p")})).test_client()
    answer = client.get("/api/datasets/p/puzzles.json")
    assert read_puzzles(answer.data, "x") == load_puzzles()
    assert client.get("/api/datasets/p/puzzle-results.json").status_code == 404
