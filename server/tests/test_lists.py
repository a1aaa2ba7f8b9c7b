"""Lists over HTTP: kept, shown, changed by their maker alone and knowingly, and off unless asked for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

LISTS = "/api/datasets/tiny/lists"
UNITS = [
    {"layer": 3, "unit": 17, "label": "of", "description": "little words"},
    {"layer": 0, "unit": 2},
]
VERBS = {"title": "Verbs", "note": "Two layers.", "units": UNITS}


def keep(client: FlaskClient, body: Any = VERBS, **headers: str) -> TestResponse:
    return client.post(LISTS, json=body, headers=headers)


def test_a_list_is_answered_as_it_is_kept(writable: FlaskClient) -> None:
    response = keep(writable)
    made = response.json
    assert response.status_code == 201
    assert made == VERBS | {
        "id": made["id"], "created": made["created"], "edited": None, "version": 1, "own": True,
    }  # fmt: skip
    assert response.headers["Location"] == f"{LISTS}/{made['id']}"
    assert response.headers["Cache-Control"] == "no-store"
    shown = writable.get(f"{LISTS}/{made['id']}", headers={"X-Owner": response.headers["X-Owner"]})
    assert shown.json == made
    assert "X-Owner" in shown.headers["Vary"]
    assert writable.get(f"{LISTS}/{made['id']}").json == made | {"own": False}


def test_all_lists_are_told_and_which_of_them_hold_a_unit(writable: FlaskClient) -> None:
    assert writable.get(LISTS).json == {"lists": []}
    first = keep(writable)
    keep(writable, {"title": "Empty", "units": []})
    told = writable.get(f"{LISTS}?holding=3:17", headers={"X-Owner": first.headers["X-Owner"]}).json["lists"]
    assert [(one["title"], one["units"], one["own"], one["holds"]) for one in told] == [
        ("Verbs", 2, True, True), ("Empty", 0, False, False),
    ]  # fmt: skip
    assert [one["holds"] for one in writable.get(LISTS).json["lists"]] == [None, None]
    for wrong in ("?holding=3", "?holding=3:x", "?holds=3:17"):
        assert writable.get(LISTS + wrong).status_code == 400


def test_the_datasets_own_lists_stay_what_they_are(writable: FlaskClient) -> None:
    before = writable.get("/api/datasets/tiny/lists.json").json
    keep(writable)
    assert writable.get("/api/datasets/tiny/lists.json").json == before
    assert writable.get("/api/datasets/old/lists").json == {"lists": []}


def test_its_maker_changes_and_deletes_a_list(writable: FlaskClient) -> None:
    made = keep(writable)
    url, mine = made.headers["Location"], {"X-Owner": made.headers["X-Owner"]}
    changed = writable.put(url, json={"title": "Nouns", "units": UNITS[:1], "version": 1}, headers=mine)
    assert (changed.status_code, changed.json["title"], changed.json["version"]) == (200, "Nouns", 2)
    assert (changed.json["note"], changed.json["units"]) == (None, UNITS[:1])
    late = writable.put(url, json=VERBS | {"version": 1}, headers=mine)
    assert late.status_code == 409
    assert "open it again" in late.json["detail"]
    assert writable.delete(url, headers=mine).status_code == 204
    assert writable.get(url).status_code == 404
    assert writable.delete(url, headers=mine).status_code == 404


@pytest.mark.parametrize("headers", [{}, {"X-Owner": "a" * 43}])
def test_nobody_else_does(writable: FlaskClient, headers: dict[str, str]) -> None:
    url = keep(writable).headers["Location"]
    for response in (
        writable.put(url, json=VERBS | {"version": 1}, headers=headers),
        writable.delete(url, headers=headers),
    ):
        assert response.status_code == 403
        assert "writer can change" in response.json["detail"]
    assert writable.get(url).json["version"] == 1


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"units": []}, "title"),
        ({"title": "", "units": []}, "title is empty"),
        ({"title": "a" * 201, "units": []}, "201 characters"),
        ({"title": "a"}, "units"),
        ({"title": "a", "units": [{"layer": 3, "unit": 18}]}, "Layer 3 of tiny has no unit 18"),
        ({"title": "a", "units": [{"layer": 1, "unit": 0}]}, "tiny has no layer 1"),
        ({"title": "a", "units": [{"layer": 10**30, "unit": 0}]}, "tiny has no layer 1000|cannot be used"),
        ({"title": "a", "units": [{"layer": 3, "unit": -1}]}, "0 or greater"),
        ({"title": "a", "units": [{"layer": 3, "unit": "17"}]}, "int"),
        ({"title": "a", "units": [{"layer": 3, "unit": 17}] * 1001}, "1,001 units"),
        ({"title": "a", "units": [], "owner": "x"}, "no 'owner'"),
        ([], "object"),
    ],
)
def test_what_cannot_be_kept_is_a_422_that_says_why(writable: FlaskClient, body: object, sentence: str) -> None:
    response = keep(writable, body)
    assert response.status_code == 422
    assert re.search(sentence, response.json["detail"])
    assert writable.get(LISTS).json["lists"] == []


def test_a_full_list_fits_and_a_larger_body_is_a_413(writable: FlaskClient) -> None:
    full = {"title": "a", "units": [{"layer": 3, "unit": 17, "label": "b" * 200, "description": "c" * 500}] * 1000}
    assert keep(writable, full).status_code == 201
    assert keep(writable, full | {"note": "d" * 400_000}).status_code == 413


def test_off_nothing_is_kept_and_the_answer_says_how_to_turn_it_on(client: FlaskClient) -> None:
    one = f"{LISTS}/{'0' * 32}"
    refused = [keep(client), client.put(one, json=VERBS | {"version": 1}), client.delete(one)]
    assert [response.status_code for response in refused] == [403] * 3
    reading = [client.get(LISTS), client.get(one)]
    assert [response.status_code for response in reading] == [404] * 2
    assert all("--writable" in response.json["detail"] for response in refused + reading)


def test_a_page_of_another_site_keeps_nothing(writable: FlaskClient) -> None:
    assert keep(writable, Origin="http://elsewhere.example").status_code == 403
    assert writable.post(LISTS, data="{}").status_code == 415
    assert writable.post("/api/datasets/none/lists", json=VERBS).status_code == 404
    assert writable.get(LISTS).json["lists"] == []
