"""Prompts of judges as whole texts, marks, and what is read of replies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.explain.templates import load_templates
from neuronscope.llm.forms import as_text
from neuronscope.messages import Message
from neuronscope.prompts.judging import (
    Task,
    judge_messages,
    one_messages,
    parse_answer,
    parse_answers,
    shown_text,
)
from neuronscope.prompts.nouns import Excerpt

TEMPLATES = load_templates()
GOLDEN = Path(__file__).parent / "golden"
EXPLANATION = "words for weather."
TOKENS = ("Bos", "Rain", " fell", " on", " the", " 🌦", "", " roof", " [[", "all", "]]", " night")
EXCERPT = Excerpt(TOKENS, frozenset({0}))


def golden(name: str) -> str:
    return (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def as_turns(messages: Sequence[Message]) -> str:
    return "".join(f"[{message.role}]\n{message.content}\n" for message in messages)


@pytest.mark.parametrize("few_shot", ["default", "short", None])
@pytest.mark.parametrize("form", ["chat", "text"])
@pytest.mark.parametrize("task", ["detection", "fuzzing"])
def test_the_prompt_for_one_text_is_this_text(task: Task, few_shot: str | None, form: str) -> None:
    text = shown_text(EXCERPT, {1, 5} if task == "fuzzing" else ())
    messages = one_messages(TEMPLATES, task, getattr(TEMPLATES.few_shot(few_shot), task), EXPLANATION, text)
    written = as_turns(messages) if form == "chat" else as_text(messages) + "\n"
    assert written == golden(f"{task}-one-{few_shot or 'none'}-{form}")


@pytest.mark.parametrize("few_shot", ["default", None])
@pytest.mark.parametrize("task", ["detection", "fuzzing"])
def test_the_prompt_for_several_texts_is_this_text(task: Task, few_shot: str | None) -> None:
    texts = [shown_text(EXCERPT, marks if task == "fuzzing" else ()) for marks in ({1}, {7, 11})]
    messages = judge_messages(TEMPLATES, task, getattr(TEMPLATES.few_shot(few_shot), task), EXPLANATION, texts)
    assert as_turns(messages) == golden(f"{task}-several-{few_shot or 'none'}-chat")


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        (set(), " a hero is [ [x] ]"),
        ({1}, " a [[hero]] is [ [x] ]"),
        ({1, 2}, " a [[hero is]] [ [x] ]"),
        ({0, 2}, " [[a]] hero [[is]] [ [x] ]"),
        ({4}, " a hero is [ [[[x]]] ]"),
    ],
)
def test_marks_stand_around_tokens_and_the_blank_before_stays_outside(marked: set[int], shown: str) -> None:
    assert shown_text(Excerpt((" a", " hero", " is", " [[", "x", "]]")), marked) == shown


@given(st.lists(st.sampled_from(["a", " b", "[", "]", "[[", "]]", " [", "\0", ""]), min_size=1), st.data())
def test_a_text_without_marks_holds_no_pair_of_brackets(tokens: list[str], data: st.DataObject) -> None:
    excerpt = Excerpt(tuple(tokens))
    assert "[[" not in shown_text(excerpt)
    assert "]]" not in shown_text(excerpt)
    assert "\0" not in shown_text(excerpt, data.draw(st.sets(st.integers(0, len(tokens) - 1))))


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("yes", True),
        (" No.", False),
        ("**Yes**, since", True),
        ("Not at all", None),
        ("I think yes", None),
        ("", None),
        ("yesterday", None),
    ],
)
def test_an_answer_is_what_the_reply_begins_with(reply: str, said: bool | None) -> None:
    assert parse_answer(reply) is said


def test_answers_are_read_by_their_number() -> None:
    assert parse_answers("2: no\n1: yes\nText 3 - Yes, it is\n5) maybe\n6. no", 6) == [
        True,
        False,
        True,
        None,
        None,
        False,
    ]


def test_a_number_with_both_answers_has_none() -> None:
    assert parse_answers("1: yes\n1: no\n2: no\n2: no", 2) == [None, False]


def test_a_reply_about_something_else_has_no_answers() -> None:
    assert parse_answers("I cannot help with that. 1 yes or 2 no?", 2) == [None, None]
