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
from neuronscope.annotations.lists import KeptList, PeoplesLists
from neuronscope.annotations.nouns import UnitAnnotations, Votes, Written
from neuronscope.codec import TAGGED
from neuronscope.dataset.manifest import Manifest
from neuronscope.dataset.puzzles import PuzzleResults, StoredPuzzle
from neuronscope.dataset.runs import RunReport
from neuronscope.dataset.search.answer import SearchAnswer
from neuronscope.dataset.tables import UnitTable
from neuronscope.dataset.unitindex import NUMBERS
from neuronscope.formats.neuronpedia_explanations import NeuronpediaExplanation
from neuronscope.lists import Lists
from neuronscope.live.answers import Activations, Card, Generation, Predictions, Step, Tokenised, TopUnits
from neuronscope.relations import LayerMatches
from neuronscope.trace.nouns import StoredTrace, TraceEntries, TraceEntry
from neuronscope_server.answers import JSON_LINE, OCTETS
from neuronscope_server.columns import PARAMETERS as COLUMN
from neuronscope_server.columns import UnitColumns
from neuronscope_server.compare import PARAMETERS as COMPARING
from neuronscope_server.compare import Comparison
from neuronscope_server.lists import PARAMETERS as HOLDING
from neuronscope_server.live.routes import CARD
from neuronscope_server.live.shapes import (
    GivenActivations,
    GivenGeneration,
    GivenPredictions,
    GivenPrompt,
    GivenTopUnits,
    GivenTrace,
    TraceJob,
)
from neuronscope_server.neuronpedia import PARAMETERS as EXPORTING
from neuronscope_server.parts import PARTS
from neuronscope_server.problems import PROBLEM_TYPE
from neuronscope_server.queries import Parameter
from neuronscope_server.search import PARAMETERS as SEARCHING
from neuronscope_server.selections import CONTENT_TYPES
from neuronscope_server.shapes import (
    ChangedList,
    DatasetAnnotations,
    DatasetList,
    GivenExplanation,
    GivenList,
    GivenText,
    GivenVote,
    Health,
    Job,
    JobStarted,
    Problem,
    Reports,
    Scores,
    Site,
)
from neuronscope_server.units import PARAMETERS as LISTING
from neuronscope_server.units import SELECTING, UnitsAnswer, UnitSelection
from neuronscope_server.watching import EVENTS
from neuronscope_server.watching import PARAMETERS as WATCHING
from neuronscope_server.writing import OWNER

_TEXT, _BINARY = {"type": "string"}, {"type": "string", "format": "binary"}
# What has no JSON schema.
_OTHER = {CONTENT_TYPES["csv"]: _TEXT, CONTENT_TYPES["parquet"]: _BINARY, OCTETS: _BINARY}
_REF = "#/components/schemas/{name}"


@dataclass(frozen=True)
class Answer:
    """What one address gives: the class of the object (None where there is none), and a line about it."""

    noun: type | None
    summary: str
    content_type: str = "application/json"
    query: Mapping[str, Parameter] = field(default_factory=dict)  # what may stand behind the address
    by_name: bool = False  # an object that has such objects under their names
    many: bool = False  # a list of such objects, in others' formats only


@dataclass(frozen=True)
class Action:
    """What a request that is no GET does: the class of its body and of the answer, None where there is none."""

    summary: str
    body: type | None
    noun: type | None
    status: int = 200
    owned: bool = False  # what one wrote is one's own: the header X-Owner says whose
    events: type | None = None  # the class of what comes as server-sent events before the answer


_UNDER = "/api/datasets/{dataset}"
# Every GET address; the path under a dataset is that of the file in it.
ANSWERS = {
    "/api/health": Answer(Health, "Whether the server runs"),
    "/api/openapi.json": Answer(None, "This description"),
    "/api/site.json": Answer(Site, "What this site offers"),
    "/api/datasets.json": Answer(DatasetList, "The datasets, shortly"),
    f"{_UNDER}/dataset.json": Answer(Manifest, "What a dataset is and how it was made"),
    f"{_UNDER}/lists.json": Answer(Lists, "Lists of units that people put together"),
    f"{_UNDER}/traces.json": Answer(TraceEntries, "The traces that there are: what moved an output, prompt by prompt"),
    f"{_UNDER}/traces/{{trace}}.json": Answer(StoredTrace, "Which units at which tokens moved an output"),
    f"{_UNDER}/puzzles.json": Answer(StoredPuzzle, "Puzzles by name: made-up units with a known rule", by_name=True),
    f"{_UNDER}/puzzle-results.json": Answer(PuzzleResults, "How models did on the puzzles"),
    f"{_UNDER}/reports.json": Answer(Reports, "The runs of which there are reports"),
    f"{_UNDER}/reports/{{run}}.json": Answer(RunReport, "What a run of explaining did and cost"),
    f"{_UNDER}/scores.json": Answer(Scores, "How good the explanations are, by layer and by explainer"),
    f"{_UNDER}/units/{{layer}}.json": Answer(UnitTable, "All units of a layer, in columns"),
    f"{_UNDER}/matches/{{other}}/{{layer}}.json": Answer(
        LayerMatches, "Units of another dataset that act most like a layer's units, over the same text"
    ),
    **{
        f"{_UNDER}/{name}/{{layer}}/{{unit}}.json": Answer(part.noun, f"A unit's {part.holds}")
        for name, part in PARTS.items()
    },
    f"{_UNDER}/explanations/{{layer}}/{{unit}}.jsonl": Answer(
        records.NeuronSimulationResults, "A unit's explanations under the file's own name, in one line", JSON_LINE
    ),
    f"{_UNDER}/units": Answer(UnitsAnswer, "Units in any order, a page at a time", query=LISTING),
    **{
        f"{_UNDER}/units.{kind}": Answer(
            UnitSelection if kind == "json" else None, "All units of a selection, as a file", content_type, SELECTING
        )
        for kind, content_type in CONTENT_TYPES.items()
    },
    f"{_UNDER}/columns.json": Answer(UnitColumns, "The units' columns of numbers, and what each holds"),
    f"{_UNDER}/columns/{{column}}.f64": Answer(
        None,
        "A column of all units, by layer and unit: 64-bit floats, lowest byte first; NaN where not known",
        OCTETS,
        COLUMN,
    ),
    f"{_UNDER}/compare": Answer(Comparison, "Units side by side", query=COMPARING),
    f"{_UNDER}/search": Answer(SearchAnswer, "Explanations and units' tokens that match", query=SEARCHING),
    f"{_UNDER}/annotations/{{layer}}/{{unit}}.json": Answer(UnitAnnotations, "What people wrote about a unit"),
    f"{_UNDER}/annotations.json": Answer(DatasetAnnotations, "Everything that people wrote about a dataset"),
    f"{_UNDER}/lists": Answer(PeoplesLists, "Lists that people keep on this site", query=HOLDING),
    f"{_UNDER}/lists/{{id}}": Answer(KeptList, "One such list with its units"),
    "/api/models/{model}": Answer(Card, "What a live model is, and which units can be read", query=CARD),
    "/api/models/{model}/traces/{trace}.json": Answer(TraceJob, "A trace that is being made, or was; then with it"),
    "/api/explanation/export": Answer(
        NeuronpediaExplanation, "A layer's explanations, as Neuronpedia exports them", query=EXPORTING, many=True
    ),
    "/api/jobs/{job}": Answer(Job, "A score that is being made, or was lately"),
    "/api/jobs/{job}/events": Answer(Job, "A job each time that it changes, until it has ended", EVENTS, WATCHING),
}
_NAMES = {  # where two addresses have the same fixed words
    ("get", f"{_UNDER}/annotations.json"): "getAllAnnotationsJson",
    ("get", f"{_UNDER}/units.json"): "getAllUnitsJson",
    ("get", f"{_UNDER}/traces.json"): "getAllTracesJson",
    ("get", f"{_UNDER}/reports.json"): "getAllReportsJson",
    ("get", f"{_UNDER}/lists/{{id}}"): "getOneList",
}
_MODEL = "/api/models/{model}"
_KEPT_TRACE = f"{_MODEL}/traces/{{trace}}/kept/{{dataset}}"
_OF_A_UNIT = f"{_UNDER}/units/{{layer}}/{{unit}}"
# Everything else, by method and address. Off unless the site's owner turned it on; a site may ask for a token.
ACTIONS = {
    ("post", f"{_OF_A_UNIT}/explanations"): Action("Explain a unit", GivenExplanation, Written, 201, owned=True),
    ("put", f"{_OF_A_UNIT}/explanations/{{explanation}}"): Action(
        "Change one's own explanation", GivenExplanation, Written, owned=True
    ),
    ("delete", f"{_OF_A_UNIT}/explanations/{{explanation}}"): Action(
        "Delete one's own explanation", None, None, 204, owned=True
    ),
    ("post", f"{_OF_A_UNIT}/votes"): Action("Vote on an explanation, once", GivenVote, Votes, owned=True),
    ("post", f"{_UNDER}/lists"): Action("Keep a list", GivenList, KeptList, 201, owned=True),
    ("put", f"{_UNDER}/lists/{{id}}"): Action("Change one's own list", ChangedList, KeptList, owned=True),
    ("delete", f"{_UNDER}/lists/{{id}}"): Action("Delete one's own list", None, None, 204, owned=True),
    ("post", f"{_OF_A_UNIT}/score"): Action("Score a text; a job", GivenText, JobStarted, 202),
    ("post", f"{_MODEL}/activations"): Action("Activations of some units on a text", GivenActivations, Activations),
    ("post", f"{_MODEL}/top-units"): Action("The strongest units of each token, or of a text", GivenTopUnits, TopUnits),
    ("post", f"{_MODEL}/predictions"): Action("What the model expects", GivenPredictions, Predictions),
    ("post", f"{_MODEL}/tokenize"): Action("The tokens of a text", GivenPrompt, Tokenised),
    ("post", f"{_MODEL}/generate"): Action("What the model says next", GivenGeneration, Generation, events=Step),
    ("post", f"{_MODEL}/trace"): Action("Which units moved an output; a job", GivenTrace, TraceJob, 202),
    ("delete", f"{_MODEL}/traces/{{trace}}.json"): Action("Cancel a trace", None, TraceJob),
    ("put", _KEPT_TRACE): Action("Keep a live trace in a dataset, by an id of its words", None, TraceEntry, 201),
    ("delete", _KEPT_TRACE): Action("Take out what was kept so", None, None, 204),
    ("delete", "/api/jobs/{job}"): Action("Cancel a job", None, Job),
}
_PARAMETERS = {
    "dataset": ({"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]*$"}, "A name from api/datasets.json"),
    "layer": ({"type": "integer", "minimum": 0}, "Layer, from 0"),
    "unit": ({"type": "integer", "minimum": 0}, "Unit in the layer, from 0"),
    "other": ({"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]*$"}, "The name of another dataset"),
    "column": ({"enum": list(NUMBERS)}, "A column of numbers; dead is 1 or 0"),
    "run": ({"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"}, "A run, as reports.json names it"),
    "trace": ({"type": "string", "pattern": "^[a-z0-9-]{1,64}$"}, "A trace, as traces.json or its beginning named it"),
    "explanation": ({"type": "string", "pattern": "^[0-9a-f]{32}$"}, "The id of an explanation that a person wrote"),
    "id": ({"type": "string", "pattern": "^[0-9a-f]{32}$"}, "The id of a list that a person keeps here"),
    "model": ({"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]*$"}, "A live model, as api/site.json names it"),
    "job": ({"type": "string", "pattern": "^[0-9a-f]{32}$"}, "The name of a job, as its beginning was answered"),
}
_OWNER = {
    "name": OWNER,
    "in": "header",
    "description": "A secret that says whose words these are; the first write without one is answered with one",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{32,128}$"},
}


def describe() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Neuronscope",
            "version": neuronscope.__version__,
            "description": "The files of a dataset, at their own paths, and what people write, where that is kept.",
        },
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "parameters": _parameters(),
            "responses": _problems(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {path: {"get": _operation(path, answer)} for path, answer in ANSWERS.items()}
    for (method, path), action in ACTIONS.items():
        paths.setdefault(path, {})[method] = _action(method, path, action)
    return paths


def _operation(path: str, answer: Answer) -> dict[str, Any]:
    parameters = _path_parameters(path)
    parameters += [_query_parameter(name, parameter) for name, parameter in answer.query.items()]
    etag = {"description": "Changes when the content does", "schema": {"type": "string"}}
    schema = _OTHER.get(answer.content_type) or _schema(answer.noun)
    if answer.by_name:
        schema = {"type": "object", "additionalProperties": schema}
    if answer.many:
        schema = {"type": "array", "items": schema}
    content = {answer.content_type: {"schema": schema}}
    good: dict[str, Any] = {"200": {"description": answer.summary, "content": content}}
    if answer.content_type != EVENTS:
        good["200"]["headers"] = {"ETag": etag}
        good["304"] = {"description": "Not changed since the ETag in If-None-Match"}
    return {
        "summary": answer.summary,
        "operationId": _operation_id("get", path),
        **({"parameters": parameters} if parameters else {}),
        "responses": {**good, "default": {"$ref": "#/components/responses/Problem"}},
    }


def _action(method: str, path: str, action: Action) -> dict[str, Any]:
    body = {"required": True, "content": {"application/json": {"schema": _schema(action.body)}}}
    answer: dict[str, Any] = {"description": action.summary}
    if action.noun is not None:
        answer["content"] = {"application/json": {"schema": _schema(action.noun)}}
    if action.events is not None:
        answer["content"][EVENTS] = {"schema": _schema(action.events)}
    return {
        "summary": action.summary,
        "operationId": _operation_id(method, path),
        "security": [{}, {"token": []}],
        "parameters": _path_parameters(path) + ([_OWNER] if action.owned else []),
        **({"requestBody": body} if action.body else {}),
        "responses": {str(action.status): answer, "default": {"$ref": "#/components/responses/Problem"}},
    }


def _schema(noun: type | None) -> dict[str, Any]:
    return {"$ref": _REF.format(name=noun.__name__)} if noun else {"type": "object"}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in re.findall(r"{(\w+)}", path)]


def _query_parameter(name: str, parameter: Parameter) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": parameter.about, "schema": parameter.schema}


def _operation_id(method: str, path: str) -> str:
    """``getCollatedActivationsJson`` for GET ``/api/datasets/{dataset}/collated-activations/{layer}/{unit}.json``."""
    if (method, path) in _NAMES:
        return _NAMES[method, path]
    fixed = path.removeprefix("/api/").removeprefix("datasets/{dataset}/")
    return method + "".join(word.capitalize() for word in re.findall(r"[a-z0-9]+", re.sub(r"{\w+}", "", fixed)))


def _schemas() -> dict[str, Any]:
    nouns = [answer.noun for answer in ANSWERS.values()] + [Problem]
    nouns += [noun for action in ACTIONS.values() for noun in (action.body, action.noun, action.events)]
    named = dict.fromkeys(noun for noun in nouns if noun is not None)
    _, components = msgspec.json.schema_components(named, ref_template=_REF)
    for name, schema in components.items():
        schema["description"] = cleandoc(schema.get("description", ""))
        if name in TAGGED:
            tag = {"const": name, "description": "The class, where the file says it"}
            schema["properties"] = {"dataclass_name": tag} | schema["properties"]
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(components))  # defaults may be tuples
    return dict(sorted(plain.items()))


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
