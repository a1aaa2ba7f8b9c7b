"""A text is scored as a job, with the model that the site was started with."""

from __future__ import annotations

import itertools
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from neuronscope.errors import BadInput
from neuronscope.llm.openai_server import OpenAIServer
from neuronscope_server.scoring import ModelScorer, score_options, shown_name, without_places
from neuronscope_server.shapes import Scoring

if TYPE_CHECKING:
    from conftest import DoorScorer

UNIT = "/api/datasets/tiny/units/3/17"


def score(client: FlaskClient, **body: Any) -> TestResponse:
    return client.post(f"{UNIT}/score", json={"text": "words"} | body)


def followed(client: FlaskClient, job: str) -> list[dict[str, Any]]:
    """All that the events say, to the end."""
    lines = client.get(f"/api/jobs/{job}/events").text.splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


def test_a_score_is_a_job_whose_result_is_the_scored_text(writable: FlaskClient) -> None:
    started = score(writable, text=" words of heroes ", seed=7)
    assert started.status_code == 202
    job = started.json["job"]
    assert started.headers["Location"] == f"/api/jobs/{job}"
    last = followed(writable, job)[-1]
    assert last == writable.get(f"/api/jobs/{job}").json
    assert (last["state"], last["detail"], last["progress"]) == ("done", None, {"done": 2, "total": 2})
    asked = {"dataset": "tiny", "layer": 3, "unit": 17, "text": "words of heroes", "seed": 7, "sequences": False}
    assert last["asked"] == asked
    assert last["result"]["text"] == "words of heroes"
    assert last["result"]["scores"]["correlation"]["interval"] == [0.25, 0.75]
    assert last["result"]["provenance"]["options"] == {"seed": 7}


def test_events_tell_each_change_once_and_end(writable: FlaskClient, scorer: DoorScorer) -> None:
    scorer.door.clear()
    job = score(writable).json["job"]
    threading.Timer(0.3, scorer.door.set).start()
    told = followed(writable, job)
    assert next(one["state"] for one in told if one["state"] != "queued") == "running"
    assert told[-1]["state"] == "done"
    assert all(before != after for before, after in itertools.pairwise(told))


def test_a_score_stays_with_its_text_whoever_writes_it(writable: FlaskClient) -> None:
    followed(writable, score(writable, text="words").json["job"])
    writable.post(f"{UNIT}/explanations", json={"text": "words"})
    writable.post(f"{UNIT}/explanations", json={"text": "other words"})
    scored, unscored = writable.get("/api/datasets/tiny/annotations/3/17.json").json["explanations"]
    assert scored["scores"]["correlation"]["value"] == 0.5
    assert set(scored["baselines"]) == {"lookup", "shuffled"}
    assert scored["provenance"]["simulator"] == "structured"
    assert "scores" not in unscored


def test_a_job_is_cancelled_by_deleting_it(writable: FlaskClient, scorer: DoorScorer) -> None:
    scorer.door.clear()
    job = score(writable).json["job"]
    cancelled = writable.delete(f"/api/jobs/{job}")
    assert (cancelled.status_code, cancelled.json["state"]) == (200, "cancelled")
    assert [one["state"] for one in followed(writable, job)] == ["cancelled"]
    scorer.door.set()
    assert followed(writable, score(writable).json["job"])[-1]["state"] == "done"


@pytest.mark.parametrize(
    ("asked", "state"), [("?cancel=true", "cancelled"), ("", "running"), ("?cancel=false", "running")]
)
def test_leaving_the_stream_ends_the_job_only_when_asked_to(
    writable: FlaskClient, scorer: DoorScorer, asked: str, state: str
) -> None:
    scorer.door.clear()
    job = score(writable).json["job"]
    with writable.get(f"/api/jobs/{job}/events{asked}") as response:
        while b"event: running" not in next(response.iter_encoded()):
            pass
    assert writable.get(f"/api/jobs/{job}").json["state"] == state
    scorer.door.set()


def test_a_stream_that_nobody_took_anything_from_gives_its_place_back(
    writable: FlaskClient, scorer: DoorScorer
) -> None:
    scorer.door.clear()
    job = score(writable).json["job"]
    held = [writable.get(f"/api/jobs/{job}/events") for _ in range(24)]
    refused = writable.get(f"/api/jobs/{job}/events")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    for response in held:
        response.close()
    scorer.door.set()
    assert followed(writable, job)[-1]["state"] == "done"


def test_a_full_queue_is_a_503_with_retry_after(writable: FlaskClient, scorer: DoorScorer) -> None:
    scorer.door.clear()
    jobs = []
    while (response := score(writable)).status_code == 202:
        jobs.append(response.json["job"])
        assert len(jobs) < 100
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert f"{len(jobs)} jobs" in response.json["detail"]
    scorer.door.set()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"text": ""}, "empty"),
        ({"text": "a" * 2001}, "2,001 characters"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**31}, "seed is 2147483648"),
        ({"seed": 1.5}, "seed"),
        ({"sequences": "yes"}, "sequences"),
        ({"model": "gpt"}, "no 'model'"),
    ],
)
def test_what_cannot_be_scored_is_a_422(writable: FlaskClient, body: dict[str, Any], sentence: str) -> None:
    response = score(writable, **body)
    assert response.status_code == 422
    assert sentence in response.json["detail"]


def test_no_such_unit_is_a_404(writable: FlaskClient) -> None:
    response = writable.post("/api/datasets/tiny/units/3/18/score", json={"text": "x"})
    assert response.status_code == 404
    assert "no unit 18" in response.json["detail"]


def test_off_nothing_is_scored(client: FlaskClient) -> None:
    response = score(client)
    assert response.status_code == 403
    assert "--llm" in response.json["detail"]


def test_a_model_that_loads_or_failed_is_told(writable: FlaskClient, scorer: DoorScorer) -> None:
    told = {}
    for scorer.state in ("loading", "failed"):
        response = score(writable)
        assert response.status_code == 503
        told[scorer.state] = response.json["detail"], response.headers.get("Retry-After")
        (model,) = writable.get("/api/site.json").json["models"]
        assert (model["name"], model["use"], model["status"]) == ("a-model", "scoring", scorer.state)
    assert told["loading"] == ("a-model is still loading; try again in a little while.", "5")
    assert told["failed"] == ("Nothing can be scored here: It is not there.", None)


def test_a_model_is_opened_in_the_background() -> None:
    door = threading.Event()
    model = OpenAIServer("m", "http://127.0.0.1:9")

    def opened(_: Scoring) -> OpenAIServer:
        door.wait(5)
        return model

    scorer = ModelScorer(Scoring(["/models/m", "openai:n@http://h"]), opened=opened)
    assert (scorer.status().status, scorer.status().name) == ("loading", "m, n")
    door.set()
    assert settled(scorer) == ("ready", None)


def test_a_model_that_cannot_be_opened_says_why() -> None:
    def fails(_: Scoring) -> OpenAIServer:
        raise BadInput("There is no model here.")

    assert settled(ModelScorer(Scoring(["./m"]), opened=fails)) == ("failed", "There is no model here.")


def settled(scorer: ModelScorer) -> tuple[str, str | None]:
    deadline = time.monotonic() + 5
    while scorer.status().status == "loading" and time.monotonic() < deadline:
        time.sleep(0.005)
    return scorer.status().status, scorer.status().detail


@pytest.mark.parametrize(
    ("scoring", "simulator"),
    [
        (Scoring(["openai:m@http://h"]), "structured"),
        (Scoring(["./m"]), "all-at-once"),
        (Scoring(["./m"], "structured"), "structured"),
    ],
)
def test_the_simulator_fits_the_model_unless_one_is_named(scoring: Scoring, simulator: str) -> None:
    assert score_options(scoring).simulator == simulator


def test_another_simulator_is_bad_input() -> None:
    with pytest.raises(BadInput, match="choose all-at-once, one-at-a-time, structured"):
        score_options(Scoring(["./m"], "guess"))


@pytest.mark.parametrize("name", ["openai:m@http://user.example:1/v1", "/home/a/models/m", "./models/m"])
def test_a_models_name_is_shown_without_its_place(name: str) -> None:
    assert shown_name(name) == "m"


@pytest.mark.parametrize(
    ("scoring", "said", "told"),
    [
        (Scoring(["/home/a/m"]), "/home/a/m cannot be loaded", "m cannot be loaded"),
        (Scoring(["/home/a", "/home/a/m"]), "/home/a/m and /home/a", "m and a"),
        (Scoring(["openai:m@http://h:1/v1"]), "m at http://h:1/v1 is silent", "m at the server is silent"),
        (Scoring(["openai:m"], base_url="http://h:1"), "http://h:1 is silent", "the server is silent"),
        (Scoring(["openai:m"]), "m is silent", "m is silent"),
    ],
)
def test_a_sentence_tells_no_places(scoring: Scoring, said: str, told: str) -> None:
    assert without_places(said, scoring) == told
