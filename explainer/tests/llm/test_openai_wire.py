"""Bodies of servers that differ, and bodies that are nonsense."""

from __future__ import annotations

import json
import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from neuronscope.llm import Candidate, Completion, Failure, Sampling, WrittenToken
from neuronscope.llm.echo import prompt_part, read_echo
from neuronscope.llm.openai_wire import read_body, read_choices, read_logprobs, read_usage, request_body, shown

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("message", "content", "text", "logprobs", "tokens", "token_logprobs", "top_logprobs", "finish_reason", "token")
PLACED = st.dictionaries(
    st.sampled_from(KEYS), ANY | st.dictionaries(st.sampled_from(KEYS), ANY, max_size=4), max_size=5
)


@given(st.dictionaries(st.sampled_from(("choices", "usage", "error")), ANY | st.lists(PLACED, max_size=2)))
def test_whatever_a_body_holds_choices_are_completions_or_failures(body: dict[str, Any]) -> None:
    for choice in read_choices(body, logprobs=True):
        assert isinstance(choice, (Completion, Failure))
        if isinstance(choice, Completion):
            assert choice.text.strip() or choice.logprobs
            for token in choice.logprobs or ():
                assert token.logprob is None or math.isfinite(token.logprob)
                assert all(math.isfinite(other.logprob) for other in token.top)
    usage = read_usage(body)
    assert all(count is None or count >= 0 for count in (usage.prompt_tokens, usage.completion_tokens))
    read_echo(body, "prompt")


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")) | ANY.map(lambda value: json.dumps(value)))
def test_whatever_text_comes_it_is_an_object_or_a_failure(text: str) -> None:
    assert isinstance(read_body(text), (dict, Failure))


@given(st.integers(0, 200))
def test_an_object_cut_anywhere_is_truncated(cut: int) -> None:
    whole = json.dumps({"choices": [{"message": {"content": "naïve " * 20}}]})
    part = whole[: max(1, min(cut, len(whole) - 1))]
    failure = read_body(part)
    assert isinstance(failure, Failure)
    assert failure.kind == "truncated"


def test_both_forms_of_log_probabilities_are_the_same_tokens() -> None:
    old = {
        "tokens": ["a", "b"],
        "token_logprobs": [None, -0.5],
        "top_logprobs": [None, {"c": -2.0, "b": -0.5}],
        "text_offset": [0, 1],
    }
    new = {
        "content": [
            {"token": "a", "logprob": float("-inf"), "top_logprobs": []},
            {
                "token": "b",
                "logprob": -0.5,
                "top_logprobs": [{"token": "c", "logprob": -2.0}, {"token": "b", "logprob": -0.5}],
            },
        ]
    }
    expected = (
        WrittenToken("a", None),
        WrittenToken("b", -0.5, (Candidate("b", -0.5), Candidate("c", -2.0))),
    )
    assert read_logprobs(old) == read_logprobs(new) == expected


def test_lists_of_different_length_say_nothing_about_which_token_is_which() -> None:
    tokens = read_logprobs({"tokens": ["a", "b"], "token_logprobs": [-1.0], "top_logprobs": [{"a": -1.0}]})
    assert tokens == (WrittenToken("a", None), WrittenToken("b", None))


def test_one_token_that_is_no_text_is_an_answer_when_its_log_probability_came() -> None:
    logprobs = {"content": [{"token": "", "logprob": -0.1, "top_logprobs": [{"token": "7", "logprob": -3.0}]}]}
    body = {"choices": [{"message": {"content": ""}, "finish_reason": "length", "logprobs": logprobs}]}
    (choice,) = read_choices(body, logprobs=True)
    assert isinstance(choice, Completion)
    assert choice.logprobs is not None
    assert choice.logprobs[0].top == (Candidate("7", -3.0),)
    (without,) = read_choices(body, logprobs=False)
    assert isinstance(without, Failure)


def test_only_what_was_asked_for_is_in_a_request() -> None:
    route, body = request_body("text", 2, Sampling(temperature=0, max_tokens=1, top_logprobs=0))
    assert (route, body) == (
        "/completions",
        {"prompt": "text", "max_tokens": 1, "temperature": 0, "n": 2, "logprobs": 1},
    )


def echoed(tokens: list[str], offsets: object = None) -> dict[str, Any]:
    """A body as vLLM gives it."""
    count = len(tokens)
    tops = [None, *({token: -1.0, "other": -2.0} for token in tokens[1:])]
    logprobs = {"tokens": tokens, "token_logprobs": [None] + [-1.0] * (count - 1), "top_logprobs": tops}
    return {"choices": [{"text": "".join(tokens).replace("<s>", ""), "logprobs": logprobs | {"text_offset": offsets}}]}


def test_tokens_of_an_echo_stand_where_they_are_in_the_prompt() -> None:
    found = read_echo(echoed(["The", " cat", " sat"]), "The cat")
    assert found is not None
    assert (found.tokens, found.offsets) == (("The", " cat", " sat"), (0, 3, 7))
    assert prompt_part(found, "The cat").tokens == ("The", " cat")


def test_where_tokens_are_not_the_text_the_servers_own_offsets_count_if_they_can_be_right() -> None:
    tokens = ["<s>", "The", " cat", " sat"]
    found = read_echo(echoed(tokens, [0, 0, 3, 7]), "The cat")
    assert found is not None
    assert found.offsets == (0, 0, 3, 7)
    for wrong in (None, [0, 0, 3], [0, 5, 3, 7], [0, 0, 3, 700], ["0", "0", "3", "7"], [0, 0, 3, True]):
        assert read_echo(echoed(tokens, wrong), "The cat") is None


def test_an_answer_without_the_prompt_is_no_echo() -> None:
    assert read_echo(echoed([" sat", " down"]), "The cat") is None


@given(st.text(max_size=4000))
def test_quoted_words_are_one_short_printable_line(text: str) -> None:
    line = shown(text)
    assert len(line) <= 301
    assert line.isprintable()
