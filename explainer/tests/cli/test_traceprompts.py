"""``trace --prompts``: means over the lines of a file, as the library gives them, and lines that cannot be."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from neuronscope.subject import load_subject
from neuronscope.trace import TraceOptions, logit, loss, trace_prompts

LINES = [{"text": "the cat sees a dog"}, {"text": "a dog", "metric": "logit:c"}]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    path = tmp_path / "prompts.jsonl"
    path.write_text("\n\n".join(map(json.dumps, LINES)) + "\n")
    return path


@pytest.mark.parametrize("per", ["position", "unit"])
def test_means_are_those_of_the_library(run: Run, tiny_gpt2: Path, prompts: Path, tmp_path: Path, per: str) -> None:
    asked = ("trace", tiny_gpt2, "--prompts", prompts, "--together", per, "--top", 7, "--csv", tmp_path / "nodes.csv")
    code, out, err = run(*asked, "--json")
    assert code == 0, err
    told = json.loads(out)
    texts, metrics = [line["text"] for line in LINES], [loss(), logit("c")]
    options = TraceOptions(keep=7)
    nodes = trace_prompts(load_subject(str(tiny_gpt2)), texts, metrics, per=per, options=options)  # type: ignore[arg-type]
    assert [node["effect"] for node in told["nodes"]] == pytest.approx([node.effect for node in nodes])
    assert [(one["prompt"], one["metric"]) for one in told["prompts"]] == [(texts[0], "loss"), (texts[1], "logit:c")]
    assert told["total"] >= 48
    rows = list(csv.DictReader((tmp_path / "nodes.csv").open()))
    assert [float(row["effect"]) for row in rows] == [node["effect"] for node in told["nodes"]]
    code, out, _ = run(*asked)
    assert (code, "Means over 2 prompts" in out) == (0, True)


def test_what_cannot_be_averaged_is_refused_before_the_model_is_loaded(run: Run, prompts: Path, tmp_path: Path) -> None:
    broken, empty = tmp_path / "broken.jsonl", tmp_path / "empty.jsonl"
    broken.write_text('{"text": "a"}\n{"text": 3}\n')
    empty.write_text("\n")
    for given, said in (
        ((), "give a TEXT, or --prompts"),
        (("a", "--prompts", prompts), "and not both"),
        (("--prompts", prompts, "--verify"), "--verify is about one prompt"),
        (("--prompts", prompts, "--edges", 5), "--edges is about one prompt"),
        (("--prompts", prompts, "--method", "exact"), "several texts are traced by patching"),
        (("--prompts", prompts, "--together", "token"), "per 'token' is unknown"),
        (("--prompts", broken), "line 2"),
        (("--prompts", empty), "has no prompts"),
        (("--prompts", tmp_path / "none"), "there is no such file"),
    ):
        code, _, err = run("trace", "./no/model", *given)
        assert (code, said in " ".join(err.split())) == (2, True), err
