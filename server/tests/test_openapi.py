"""The description is valid, complete and true: every route stands in it, and each answers with its schema."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import jsonschema
import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from neuronscope.dataset.layout import PARTS as LAYOUT_PARTS
from neuronscope_server.openapi import ACTIONS, ANSWERS, describe
from neuronscope_server.parts import PARTS
from neuronscope_server.shapes import ChangedList, GivenExplanation, GivenList, GivenText, GivenVote
from neuronscope_server.watching import EVENTS

UNIT = "/api/datasets/tiny/units/3/17"
OWNER = {"X-Owner": "o" * 43}


def test_description_is_valid_openapi() -> None:
    validate(describe())


def test_description_is_printed_by_its_module() -> None:
    command = [sys.executable, "-W", "error", "-m", "neuronscope_server.openapi"]
    printed = subprocess.run(command, capture_output=True, check=True).stdout
    assert msgspec.json.decode(printed) == msgspec.json.decode(msgspec.json.encode(describe()))


def test_every_part_of_a_dataset_has_a_route() -> None:
    assert set(PARTS) == set(LAYOUT_PARTS)


def test_every_route_of_the_api_is_described_and_every_description_has_a_route(app: Flask) -> None:
    rules = {re.sub("<(?:[a-z]+:)?([a-z]+)>", r"{\1}", rule.rule) for rule in app.url_map.iter_rules()}
    routes = {rule.replace("{name}", "{dataset}") for rule in rules if rule.startswith("/api/")}
    assert routes == set(ANSWERS) | {path for _, path in ACTIONS}


def test_every_method_of_a_route_is_described_and_no_other(app: Flask) -> None:
    taken = {
        (method.lower(), re.sub("<([a-z]+)>", r"{\1}", rule.rule).replace("{name}", "{dataset}"))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }
    assert taken == {("get", path) for path in ANSWERS} | set(ACTIONS)


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for path in describe()["paths"].values() for operation in path.values()]
    assert len(set(ids)) == len(ids)


@pytest.fixture
def known(writable: FlaskClient) -> dict[str, object]:
    """What stands in braces: a unit, an explanation that a person wrote of it, a list, and a job that has ended."""
    written = writable.post(f"{UNIT}/explanations", json={"text": "words", "author": "Ada"}, headers=OWNER)
    kept = writable.post("/api/datasets/tiny/lists", json={"title": "Words", "units": []}, headers=OWNER)
    started = writable.post(f"{UNIT}/score", json={"text": "words"})
    assert b"event: done" in writable.get(f"/api/jobs/{started.json['job']}/events").data
    return {
        "dataset": "tiny", "layer": 3, "unit": 17, "explanation": written.json["id"], "job": started.json["job"],
        "trace": "the-word-of",
        "column": "density", "other": "twin",
        "id": kept.json["id"],
        "run": "20260102T030405Z-0a1b2c3d",
    }  # fmt: skip


# Those of a live model are tried with one, in live/test_routes.py.
LIVE = "/api/models/{model}"


@pytest.mark.parametrize("path", [path for path in ANSWERS if not path.startswith(LIVE)])
def test_route_answers_with_its_schema(writable: FlaskClient, known: dict[str, object], path: str) -> None:
    snapshot = writable.get("/api/datasets/tiny/columns.json").json["snapshot"]
    queries = {"compare": "?units=3:17,3:42", "{column}.f64": f"?snapshot={snapshot}"}
    queries["export"] = "?modelId=tiny-model&saeId=3-own"
    asked = queries.get(path.rpartition("/")[2], "")
    response = writable.get(path.format(**known) + asked)
    operation = describe()["paths"][path]["get"]
    content = operation["responses"]["200"]["content"]
    kind = response.mimetype if response.mimetype == EVENTS else response.content_type
    assert response.status_code == 200
    assert kind in content
    if content[kind]["schema"].get("type") == "string":
        assert response.data
        return
    for answer in re.findall(rb"^data: (.*)$", response.data, re.MULTILINE) if kind == EVENTS else [response.data]:
        check(msgspec.json.decode(answer), content[kind]["schema"])


@pytest.mark.parametrize(("method", "path"), [action for action in ACTIONS if not action[1].startswith(LIVE)])
def test_action_answers_with_its_schema(
    writable: FlaskClient, known: dict[str, object], method: str, path: str
) -> None:
    bodies = {
        GivenExplanation: {"text": "words"},
        GivenVote: {"explanation": known["explanation"], "value": 1},
        GivenText: {"text": "words", "seed": 1},
        GivenList: {"title": "Words", "units": [{"layer": 3, "unit": 17, "label": "of"}]},
        ChangedList: {"title": "Words", "units": [], "version": 1},
    }
    action, operation = ACTIONS[method, path], describe()["paths"][path][method]
    body = bodies[action.body] if action.body else None
    if body is not None:
        check(body, operation["requestBody"]["content"]["application/json"]["schema"])
    response = writable.open(path.format(**known), method=method.upper(), json=body, headers=OWNER)
    assert [str(response.status_code)] == [status for status in operation["responses"] if status != "default"]
    if action.noun:
        assert response.content_type == "application/json"
        check(response.json, {"$ref": f"#/components/schemas/{action.noun.__name__}"})
    else:
        assert response.data == b""


@pytest.mark.parametrize(
    "path", ["/api/nothing", "/api/datasets/none/dataset.json", "/api/datasets/tiny/logits/9/9.json"]
)
def test_problem_answers_with_its_schema(client: FlaskClient, path: str) -> None:
    check(client.get(f"/api/{path}").json, {"$ref": "#/components/schemas/Problem"})


def test_served_description_is_the_printed_one(client: FlaskClient) -> None:
    assert client.get("/api/openapi.json").json == msgspec.json.decode(msgspec.json.encode(describe()))


def check(value: Any, schema: dict[str, Any]) -> None:
    """Against the schema, with unknown fields refused except in tables of units, which may have further columns."""
    components = {name: closed(name, noun) for name, noun in describe()["components"]["schemas"].items()}
    jsonschema.validate(value, {**schema, "components": {"schemas": components}})


def closed(name: str, noun: dict[str, Any]) -> dict[str, Any]:
    return noun if name == "UnitTable" else {**noun, "additionalProperties": False}
