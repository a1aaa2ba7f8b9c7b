"""``neuronscope puzzles``: the dataset, the table and the JSON, a real server that answers, and nonsense."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from neuronscope.cli import main


def run(*arguments: str) -> int:
    try:
        main(list(map(str, arguments)))
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return 0


def answer(_path: str, body: dict[str, Any]) -> dict[str, Any]:
    """10 for tokens that stand in the explanation asked about, 0 for others."""
    asked = body["messages"][-1]["content"]
    explanation, tokens = re.findall(r"^This unit is active on (.*)\.$|^Tokens: (.*)$", asked, re.MULTILINE)
    numbers = [
        {"token": token, "activation": 10 if re.search(rf"\b{re.escape(token.strip())}\b", explanation[0]) else 0}
        for token in json.loads(tokens[1])
    ]
    content = json.dumps(numbers, ensure_ascii=False)
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    return {"body": {"choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": 9}}}


def test_a_dataset_needs_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("puzzles", "--out", tmp_path / "p", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"dataset": str(tmp_path / "p"), "puzzles": 20}
    assert run("check", tmp_path / "p") == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a model with --llm"),
        (["--only", "nonsense", "--llm", "none"], "no puzzle is called nonsense"),
        (["--llm", "none"], "simulated by a language model"),
        (["--llm", "openai:m@http://127.0.0.1:9/v1", "--explainer", "nonsense"], "explainers are nonsense"),
        (["--llm", "openai:m@http://127.0.0.1:9/v1", "--simulator", "nonsense"], "simulator is nonsense"),
        (["--file", "no-such.json", "--llm", "none"], "cannot be read"),
    ],
)
def test_nonsense_is_a_sentence(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("puzzles", *arguments) == 2
    assert said in capsys.readouterr().err


def test_the_true_explanation_is_ranked_through_a_server(stub: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stub.answer = answer
    asking = ("puzzles", "--llm", f"openai:m@{stub.url}", "--no-cache", "--few-shot", "none", "--only", "water_bodies")
    assert run(*asking, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    (solved,) = said["puzzles"]
    assert solved["candidates"] == 6
    assert solved["scored"][0]["origin"] == "true"
    # It names lake and harbour, which the wrong ones do not.
    assert (solved["rank"], said["first"], said["mean_rank"]) == (1, 1, 1)
    assert run(*asking) == 0
    printed = capsys.readouterr().out
    assert "water_bodies" in printed
    assert "The true explanation is first in 1 of 1 puzzles; mean rank 1.00." in printed
