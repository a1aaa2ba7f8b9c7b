"""Prompt log-probabilities over HTTP, from a server that echoes like vLLM with a real model behind it."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest

from neuronscope.errors import BadInput
from neuronscope.llm import CandidateLogprobs, CandidateQuestion, LocalModel, Message, TokenLogprobs

TEXT = "cat\tx\n dog\tx\n tree\tx\n"
PLACES = tuple(index + 1 for index, character in enumerate(TEXT) if character == "\t")
DIGITS = ("1", "2", "7")

Stub = Any  # see conftest


def echoing(model: LocalModel) -> Any:
    """Answers of ``/completions`` with echo: the prompt's tokens by the model, and one more."""

    def answer(path: str, body: dict[str, Any]) -> dict[str, Any]:
        assert (path, body["echo"]) == ("/v1/completions", True)
        read = asyncio.run(model.token_logprobs(body["prompt"] + "!", top=300))
        assert isinstance(read, TokenLogprobs)
        assert read.tokens[-1] == "!"
        logprobs = {
            "tokens": list(read.tokens),
            "token_logprobs": list(read.logprobs),
            "top_logprobs": [{c.token: c.logprob for c in reversed(top)} or None for top in read.top],
            "text_offset": list(read.offsets),
        }
        return {"body": {"choices": [{"text": body["prompt"] + "!", "logprobs": logprobs}]}}

    return answer


def test_candidates_over_http_are_those_of_the_model_behind_it(stub: Stub, bytes_model: LocalModel) -> None:
    stub.answer = echoing(bytes_model)
    question = CandidateQuestion("Numbers:\n", (TEXT, TEXT[4:]), (PLACES, tuple(p - 4 for p in PLACES[1:])), DIGITS)
    served, local = (asyncio.run(it.candidate_logprobs(question)) for it in (stub.model(), bytes_model))
    assert isinstance(served, CandidateLogprobs)
    assert isinstance(local, CandidateLogprobs)
    ours, theirs = (list(itertools.chain(*itertools.chain(*it.values))) for it in (served, local))
    assert len(ours) == 15
    assert ours == pytest.approx(theirs, abs=1e-4)


def test_a_prompts_own_tokens_over_http_are_those_of_the_model(stub: Stub, bytes_model: LocalModel) -> None:
    stub.answer = echoing(bytes_model)
    served, local = (asyncio.run(it.token_logprobs("the cat sees", top=4)) for it in (stub.model(), bytes_model))
    assert isinstance(served, TokenLogprobs)
    assert isinstance(local, TokenLogprobs)
    assert (served.tokens, served.offsets) == (local.tokens, local.offsets)
    assert served.logprobs[1:] == pytest.approx(local.logprobs[1:], abs=1e-5)
    # The server's alternatives are by text, so tokens that are parts of characters fall together.
    for ours, theirs in zip(served.top, local.top, strict=True):
        assert {c.token for c in theirs} <= {c.token for c in ours}


def test_a_candidate_of_several_tokens_is_refused_with_a_sentence(stub: Stub, bytes_model: LocalModel) -> None:
    stub.answer = echoing(bytes_model)
    with pytest.raises(BadInput, match="writes '10' as several tokens"):
        asyncio.run(stub.model().candidate_logprobs(CandidateQuestion("a", (TEXT,), (PLACES,), ("1", "10"))))


def test_a_candidate_that_is_not_among_those_given_is_not_known(stub: Stub, bytes_model: LocalModel) -> None:
    whole = echoing(bytes_model)

    def answer(path: str, body: dict[str, Any]) -> dict[str, Any]:
        turn = whole(path, body)
        logprobs = turn["body"]["choices"][0]["logprobs"]
        logprobs["top_logprobs"] = [top and {"\n": -9.0} for top in logprobs["top_logprobs"]]
        return dict(turn)

    stub.answer = answer
    served = asyncio.run(stub.model().candidate_logprobs(CandidateQuestion("a", (TEXT,), (PLACES,), DIGITS)))
    assert isinstance(served, CandidateLogprobs)
    assert served.values == (((None,) * 3,) * 3,)


def test_a_server_that_does_not_echo_is_refused_with_a_sentence(stub: Stub) -> None:
    stub.answer = lambda _path, _body: {"body": {"choices": [{"text": "fine", "logprobs": None}]}}
    with pytest.raises(BadInput, match="gives no log-probabilities of a prompt: use a model in process"):
        asyncio.run(stub.model().token_logprobs("a text"))
    stub.answer = lambda _path, _body: {"status": 400, "body": {"error": {"message": "echo is not supported"}}}
    with pytest.raises(BadInput, match="echo is not supported"):
        asyncio.run(stub.model().token_logprobs("a text"))


def test_messages_are_read_only_where_their_form_is_known(stub: Stub, bytes_model: LocalModel) -> None:
    question = CandidateQuestion([Message("user", "cat")], ("a\t",), ((2,),), DIGITS)
    with pytest.raises(BadInput, match="plain text"):
        asyncio.run(stub.model().candidate_logprobs(question))
    stub.answer = echoing(bytes_model)
    served, local = (
        asyncio.run(it.candidate_logprobs(question)) for it in (stub.model(prompt_form="text"), bytes_model)
    )
    assert isinstance(served, CandidateLogprobs)
    assert isinstance(local, CandidateLogprobs)
    assert served.values[0][0] == pytest.approx(local.values[0][0], abs=1e-4)


def test_a_server_that_fails_is_a_failure_that_is_counted(stub: Stub) -> None:
    stub.answer = lambda _path, _body: {"status": 500}
    model = stub.model(max_retries=0)
    assert getattr(asyncio.run(model.token_logprobs("a text")), "kind", None) == "server-error"
    assert model.totals().failures == {"server-error": 1}
