"""What is refused before anything is written or run: other sites, other tokens, what is no JSON."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from neuronscope.annotations.nouns import LONGEST_TEXT
from neuronscope.annotations.schema import sqlite_url
from neuronscope_server.app import create_app
from neuronscope_server.catalog import Catalog
from neuronscope_server.shapes import Options
from neuronscope_server.writing import LARGEST_BODY

UNIT = "/api/datasets/tiny/units/3/17"
ID = "0" * 32
TOKEN = "a-token-of-some-length"
ACTIONS = [
    ("POST", f"{UNIT}/explanations"), ("PUT", f"{UNIT}/explanations/{ID}"), ("DELETE", f"{UNIT}/explanations/{ID}"),
    ("POST", f"{UNIT}/votes"), ("POST", f"{UNIT}/score"), ("DELETE", f"/api/jobs/{ID}"),
]  # fmt: skip
BODIES = [action for action in ACTIONS if action[0] != "DELETE"]


@pytest.fixture
def guarded(catalog: Catalog, words_file: Any, scorer: Any) -> FlaskClient:
    """A client of a site that asks for TOKEN."""
    words_file.parent.mkdir()
    return create_app(catalog, Options(annotations=sqlite_url(words_file), token=TOKEN), scorer=scorer).test_client()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:81"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    ],
)
def test_pages_of_other_sites_write_nothing(writable: FlaskClient, headers: dict[str, str]) -> None:
    for method, url in ACTIONS:
        response = writable.open(url, method=method, json={"text": "x"}, headers=headers)
        assert response.status_code == 403
        assert "other sites" in response.json["detail"]
    assert writable.get("/api/datasets/tiny/annotations.json").json["units"] == []


@pytest.mark.parametrize("origins", [[], ["https://other.example"]])
def test_a_site_that_may_read_may_not_write(catalog: Catalog, words_file: Any, origins: list[str]) -> None:
    words_file.parent.mkdir()
    options = Options(annotations=sqlite_url(words_file), cors_origins=origins)
    client = create_app(catalog, options).test_client()
    asked = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}
    assert "POST" not in client.options(f"{UNIT}/explanations", headers=asked).headers.get(
        "Access-Control-Allow-Methods", ""
    )
    response = client.post(f"{UNIT}/explanations", json={"text": "x"}, headers={"Origin": "https://other.example"})
    assert response.status_code == 403


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}]
)
def test_its_own_pages_and_programs_write(writable: FlaskClient, headers: dict[str, str]) -> None:
    assert writable.post(f"{UNIT}/explanations", json={"text": "x"}, headers=headers).status_code == 201


def test_other_hosts_write_nothing(writable: FlaskClient) -> None:
    headers = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert writable.post(f"{UNIT}/explanations", json={"text": "x"}, headers=headers).status_code == 421


@pytest.mark.parametrize("given", [None, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"])
def test_without_the_token_nothing_is_written_or_run(guarded: FlaskClient, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    for method, url in ACTIONS:
        response = guarded.open(url, method=method, json={"text": "x"}, headers=headers)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert TOKEN not in response.text
    assert guarded.get("/api/datasets/tiny/annotations.json").json["units"] == []


def test_with_the_token_one_writes_and_without_it_one_reads(guarded: FlaskClient) -> None:
    headers = {"Authorization": f"bearer {TOKEN}"}
    assert guarded.post(f"{UNIT}/explanations", json={"text": "x"}, headers=headers).status_code == 201
    assert guarded.get("/api/datasets/tiny/annotations/3/17.json").status_code == 200
    site = guarded.get("/api/site.json")
    assert site.json["token"] is True
    assert TOKEN not in site.text


def test_neither_token_nor_database_is_shown_with_the_options() -> None:
    assert "secret" not in repr(Options(token="secret", annotations="postgresql://user:secret@host/name"))


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
def test_what_a_form_could_send_is_a_415(writable: FlaskClient, kind: str | None) -> None:
    for method, url in BODIES:
        response = writable.open(url, method=method, data=b'{"text":"x"}', content_type=kind)
        assert response.status_code == 415
        assert "Content-Type: application/json" in response.json["detail"]


def test_what_is_no_json_is_a_400(writable: FlaskClient) -> None:
    for method, url in BODIES:
        for body in (b"", b"{", b"text=x", b'{"text":"\\ud800"}', b'{"text":"\xff"}', b"[" * 50_000):
            response = writable.open(url, method=method, data=body, content_type="application/json; charset=utf-8")
            assert response.status_code == 400
            assert "not JSON" in response.json["detail"]


def test_a_large_body_is_a_413_and_the_longest_text_fits_however_it_is_escaped(writable: FlaskClient) -> None:
    escaped = b'{"text":"' + b"\\u2615" * LONGEST_TEXT + b'"}'
    sent = writable.post(f"{UNIT}/explanations", data=escaped, content_type="application/json")
    assert sent.status_code == 201
    large = b'{"text":"' + b"a" * LARGEST_BODY + b'"}'
    response = writable.post(f"{UNIT}/explanations", data=large, content_type="application/json")
    assert response.status_code == 413


def test_a_secret_of_another_form_is_a_400(writable: FlaskClient) -> None:
    for secret in ("short", "a" * 31, "a" * 129, "a b" * 20, "é" * 40):
        response = writable.post(f"{UNIT}/explanations", json={"text": "x"}, headers={"X-Owner": secret})
        assert response.status_code == 400
        assert "leave it out to get one" in response.json["detail"]


@pytest.mark.parametrize(("method", "url"), [("GET", "/api/jobs/x/events/y"), ("PATCH", f"{UNIT}/explanations/{ID}")])
def test_other_addresses_and_methods_are_problems(writable: FlaskClient, method: str, url: str) -> None:
    response = writable.open(url, method=method, json={})
    assert response.status_code in (404, 405)
    assert response.json["detail"]


def test_an_address_that_takes_more_than_reading_says_what(writable: FlaskClient) -> None:
    response = writable.patch(f"/api/jobs/{ID}")
    assert "DELETE, GET, HEAD" in response.json["detail"]
    assert set(response.headers["Allow"].split(", ")) == {"DELETE", "GET", "HEAD"}
