"""Live text over HTTP: a real model answers; what cannot be answered is a sentence, and the next request works."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from flask.testing import FlaskClient

from neuronscope.dataset import open_dataset
from neuronscope.errors import BadInput
from neuronscope.live import Live
from neuronscope.subject import encode, load_subject
from neuronscope_server.live.checked import Devices, checked_live
from neuronscope_server.openapi import ACTIONS, describe

BASE = "/api/models/tiny"
TEXT = "the cat sees a naïve dog 🙂 under the tree"
UNITS = [{"layer": 1, "unit": 5}, {"layer": 0, "unit": 23}]
BODIES: dict[str, dict[str, Any]] = {
    "activations": {"units": UNITS},
    "top-units": {"k": 3},
    "predictions": {"answers": [" cat", " a dog"], "top_k": 4},
    "tokenize": {},
    "generate": {"max_tokens": 5, "stream": False},
}


@pytest.fixture(scope="module")
def client(lively: Any) -> FlaskClient:
    return lively()  # type: ignore[no-any-return]


def asked(client: FlaskClient, path: str, **more: Any) -> Any:
    response = client.post(f"{BASE}/{path}", json={"text": TEXT, **BODIES[path], **more})
    assert response.status_code == 200, response.text
    return response.json


def events(text: str) -> list[tuple[str, Any]]:
    return [(name, json.loads(data)) for name, data in re.findall(r"event: (\w+)\ndata: (.*)\n\n", text)]


def test_site_says_that_the_model_loads_and_then_that_it_is_ready(lively: Any) -> None:
    client = lively(wait=False)
    seen = set()
    while (now := client.get("/api/site.json").json["models"][0])["status"] != "ready":
        seen.add(now["status"])
    assert seen <= {"loading"}
    assert (now["name"], now["use"], now["datasets"], now["refused"]) == ("tiny", "live", ["tiny"], {})


def test_while_it_loads_datasets_are_there_and_asks_are_told_to_come_back(lively: Any) -> None:
    client = lively(wait=False)
    assert client.get("/api/datasets/tiny/dataset.json").status_code == 200
    response = client.post(f"{BASE}/tokenize", json={"text": TEXT})
    if response.status_code != 200:  # it may be ready by now
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
        assert "still loading" in response.json["detail"]


@pytest.mark.parametrize("path", BODIES)
def test_answer_has_its_schema(client: FlaskClient, path: str) -> None:
    import jsonschema

    noun = ACTIONS["post", f"/api/models/{{model}}/{path}"].noun
    assert noun is not None
    schema = {"$ref": f"#/components/schemas/{noun.__name__}", "components": describe()["components"]}
    jsonschema.validate(asked(client, path), schema)


def test_activations_of_a_stored_sequence_are_those_of_its_record(client: FlaskClient, collated: Path) -> None:
    record = open_dataset(str(collated)).record(1, 5)
    assert record is not None
    everything = [*record.most_positive_activation_records, *record.random_sample]
    tokens = [asked(client, "tokenize", text="".join(one.tokens))["tokens"] for one in everything]
    # Where a sequence was cut out of a document, its first words may be other tokens when they stand alone.
    stored = next(one for one, again in zip(everything, tokens, strict=True) if one.tokens == again)
    text = "".join(stored.tokens)
    unit = client.post(f"{BASE}/activations", json={"text": text, "units": [UNITS[0]]}).json["units"][0]
    assert unit["record"]["tokens"] == stored.tokens
    assert unit["record"]["activations"] == pytest.approx(stored.activations, rel=1e-3, abs=1e-5)
    assert unit["record"]["ignored"] == stored.ignored == [0]
    assert record.statistics is not None
    assert unit["max"] == pytest.approx(record.statistics.max)


def test_predictions_are_the_models_own(client: FlaskClient, model: Path) -> None:
    subject = load_subject(str(model))
    ids = encode(subject.tokenizer, TEXT)
    with torch.inference_mode():
        logprobs = subject.model(torch.tensor([ids])).logits[0].log_softmax(-1)
    told = asked(client, "predictions")
    assert "".join(told["tokens"]) == TEXT
    assert told["positions"][0]["logprob"] is None
    expected = [float(logprobs[i - 1, ids[i]]) for i in range(1, len(ids))]
    assert [one["logprob"] for one in told["positions"][1:]] == pytest.approx(expected, abs=1e-5)
    assert [one["logprob"] for one in told["next"]["top"]] == pytest.approx(
        logprobs[-1].topk(4).values.tolist(), abs=1e-5
    )


def test_generation_comes_as_events_and_ends_with_the_whole(client: FlaskClient) -> None:
    response = client.post(f"{BASE}/generate", json={"text": TEXT, "max_tokens": 6})
    assert response.mimetype == "text/event-stream"
    told = events(response.text)
    assert [name for name, _ in told][-1] == "done"
    steps, done = [step for name, step in told if name == "step"], told[-1][1]
    assert "".join(step["text"] for step in steps) == done["runs"][0]["text"]
    assert [step["token"] for step in steps] == done["runs"][0]["tokens"]
    assert done == asked(client, "generate", max_tokens=6)


def test_generation_with_an_intervention_comes_beside_the_one_without(client: FlaskClient) -> None:
    act = {"layer": 1, "unit": 5, "op": "add", "value": 40}
    done = asked(client, "generate", max_tokens=8, interventions=[act])
    assert [run["run"] for run in done["runs"]] == ["without", "with"]
    assert done["runs"][0] == asked(client, "generate", max_tokens=8)["runs"][0]
    nothing = asked(client, "generate", max_tokens=8, interventions=[act | {"value": 0}], temperature=1.0, seed=5)
    assert nothing["parts_at"] is None
    assert nothing["runs"][0]["tokens"] == nothing["runs"][1]["tokens"]


def test_intervention_of_strength_nothing_changes_not_one_bit(client: FlaskClient) -> None:
    told = asked(client, "predictions", interventions=[{"layer": 0, "unit": 3, "op": "add", "value": 0}])
    assert told["changed"]["positions"] == told["positions"]
    assert told["changed"]["answers"] == told["answers"]
    assert set(told["difference"]["kl"][1:]) == {0.0}


def test_turns_of_a_conversation_go_through_the_chat_template(client: FlaskClient) -> None:
    from_text = asked(client, "tokenize", text="hi<eot>yes<eot>and")
    roles = ("user", "assistant", "user")
    messages = [{"role": role, "content": said} for role, said in zip(roles, ("hi", "yes", "and"), strict=True)]
    from_messages = client.post(f"{BASE}/tokenize", json={"messages": messages}).json
    assert from_text == from_messages
    assert "".join(from_text["tokens"]) == "user: hi<s>assistant: yes<s>user: and<s>assistant: "
    assert from_text["bos"]  # the template wrote it; it is not put there twice
    plain = asked(client, "tokenize", text="hi<eot>", plain=True)
    assert "".join(plain["tokens"]) == "hi<eot>"


BAD: list[tuple[str, dict[str, Any], int, str]] = [
    ("activations", {"text": ""}, 400, "empty"),
    ("activations", {"text": None}, 400, "text or messages"),
    ("predictions", {"text": "a b " * 50_000}, 400, "shorten it"),
    ("activations", {"units": [{"layer": 9, "unit": 0}]}, 400, "layer 9"),
    ("activations", {"units": [{"layer": 0, "unit": 24}]}, 400, "units 0 to 23"),
    ("activations", {"units": [{"layer": 0, "unit": -1}]}, 400, "units 0 to 23"),
    ("activations", {"units": []}, 400, "from 1 to"),
    ("activations", {"units": [{"layer": 0, "unit": 0, "source": "none"}]}, 400, "no SAE 'none'"),
    ("activations", {"dataset": "other"}, 404, "no dataset 'other'"),
    ("predictions", {"interventions": [{"layer": 0, "unit": 0, "op": "add", "value": 1e38}]}, 400, "beyond"),
    ("predictions", {"interventions": [{"layer": 0, "unit": 0, "op": "add"}]}, 400, "needs a number"),
    ("predictions", {"interventions": [{"layer": 0, "unit": 0, "op": "fly", "value": 1}]}, 422, "fly"),
    (
        "predictions",
        {"interventions": [{"layer": 0, "unit": 0, "op": "set", "value": 1, "positions": [99]}]},
        400,
        "99",
    ),
    ("predictions", {"splice": {"saes": ["none"]}}, 400, "no SAE 'none'"),
    ("top-units", {"k": 0}, 400, "k: 0"),
    ("generate", {"max_tokens": 0}, 400, "max_tokens"),
    ("generate", {"text": ""}, 400, "empty"),
    ("generate", {"text": "", "stream": True}, 400, "empty"),
    ("generate", {"temperature": -1}, 400, "temperature"),
    ("tokenize", {"txt": "a"}, 422, "txt"),
]


@pytest.mark.parametrize(("path", "body", "status", "said"), BAD)
def test_bad_input_is_a_sentence_and_the_next_request_works(
    client: FlaskClient, path: str, body: dict[str, Any], status: int, said: str
) -> None:
    response = client.post(f"{BASE}/{path}", json={"text": TEXT, **BODIES[path], **body})
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.text
    assert said in response.json["detail"]
    asked(client, "activations")


@pytest.mark.parametrize("body", [b'{"text": "\\ud800"}', b'{"text": "a", "x": NaN}', b"{", b""])
def test_what_is_no_json_is_told_so(client: FlaskClient, body: bytes) -> None:
    response = client.post(f"{BASE}/tokenize", data=body, content_type="application/json")
    assert response.status_code == 400
    assert "JSON" in response.json["detail"]


def test_infinite_predictions_are_a_sentence(client: FlaskClient) -> None:
    acts = [{"layer": 0, "unit": unit, "op": "set", "value": 1e6} for unit in range(24)]
    response = client.post(f"{BASE}/predictions", json={"text": TEXT, "interventions": acts})
    assert response.status_code in (200, 400)  # layer norms may bear it
    assert "NaN" not in response.text


def test_a_listener_who_leaves_ends_the_generation_and_the_next_request_works(client: FlaskClient) -> None:
    response = client.post(f"{BASE}/generate", json={"text": TEXT, "max_tokens": 200}, buffered=False)
    first = next(iter(response.response))
    assert b"event: step" in bytes(first)  # type: ignore[arg-type]
    response.close()
    asked(client, "activations")


def test_answers_of_many_at_once_are_each_ones_own(client: FlaskClient) -> None:
    texts = [" ".join(["cat"] * n) for n in range(1, 25)]
    alone = {text: asked(client, "activations", text=text)["units"][0]["record"] for text in texts}
    together: dict[str, Any] = {}

    def one(text: str) -> None:
        together[text] = asked(client.application.test_client(), "activations", text=text)["units"][0]["record"]

    threads = [threading.Thread(target=one, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for text in texts:
        assert together[text]["tokens"] == alone[text]["tokens"]
        assert together[text]["activations"] == pytest.approx(alone[text]["activations"], abs=1e-5)


def test_dataset_of_another_model_is_refused_with_the_reason(lively: Any, collated: Path, packed: Path) -> None:
    client = lively({"tiny": str(collated), "other": str(packed)})
    model = client.get("/api/site.json").json["models"][0]
    assert model["datasets"] == ["tiny"]
    assert "another model" in model["refused"]["other"]
    response = client.post(f"{BASE}/activations", json={"text": TEXT, "units": UNITS, "dataset": "other"})
    assert (response.status_code, response.json["detail"]) == (404, model["refused"]["other"])


def test_model_that_cannot_be_loaded_says_why_without_its_place(model: Path, tmp_path: Path) -> None:
    broken = tmp_path / "secret" / "broken"
    broken.mkdir(parents=True)
    for file in model.iterdir():
        if file.suffix != ".safetensors":
            (broken / file.name).write_bytes(file.read_bytes())
    import time

    from neuronscope_server.app import create_app
    from neuronscope_server.catalog import open_catalog
    from neuronscope_server.shapes import LiveOptions, Options

    app = create_app(open_catalog({}), Options(live=LiveOptions("broken", str(broken))))
    client = app.test_client()
    while (now := client.get("/api/site.json").json["models"][0])["status"] == "loading":
        time.sleep(0.02)
    assert now["status"] == "failed"
    assert "broken" in now["detail"]
    assert "secret" not in now["detail"]
    response = client.post("/api/models/broken/tokenize", json={"text": "a"})
    assert (response.status_code, now["detail"] in response.json["detail"]) == (503, True)


def test_predictions_of_the_base_model_are_its_own(lively: Any, model: Path, tmp_path: Path) -> None:
    import shutil

    from safetensors.torch import load_file, save_file

    base = shutil.copytree(model, tmp_path / "base")
    weights = load_file(base / "model.safetensors")
    name = next(name for name in weights if "mlp" in name and weights[name].ndim == 2)
    save_file({**weights, name: weights[name] * -3}, base / "model.safetensors", metadata={"format": "pt"})
    client = lively(base=str(base), base_device="cpu")
    assert client.get(BASE).json["base"] == "base"
    base_loss = asked(client, "predictions", model="base")["loss"]
    assert base_loss != pytest.approx(asked(client, "predictions")["loss"], abs=1e-4)
    alone = Live(load_subject(str(base))).predictions(TEXT).loss
    assert base_loss == pytest.approx(alone, abs=1e-5)
    change = [{"layer": 0, "unit": 3, "op": "add", "value": 1}]
    response = client.post(f"{BASE}/predictions", json={"text": TEXT, "model": "base", "interventions": change})
    assert (response.status_code, "instruct model only" in response.json["detail"]) == (400, True)


def test_without_a_base_model_its_predictions_are_refused(client: FlaskClient) -> None:
    response = client.post(f"{BASE}/predictions", json={"text": TEXT, "model": "base"})
    assert (response.status_code, "--base" in response.json["detail"]) == (400, True)
    assert "base" not in client.get(BASE).json


def test_a_device_of_what_is_not_given_is_refused() -> None:
    with pytest.raises(BadInput, match="no base model"):
        checked_live("gpt2", [], None, "float32", Devices(base="cpu"))
    with pytest.raises(BadInput, match="no crosscoder"):
        checked_live("gpt2", ["gpt2/some"], None, "float32", Devices(crosscoder="cpu"))
    given = checked_live("gpt2", ["x=crosscoder:c@3"], "gpt2", "float32", Devices("cpu", "meta", "cuda:1"))
    assert given is not None
    assert (given.device, given.base_device, given.crosscoder_device) == ("cpu", "meta", "cuda:1")


def test_site_without_a_live_model_says_so(app: Any) -> None:
    response = app.test_client().post(f"{BASE}/tokenize", json={"text": "a"})
    assert response.status_code == 404
    assert "--model" in response.json["detail"]
    assert app.test_client().get("/api/models/tiny").status_code == 404


def test_card_says_what_can_be_read(client: FlaskClient) -> None:
    card = client.get(BASE).json
    assert (card["layers"], card["d_model"], card["bos"], card["chat"]) == (2, 16, "first-position-ignored", True)
    assert card["sources"][0]["units"] == {"0": 24, "1": 24}
    assert "blocks.{layer}.hook_resid_post" in card["hooks"]
