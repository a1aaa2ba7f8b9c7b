"""Recordings: what was said is said again, and nothing else is."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from neuronscope.errors import BadInput, BrokenData
from neuronscope.llm import CandidateQuestion, LocalModel, Message, Recorded, Recording, Sampling

Stub = Any  # see conftest
QUESTION = CandidateQuestion("Numbers:\n", ("cat\tx",), ((4,),), ("1", "10"))


@pytest.fixture
def recording(bytes_model: LocalModel, tmp_path: Path) -> Path:
    """What a real model said to four questions."""
    model = Recording(bytes_model, tmp_path / "said.jsonl")
    asyncio.run(model.complete("the cat sees a tree", 2, sampling=Sampling(max_tokens=3, seed=1, top_logprobs=2)))
    asyncio.run(model.complete([Message("user", "the dog")], sampling=Sampling(max_tokens=300)))  # too long: a failure
    asyncio.run(model.token_logprobs("the cat", top=1))
    asyncio.run(model.candidate_logprobs(QUESTION))
    return tmp_path / "said.jsonl"


def test_all_answers_come_back_failures_too(recording: Path, bytes_model: LocalModel) -> None:
    model = Recorded(recording)
    sampling = Sampling(max_tokens=3, seed=1, top_logprobs=2)
    assert asyncio.run(model.complete("the cat sees a tree", 2, sampling=sampling)) == asyncio.run(
        bytes_model.complete("the cat sees a tree", 2, sampling=sampling)
    )
    (failure,) = asyncio.run(model.complete([Message("user", "the dog")], sampling=Sampling(max_tokens=300))).choices
    assert getattr(failure, "kind", None) == "rejected"
    assert asyncio.run(model.token_logprobs("the cat", top=1)) == asyncio.run(
        bytes_model.token_logprobs("the cat", top=1)
    )
    assert asyncio.run(model.candidate_logprobs(QUESTION)) == asyncio.run(bytes_model.candidate_logprobs(QUESTION))
    assert model.describe() == bytes_model.describe()
    assert (model.totals().requests, model.totals().failures) == (4, {"rejected": 1})
    asyncio.run(model.close())


def test_an_unknown_request_shows_where_the_nearest_one_differs(recording: Path) -> None:
    model = Recorded(recording)
    sampling = Sampling(max_tokens=3, seed=1, top_logprobs=2)
    with pytest.raises(BadInput, match="parts at character 13: 'a tree' there, 'two trees' here"):
        asyncio.run(model.complete("the cat sees two trees", 2, sampling=sampling))
    with pytest.raises(BadInput, match="n is 2 there and 1 here"):
        asyncio.run(model.complete("the cat sees a tree", 1, sampling=sampling))
    with pytest.raises(BadInput, match="no answer to this token_logprobs"):
        asyncio.run(model.token_logprobs("the tree", top=1))


def test_nothing_of_its_kind_is_said_too(stub: Stub, tmp_path: Path) -> None:
    asyncio.run(Recording(stub.model(), tmp_path / "said.jsonl").complete("a"))
    with pytest.raises(BadInput, match="nor any of its kind"):
        asyncio.run(Recorded(tmp_path / "said.jsonl").token_logprobs("a"))


def test_a_request_that_was_asked_twice_gets_both_answers_in_turn(stub: Stub, tmp_path: Path) -> None:
    bodies = ({"body": {"choices": [{"message": {"content": text}}]}} for text in ("first", "second"))
    stub.turns += bodies
    model = Recording(stub.model(), tmp_path / "said.jsonl")
    prompt = [Message("user", "Hello")]
    said = [asyncio.run(model.complete(prompt)) for _ in range(2)]
    replayed = Recorded(tmp_path / "said.jsonl")
    assert [asyncio.run(replayed.complete(prompt)) for _ in range(3)] == [*said, said[1]]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"not JSON", "line 2 is not an exchange"),
        (b'{"request": {"call": "sing"}}', "line 2 is not an exchange"),
        (b'{"request": {"call": "complete", "text": "a", "n": 1}, "answer": {}}', "line 2: the answer does not fit"),
        (
            b'{"request": {"call": "complete", "text": "a", "n": 1, "sampling": {"top_p": 7}}}',
            "line 2 is not an exchange",
        ),
    ],
)
def test_a_file_that_is_no_recording_is_named_with_its_line(
    recording: Path, tmp_path: Path, line: bytes, words: str
) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_bytes(recording.read_bytes().splitlines()[0] + b"\n" + line + b"\n")
    with pytest.raises(BrokenData, match=words):
        Recorded(broken)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        Recorded(tmp_path / "nothing.jsonl")
