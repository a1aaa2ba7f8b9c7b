"""SmolLM2 scores a text about a unit of the sample, asked over HTTP, and the score is kept beside the text."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from neuronscope.annotations.schema import sqlite_url
from neuronscope.llm.accounting import Totals
from neuronscope.llm.protocol import (
    CandidateLogprobs,
    CandidateQuestion,
    Description,
    Failure,
    Reply,
    Sampling,
    TokenLogprobs,
)
from neuronscope.messages import Prompt
from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog
from neuronscope_server.scoring import ModelScorer
from neuronscope_server.shapes import Options, Scoring

CHECKOUT = Path(__file__).parents[2]
SMOLLM2 = CHECKOUT / ".cache/smollm2"
SAMPLING = Sampling()
UNIT = "/api/datasets/sample/units/16/750"


def ready(client: FlaskClient, seconds: float = 120) -> str:
    deadline = time.monotonic() + seconds
    while (model := client.get("/api/site.json").json["models"][0])["status"] == "loading":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert model["status"] == "ready", model["detail"]
    return str(model["name"])


def scored(client: FlaskClient, *, seed: int) -> dict[str, Any]:
    """A job that scores a text, once it has ended."""
    job = client.post(f"{UNIT}/score", json={"text": "words for heroes", "seed": seed}).json["job"]
    events = client.get(f"/api/jobs/{job}/events").text
    last: dict[str, Any] = json.loads(events.strip().rpartition("data: ")[2])
    return last


class Even:
    """A model that thinks nothing of anything: every candidate is as likely as any other, everywhere."""

    def describe(self) -> Description:
        return Description("even", "local", "text", context_tokens=8192)

    def totals(self) -> Totals:
        return Totals()

    def count_tokens(self, prompt: Prompt) -> int:
        return len(prompt if isinstance(prompt, str) else "".join(message.content for message in prompt)) // 4

    async def complete(self, prompt: Prompt, n: int = 1, *, sampling: Sampling = SAMPLING) -> Reply:
        raise AssertionError(f"nothing is to be written: {n} x {prompt!r}, {sampling}")

    async def token_logprobs(self, prompt: str, *, top: int = 5) -> TokenLogprobs | Failure:
        raise AssertionError(f"all candidates are asked for together: {prompt!r}, {top}")

    async def candidate_logprobs(self, question: CandidateQuestion) -> CandidateLogprobs | Failure:
        even = (-math.log(len(question.candidates)),) * len(question.candidates)
        return CandidateLogprobs(tuple((even,) * len(offsets) for offsets in question.offsets))

    async def close(self) -> None:
        pass


def test_a_model_that_knows_nothing_has_no_correlation_and_the_reason_comes_along() -> None:
    catalog = open_catalog({"sample": str(CHECKOUT / "data/sample")})
    scorer = ModelScorer(Scoring(["./even"]), opened=lambda _: Even())
    client = create_app(catalog, scorer=scorer).test_client()
    assert ready(client) == "even"
    last = scored(client, seed=3)
    assert (last["state"], last["detail"]) == ("done", None)
    correlation = last["result"]["scores"]["correlation"]
    assert correlation["value"] is None
    assert correlation["reason"]
    assert last["result"]["baselines"]["lookup"]["correlation"]["value"] is not None


@pytest.mark.nightly
def test_smollm2_scores_a_text_of_the_sample(tmp_path: Path) -> None:
    catalog = open_catalog({"sample": str(CHECKOUT / "data/sample")})
    options = Options(annotations=sqlite_url(tmp_path / "w.sqlite"), scoring=Scoring([str(SMOLLM2)]))
    client = create_app(catalog, options).test_client()
    assert ready(client) == "smollm2"
    client.post(f"{UNIT}/explanations", json={"text": "words for heroes", "author": "Ada"})
    last = scored(client, seed=3)
    assert (last["state"], last["detail"]) == ("done", None)
    assert last["progress"]["done"] == last["progress"]["total"] > 0
    result = last["result"]
    correlation = result["scores"]["correlation"]
    assert -1 <= correlation["value"] <= 1
    assert correlation["tokens"] > 100
    assert result["baselines"]["lookup"]["correlation"]["value"] is not None
    assert result["provenance"]["simulator"] == "all-at-once"
    assert result["provenance"]["options"]["seed"] == 3
    (kept,) = client.get("/api/datasets/sample/annotations/16/750.json").json["explanations"]
    assert (kept["scores"], kept["baselines"]) == (result["scores"], result["baselines"])


def test_a_site_without_a_model_loads_neither_torch_nor_a_database() -> None:
    code = f"""
import sys
from neuronscope.llm.accounting import Totals
from neuronscope.llm.protocol import (
    CandidateLogprobs,
    CandidateQuestion,
    Description,
    Failure,
    Reply,
    Sampling,
    TokenLogprobs,
)
from neuronscope.messages import Prompt
from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog
client = create_app(open_catalog({{"sample": {str(CHECKOUT / "data/sample")!r}}})).test_client()
assert client.get("{UNIT}/annotations").status_code == 404
assert client.get("/api/site.json").status_code == 200
assert client.post("{UNIT}/score", json={{"text": "x"}}).status_code == 403
sys.exit(str([name for name in ("torch", "transformers", "openai", "sqlalchemy") if name in sys.modules]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"
