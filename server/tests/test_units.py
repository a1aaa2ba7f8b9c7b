"""Units in any order, related units with what is known of them, and units side by side."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from neuronscope import records, relations
from neuronscope.dataset import DatasetWriter, change_dataset, dumps
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog

AT = "/api/datasets/tiny/units"


def pages(client: FlaskClient, query: str) -> list[dict]:
    found, cursor = [], ""
    while True:
        answer = client.get(f"{AT}?{query}{cursor}").get_json()
        found += answer["units"]
        if answer["cursor"] is None:
            assert len(found) == answer["total"]
            return found
        cursor = f"&cursor={answer['cursor']}"


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Two layers of 20 units whose maxima repeat, so that pages end within equal ones."""
    root = tmp_path / "tiny"
    with DatasetWriter(root) as writer:
        for layer in (0, 4):
            empty = [(unit, dumps(records.NeuronRecord(records.NeuronId(layer, unit)))) for unit in range(20)]
            writer.add_layer("collated-activations", layer, empty)
            columns = {"unit": list(range(20)), "max": [float(unit % 4) for unit in range(20)]}
            columns |= {"density": [unit / 20 if unit else None for unit in range(20)], "dead": [False] * 20}
            writer.add_file(f"units/{layer}.json", json.dumps({"layer": layer} | columns).encode())
        infos = [LayerInfo(0, 20), LayerInfo(4, 20)]
        writer.finish(Manifest("tiny", "T", ModelInfo("m"), SourceInfo("mlp"), infos))
    return root


def client_of(root: Path, static: Path) -> FlaskClient:
    return create_app(open_catalog({"tiny": str(root)}), static=static).test_client()


def test_pages_go_through_all_units_in_order(many: Path, built_viewer: Path) -> None:
    client = client_of(many, built_viewer)
    found = pages(client, "sort=max&limit=7")
    assert [(-unit["max"], unit["layer"], unit["unit"]) for unit in found] == sorted(
        (-float(unit % 4), layer, unit) for layer in (0, 4) for unit in range(20)
    )
    assert [unit["unit"] for unit in pages(client, "layer=4&max_density=0.2&limit=2")] == [1, 2, 3, 4]
    least = client.get(f"{AT}?sort=density&order=asc&limit=3").get_json()["units"]
    assert [unit["density"] for unit in least] == [0.05, 0.05, 0.1]
    assert pages(client, "sort=density")[-1]["density"] is None
    assert client.get(f"{AT}?dead=true").get_json()["total"] == 0


def test_pages_stay_in_the_state_of_the_first_while_the_dataset_changes(many: Path, built_viewer: Path) -> None:
    client = client_of(many, built_viewer)
    first = client.get(f"{AT}?sort=max&limit=30").get_json()
    columns = {"layer": 4, "unit": list(range(20)), "max": [9.0] * 20}
    with change_dataset(many) as change:
        change.add_file("units/4.json", json.dumps(columns).encode())
        change.finish()
    rest = client.get(f"{AT}?sort=max&limit=30&cursor={first['cursor']}").get_json()
    assert rest["snapshot"] == first["snapshot"]
    both = {(unit["layer"], unit["unit"]) for unit in first["units"] + rest["units"]}
    assert len(both) == 40
    anew = client.get(f"{AT}?sort=max&limit=30").get_json()
    assert anew["snapshot"] != first["snapshot"]
    assert anew["units"][0]["max"] == 9


def test_a_list_of_a_state_that_nobody_holds_is_gone(many: Path, built_viewer: Path) -> None:
    client = client_of(many, built_viewer)
    cursor = client.get(f"{AT}?limit=3").get_json()["cursor"]
    answer = client.get(f"{AT}?limit=3&cursor={'0' * 16}{cursor[16:]}")
    assert answer.status_code == 410
    assert "Begin again" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sort=peak_token", "sort is 'peak_token'; give layer"),
        ("order=up", "give asc or desc"),
        ("layer=1,-2", "whole number"),
        ("layer=1,", "whole number"),
        ("min_score=nan", "give a number"),
        ("dead=yes", "give true or false"),
        ("limit=0", "1 to 500"),
        ("limit=501", "1 to 500"),
        ("cursor=abc", "another list"),
        ("colour=red", "There is no 'colour'"),
        ("sort=" + "x" * 10_000, "give layer"),
        ("min_score=1' OR 1=1", "give a number"),
    ],
)
def test_what_cannot_be_read_is_a_problem_400(client: FlaskClient, query: str, said: str) -> None:
    answer = client.get(f"{AT}?{query}")
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert said in answer.get_json()["detail"]


def test_a_cursor_belongs_to_its_own_list(many: Path, built_viewer: Path) -> None:
    client = client_of(many, built_viewer)
    cursor = client.get(f"{AT}?sort=max&limit=3").get_json()["cursor"]
    assert client.get(f"{AT}?sort=density&limit=3&cursor={cursor}").status_code == 400
    assert client.get(f"{AT}?sort=max&limit=9&cursor={cursor}").status_code == 200


def test_a_dataset_without_tables_says_how_to_make_them(client: FlaskClient) -> None:
    answer = client.get("/api/datasets/old/units")
    assert answer.status_code == 404
    assert "neuronscope index" in answer.get_json()["detail"]


def test_a_repeat_costs_a_304(client: FlaskClient) -> None:
    first = client.get(AT)
    assert client.get(AT, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


# Relations.


@pytest.fixture
def explained(write: Callable[..., Path], tmp_path: Path) -> Path:
    root = write(tmp_path / "tiny")
    columns = {"layer": 3, "unit": [17, 42], "max": [7.5, None], "explanation": ["words of time", None]}
    with change_dataset(root) as change:
        change.add_file("units/3.json", json.dumps(columns | {"score": [0.5, None]}).encode())
        near = relations.Neighbours(
            [relations.Neighbour(3, 42, 0.9, "pearson"), relations.Neighbour(0, 1, 0.8, "pearson")]
        )
        change.add_layer("related-neurons/activation-based", 3, [(17, dumps(near))])
        change.add_layer("related-neurons/decoder-based", 3, [])
        tokens = {17: [" a", " b", " c"], 42: [" c", " d", " a"]}
        files = [
            (unit, dumps(relations.TokenLookupTableSummaryOfNeuron(some, [1.0] * 3))) for unit, some in tokens.items()
        ]
        change.add_layer("related-tokens/activation-based", 3, files)
        change.finish()
    return root


def test_related_units_have_what_is_known_of_them_beside(explained: Path, built_viewer: Path) -> None:
    client = client_of(explained, built_viewer)
    by_weight = client.get("/api/datasets/tiny/related-neurons/weight-based/0/1.json").get_json()
    assert by_weight["c_fc"] is None
    assert by_weight["c_proj"]["top_positive_neurons"] == ["3_17"]
    known = {"explanation": "words of time", "score": 0.5, "max": 7.5}
    assert by_weight["c_proj"]["top_positive_units"] == [known]
    near = client.get("/api/datasets/tiny/related-neurons/activation-based/3/17.json").get_json()["neighbours"]
    assert [(one["unit"], one["about"]["max"]) for one in near] == [(42, None), (1, 1.0)]
    assert near[0]["about"] == {"explanation": None, "score": None, "max": None}


def test_relations_of_a_dataset_without_tables_are_answered_all_the_same(explained: Path, built_viewer: Path) -> None:
    for layer in (0, 3):
        (explained / f"units/{layer}.json").unlink()
    answer = client_of(explained, built_viewer).get("/api/datasets/tiny/related-neurons/weight-based/0/1.json")
    assert answer.get_json()["c_proj"]["top_positive_units"][0]["explanation"] is None


# Side by side.


def test_units_side_by_side(explained: Path, built_viewer: Path) -> None:
    client = client_of(explained, built_viewer)
    found = client.get("/api/datasets/tiny/compare?units=3:17,3:42,0:1").get_json()
    assert [(unit["layer"], unit["unit"]) for unit in found["units"]] == [(3, 17), (3, 42), (0, 1)]
    assert client.get(f"/api/datasets/tiny/{found['units'][0]['record']}").status_code == 200
    assert found["units"][0]["about"]["explanation"] == "words of time"
    first = found["pairs"][0]
    assert (first["first"], first["second"], first["tokens"]) == (0, 1, [" a", " c"])
    assert (first["token_overlap"], first["tokens_of_either"]) == ({"value": 0.5}, 4)
    assert first["coactivation"] == {"value": 0.9}
    assert "no nearest units by decoder direction" in first["decoder_cosine"]["reason"]
    assert found["pairs"][2]["coactivation"] == {"value": None, "reason": "neither is among the nearest of the other"}


def test_units_that_are_not_near_have_a_ceiling_where_both_have_a_list(explained: Path, built_viewer: Path) -> None:
    lists = {17: [(0, 1, 0.9), (0, 2, 0.4)], 42: [(0, 2, 0.7), (0, 1, 0.3), (0, 0, None)]}
    with change_dataset(explained) as change:
        files = [
            (unit, dumps(relations.Neighbours([relations.Neighbour(*one, "pearson") for one in some])))
            for unit, some in lists.items()
        ]
        change.add_layer("related-neurons/activation-based", 3, files)
        change.finish()
    found = client_of(explained, built_viewer).get("/api/datasets/tiny/compare?units=3:17,3:42,0:1").get_json()
    together = [pair["coactivation"] for pair in found["pairs"]]
    assert together[0] == {"value": None, "reason": "neither is among the nearest of the other", "at_most": 0.3}
    assert [one["value"] for one in together[1:]] == [0.9, 0.3]


@pytest.mark.parametrize(
    ("units", "status"),
    [
        *[("3:17", 400), ("3:17,3:17", 400), ("3:17,x", 400), ("", 400), (",".join(f"0:{i}" for i in range(9)), 400)],
        *[("3:17,3:18", 404), ("3:17,99:1", 404)],
    ],
)
def test_units_that_cannot_be_compared_are_a_problem(client: FlaskClient, units: str, status: int) -> None:
    answer = client.get(f"/api/datasets/tiny/compare?units={units}")
    assert answer.status_code == status
    assert answer.get_json()["detail"].endswith(".")
