"""Answers given a second time equal Flask's, and are not given for longer than a second."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog
from neuronscope_server.memory import Memory
from neuronscope_server.shapes import Options
from neuronscope_server.shortcut import Kept, Shortcut

URL = "/api/datasets/tiny/collated-activations/3/17.json"
UNITS = "/api/datasets/tiny/units/3.json"
OLD = "/api/datasets/old/collated-activations/0/1.json"
JSONL = "/api/datasets/tiny/explanations/0/1.jsonl"


class Counting:
    """A WSGI application that counts how often the one inside it is asked."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.count = inner, 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.count += 1
        return self.inner(environ, start_response)


class Now:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def flask(app: Flask) -> Counting:
    """The application behind the shortcut."""
    assert isinstance(app.wsgi_app, Shortcut)
    app.wsgi_app.app = Counting(app.wsgi_app.app)
    return app.wsgi_app.app


def full(response: Any) -> tuple[str, list[tuple[str, str]], bytes]:
    return response.status, [pair for pair in response.headers if pair[0] != "Date"], response.data


REQUESTS = [
    {"method": method, "path": path, "headers": {**encoding, **condition}}
    for method, path, encoding, condition in itertools.product(
        ["GET", "HEAD"],
        [URL, OLD, UNITS, JSONL],
        [{}, {"Accept-Encoding": "gzip"}],
        [{}, {"If-None-Match": "*"}, {"If-None-Match": '"x"'}, {"Origin": "https://other.example"}],
    )
]


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
def test_second_answer_equals_flasks(app: Flask, flask: Counting, request_: dict[str, Any]) -> None:
    client = app.test_client()
    first, second = client.open(**request_), client.open(**request_)
    assert flask.count == 1
    app.wsgi_app = flask.inner
    assert full(first) == full(second) == full(client.open(**request_))


def test_origin_gets_its_own_answer(packed: Path) -> None:
    app = create_app(
        open_catalog({"tiny": str(packed)}), Options(cors_origins=["https://a.example", "https://b.example"])
    )
    client = app.test_client()
    for _ in range(2):
        for origin in ("https://a.example", "https://b.example"):
            assert client.get(URL, headers={"Origin": origin}).headers["Access-Control-Allow-Origin"] == origin
        assert "Access-Control-Allow-Origin" not in client.get(URL, headers={"Origin": "https://c.example"}).headers


def test_answer_is_not_given_for_another_host(client: FlaskClient) -> None:
    assert client.get(URL).status_code == 200
    assert client.get(URL, headers={"Host": "evil.example"}).status_code == 421
    assert client.get(URL).status_code == 200


@pytest.mark.parametrize(
    "url", ["/api/health", "/", "/api/site.json", "/api/nothing", "/api/datasets/tiny/logits/0/9.json"]
)
def test_other_answers_are_always_flasks(client: FlaskClient, flask: Counting, url: str) -> None:
    client.get(url), client.get(url)
    assert flask.count == 2


@pytest.mark.parametrize("header", [{"If-Match": '"x"'}, {"Range": "bytes=0-1"}, {"Transfer-Encoding": "chunked"}])
def test_unusual_requests_go_to_flask(client: FlaskClient, flask: Counting, header: dict[str, str]) -> None:
    client.get(URL)
    client.get(URL, headers=header)
    assert flask.count == 2


def test_body_is_refused_after_the_address_was_answered(client: FlaskClient) -> None:
    assert client.get(URL).status_code == 200
    assert client.get(URL, data=b"x" * 10_000_000).status_code == 413


def test_replaced_file_is_noticed_after_a_second(own: Path) -> None:
    clock = Now()
    app = create_app(open_catalog({"own": str(own)}))
    assert isinstance(app.wsgi_app, Shortcut)
    memory: Memory[Kept] = Memory(size=10_000_000, age=1.0, clock=clock)
    app.wsgi_app = Shortcut(app.wsgi_app.app, memory=memory)
    client, url = app.test_client(), "/api/datasets/own/collated-activations/3/17.json"
    before = client.get(url)
    file = own / "collated-activations/3/17.json"
    file.write_bytes(file.read_bytes().replace(b'"mean":0.25', b'"mean":0.75'))
    clock.time = 0.9
    assert client.get(url).json["mean"] == 0.25
    clock.time = 1.1
    after = client.get(url)
    assert after.json["mean"] == 0.75
    assert after.headers["ETag"] != before.headers["ETag"]


def test_long_headers_are_not_kept(client: FlaskClient, flask: Counting) -> None:
    for _ in range(2):
        client.get(URL, headers={"If-None-Match": '"' + "x" * 400 + '"'})
    assert flask.count == 2
