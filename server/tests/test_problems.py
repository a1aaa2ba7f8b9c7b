"""Every error is a problem with a sentence."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from neuronscope.errors import BadInput, BrokenData, NeuronscopeError, StorageFailed
from neuronscope_server.refused import sentence


def test_unknown_address_is_a_problem_404(client: FlaskClient) -> None:
    response = client.get("/api/nothing/here")
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"
    assert response.json == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at this address; api/openapi.json lists the addresses there are.",
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("url", ["/api/health", "/api/datasets/tiny/logits/0/1.json", "/", "/api/nothing"])
def test_only_reading_is_allowed(client: FlaskClient, url: str, method: str) -> None:
    response = client.open(url, method=method)
    assert response.status_code == 405
    assert response.content_type == "application/problem+json"
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize(("error", "status"), [(BadInput, 400), (StorageFailed, 503)])
def test_our_errors_keep_their_sentence(app: Flask, error: type[NeuronscopeError], status: int) -> None:
    def fails() -> None:
        raise error("The thing is wrong; do this.")

    app.add_url_rule("/fails", view_func=fails)
    response = app.test_client().get("/fails")
    assert response.status_code == status
    assert response.json["detail"] == "The thing is wrong; do this."


@pytest.mark.parametrize("said", ["a.json: not JSON", "a.json: not JSON.", "a.json: see `neuronscope check`"])
def test_broken_data_ends_with_what_to_do_once(said: str) -> None:
    told = sentence(BrokenData(said))
    assert told.startswith(said.removesuffix("."))
    assert told.count("`neuronscope check`") == 1
    assert ".." not in told


def test_broken_data_is_a_problem_500_that_names_the_command(app: Flask) -> None:
    def fails() -> None:
        raise BrokenData("a.json: not JSON")

    app.add_url_rule("/fails", view_func=fails)
    response = app.test_client().get("/fails")
    assert response.status_code == 500
    assert "a.json: not JSON. Run `neuronscope check` on the dataset" in response.json["detail"]


def test_unexpected_error_is_logged_and_tells_nothing(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> None:
        raise RuntimeError("the secret inside")

    app.add_url_rule("/fails", view_func=fails)
    with caplog.at_level(logging.ERROR):
        response = app.test_client().get("/fails")
    assert response.status_code == 500
    assert response.json["detail"] == "Something went wrong inside the server; its log says what."
    assert "secret" not in response.text
    assert "the secret inside" in caplog.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"
