"""What people write over HTTP: kept, shown, changed by its writer alone, and off unless asked for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from neuronscope.annotations.schema import sqlite_url
from neuronscope.dataset import open_dataset
from neuronscope_server.annotations import words_key
from neuronscope_server.app import create_app
from neuronscope_server.catalog import Catalog, open_catalog
from neuronscope_server.shapes import Options

UNIT = "/api/datasets/tiny/units/3/17"
SHOWN = "/api/datasets/tiny/annotations/3/17.json"
ALL = "/api/datasets/tiny/annotations.json"
OWN_TEXT = hashlib.sha256(b" the word of").hexdigest()


def explain(client: FlaskClient, text: str = "words of heroes", **headers: str) -> TestResponse:
    return client.post(f"{UNIT}/explanations", json={"text": text, "author": "Ada"}, headers=headers)


def test_an_explanation_is_answered_as_it_is_kept(writable: FlaskClient) -> None:
    response = explain(writable, "  words of heroes ")
    assert response.status_code == 201
    made = response.json
    assert (made["explanation"], made["author"], made["own"]) == ("words of heroes", "Ada", True)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made["created"])
    assert response.headers["Location"] == f"{UNIT}/explanations/{made['id']}"
    assert response.headers["Cache-Control"] == "no-store"
    shown = writable.get(SHOWN, headers={"X-Owner": response.headers["X-Owner"]})
    assert shown.json["explanations"] == [made]
    assert "X-Owner" in shown.headers["Vary"]


def test_a_unit_that_nobody_wrote_about_has_empty_lists_and_votes_of_its_own(writable: FlaskClient) -> None:
    none = {"explanation": OWN_TEXT, "up": 0, "down": 0, "vote": 0}
    assert writable.get(SHOWN).json == {"layer": 3, "unit": 17, "explanations": [], "votes": [none]}
    assert writable.get("/api/datasets/old/annotations/0/1.json").json == {
        "layer": 0, "unit": 1, "explanations": [], "votes": [],
    }  # fmt: skip
    assert writable.get(ALL).json == {"dataset": "tiny", "units": []}


def test_the_secret_is_handed_out_once_and_makes_ones_words_ones_own(writable: FlaskClient) -> None:
    first = explain(writable)
    secret = first.headers["X-Owner"]
    assert len(secret) >= 32
    second = explain(writable, "others", **{"X-Owner": secret})
    assert "X-Owner" not in second.headers
    explain(writable, "a stranger's")
    own = [one["own"] for one in writable.get(SHOWN, headers={"X-Owner": secret}).json["explanations"]]
    assert own == [True, True, False]
    assert not any(one["own"] for one in writable.get(SHOWN).json["explanations"])
    assert "Set-Cookie" not in first.headers


def test_the_secret_itself_is_not_in_the_database(writable: FlaskClient, words_file: Path) -> None:
    secret = explain(writable).headers["X-Owner"]
    kept = b"".join(file.read_bytes() for file in words_file.parent.glob(f"{words_file.name}*"))
    assert secret.encode() not in kept
    assert hashlib.sha256(secret.encode()).hexdigest().encode() in kept


def test_its_writer_changes_and_deletes_an_explanation(writable: FlaskClient) -> None:
    made = explain(writable)
    mine, url = {"X-Owner": made.headers["X-Owner"]}, made.headers["Location"]
    edited = writable.put(url, json={"text": "deeds of heroes"}, headers=mine)
    assert (edited.status_code, edited.json["explanation"], edited.json["author"]) == (200, "deeds of heroes", None)
    assert edited.json["edited"] is not None
    assert edited.json["id"] == made.json["id"]
    gone = writable.delete(url, headers=mine)
    assert (gone.status_code, gone.data) == (204, b"")
    assert writable.get(SHOWN).json["explanations"] == []
    assert writable.delete(url, headers=mine).status_code == 404
    assert writable.put(url, json={"text": "x"}, headers=mine).status_code == 404


@pytest.mark.parametrize("headers", [{}, {"X-Owner": "a" * 43}])
def test_nobody_else_does(writable: FlaskClient, headers: dict[str, str]) -> None:
    url = explain(writable).headers["Location"]
    for response in (writable.put(url, json={"text": "x"}, headers=headers), writable.delete(url, headers=headers)):
        assert response.status_code == 403
        assert "writer can change" in response.json["detail"]
    assert writable.get(SHOWN).json["explanations"][0]["explanation"] == "words of heroes"


def test_an_explanation_of_one_unit_is_not_there_at_another(writable: FlaskClient) -> None:
    made = explain(writable)
    url = made.headers["Location"].replace("/3/17/", "/3/42/")
    assert writable.delete(url, headers={"X-Owner": made.headers["X-Owner"]}).status_code == 404


def test_votes_count_once_for_each_person(writable: FlaskClient) -> None:
    id_ = explain(writable).json["id"]

    def vote(value: int, **headers: str) -> TestResponse:
        return writable.post(f"{UNIT}/votes", json={"explanation": id_, "value": value}, headers=headers)

    first = vote(1)
    assert first.json == {"explanation": id_, "up": 1, "down": 0, "vote": 1}
    me = {"X-Owner": first.headers["X-Owner"]}
    assert vote(1, **me).json["up"] == 1
    assert vote(-1).json == {"explanation": id_, "up": 1, "down": 1, "vote": -1}
    (shown,) = writable.get(SHOWN, headers=me).json["explanations"]
    assert (shown["up"], shown["down"], shown["vote"]) == (1, 1, 1)
    assert vote(0, **me).json == {"explanation": id_, "up": 0, "down": 1, "vote": 0}


def test_the_datasets_own_explanations_are_voted_on_by_hash(writable: FlaskClient) -> None:
    response = writable.post(f"{UNIT}/votes", json={"explanation": OWN_TEXT, "value": -1})
    assert response.json == {"explanation": OWN_TEXT, "up": 0, "down": 1, "vote": -1}
    assert writable.get(SHOWN).json["votes"] == [{"explanation": OWN_TEXT, "up": 0, "down": 1, "vote": 0}]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"explanation": "0" * 64, "value": 1}, 404),
        ({"explanation": "0" * 32, "value": 1}, 404),
        ({"explanation": "nonsense", "value": 1}, 422),
        ({"explanation": OWN_TEXT.upper(), "value": 1}, 422),
        ({"explanation": OWN_TEXT, "value": 2}, 422),
        ({"explanation": OWN_TEXT, "value": True}, 422),
        ({"explanation": OWN_TEXT}, 422),
        ({"explanation": 7, "value": 1}, 422),
    ],
)
def test_what_is_no_vote_is_refused(writable: FlaskClient, body: dict[str, Any], status: int) -> None:
    response = writable.post(f"{UNIT}/votes", json=body)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert writable.get(ALL).json["units"] == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"text": ""}, "empty"),
        ({"text": " \n"}, "empty"),
        ({"text": "a" * 2001}, "2,001 characters"),
        ({"text": "a", "author": "b" * 81}, "81 characters"),
        ({"text": "a\x00"}, "U\\+0000"),
        ({"text": 3}, "text"),
        ({"author": "Ada"}, "text"),
        ({"text": "a", "owner": "x"}, "no 'owner'.*text, author"),
        ([], "object"),
        (3, "object"),
    ],
)
def test_what_cannot_be_kept_is_a_422_that_says_why(writable: FlaskClient, body: object, sentence: str) -> None:
    response = writable.post(f"{UNIT}/explanations", json=body)
    assert response.status_code == 422
    assert re.search(sentence, response.json["detail"])
    assert writable.get(ALL).json["units"] == []


@pytest.mark.parametrize("unit", ["tiny/units/3/18", "tiny/units/1/0", "none/units/0/0"])
@pytest.mark.parametrize("what", ["explanations", "votes"])
def test_no_such_unit_is_a_404(writable: FlaskClient, unit: str, what: str) -> None:
    body = {"text": "x"} if what == "explanations" else {"explanation": OWN_TEXT, "value": 1}
    response = writable.post(f"/api/datasets/{unit}/{what}", json=body)
    assert response.status_code == 404
    assert response.json["detail"]


def test_repeats_cost_a_304_until_somebody_writes(writable: FlaskClient) -> None:
    explain(writable)
    for url in (SHOWN, ALL):
        first = writable.get(url)
        again = {"If-None-Match": first.headers["ETag"]}
        assert (writable.get(url, headers=again).status_code, writable.get(url, headers=again).data) == (304, b"")
        explain(writable, "more")
        assert writable.get(url, headers=again).status_code == 200


def test_everything_is_given_with_each_unit_once(writable: FlaskClient) -> None:
    explain(writable)
    explain(writable, "again")
    writable.post("/api/datasets/tiny/units/0/2/explanations", json={"text": "straße ☕"})
    found = json.loads(writable.get(ALL).data)
    assert [(one["layer"], one["unit"], len(one["explanations"])) for one in found["units"]] == [(0, 2, 1), (3, 17, 2)]
    assert found["units"][0]["explanations"][0]["explanation"] == "straße ☕"


def test_off_nothing_is_kept_and_the_answer_says_how_to_turn_it_on(client: FlaskClient) -> None:
    refused = [
        explain(client),
        client.put(f"{UNIT}/explanations/{'0' * 32}", json={"text": "x"}),
        client.delete(f"{UNIT}/explanations/{'0' * 32}"),
        client.post(f"{UNIT}/votes", json={"explanation": OWN_TEXT, "value": 1}),
    ]
    assert [response.status_code for response in refused] == [403] * 4
    reading = [client.get(SHOWN), client.get(ALL)]
    assert [response.status_code for response in reading] == [404] * 2
    assert all("--writable" in response.json["detail"] for response in refused + reading)
    site = client.get("/api/site.json").json
    assert (site["writing"], site["scoring"], site["token"], site["models"]) == (False, False, False, [])


def test_the_site_says_that_one_can_write(writable: FlaskClient) -> None:
    assert writable.get("/api/site.json").json["writing"] is True


def test_words_outlive_the_server_and_stay_with_a_dataset_that_is_made_again(
    catalog: Catalog, words_file: Path, tmp_path: Path, write: Callable[..., Path]
) -> None:
    words_file.parent.mkdir()
    options = Options(annotations=sqlite_url(words_file))
    create_app(catalog, options).test_client().post(f"{UNIT}/explanations", json={"text": "words of heroes"})
    again = open_catalog({"renamed": str(write(tmp_path / "elsewhere", packed=False))})
    found = create_app(again, options).test_client().get("/api/datasets/renamed/annotations/3/17.json")
    assert [one["explanation"] for one in found.json["explanations"]] == ["words of heroes"]


def test_another_model_or_place_is_another_dataset(packed: Path, public: Path, own: Path, tmp_path: Path) -> None:
    manifest = json.loads((own / "dataset.json").read_text())
    keys = {words_key(open_dataset(str(packed))), words_key(open_dataset(str(own)))}
    assert len(keys) == 1
    for change in ({"model": {"name": "tiny-gpt3"}}, {"name": "other"}, {"source": {"kind": "resid"}}):
        (own / "dataset.json").write_text(json.dumps(manifest | change))
        keys.add(words_key(open_dataset(str(own))))
    (tmp_path / "link").symlink_to(public)
    keys.add(words_key(open_dataset(str(public), name="a")))
    keys.add(words_key(open_dataset(str(tmp_path / "link"), name="b")))
    assert len(keys) == 5
