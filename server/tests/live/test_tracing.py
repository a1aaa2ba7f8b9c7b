"""Traces over HTTP: a job that says how far it is, can be cancelled, keeps nobody from the model, and is remembered."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient

from neuronscope.annotations.schema import sqlite_url
from neuronscope.codec import dumps, loads
from neuronscope.dataset import open_dataset
from neuronscope.subject import load_subject
from neuronscope.trace import TraceOptions, logit, loss, trace, trace_prompts
from neuronscope.trace.nouns import StoredTrace
from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog
from neuronscope_server.openapi import describe
from neuronscope_server.shapes import LiveOptions, Options

BASE = "/api/models/tiny"
TEXT = "the cat sees a dog"
ASK = {"text": TEXT, "metric": "logit:c", "keep": 30, "verify": 20, "edges": 12}
SECONDS = 60.0


@pytest.fixture(scope="module")
def client(lively: Any) -> FlaskClient:
    return lively()  # type: ignore[no-any-return]


def ended(look: Callable[[], Any]) -> Any:
    until = time.monotonic() + SECONDS
    while (job := look())["state"] in ("queued", "running"):
        assert time.monotonic() < until
        time.sleep(0.01)
    return job


def traced(client: FlaskClient, **more: Any) -> Any:
    begun = client.post(f"{BASE}/trace", json=ASK | more)
    assert begun.status_code == 202, begun.text
    return ended(lambda: client.get(begun.headers["Location"]).json)


def test_trace_is_the_librarys_and_has_its_schema(client: FlaskClient, model: Path, collated: Path) -> None:
    job = traced(client)
    schema = {"$ref": "#/components/schemas/TraceJob", "components": describe()["components"]}
    jsonschema.validate(job, schema)
    assert (job["state"], job["detail"]) == ("done", None)
    stored = loads(dumps(job["result"]), StoredTrace)
    assert (stored.id, stored.prompt) == (job["id"], TEXT)
    options = TraceOptions(keep=30)
    dataset = open_dataset(str(collated))
    found = trace(load_subject(str(model)), TEXT, logit("c"), options=options, dataset=dataset)
    expected = found.report(verify=20, edges=12)
    assert [(node.layer, node.unit, node.position) for node in stored.report.nodes] == [
        (node.layer, node.unit, node.position) for node in expected.nodes
    ]
    assert [node.effect for node in stored.report.nodes] == pytest.approx([node.effect for node in expected.nodes])
    assert stored.report.verify is not None
    assert len(stored.report.verify.points) == 20
    assert stored.report.edges is not None
    assert stored.report.edge_nodes == 12


def test_beginning_says_where_the_trace_will_be_and_what_is_done_may_be_kept(client: FlaskClient) -> None:
    begun = client.post(f"{BASE}/trace", json=ASK)
    assert begun.json["state"] in ("queued", "running")
    assert begun.json["progress"] == {"done": 0, "total": 1, "doing": "waiting for its turn"}
    assert begun.headers["Location"] == f"{BASE}/traces/{begun.json['id']}.json"
    assert begun.headers["Cache-Control"] == "no-store"
    ended(lambda: client.get(begun.headers["Location"]).json)
    done = client.get(begun.headers["Location"])
    again = client.get(begun.headers["Location"], headers={"If-None-Match": done.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("more", "status", "detail"),
    [
        ({"metric": "logit: cats and"}, 400, "tokens"),
        ({"metric": "rank: cat"}, 400, "metric 'rank: cat' is unknown"),
        ({"metric": "difference:c,c"}, 400, "difference is always 0"),
        ({"text": ""}, 400, "text"),
        ({"messages": [{"role": "user", "content": "the"}]}, 400, "give a text or messages, and not both"),
        ({"prompts": [{"text": "the"}]}, 400, "give one prompt or several"),
        ({"text": None, "prompts": []}, 400, "prompts: 0 is not from 1 to 100"),
        ({"text": None, "prompts": [{"text": "the"}, {"text": ""}]}, 400, "text ''"),
        ({"text": None, "prompts": [{"text": "the"}], "method": "exact"}, 400, "several texts are traced by patching"),
        ({"text": "hi<eot>", "template": {"tokenize": True}}, 400, "tokenize cannot be set"),
        ({"text": "t", "metric": "loss"}, 400, "the loss of a text of one token is not defined"),
        ({"baseline": "text"}, 400, "the baseline text needs a text"),
        ({"baseline": "text", "baseline_text": "the cat"}, 400, "equally long"),
        ({"layers": [7]}, 400, "7"),
        ({"units": "res"}, 400, "there is no SAE 'res' here"),
        ({"keep": 10_001}, 400, "keep: 10,001 is not from 1 to 10,000"),
        ({"verify": -1}, 400, "verify: -1 is not from 0 to 500"),
        ({"edges": 501}, 400, "edges: 501"),
        ({"steps": 0}, 400, "steps: 0"),
        ({"dataset": "none"}, 404, "knows no dataset 'none'"),
        ({"method": "guessing"}, 422, "guessing"),
        ({"top": 5}, 422, "There is no 'top' in what is sent here"),
    ],
)
def test_what_cannot_be_traced_is_a_sentence_at_once(
    client: FlaskClient, more: dict[str, Any], status: int, detail: str
) -> None:
    response = client.post(f"{BASE}/trace", json=ASK | more)
    assert response.status_code == status
    assert detail in response.json["detail"]


def test_a_conversation_is_read_by_the_chat_template_with_one_bos(client: FlaskClient) -> None:
    turns = [{"role": "user", "content": "the cat"}, {"role": "assistant", "content": "sees a"}]
    said = traced(client, text=None, messages=turns)["result"]
    assert said["prompt"] == "the cat<eot>sees a"
    assert said["asked"]["messages"] == turns
    assert "".join(said["report"]["tokens"]) == "user: the cat<s>assistant: sees a"  # the first <s> is BOS
    assert said["units"] == "dataset"
    typed = traced(client, text="the cat<eot>sees a")["result"]
    assert "asked" not in typed  # the text is all of it
    assert typed["report"]["nodes"] == said["report"]["nodes"]
    plain = traced(client, text="the cat<eot>sees a", plain=True, bos=False)["result"]
    assert "".join(plain["report"]["tokens"]) == plain["prompt"] == "the cat<eot>sees a"
    assert (plain["asked"]["plain"], plain["asked"]["bos"]) == (True, False)


def test_several_prompts_are_traced_together(client: FlaskClient, model: Path, collated: Path) -> None:
    prompts = [{"text": TEXT}, {"text": "a dog", "metric": "loss"}]
    job = traced(client, text=None, prompts=prompts, together="unit")
    schema = {"$ref": "#/components/schemas/TraceJob", "components": describe()["components"]}
    jsonschema.validate(job, schema)
    assert (job["state"], job["result"]) == ("done", None)
    found = trace_prompts(
        load_subject(str(model)),
        [TEXT, "a dog"],
        [logit("c"), loss()],
        per="unit",
        options=TraceOptions(keep=30),
        dataset=open_dataset(str(collated)),
    )
    told = [(node["layer"], node["unit"], node["texts"]) for node in job["together"]["nodes"]]
    assert told == [(node.layer, node.unit, node.texts) for node in found]
    assert [one["metric"] for one in job["together"]["prompts"]] == ["logit:c", "loss"]


def test_several_prompts_say_how_far_they_are_and_can_be_cancelled(client: FlaskClient) -> None:
    several = {"text": None, "prompts": [{"text": TEXT}] * 50, "method": "integrated_gradients", "steps": 100}
    where = client.post(f"{BASE}/trace", json=ASK | several).headers["Location"]
    while (job := client.get(where).json)["progress"]["done"] == 0:
        assert job["state"] in ("queued", "running")
    assert job["progress"]["total"] == 100  # two layers of each
    assert client.delete(where).json["state"] == "cancelled"


def test_nothing_is_verified_or_followed_where_none_is_asked_for(client: FlaskClient) -> None:
    report = traced(client, verify=0, edges=0)["result"]["report"]
    assert (report["verify"], report["edges"], report["edge_nodes"]) == (None, None, 0)


def test_means_of_the_dataset_are_a_baseline(client: FlaskClient) -> None:
    assert traced(client, baseline="mean")["state"] == "done"


def test_ids_that_are_none_are_problems(client: FlaskClient) -> None:
    for response in (client.get(f"{BASE}/traces/{'0' * 32}.json"), client.delete(f"{BASE}/traces/no.json")):
        assert response.status_code == 404
        assert "There is no trace" in response.json["detail"]


def test_asks_are_answered_while_a_trace_is_made_and_it_ends_when_it_is_cancelled(client: FlaskClient) -> None:
    long = {"method": "integrated_gradients", "steps": 100, "keep": 10_000, "verify": 500, "edges": 500}
    begun = client.post(f"{BASE}/trace", json=ASK | long | {"text": " ".join([TEXT] * 8)})
    where = begun.headers["Location"]
    said = []
    while not said or said[-1]["progress"]["doing"] == "waiting for its turn":
        said.append(client.get(where).json)
    assert client.post(f"{BASE}/tokenize", json={"text": TEXT}).status_code == 200
    assert client.get(where).json["state"] == "running"
    cancelled = client.delete(where).json
    assert (cancelled["state"], cancelled["detail"]) == ("cancelled", "It was cancelled.")
    assert traced(client)["state"] == "done"  # the model is free for the next one
    assert client.get(where).json["state"] == "cancelled"
    assert client.delete(where).json["state"] == "cancelled"


def test_results_survive_a_restart_where_words_are_kept(
    model: Path, collated: Path, built_viewer: Path, tmp_path: Path
) -> None:
    options = Options(live=LiveOptions("tiny", str(model)), annotations=sqlite_url(tmp_path / "words.sqlite"))

    def started() -> FlaskClient:
        return create_app(open_catalog({"tiny": str(collated)}), options, static=built_viewer).test_client()

    first = started()
    while (begun := first.post(f"{BASE}/trace", json=ASK)).status_code == 503:
        time.sleep(0.02)
    made = ended(lambda: first.get(begun.headers["Location"]).json)
    assert made["state"] == "done"
    assert started().get(begun.headers["Location"]).json == made
