"""Columns of all units, selections as files, and that both agree with pages of units."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from neuronscope.dataset import change_dataset
from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog

SAMPLE = Path(__file__).parents[2] / "data/sample"
AT = "/api/datasets/sample"
GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Of a site with the sample, without a viewer."""
    return create_app(open_catalog({"sample": str(SAMPLE)}), static=tmp_path_factory.mktemp("none")).test_client()


def column(client: FlaskClient, name: str, **headers: str) -> TestResponse:
    snapshot = client.get(f"{AT}/columns.json").json["snapshot"]
    return client.get(f"{AT}/columns/{name}.f64?snapshot={snapshot}", headers=headers)


def numbers(client: FlaskClient, name: str) -> np.ndarray:
    return np.frombuffer(column(client, name).data, "<f8")


@pytest.mark.parametrize(
    "where", [["density<=0.4"], ["kurtosis>=2", "score>=0.1"], ["explanations>=1", "layer<=9"], []]
)
def test_columns_with_a_filter_of_ones_own_are_what_units_answer(client: FlaskClient, where: list[str]) -> None:
    kept = np.ones(client.get(f"{AT}/columns.json").json["units"], bool)
    for condition in where:
        name, operator, value = condition.partition(">=") if ">=" in condition else condition.partition("<=")
        values = numbers(client, name)
        kept &= values >= float(value) if operator == ">=" else values <= float(value)
    own = list(zip(numbers(client, "layer")[kept], numbers(client, "unit")[kept], strict=True))
    answer = client.get(f"{AT}/units", query_string={"where": where, "limit": 500}).json
    assert own == [(unit["layer"], unit["unit"]) for unit in answer["units"]]
    assert answer["total"] == len(own) > 0
    for kind, read in READERS.items():
        file = client.get(f"{AT}/units.{kind}", query_string={"where": where})
        assert [(int(row["layer"]), int(row["unit"])) for row in read(file.data)] == own


def _csv(data: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


READERS = {
    "csv": _csv,
    "json": lambda data: json.loads(data)["units"],
    "parquet": lambda data: pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist(),
}


def test_columns_say_what_they_hold(client: FlaskClient) -> None:
    answer = client.get(f"{AT}/columns.json").json
    assert answer["units"] == 250
    for about in answer["columns"]:
        values = numbers(client, about["name"])
        known = values[~np.isnan(values)]
        assert len(values) == 250
        assert about["known"] == len(known)
        bounds = (known.min(), known.max()) if len(known) else (None, None)
        assert (about["min"], about["max"]) == bounds
    assert {"unit", "dead", "sequences_fired"} < {about["name"] for about in answer["columns"]}


def test_a_column_is_compressed_where_that_pays_and_a_repeat_costs_a_304(client: FlaskClient) -> None:
    layers, kurtosis = column(client, "layer", **GZIP), column(client, "kurtosis", **GZIP)
    assert layers.headers["Content-Encoding"] == "gzip"
    assert len(layers.data) < 250 * 8 / 4
    assert "Content-Encoding" not in kurtosis.headers
    assert len(kurtosis.data) == 250 * 8
    assert column(client, "layer").headers["ETag"] != layers.headers["ETag"]
    assert column(client, "layer", **GZIP, **{"If-None-Match": layers.headers["ETag"]}).status_code == 304


def test_files_are_named_and_a_repeat_costs_a_304(client: FlaskClient) -> None:
    first = client.get(f"{AT}/units.csv?sort=kurtosis&layer=16")
    assert first.headers["Content-Disposition"] == "attachment; filename=sample-units.csv"
    assert first.content_type == "text/csv; charset=utf-8"
    seen = {"If-None-Match": first.headers["ETag"]}
    again = client.get(f"{AT}/units.csv?sort=kurtosis&layer=16", headers=seen)
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"{AT}/units.csv?sort=density&layer=16", headers=seen).status_code == 200


def test_only_the_units_that_are_named_are_listed(client: FlaskClient) -> None:
    found = client.get(f"{AT}/units?units=16:779,16:750,16:2,99:1&sort=max").json
    assert {(unit["layer"], unit["unit"]) for unit in found["units"]} == {(16, 750), (16, 779)}
    assert found["total"] == 2


def test_a_cursor_belongs_to_its_conditions(client: FlaskClient) -> None:
    cursor = client.get(f"{AT}/units?where=density<=0.5&limit=3").json["cursor"]
    assert client.get(f"{AT}/units?where=density<=0.5&limit=3&cursor={cursor}").status_code == 200
    assert client.get(f"{AT}/units?where=density<=0.6&limit=3&cursor={cursor}").status_code == 400
    assert client.get(f"{AT}/units?limit=3&cursor={cursor}").status_code == 400


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("units?where=peak_token>=1", 400, "no number 'peak_token'"),
        ("units?where=density<0.1", 400, "as in density<=0.01"),
        ("units?where=", 400, "as in density<=0.01"),
        ("units?" + "where=max>=1&" * 51, 400, "at most 50"),
        ("units?units=", 400, "like 3:17,3:99"),
        ("units?units=3:17;3:18", 400, "like 3:17,3:99"),
        ("units?units=" + ",".join(f"3:{i}" for i in range(501)), 400, "at most 500"),
        ("units.csv?limit=5", 400, "There is no 'limit'"),
        ("units.csv?where=x", 400, "as in density<=0.01"),
        ("units.xlsx", 404, "nothing at this address"),
        ("columns/max.f64", 400, "give snapshot=..."),
        ("columns/max.f64?snapshot=", 400, "give snapshot=..."),
        ("columns/max.f64?snapshot=0123456789abcdef", 410, "Begin again"),
        ("columns/max.f64?snapshot=x&limit=3", 400, "There is no 'limit'"),
        ("columns/peak_token.f64?snapshot=x", 404, "there are layer, unit, max"),
        ("columns/../max.f64?snapshot=x", 404, "nothing at this address"),
    ],
)
def test_what_cannot_be_answered_is_a_problem(client: FlaskClient, path: str, status: int, said: str) -> None:
    answer = client.get(f"{AT}/{path}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert said in answer.json["detail"]


def test_a_column_stays_in_its_state_while_the_dataset_changes(write: Callable[..., Path], tmp_path: Path) -> None:
    root = write(tmp_path / "sample")
    client = create_app(open_catalog({"sample": str(root)}), static=tmp_path).test_client()
    before = client.get(f"{AT}/columns.json").json["snapshot"]
    with change_dataset(root) as change:
        change.add_file("units/3.json", json.dumps({"layer": 3, "unit": [17, 42], "max": [9.0, None]}).encode())
        change.finish()
    assert client.get(f"{AT}/columns.json").json["snapshot"] != before
    old = client.get(f"{AT}/columns/max.f64?snapshot={before}").data
    assert np.frombuffer(old, "<f8").tolist() == [1.0] * 5
    assert np.array_equal(numbers(client, "max"), [1, 1, 1, 9, np.nan], equal_nan=True)


def test_partners_in_another_dataset_are_answered_where_the_manifest_lists_them(packed: Path, tmp_path: Path) -> None:
    site = create_app(open_catalog({"tiny": str(packed), "sample": str(SAMPLE)}), static=tmp_path).test_client()
    found = site.get("/api/datasets/tiny/matches/twin/3.json").json
    assert found["matches"] == [[{"layer": 3, "unit": 5, "correlation": 0.75}], []]
    parts = {dataset["name"]: dataset["parts"] for dataset in site.get("/api/site.json").json["datasets"]}
    assert ["matches" in parts[name] for name in ("tiny", "sample")] == [True, False]
    for path, said in (
        ("tiny/matches/twin/0.json", "there is layer 3 with twin"),
        ("sample/matches/x/2.json", "no layer with any dataset"),
    ):
        answer = site.get(f"/api/datasets/{path}")
        assert answer.status_code == 404
        assert said in answer.json["detail"]
