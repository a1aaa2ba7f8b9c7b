"""`neuronscope explain`, as a person runs it: with no model, and against a server that answers by rules."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neuronscope.cli.arguments import unit_ranges
from neuronscope.cli.models import ModelSettings, open_models
from neuronscope.dataset import open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.errors import BadInput
from neuronscope.explain.planning import UnitRange
from neuronscope.explain.simulators import usual_simulator
from neuronscope.explain.working import EXPLAINING

Run = Callable[..., tuple[int, str, str]]
Stub = Any  # see conftest
SAMPLE = Path(__file__).parents[3] / "data" / "sample"


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The same with caches of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    return run


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A copy of the sample. Units 36, 40 and 47 of its layer 2 have no explanations yet."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "sample"))


def sentence(_path: str, body: dict[str, Any]) -> dict[str, Any]:
    """An explanation, or a list with one number, for whatever is asked."""
    said = body["messages"][-1]["content"]
    token = said.splitlines()[-1].partition('["')[2].partition('", "')[0]
    text = json.dumps([{"token": token, "activation": 3}]) if "Tokens" in said else "words about time"
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return {"body": {"choices": [choice], "usage": {"prompt_tokens": 10, "completion_tokens": 5}}}


def test_without_a_model_units_are_explained_by_their_tokens(run: Run, dataset: Path) -> None:
    code, out, err = run("explain", dataset, "--units", "2:36-47", "--llm", "none")
    assert (code, out) == (0, "")
    assert "3 of 3 units explained, 3 explanations scored with 0 requests" in err
    code, out, _ = run("show", dataset, "2:36")
    assert code == 0
    assert "(token lookup, score 0." in out
    code, out, _ = run("units", dataset, "--layers", "2", "--limit", "9", "--json")
    found = {one["unit"]: one for one in json.loads(out)["units"]}
    assert all(found[unit]["author"] == "token lookup" and found[unit]["score"] is not None for unit in (36, 40, 47))
    with open_dataset(dataset) as opened:
        assert [checked for checked in check_dataset(opened) if checked.faults] == []


def test_json_is_one_object_and_nothing_else(run: Run, dataset: Path, stub: Stub) -> None:
    stub.answer = sentence
    code, out, err = run(
        *("explain", dataset, "--units", "2:36,2:40", "--llm", f"openai:m@{stub.url}", "--json", "--no-shuffled"),
        *("--price-input", "1", "--price-output", "2", "--few-shot", "none", "--scorers", "none", "--seed", "3"),
    )
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert (said["units"], said["explained"], said["requests"], said["stopped"]) == (2, 2, 2, None)
    assert said["cost"] == pytest.approx(2 * (10 + 2 * 5) / 1e6)
    assert (said["options"]["seed"], said["options"]["simulator"]) == (3, "structured")
    assert said["models"][0]["description"]["name"] == "m"
    with open_dataset(dataset) as opened:
        found = opened.explanations(2, 36)
        assert found is not None
        assert found.scored_explanations[0].explanation == "words about time"


def test_several_servers_share_the_work(run: Run, dataset: Path, stub: Stub) -> None:
    stub.answer = sentence
    name = f"openai:m@{stub.url}"
    code, _, err = run("explain", dataset, "--units", "2:36-47", "--llm", name, "--llm", f"openai:n@{stub.url}",
                       "--scorers", "none")  # fmt: skip
    assert code == 0, err
    assert {body["model"] for _, _, body in stub.seen} == {"m", "n"}
    with open_dataset(dataset) as opened:
        found = opened.explanations(2, 36)
        assert found is not None
        assert found.scored_explanations[0].author == "m, n (pairs)"


def test_what_was_asked_in_an_earlier_run_comes_from_the_cache_unless_told_otherwise(
    run: Run, dataset: Path, stub: Stub
) -> None:
    stub.answer = sentence
    asked = ("explain", dataset, "--units", "2:36", "--llm", f"openai:m@{stub.url}", "--scorers", "none")
    run(*asked)
    run(*asked)
    assert len(stub.seen) == 1
    run(*asked, "--no-cache")
    assert len(stub.seen) == 2


def test_answers_that_cannot_be_read_are_counted_and_the_exit_code_says_that_not_all_was_done(
    run: Run, dataset: Path, stub: Stub
) -> None:
    stub.answer = lambda *_: {"status": 400, "body": {"error": {"message": "this prompt is too long"}}}
    code, _, err = run("explain", dataset, "--units", "2:36-47", "--llm", f"openai:m@{stub.url}")
    assert code == 1
    assert "0 of 3 units explained" in err
    assert "failed, rejected: 3, most often (3)" in err
    assert "this prompt is too long" in err


def test_a_budget_stops_with_exit_code_1_and_says_how_to_go_on(run: Run, dataset: Path, stub: Stub) -> None:
    stub.answer = sentence
    asked = ("explain", dataset, "--units", "2:*", "--llm", f"openai:m@{stub.url}", "--scorers", "none", "--no-cache")
    prices = ("--price-input", "0", "--price-output", "200000", "--concurrency", "2")  # a dollar an answer
    code, _, err = run(*asked, *prices, "--budget-usd", "10")
    assert code == 1
    assert "of 10 US dollars are spent. Go on with the same command and --resume" in err
    assert 10 <= len(stub.seen) <= 11
    assert run(*asked)[0] == 2
    code, out, _ = run(*asked, "--resume", "--json")
    assert code == 0
    assert json.loads(out)["requests"] == len(stub.seen) == 50


def test_ctrl_c_keeps_what_was_answered_and_says_how_to_go_on(dataset: Path, stub: Stub) -> None:
    reached = threading.Event()

    def answer(path: str, body: dict[str, Any]) -> dict[str, Any]:
        if len(stub.seen) <= 5:
            return sentence(path, body)
        reached.set()
        return {"delay": 5.0, "hang_up": True}

    stub.answer = answer
    command = [sys.executable, "-m", "neuronscope", "explain", str(dataset), "--units", "2:*", "--no-cache"]
    command += ["--llm", f"openai:m@{stub.url}", "--scorers", "none", "--concurrency", "2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert reached.wait(60)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Go on with the same command and --resume" in err
    assert "Traceback" not in err
    assert (dataset / EXPLAINING).is_dir()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--llm", "none", "--units", "x"], "units 'x' cannot be read"),
        (["--llm", "none", "--units", "2:9-3"], "end before they begin"),
        (["--llm", "none", "--units", "77:1"], "has no layer 77"),
        (["--llm", "none", "--units", "2:1"], "has no unit 2:1"),
        (["--units", "2:36"], "name a language model with --llm"),
        (["--llm", "none", "--explainer", "pairs", "--units", "2:36"], "the explainer pairs needs a model"),
        (["--llm", "none", "--explainer", "crystal"], "explainers are crystal"),
        (["--llm", "none", "--samples", "0"], "samples is 0"),
        (["--llm", "gpt"], "'gpt' names no model"),
        (["--llm", "openai:m"], "no server is named for m"),
        (["--llm", "openai:m@http://127.0.0.1:1/v1", "--temperature", "9"], "temperature is 9"),
        (["--llm", "openai:m@http://127.0.0.1:1/v1", "--few-shot", "odd"], "odd"),
        (["--llm", "openai:m@http://127.0.0.1:1/v1", "--budget-usd", "1"], "a budget needs prices"),
        (["--llm", "openai:m@http://127.0.0.1:1/v1", "--price-input", "1"], "prices are --price-input and"),
        (["--llm", "openai:m@http://127.0.0.1:1/v1", "--prompt-form", "verse"], "prompt form 'verse' is unknown"),
        (["--llm", "openai:m@http://127.0.0.1:1/v1", "--scorers", "luck"], "scorers are luck"),
        (["--llm", "none", "--templates", "{}/nowhere"], "is not a folder"),
    ],
)
def test_bad_input_is_a_sentence_and_exit_code_2(run: Run, dataset: Path, arguments: list[str], said: str) -> None:
    before = sorted(dataset.rglob("*"))
    code, out, err = run("explain", dataset, *(part.format(dataset) for part in arguments))
    assert (code, out) == (2, "")
    assert said in err
    assert sorted(dataset.rglob("*")) == before


def test_a_dataset_elsewhere_or_not_ours_is_refused(run: Run, tmp_path: Path) -> None:
    code, _, err = run("explain", tmp_path / "none", "--llm", "none")
    assert code == 2
    assert "does not exist" in err
    code, _, err = run("explain", "https://example.org/data", "--llm", "none")
    assert code == 2
    assert "another machine" in err


def test_units_are_typed_as_ranges() -> None:
    assert unit_ranges("3:17, 3:40-60,5:*,*:2") == (
        UnitRange(3, 17, 17),
        UnitRange(3, 40, 60),
        UnitRange(5),
        UnitRange(None, 2, 2),
    )
    assert unit_ranges(None) == unit_ranges("all") == unit_ranges("*:*") == (UnitRange(),)
    for text in ("", "3", "3:", ":3", "3:1-", "3:-1", "a:b", "3:1;4:2", "3:1,,4:2"):
        with pytest.raises(BadInput, match="cannot be read"):
            unit_ranges(text)


def test_a_simulator_that_fits_the_model_is_chosen() -> None:
    assert usual_simulator(["openai:m"]) == "structured"
    assert usual_simulator(["./folder"]) == usual_simulator(["x.gguf"]) == "all-at-once"


def test_servers_without_a_url_are_where_the_environment_says_and_keys_are_never_shown(tmp_path: Path) -> None:
    environ = {
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "OPENAI_API_KEY": "sk-secret",
        "XDG_CACHE_HOME": str(tmp_path),
    }
    model = open_models(["openai:m"], ModelSettings(cache=False), environ=environ)
    assert model is not None
    assert model.describe().address == "http://127.0.0.1:9/v1"
    assert "secret" not in repr(model) + repr(model.describe())
    assert open_models(["none"], environ=environ) is None
    with pytest.raises(BadInput, match="name a language model"):
        open_models([], environ=environ)
