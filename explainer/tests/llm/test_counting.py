"""Tokens of prompts: by the model's own tokenizer where it is at hand, and by cl100k where only a server knows."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from neuronscope.llm import Balanced, Cached, Message, OpenAIServer, Recorded, Recording, ServerOptions
from neuronscope.llm.counting import count_cl100k

TURNS = [Message("system", "be brief"), Message("user", "hello world")]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("hello world", 2), ("", 0), ("antidisestablishmentarianism", 6), ("2 + 2 = 4", 7), ("お誕生日おめでとう", 9)],
)
def test_published_counts_of_cl100k(text: str, tokens: int) -> None:
    assert count_cl100k(text) == tokens


def test_special_tokens_are_counted_as_text() -> None:
    assert count_cl100k("<|endoftext|>") > 1


def test_messages_cost_what_their_form_puts_around_them() -> None:
    assert count_cl100k(TURNS) == 2 + 2 + 2 * 4 + 3


def test_a_server_is_counted_in_the_form_that_it_is_asked_in() -> None:
    assert OpenAIServer("m", "http://localhost/v1").count_tokens(TURNS) == 15
    plain = OpenAIServer("m", "http://localhost/v1", options=ServerOptions(prompt_form="text"))
    assert plain.count_tokens(TURNS) == count_cl100k("be brief\n\nUser: hello world\n\nAssistant:")
    assert plain.count_tokens("hello world") == 2


def test_several_models_count_the_most(bytes_model: Any) -> None:
    server = OpenAIServer("m", "http://localhost/v1")
    assert bytes_model.count_tokens("hello world") > server.count_tokens("hello world")
    assert Balanced([server, bytes_model]).count_tokens("hello world") == bytes_model.count_tokens("hello world")


def test_a_cache_counts_as_its_model_does(bytes_model: Any, tmp_path: Path) -> None:
    assert Cached(bytes_model, tmp_path / "cache").count_tokens(TURNS) == bytes_model.count_tokens(TURNS)


def test_a_recording_remembers_counts_and_counts_by_cl100k_what_was_not_asked(bytes_model: Any, tmp_path: Path) -> None:
    model = Recording(bytes_model, tmp_path / "said.jsonl")
    counted = model.count_tokens(TURNS)
    assert counted == bytes_model.count_tokens(TURNS) != count_cl100k(TURNS)
    asyncio.run(model.complete("the cat"))
    recorded = Recorded(tmp_path / "said.jsonl")
    assert recorded.count_tokens(TURNS) == counted
    assert recorded.count_tokens("hello world") == 2
