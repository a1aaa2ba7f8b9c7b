"""The reading routes: what is there, what is not, what is broken, what a hostile address gets."""

from __future__ import annotations

import json
import math
import os
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from neuronscope.codec import loads
from neuronscope.records import NeuronRecord
from neuronscope.trace.nouns import StoredTrace
from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog

SECRET = "nobody outside may read this"


def test_record_is_the_asked_units(client: FlaskClient) -> None:
    response = client.get("/api/datasets/tiny/collated-activations/3/42.json")
    record = loads(response.data, NeuronRecord)
    assert (record.neuron_id.layer_index, record.neuron_id.neuron_index) == (3, 42)
    assert response.content_type == "application/json"


def test_explanations_have_both_names(client: FlaskClient) -> None:
    plain = client.get("/api/datasets/tiny/explanations/0/1.json")
    line = client.get("/api/datasets/tiny/explanations/0/1.jsonl")
    assert plain.json["scored_explanations"][0]["explanation"] == " the word of"
    assert plain.data == line.data
    assert line.content_type == "application/jsonl"


def test_manifest_always_has_layers(client: FlaskClient) -> None:
    assert client.get("/api/datasets/tiny/dataset.json").json["layers"] == [
        {"index": 0, "units": 3},
        {"index": 3, "units": 2, "unit_ids": [17, 42]},
    ]
    assert client.get("/api/datasets/old/dataset.json").json["layers"] == [{"index": 0, "units": 2}]


def test_traces_are_listed_and_told_as_they_are_stored(client: FlaskClient) -> None:
    (entry,) = client.get("/api/datasets/tiny/traces.json").json["traces"]
    assert (entry["prompt"], entry["metric"]) == ("word of", "loss")
    stored = client.get(f"/api/datasets/tiny/traces/{entry['id']}.json")
    assert loads(stored.data, StoredTrace).report.nodes[0].token == " of"
    assert "traces" in client.get("/api/site.json").json["datasets"][0]["parts"]


def test_old_files_come_in_todays_form(client: FlaskClient, public: Path) -> None:
    assert "NaN" in (public / "collated-activations/0/1.json").read_text()
    record = client.get("/api/datasets/old/collated-activations/0/1.json", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/api/datasets/old/collated-activations/0/1.json").json
    assert record.headers["Content-Encoding"] == "gzip"
    assert plain["neuron_id"] == {"dataclass_name": "NeuronId", "layer_index": 0, "neuron_index": 1}
    assert plain["kurtosis"] is None
    assert not [value for value in plain.values() if isinstance(value, float) and math.isnan(value)]


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("none/dataset.json", "No dataset is called 'none' here; there is tiny, old."),
        ("tiny/collated-activations/7/0.json", "tiny has no layer 7; it has 0, 3."),
        ("tiny/collated-activations/3/18.json", "Layer 3 of tiny has no unit 18; it has 2 units from 17 to 42."),
        ("tiny/units/1.json", "tiny has no layer 1; it has 0, 3."),
        ("old/units/0.json", "old has no table of units for layer 0 (units/0.json)."),
        ("old/lists.json", "old has no lists (lists.json)."),
        ("old/puzzles.json", "old has no puzzles (puzzles.json)."),
        ("old/puzzle-results.json", "No model was put to the puzzles of old (puzzle-results.json)."),
        ("old/traces.json", "old has no traces (traces.json)."),
        ("tiny/traces/none.json", "tiny has no trace called 'none'; traces.json names those that it has."),
        ("tiny/traces/No.json", "tiny has no trace called 'No'; traces.json names those that it has."),
        ("old/reports.json", "old has no reports of runs (reports/)."),
        ("tiny/reports/nonsense.json", "tiny has no report of a run called 'nonsense'."),
        ("old/explanations/0/1.json", "old has no explanations (explanations)."),
        ("old/logits/0/1.json", "old has no logits (logits)."),
    ],
)
def test_what_is_missing_is_a_problem_404_that_says_what_is_there(client: FlaskClient, path: str, detail: str) -> None:
    response = client.get(f"/api/datasets/{path}")
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"
    assert response.json["detail"] == detail


def test_part_that_one_unit_lacks_is_named_by_its_file(own: Path) -> None:
    (own / "collated-activations/3/42.json").unlink()
    client = create_app(open_catalog({"own": str(own)})).test_client()
    detail = client.get("/api/datasets/own/collated-activations/3/42.json").json["detail"]
    assert detail == "Unit 42 of layer 3 in own has no activation records (collated-activations/3/42.json)."


@pytest.mark.parametrize(
    "number", ["-1", "01", "1.0", "1e3", "one", "%2b1", "9999999999", "0x1", "%D9%A3", "True", " 1"]
)
@pytest.mark.parametrize("path", ["collated-activations/{}/17.json", "collated-activations/3/{}.json", "units/{}.json"])
def test_what_is_not_a_whole_number_is_a_problem_400(client: FlaskClient, path: str, number: str) -> None:
    response = client.get(f"/api/datasets/tiny/{path.format(number)}")
    assert response.status_code == 400
    assert "is a whole number from 0" in response.json["detail"]


def test_query_is_ignored(client: FlaskClient) -> None:
    url = "/api/datasets/tiny/collated-activations/3/17.json"
    assert client.get(f"{url}?unit=42&path=../../etc/passwd").data == client.get(url).data


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"dataclass_name": "NeuronId"}', b"\xff"])
@pytest.mark.parametrize("path", ["collated-activations/3/42.json", "units/3.json", "lists.json", "traces.json"])
def test_broken_file_is_a_problem_500_that_names_it(own: Path, path: str, content: bytes) -> None:
    (own / path).write_bytes(content)
    response = create_app(open_catalog({"own": str(own)})).test_client().get(f"/api/datasets/own/{path}")
    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert f"own/{path}" in response.json["detail"]
    assert str(own.parent) not in response.text


@pytest.mark.parametrize("damage", ["truncated", "crc"])
def test_broken_zip_is_a_problem_500_that_names_it(packed: Path, tmp_path: Path, damage: str) -> None:
    root = shutil.copytree(packed, tmp_path / "deep" / "tiny")
    archive = root / "collated-activations" / "3.zip"
    data = bytearray(archive.read_bytes())
    if damage == "truncated":
        del data[len(data) // 2 :]
    else:
        data[60] ^= 0xFF  # in the first member's deflate stream
    archive.write_bytes(data)
    client = create_app(open_catalog({"tiny": str(root)})).test_client()
    response = client.get("/api/datasets/tiny/collated-activations/3/17.json")
    assert response.status_code == 500
    assert "tiny/collated-activations/3.zip" in response.json["detail"]
    assert str(tmp_path) not in response.text


def test_dataset_that_went_away_is_a_problem_without_its_place(own: Path) -> None:
    client = create_app(open_catalog({"own": str(own)})).test_client()
    assert client.get("/api/datasets/own/dataset.json").status_code == 200
    shutil.rmtree(own)
    for path in ("dataset.json", "collated-activations/3/17.json", "units/3.json"):
        response = client.get(f"/api/datasets/own/{path}")
        assert response.status_code >= 400
        assert response.content_type == "application/problem+json"
        assert str(own.parent) not in response.text


def test_replaced_dataset_is_noticed(own: Path) -> None:
    client = create_app(open_catalog({"own": str(own)})).test_client()
    path = own / "collated-activations/3/17.json"
    record = json.loads(path.read_bytes()) | {"mean": 123.0}
    new = path.with_name("new")
    new.write_text(json.dumps(record))
    os.replace(new, path)  # noqa: PTH105 - what writers do
    assert client.get("/api/datasets/own/collated-activations/3/17.json").json["mean"] == 123.0


PIECES = [
    "..", "../", "/..", "../../", "..%2f", "%2e%2e%2f", "..\\", "%00", "\x00", ".", "/", "//", "secret", "secret.json",
    "etc/passwd", "0", "3", "17", "tiny", "dataset.json", "\n", "é", "%", "?", "#", ";", ":", "~", "file:", "http://",
]  # fmt: skip


@pytest.fixture(scope="module")
def besieged(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An app over a dataset that lies beside, below and above files that are nobody's business."""
    above = tmp_path_factory.mktemp("above")
    root = shutil.copytree(packed, above / "data" / "tiny")
    for folder in (above, above / "data", root, root / "collated-activations"):  # traces/secret.json would be a trace
        folder.mkdir(exist_ok=True)
        for name in ("secret", "secret.json", "secret.jsonl"):
            (folder / name).write_text(json.dumps({"secret": SECRET}))
    static = above / "static"
    static.mkdir()
    (static / "index.html").write_text("<!doctype html><title>index</title>")
    return create_app(open_catalog({"tiny": str(root)}), static=static)


GOOD = {"name": "tiny", "model": "tiny", "layer": "3", "unit": "17", "explanation": "0" * 32, "job": "0" * 32}
GOOD |= {"column": "max", "other": "twin", "run": "x", "trace": "x", "dataset": "tiny", "id": "0" * 32}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rule=st.integers(0, 100),
    pieces=st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join), min_size=4, max_size=4),
    keep=st.lists(st.booleans(), min_size=4, max_size=4),
    doubly=st.booleans(),
)
@example(rule=0, pieces=["..%2f..%2fsecret"] * 4, keep=[False] * 4, doubly=True)
def test_no_address_reads_a_foreign_file(
    besieged: Flask, rule: int, pieces: list[str], keep: list[bool], doubly: bool
) -> None:
    rules = sorted(besieged.url_map.iter_rules(), key=str)
    chosen = rules[rule % len(rules)]
    parts = chosen.rule
    for number, argument in enumerate(sorted(chosen.arguments)):
        value = GOOD[argument] if keep[number] and chosen.rule != "/<path:name>" else pieces[number]
        parts = parts.replace(f"<path:{argument}>", value).replace(f"<{argument}>", value)
    assert_nothing_foreign(besieged, parts, doubly=doubly)


@pytest.mark.parametrize(
    "attack", ["..%2f", "..%2f..%2f..%2f..%2fetc%2fpasswd", "..%2fsecret", "%2e%2e%2fsecret", "..\\"]
)
def test_climbing_in_every_position_of_every_route_is_a_problem(besieged: Flask, attack: str) -> None:
    for rule in besieged.url_map.iter_rules():
        for argument in rule.arguments:
            path = rule.rule.replace("<path:name>", attack)
            for name in rule.arguments:
                path = path.replace(f"<{name}>", attack if name == argument else GOOD[name])
            response = assert_nothing_foreign(besieged, path, doubly=False)
            assert 400 <= response < 500, path


def assert_nothing_foreign(app: Flask, path: str, *, doubly: bool) -> int:
    """Ask for ``path``, percent-decoded by the server once, or not at all (``doubly``: sent doubly encoded)."""
    client = app.test_client()
    decoded = path if doubly else unquote(path)
    response = client.get("/", environ_overrides={"PATH_INFO": decoded.encode().decode("latin-1")})
    assert SECRET.encode() not in response.data
    if response.status_code == 200:
        assert b"tiny" in response.data or b"neuron_id" in response.data or is_ours(path), path
    else:
        assert 400 <= response.status_code < 500
        assert response.content_type == "application/problem+json"
    return response.status_code


def is_ours(path: str) -> bool:
    """Addresses that a mangled one may come to be without harm: the page, and the site's own files."""
    return path.strip("/") in {"", "index.html"} or path.startswith("/api/")
