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
from neuronscope_server.openapi import ANSWERS, describe
from neuronscope_server.parts import PARTS


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
    assert routes == set(ANSWERS)


def test_operation_ids_are_unique() -> None:
    ids = [path["get"]["operationId"] for path in describe()["paths"].values()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", ANSWERS)
def test_route_answers_with_its_schema(client: FlaskClient, path: str) -> None:
    asked = "?units=3:17,3:42" if path.endswith("/compare") else ""
    response = client.get(path.format(dataset="tiny", layer=3, unit=17) + asked)
    operation = describe()["paths"][path]["get"]
    content = operation["responses"]["200"]["content"]
    assert response.status_code == 200
    assert response.content_type in content
    check(msgspec.json.decode(response.data), content[response.content_type]["schema"])


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
