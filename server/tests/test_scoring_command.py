"""A job scores a text exactly as ``neuronscope score --json`` does: both are run, with one model that is a server."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog
from neuronscope_server.shapes import Options, Scoring

CHECKOUT = Path(__file__).parents[2]
SAMPLE, SMOLLM2 = (str(CHECKOUT / path) for path in ("data/sample", ".cache/smollm2"))
UNIT, TEXT = "2:112", "words for things, 'all' and “nothing” among them"


@pytest.fixture(scope="module")
def stub() -> Iterator[str]:
    """A model's server that answers by rules; its name as --llm takes it."""
    command = [sys.executable, str(CHECKOUT / "benchmarks/stubserver.py"), "--latency", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"openai:stand-in@{server.stdout.readline().strip()}"
        server.terminate()


def site(llm: str, dataset: str = SAMPLE) -> FlaskClient:
    """A site that scores with the model, once that is ready."""
    client = create_app(open_catalog({"sample": dataset}), Options(scoring=Scoring([llm]))).test_client()
    deadline = time.monotonic() + 120
    while client.get("/api/site.json").json["models"][0]["status"] == "loading":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return client


def scored(client: FlaskClient, **body: Any) -> dict[str, Any]:
    """What a job answers with, once it has ended."""
    layer, unit = UNIT.split(":")
    job = client.post(f"/api/datasets/sample/units/{layer}/{unit}/score", json={"text": TEXT} | body).json["job"]
    last: dict[str, Any] = json.loads(client.get(f"/api/jobs/{job}/events").text.strip().rpartition("data: ")[2])
    assert (last["state"], last["detail"]) == ("done", None)
    result: dict[str, Any] = last["result"]
    return result


def printed(llm: str, *more: str, cache: Path, dataset: str = SAMPLE) -> dict[str, Any]:
    """What the command prints."""
    command = [sys.executable, "-m", "neuronscope", "score", dataset, "--unit", UNIT, "--text", TEXT, "--llm", llm]
    environment = {"XDG_CACHE_HOME": str(cache), "PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([*command, *more, "--json"], capture_output=True, text=True, check=True, env=environment)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def timeless(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"provenance": found["provenance"] | {"created": None}}


def test_the_job_and_the_command_give_the_same_to_the_last_digit(stub: str, tmp_path: Path) -> None:
    client = site(stub)
    whole = scored(client, seed=7, sequences=True)
    assert timeless(whole) == timeless(printed(stub, "--seed", "7", "--sequences", cache=tmp_path))
    assert len(whole["sequences"]) == whole["scores"]["correlation"]["sequences"] == 10
    without = scored(client, seed=7)
    assert "sequences" not in without
    assert timeless(without) == timeless({name: its for name, its in whole.items() if name != "sequences"})
    other = scored(client, seed=8)
    assert other["scores"]["correlation"]["value"] == whole["scores"]["correlation"]["value"]
    assert other["scores"]["correlation"]["interval"] != whole["scores"]["correlation"]["interval"]


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_the_job_and_the_command_give_the_same_with_a_real_model(tmp_path: Path) -> None:
    dataset = str(shutil.copytree(SAMPLE, tmp_path / "sample", ignore=shutil.ignore_patterns("explanations")))
    whole = scored(site(SMOLLM2, dataset), seed=3, sequences=True)  # without another unit's words: half the time
    asked = ("--seed", "3", "--sequences")
    assert timeless(whole) == timeless(printed(SMOLLM2, *asked, cache=tmp_path, dataset=dataset))
    one = whole["sequences"][0]
    assert len(one["simulation"]["expected_activations"]) == len(one["true_activations"]) == 64
