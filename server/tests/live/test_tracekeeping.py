"""A live trace is kept among the dataset's own, at once to be seen, and taken out again if it is still that one."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from neuronscope.annotations.schema import sqlite_url
from neuronscope.dataset import open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.trace.stored import stored_trace, write_trace
from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog
from neuronscope_server.shapes import LiveOptions, Options

BASE = "/api/models/tiny"
LIST = "/api/datasets/tiny/traces.json"
ASK = {"text": "the cat<eot>sees", "metric": "logit:c", "keep": 5, "verify": 0, "edges": 0}
Started = Callable[..., FlaskClient]


@pytest.fixture
def root(collated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(collated, tmp_path / "tiny"))


@pytest.fixture
def started(model: Path, root: Path, built_viewer: Path) -> Started:
    def start(**options: Any) -> FlaskClient:
        given = Options(live=LiveOptions("tiny", str(model)), **options)
        client = create_app(open_catalog({"tiny": str(root)}), given, static=built_viewer).test_client()
        while client.get(BASE).status_code == 503:
            time.sleep(0.02)
        return client

    return start


@pytest.fixture
def client(started: Started, tmp_path: Path) -> FlaskClient:
    return started(annotations=sqlite_url(tmp_path / "words.sqlite"))


def traced(client: FlaskClient, **more: Any) -> str:
    where = client.post(f"{BASE}/trace", json=ASK | more).headers["Location"]
    while client.get(where).json["state"] in ("queued", "running"):
        time.sleep(0.01)
    return f"{where.removesuffix('.json')}/kept/tiny"


def keeps(client: FlaskClient) -> bool:
    return bool(client.get("/api/site.json").json["datasets"][0]["keeps_traces"])


def test_a_kept_trace_is_in_the_list_at_once_and_undone_it_is_gone(client: FlaskClient, root: Path) -> None:
    assert keeps(client)
    address = traced(client)
    assert client.get(LIST).status_code == 404
    kept = client.put(address)
    assert (kept.status_code, kept.json["id"]) == (201, "the-cat-sees")
    assert client.get(LIST).json["traces"] == [kept.json]
    stored = client.get(kept.headers["Location"]).json
    assert (stored["prompt"], len(stored["report"]["nodes"])) == ("the cat<eot>sees", 5)
    assert "traces" in client.get("/api/site.json").json["datasets"][0]["parts"]
    assert client.delete(address).status_code == 204
    assert client.get(LIST).status_code == client.get(kept.headers["Location"]).status_code == 404
    with open_dataset(str(root)) as dataset:
        assert [one for one in check_dataset(dataset) if one.faults] == []
    assert client.delete(address).status_code == 409  # nothing of it is left
    assert client.put(address).status_code == 201  # and it can be kept again


def test_an_id_that_is_taken_is_refused_and_anothers_trace_stays(client: FlaskClient, root: Path) -> None:
    first, second = traced(client), traced(client, metric="loss")
    assert client.put(first).status_code == 201
    refused = client.put(second)
    assert (refused.status_code, "has a trace 'the-cat-sees' already" in refused.json["detail"]) == (409, True)
    assert "is another one by now" in client.delete(second).json["detail"]
    with open_dataset(str(root)) as dataset:
        trace = stored_trace(dataset, "the-cat-sees")
    assert trace.report.metric == "logit:c"
    write_trace(root, trace.__class__("other", trace.created, "other", trace.report))
    assert client.delete(first).status_code == 204
    assert [entry["id"] for entry in client.get(LIST).json["traces"]] == ["other"]


def test_what_cannot_be_kept_is_a_sentence(client: FlaskClient, started: Started) -> None:
    for address, status in (
        (f"{BASE}/traces/none/kept/tiny", 404),
        (traced(client).replace("kept/tiny", "kept/x"), 404),
    ):
        assert client.put(address).status_code == status
    together = traced(client, text=None, prompts=[{"text": "a"}])
    assert "one prompt" in client.put(together).json["detail"]
    reading = started()
    assert not keeps(reading)
    assert reading.put(traced(reading)).status_code == 403
