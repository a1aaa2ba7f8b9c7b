"""Neuronpedia's addresses: the list of a source's explanations, and the way from a unit there to its page here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from neuronscope.cli import main
from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog

EXPORT = "/api/explanation/export"


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset that was made of a list of explanations, without records."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    one = {"modelId": "gpt2-small", "layer": "6-res-jb", "explanationModelName": "gpt-4o-mini", "typeName": "np_max"}
    entries = [one | {"index": "3", "description": "names of rivers"}, one | {"index": "40", "description": "commas"}]
    (tmp_path / "list.json").write_text(json.dumps(entries))
    with pytest.raises(SystemExit) as left:
        main(["import", "explanations", str(tmp_path / "list.json"), "--new", str(tmp_path / "words"), "--units", "50"])
    assert not left.value.code
    return tmp_path / "words"


@pytest.fixture
def both(words: Path, packed: Path, built_viewer: Path, tmp_path: Path) -> FlaskClient:
    """The app over it and ``tiny``, whose layer 3 is tiny-model/3-own there."""
    (tmp_path / "static").mkdir()
    for path in built_viewer.iterdir():
        (tmp_path / "static" / path.name).write_bytes(path.read_bytes())
    file = tmp_path / "static" / "gpt2-small" / "6-res-jb"
    file.mkdir(parents=True)
    (file / "40").write_text("a file of the viewer")
    return create_app(
        open_catalog({"words": str(words), "tiny": str(packed)}), static=tmp_path / "static"
    ).test_client()


def test_a_source_is_exported_as_the_list_that_it_was_imported_from(both: FlaskClient, tmp_path: Path) -> None:
    answer = both.get(f"{EXPORT}?modelId=gpt2-small&saeId=6-res-jb")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.json == json.loads((tmp_path / "list.json").read_text())
    again = both.get(f"{EXPORT}?modelId=gpt2-small&saeId=6-res-jb", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_explanations_that_were_made_here_are_exported_too(both: FlaskClient) -> None:
    answer = both.get(f"{EXPORT}?modelId=tiny-model&saeId=3-own")
    assert [(one["layer"], one["index"], one["description"]) for one in answer.json] == [
        ("3-own", "17", "the word of"),
        ("3-own", "42", "the word of"),
    ]
    assert answer.json[0]["typeName"] is None


def test_what_is_added_is_in_the_next_export(both: FlaskClient, words: Path, tmp_path: Path) -> None:
    first = both.get(f"{EXPORT}?modelId=gpt2-small&saeId=6-res-jb")
    (tmp_path / "more.csv").write_text("layer,unit,explanation\n6,5,brackets\n")
    with pytest.raises(SystemExit):
        main(["import", "explanations", str(tmp_path / "more.csv"), "--dataset", str(words)])
    second = both.get(f"{EXPORT}?modelId=gpt2-small&saeId=6-res-jb", headers={"If-None-Match": first.headers["ETag"]})
    assert [one["description"] for one in second.json] == ["names of rivers", "brackets", "commas"]


@pytest.mark.parametrize("asked", ["modelId=gpt2-small&saeId=7-res-jb", "modelId=gemma&saeId=6-res-jb"])
def test_an_unknown_source_is_a_problem_404_that_names_those_there_are(both: FlaskClient, asked: str) -> None:
    answer = both.get(f"{EXPORT}?{asked}")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert "there is gpt2-small/6-res-jb, tiny-model/3-own." in answer.json["detail"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [("modelId=gpt2-small", "Name both"), ("", "Name both"), ("modelId=a&saeId=b&layer=3", "There is no 'layer'")],
)
def test_half_a_question_is_a_problem_400(both: FlaskClient, asked: str, sentence: str) -> None:
    answer = both.get(f"{EXPORT}?{asked}")
    assert answer.status_code == 400
    assert sentence in answer.json["detail"]


@pytest.mark.parametrize("query", ["", "?embed=false&embedexplanation=true"])
def test_a_link_to_a_unit_there_leads_to_its_page_here(both: FlaskClient, query: str) -> None:
    answer = both.get(f"/gpt2-small/6-res-jb/3{query}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "../../#/d/words/6/3")
    assert both.get(f"/tiny-model/3-own/17{query}").headers["Location"] == "../../#/d/tiny/3/17"


@pytest.mark.parametrize(
    ("query", "ours"),
    [
        ("", "explanation,try,activations,logits,statistics"),
        (
            "&embedexplanation=true&embedplots=true&embedtest=true&height=300",
            "explanation,try,activations,logits,statistics",
        ),
        ("&embedexplanation=false&embedtest=false&embedplots=false&embedsteer=true", "activations"),
        ("&embedexplanation=false&embedtest=false&embedplots=false&embedactivations=false", ""),
        ("&embedplots=false&defaulttesttext=a%20b%26c%23", "explanation,try,activations&text=a+b%26c%23"),
    ],
)
def test_a_link_for_frames_leads_to_the_panes_it_names(both: FlaskClient, query: str, ours: str) -> None:
    found = both.get(f"/gpt2-small/6-res-jb/3?embed=true{query}").headers["Location"]
    assert found == f"../../#/d/words/6/3?embed=true&panes={ours}"


def test_a_unit_that_the_layer_lacks_is_a_problem_404_that_says_what_is_there(both: FlaskClient) -> None:
    answer = both.get("/gpt2-small/6-res-jb/50")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert "no unit 50; it has 50 units from 0 to 49" in answer.json["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/gpt2-small/7-res-jb/3",
        "/gpt2-small/6-res-jb/x",
        "/gpt2-small/6-res-jb/3/4",
        "/gpt2-small/6-res-jb",
        "/api/a/3",
    ],
)
def test_other_addresses_are_nobodys(both: FlaskClient, path: str) -> None:
    answer = both.get(path)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_the_viewers_own_files_and_the_api_are_answered_first(both: FlaskClient) -> None:
    assert both.get("/gpt2-small/6-res-jb/40").text == "a file of the viewer"
    assert both.get("/api/datasets/words/dataset.json").json["neuronpedia"]["model"] == "gpt2-small"


def test_a_dataset_without_records_is_listed_searched_and_compared(both: FlaskClient) -> None:
    datasets = both.get("/api/site.json").json["datasets"]
    assert next(one["parts"] for one in datasets if one["name"] == "words") == ["explanations", "units"]
    assert both.get("/api/datasets/words/collated-activations/6/3.json").status_code == 404
    rows = both.get("/api/datasets/words/units?sort=explanations&limit=2").json["units"]
    assert [(row["unit"], row["explanation"], row["max"]) for row in rows] == [
        (3, "names of rivers", None),
        (40, "commas", None),
    ]
    compared = both.get("/api/datasets/words/compare?units=6:3,6:40")
    assert [unit["about"]["explanation"] for unit in compared.json["units"]] == ["names of rivers", "commas"]
