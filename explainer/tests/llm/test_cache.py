"""Answers on disk: found by everything that matters, never wrong, shared by processes."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from neuronscope.errors import BrokenData
from neuronscope.llm import Cached, CandidateQuestion, Failure, LocalModel, Message, Prices, Sampling, TokenLogprobs

Stub = Any  # see conftest
HELLO = [Message("user", "Hello")]

ASK = """
import asyncio, sys
from pathlib import Path
from neuronscope.llm import Cached, OpenAIServer, Sampling
url, path, first = sys.argv[1:]
model = Cached(OpenAIServer("m", url), Path(path))

async def main():
    for seed in range(40):
        reply = await model.complete("question", sampling=Sampling(seed=(seed + int(first)) % 40))
        assert reply.choices[0].text == "fine", reply
    await model.close()

asyncio.run(main())
"""


def numbered() -> Callable[[str, dict[str, Any]], dict[str, Any]]:
    """Answers that tell which request they are to."""
    count = iter(range(1000))
    return lambda _path, _body: {"body": {"choices": [{"message": {"content": f"answer {next(count)}"}}]}}


def test_the_same_request_is_asked_once(stub: Stub, tmp_path: Path) -> None:
    stub.answer = numbered()
    model = Cached(stub.model(prices=Prices(1, 1)), tmp_path / "below" / "answers.sqlite")
    replies = [asyncio.run(model.complete(prompt)) for prompt in (HELLO, tuple(HELLO), HELLO)]
    assert replies[0] == replies[1] == replies[2]
    assert (model.totals().requests, model.totals().cached, len(stub.seen)) == (1, 2, 1)
    again = Cached(stub.model(), tmp_path / "below" / "answers.sqlite")
    assert asyncio.run(again.complete(HELLO)) == replies[0]


def test_whatever_can_change_an_answer_makes_another_request(stub: Stub, tmp_path: Path) -> None:
    stub.answer = numbered()
    path = tmp_path / "answers.sqlite"
    base = Sampling(temperature=0.5, top_p=0.9, max_tokens=5, stop=("x",), seed=1, top_logprobs=2)
    changes: list[dict[str, Any]] = [
        {}, {"temperature": 0.6}, {"top_p": 0.8}, {"max_tokens": 6}, {"stop": ("y",)}, {"seed": 2}, {"seed": None},
        {"top_logprobs": None},
    ]  # fmt: skip
    prompts = ["Hello", HELLO, [Message("system", "Hello")], [Message("user", "Hello"), Message("assistant", "")]]
    forms = [stub.model(), stub.model(prompt_form="text")]
    asked = [(Cached(model, path), "Hello", base, 1) for model in forms]
    asked += [(Cached(forms[0], path), prompt, replace(base, **change), 1) for prompt in prompts for change in changes][
        1:
    ]
    asked += [(Cached(forms[0], path), "Hello", base, 2)]
    for model, prompt, sampling, n in asked:
        asyncio.run(model.complete(prompt, n, sampling=sampling))
        assert model.totals().cached == 0
    before = len(stub.seen)
    for model, prompt, sampling, n in asked:
        asyncio.run(model.complete(prompt, n, sampling=sampling))
        assert model.totals().cached == 1
    assert len(stub.seen) == before


def test_failures_are_asked_for_again(stub: Stub, tmp_path: Path) -> None:
    stub.turns += [
        {"status": 400},
        {"body": {"choices": [{"message": {"content": ""}}, {"message": {"content": "a"}}]}},
    ]
    model = Cached(stub.model(), tmp_path / "answers.sqlite")
    assert isinstance(asyncio.run(model.complete(HELLO)).choices[0], Failure)
    assert isinstance(asyncio.run(model.complete(HELLO)).choices[0], Failure)
    assert not isinstance(asyncio.run(model.complete(HELLO)).choices[0], Failure)
    assert (model.totals().cached, len(stub.seen)) == (0, 3)


def test_log_probabilities_come_back_as_they_were(bytes_model: LocalModel, tmp_path: Path) -> None:
    model = Cached(bytes_model, tmp_path / "answers.sqlite")
    question = CandidateQuestion("a", ("b\tc\n🙂\t",), ((2, 6),), ("1", "2", "10"))
    first, again = (asyncio.run(model.candidate_logprobs(question)) for _ in range(2))
    assert first == again
    first_tokens, again_tokens = (asyncio.run(model.token_logprobs("the cat", top=2)) for _ in range(2))
    assert isinstance(first_tokens, TokenLogprobs)
    assert first_tokens == again_tokens
    assert first_tokens != asyncio.run(model.token_logprobs("the cat", top=1))
    assert model.totals().cached == 2


def test_several_processes_share_a_file(stub: Stub, tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    command = [sys.executable, "-c", ASK, stub.url, str(path)]
    running = [subprocess.Popen([*command, str(first)], stderr=subprocess.PIPE) for first in (0, 13, 26)]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM answers").fetchone() == (40,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert 40 <= len(stub.seen) <= 120


def test_a_damaged_answer_is_asked_for_again_and_replaced(stub: Stub, tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    model = Cached(stub.model(), path)
    first = asyncio.run(model.complete(HELLO))
    for damage in (b'{"choices": [{"comp', b"{}", b'{"choices": [], "usage": {}}', b"\xff", "text"):
        with sqlite3.connect(path) as database:
            database.execute("UPDATE answers SET answer = ?", (damage,))
        assert asyncio.run(model.complete(HELLO)) == first
    assert len(stub.seen) == 6


def test_a_file_that_is_no_cache_says_so(stub: Stub, tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    path.write_bytes(b"something else, and rather long " * 100)
    with pytest.raises(BrokenData, match="not a cache of answers"):
        Cached(stub.model(), path)
