"""Questions that cannot be asked."""

from __future__ import annotations

from typing import Any

import pytest

from neuronscope.errors import BadInput
from neuronscope.llm import CandidateQuestion, Message, Sampling
from neuronscope.llm.protocol import check_prompt


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"temperature": -0.1}, "temperature is -0.1"),
        ({"temperature": float("nan")}, "temperature is nan"),
        ({"top_p": 0}, "top_p is 0"),
        ({"max_tokens": 0}, "max_tokens is 0"),
        ({"stop": ("a", "")}, "stop holds 2"),
        ({"stop": tuple("abcde")}, "stop holds 5"),
        ({"top_logprobs": 21}, "top_logprobs is 21"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Sampling(**settings)


def test_whole_and_fractional_numbers_are_one_setting() -> None:
    assert repr(Sampling(temperature=0, top_p=1)) == repr(Sampling(temperature=0.0, top_p=1.0))


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("", "is empty"),
        ([], "no messages"),
        ([Message("tool", "x")], "role 'tool'"),  # type: ignore[arg-type]
        ([Message("user", "x"), Message("system", "y")], "message 1 is a system message"),
    ],
)
def test_prompts_that_no_model_can_answer_are_refused(prompt: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        check_prompt(prompt)
    with pytest.raises(BadInput, match="0 completions"):
        check_prompt("text", 0)


@pytest.mark.parametrize(
    ("offsets", "candidates", "words"),
    [
        (((1,), (2,)), ("1",), "1 texts with offsets for 2"),
        (((2, 1),), ("1",), "do not ascend"),
        (((1, 1),), ("1",), "do not ascend"),
        (((4,),), ("1",), "inside a text of 3"),
        (((-1,),), ("1",), "inside a text of 3"),
        (((1,),), (), "at least one"),
        (((1,),), ("1", "1"), "differ"),
        (((1,),), ("",), "not empty"),
    ],
)
def test_candidate_questions_that_do_not_fit_their_texts_are_refused(offsets: Any, candidates: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        CandidateQuestion("p", ("abc",), offsets, candidates)
