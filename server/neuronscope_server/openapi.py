"""The description of the API: dataclasses in, an OpenAPI 3.1 document out. ``python -m`` this module prints it.

The viewer's types are generated from it, so every answer has a named schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from inspect import cleandoc
from typing import Any

import msgspec

import neuronscope
from neuronscope import records
from neuronscope.codec import TAGGED
from neuronscope.dataset.manifest import Manifest
from neuronscope.dataset.search.answer import SearchAnswer
from neuronscope.dataset.tables import Lists, UnitTable
from neuronscope_server.answers import JSON_LINE
from neuronscope_server.compare import PARAMETERS as COMPARING
from neuronscope_server.compare import Comparison
from neuronscope_server.parts import PARTS
from neuronscope_server.problems import PROBLEM_TYPE
from neuronscope_server.queries import Parameter
from neuronscope_server.search import PARAMETERS as SEARCHING
from neuronscope_server.shapes import DatasetList, Health, Problem, Site
from neuronscope_server.units import PARAMETERS as LISTING
from neuronscope_server.units import UnitsAnswer

_REF = "#/components/schemas/{name}"


@dataclass(frozen=True)
class Answer:
    """What one address gives: the class of the object (None for the description itself), and a line about it."""

    noun: type | None
    summary: str
    content_type: str = "application/json"
    query: Mapping[str, Parameter] = field(default_factory=dict)  # what may stand behind the address


_UNDER = "/api/datasets/{dataset}"
# Every GET address; the path under a dataset is that of the file in it.
ANSWERS = {
    "/api/health": Answer(Health, "Whether the server runs"),
    "/api/openapi.json": Answer(None, "This description"),
    "/api/site.json": Answer(Site, "What this site offers"),
    "/api/datasets.json": Answer(DatasetList, "The datasets, shortly"),
    f"{_UNDER}/dataset.json": Answer(Manifest, "What a dataset is and how it was made"),
    f"{_UNDER}/lists.json": Answer(Lists, "Lists of units that people put together"),
    f"{_UNDER}/units/{{layer}}.json": Answer(UnitTable, "All units of a layer, in columns"),
    **{
        f"{_UNDER}/{name}/{{layer}}/{{unit}}.json": Answer(part.noun, f"A unit's {part.holds}")
        for name, part in PARTS.items()
    },
    f"{_UNDER}/explanations/{{layer}}/{{unit}}.jsonl": Answer(
        records.NeuronSimulationResults, "A unit's explanations under the file's own name, in one line", JSON_LINE
    ),
    f"{_UNDER}/units": Answer(UnitsAnswer, "Units in any order, a page at a time", query=LISTING),
    f"{_UNDER}/compare": Answer(Comparison, "Units side by side", query=COMPARING),
    f"{_UNDER}/search": Answer(SearchAnswer, "Explanations and units' tokens that match", query=SEARCHING),
}
_PARAMETERS = {
    "dataset": ({"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]*$"}, "A name from api/datasets.json"),
    "layer": ({"type": "integer", "minimum": 0}, "Layer, from 0"),
    "unit": ({"type": "integer", "minimum": 0}, "Unit in the layer, from 0"),
}


def describe() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Neuronscope",
            "version": neuronscope.__version__,
            "description": "The files of a dataset, at their own paths. Read only. Every answer has an ETag.",
        },
        "paths": {path: {"get": _operation(path, answer)} for path, answer in ANSWERS.items()},
        "components": {"schemas": _schemas(), "parameters": _parameters(), "responses": _problems()},
    }


def _operation(path: str, answer: Answer) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name=answer.noun.__name__)} if answer.noun else {"type": "object"}
    parameters: list[dict[str, Any]] = [
        {"$ref": f"#/components/parameters/{name}"} for name in re.findall(r"{(\w+)}", path)
    ]
    parameters += [_query_parameter(name, parameter) for name, parameter in answer.query.items()]
    etag = {"description": "Changes when the content does", "schema": {"type": "string"}}
    return {
        "summary": answer.summary,
        "operationId": _operation_id(path),
        **({"parameters": parameters} if parameters else {}),
        "responses": {
            "200": {
                "description": answer.summary,
                "headers": {"ETag": etag},
                "content": {answer.content_type: {"schema": schema}},
            },
            "304": {"description": "Not changed since the ETag in If-None-Match"},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }


def _query_parameter(name: str, parameter: Parameter) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": parameter.about, "schema": parameter.schema}


def _operation_id(path: str) -> str:
    """``getCollatedActivationsJson`` for ``/api/datasets/{dataset}/collated-activations/{layer}/{unit}.json``."""
    fixed = path.removeprefix("/api/").removeprefix("datasets/{dataset}/")
    return "get" + "".join(word.capitalize() for word in re.findall(r"[a-z]+", re.sub(r"{\w+}", "", fixed)))


def _schemas() -> dict[str, Any]:
    nouns = [answer.noun for answer in ANSWERS.values() if answer.noun] + [Problem]
    _, components = msgspec.json.schema_components(dict.fromkeys(nouns), ref_template=_REF)
    for name, schema in components.items():
        schema["description"] = cleandoc(schema.get("description", ""))
        if name in TAGGED:
            tag = {"const": name, "description": "The class, where the file says it"}
            schema["properties"] = {"dataclass_name": tag} | schema["properties"]
    return dict(sorted(components.items()))


def _parameters() -> dict[str, Any]:
    return {
        name: {"name": name, "in": "path", "required": True, "description": about, "schema": schema}
        for name, (schema, about) in _PARAMETERS.items()
    }


def _problems() -> dict[str, Any]:
    content = {PROBLEM_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}}
    return {"Problem": {"description": "What is wrong, in a sentence", "content": content}}


def main() -> None:
    """Print the description as indented JSON."""
    import sys

    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(describe()), indent=2) + b"\n")


if __name__ == "__main__":
    main()
