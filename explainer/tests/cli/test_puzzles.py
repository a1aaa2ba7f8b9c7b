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
    """10 for tokens that stand in the explanation asked about, 0 for others; yes for sentences with a longer one."""
    asked = body["messages"][-1]["content"]
    (explanation,) = re.findall(r"^This unit is active on (.*)\.$", asked, re.MULTILINE)
    listed = re.findall(r"^Tokens: (.*)$", asked, re.MULTILINE)
    if not listed:
        (text,) = re.findall(r"^Text: (.*)$", asked, re.MULTILINE)
        return reply("yes" if any(named(word, explanation) for word in re.findall(r"\w{4,}", text)) else "no")
    numbers = [{"token": token, "activation": 10 * named(token, explanation)} for token in json.loads(listed[0])]
    return reply(json.dumps(numbers, ensure_ascii=False))


def named(token: str, explanation: str) -> bool:
    return re.search(rf"\b{re.escape(token.strip())}\b", explanation) is not None


def reply(content: str) -> dict[str, Any]:
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


def test_a_judge_of_whole_sentences_has_a_rank_beside(stub: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stub.answer = answer
    asking = ("puzzles", "--llm", f"openai:m@{stub.url}", "--no-cache", "--few-shot", "none", "--only", "water_bodies")
    assert run(*asking, "--detection", "--json") == 0
    (solved,) = json.loads(capsys.readouterr().out)["puzzles"]
    # It names lake and harbour; no wrong one has a word of any sentence, and all five are at chance.
    assert solved["detected_by"] == "balanced_accuracy"
    assert solved["detection_rank"] == 1
    assert [one["detection"]["value"] for one in solved["scored"]] == pytest.approx([2 / 3, *[0.5] * 5])
    assert all(one["detection"]["answers"] == 10 for one in solved["scored"])
    assert run(*asking, "--detection") == 0
    assert "By detection (balanced accuracy) it is first in 1 of 1." in capsys.readouterr().out


def test_what_has_no_score_is_named_and_so_is_why(stub: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stub.answer = lambda _path, _body: reply("I would rather not.")
    only = ("--no-cache", "--few-shot", "none", "--only", "water_bodies,colours")
    assert run("puzzles", "--llm", f"openai:m@{stub.url}", *only) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "water_bodies has no rank: the true explanation has no score: " in printed
    assert "The true explanation is first in 0 of 2 puzzles; none has a rank; failures: 120 unparsed." in printed


def test_how_a_model_did_is_kept_beside_the_puzzles(
    stub: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.answer = answer
    asking = ("puzzles", "--llm", f"openai:m@{stub.url}", "--no-cache", "--few-shot", "none", "--only", "water_bodies")
    out = tmp_path / "p"
    assert run(*asking, "--detection", "--json", "--out", out) == 0
    (solved,) = json.loads(capsys.readouterr().out)["puzzles"]
    (kept,) = json.loads((out / "puzzle-results.json").read_bytes())["runs"]
    assert (kept["models"], kept["simulator"], kept["mean_rank"]) == (["m"], "structured", 1)
    assert kept["picked"].pop("interval") == pytest.approx([0.2065, 1], abs=1e-4)
    assert kept["picked"] == {"first": 1, "ranked": 1, "value": 1, "chance": pytest.approx(1 / 6)}
    assert kept["picked_by_detection"]["first"] == 1
    (told,) = kept["puzzles"]
    assert told == {name: value for name, value in solved.items() if name != "failures"}
    assert run("check", out) == 0


def test_a_folder_that_is_not_empty_is_refused_before_a_model_is_asked(
    stub: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.answer = lambda *_: pytest.fail("a model was asked")
    (tmp_path / "something").write_text("x")
    assert run("puzzles", "--llm", f"openai:m@{stub.url}", "--no-cache", "--out", tmp_path) == 2
    assert "not empty" in capsys.readouterr().err
