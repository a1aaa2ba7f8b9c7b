"""Against a real OpenAI-compatible server: llama.cpp on loopback with SmolLM2."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from neuronscope.errors import BadInput
from neuronscope.llm import (
    Cached,
    Completion,
    Failure,
    Message,
    OpenAIServer,
    Recorded,
    Recording,
    Reply,
    Sampling,
    ServerOptions,
    open_llm,
)

TERSE = [Message("system", "Answer in one word."), Message("user", "What colour is the sky on a clear day?")]
GREEDY = Sampling(temperature=0, max_tokens=6)


def model_at(url: str, **options: int) -> OpenAIServer:
    """A model on that server."""
    return OpenAIServer("smollm2", url, options=ServerOptions(concurrency=2, max_retries=0, **options))


def test_messages_are_answered_with_text_and_counted_tokens(llama_cpp: str) -> None:
    model = model_at(llama_cpp)
    reply = asyncio.run(model.complete(TERSE, sampling=GREEDY))
    (choice,) = reply.choices
    assert isinstance(choice, Completion)
    assert choice.text.strip()
    assert choice.logprobs is None
    assert reply.usage.prompt_tokens is not None
    assert reply.usage.prompt_tokens > 20
    assert model.totals().prompt_tokens == reply.usage.prompt_tokens


def test_one_token_comes_with_its_likeliest_alternatives(llama_cpp: str) -> None:
    sampling = Sampling(temperature=0, max_tokens=1, top_logprobs=5)
    for prompt in (TERSE, "The sky is"):
        (choice,) = asyncio.run(model_at(llama_cpp).complete(prompt, sampling=sampling)).choices
        assert isinstance(choice, Completion)
        assert choice.finish_reason == "length"
        assert choice.logprobs is not None
        (token,) = choice.logprobs
        assert len(token.top) == 5
        assert token.top[0].token == token.token
        assert [c.logprob for c in token.top] == sorted((c.logprob for c in token.top), reverse=True)
        assert all(c.logprob <= 0 for c in token.top)


def test_more_choices_than_it_gives_at_once_come_all_the_same(llama_cpp: str) -> None:
    model = model_at(llama_cpp)
    reply = asyncio.run(model.complete(TERSE, 3, sampling=Sampling(temperature=1, max_tokens=4, seed=1)))
    assert [type(choice) for choice in reply.choices] == [Completion] * 3
    assert model.totals().failures == {}


def test_a_prompt_that_is_too_long_is_rejected_in_the_servers_own_words(llama_cpp: str) -> None:
    model = model_at(llama_cpp)
    (choice,) = asyncio.run(model.complete("word " * 5000, sampling=GREEDY)).choices
    assert isinstance(choice, Failure)
    assert choice.kind == "rejected"
    assert "context size" in choice.reason
    assert model.totals().failures == {"rejected": 1}


def test_it_does_not_echo_and_that_is_said(llama_cpp: str) -> None:
    with pytest.raises(BadInput, match="gives no log-probabilities of a prompt"):
        asyncio.run(model_at(llama_cpp).token_logprobs("The sky is blue."))


def test_a_stop_string_ends_the_text_before_it(llama_cpp: str) -> None:
    sampling = Sampling(temperature=0, max_tokens=30, stop=(",",))
    (choice,) = asyncio.run(model_at(llama_cpp).complete("Red, green, blue, yellow and", sampling=sampling)).choices
    assert isinstance(choice, Completion)
    assert "," not in choice.text


def test_what_it_said_can_be_recorded_replayed_and_kept(llama_cpp: str, tmp_path: Path) -> None:
    model = model_at(llama_cpp)
    recording = Recording(Cached(model, tmp_path / "answers.sqlite"), tmp_path / "said.jsonl")
    first, again = (asyncio.run(recording.complete(TERSE, sampling=GREEDY)) for _ in range(2))
    assert first == again
    assert (recording.totals().requests, recording.totals().cached) == (1, 1)
    replayed = Recorded(tmp_path / "said.jsonl")
    assert asyncio.run(replayed.complete(TERSE, sampling=GREEDY)) == first
    assert replayed.describe() == model.describe()


def test_two_names_are_two_servers_that_share_the_work(llama_cpp: str) -> None:
    model = open_llm([f"openai:one@{llama_cpp}", f"openai:two@{llama_cpp}"])
    assert model is not None

    async def main() -> list[Reply]:
        replies = await asyncio.gather(*(model.complete(TERSE, sampling=GREEDY) for _ in range(4)))
        await model.close()
        return list(replies)

    assert all(isinstance(reply.choices[0], Completion) for reply in asyncio.run(main()))
    assert model.totals().requests == 4
    assert {member.name for member in model.describe().members} == {"one", "two"}
