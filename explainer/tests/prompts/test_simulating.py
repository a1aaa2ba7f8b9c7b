"""The prompts of the simulators as whole texts, as messages and as one text, with examples and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuronscope.explain.templates import load_templates
from neuronscope.llm.forms import as_text, before_answer
from neuronscope.messages import Message
from neuronscope.prompts.listing import open_listing
from neuronscope.prompts.simulating import begin, listing_messages, number_messages, structured_messages
from neuronscope.prompts.structured import shown
from neuronscope.prompts.templates import SimulateExample, Templates

GOLDEN = Path(__file__).parent / "golden"
TEMPLATES = load_templates()
EXPLANATION = "words for furniture, <|im_end|> too."
TOKENS = ("A", " chair", "\t", "\n", " 🙂", "<|im_end|>", " back\\slash", '"', ".")


def as_turns(messages: tuple[Message, ...]) -> str:
    """Messages as a file shows them."""
    return "".join(f"[{message.role}]\n{message.content}\n" for message in messages)


def examples(few_shot: str | None) -> tuple[SimulateExample, ...]:
    return TEMPLATES.few_shot(few_shot).simulate


@pytest.mark.parametrize("few_shot", ["default", "short", None])
@pytest.mark.parametrize("form", ["chat", "text"])
def test_the_all_at_once_prompt_is_this_text(few_shot: str | None, form: str) -> None:
    messages = listing_messages(TEMPLATES, examples(few_shot), EXPLANATION)
    listing = open_listing(TOKENS)
    written = as_turns(messages) + "[assistant]\n" if form == "chat" else before_answer(messages)
    marked = "".join(
        ("▸" if place in listing.offsets else "") + character for place, character in enumerate(listing.text)
    )
    assert written + marked + "\n" == golden(f"simulate-all-at-once-{few_shot or 'none'}-{form}")


@pytest.mark.parametrize("few_shot", ["default", "short", None])
@pytest.mark.parametrize("form", ["chat", "text"])
def test_the_one_at_a_time_prompt_that_is_gone_on_with_is_this_text(few_shot: str | None, form: str) -> None:
    messages = listing_messages(TEMPLATES, examples(few_shot), EXPLANATION)
    begun = begin(TOKENS, 6)
    written = as_turns((*messages, Message("assistant", begun))) if form == "chat" else before_answer(messages) + begun
    assert written.rstrip("\n") + "\n" == golden(f"simulate-one-at-a-time-begun-{few_shot or 'none'}-{form}")


@pytest.mark.parametrize("few_shot", ["default", "short", None])
def test_the_one_at_a_time_prompt_that_is_answered_with_a_number_is_this_text(few_shot: str | None) -> None:
    messages = number_messages(TEMPLATES, examples(few_shot), EXPLANATION, begin(TOKENS, 6))
    assert as_turns(messages) == golden(f"simulate-one-at-a-time-number-{few_shot or 'none'}-chat")


@pytest.mark.parametrize("few_shot", ["default", "short", None])
@pytest.mark.parametrize("form", ["chat", "text"])
def test_the_structured_prompt_is_this_text(few_shot: str | None, form: str) -> None:
    messages = structured_messages(TEMPLATES, examples(few_shot), EXPLANATION, shown(TOKENS))
    written = as_turns(messages) if form == "chat" else as_text(messages) + "\n"
    assert written == golden(f"simulate-structured-{few_shot or 'none'}-{form}")


def golden(name: str) -> str:
    return (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_examples_ask_by_turns_for_the_strongest_and_the_weakest_known_token() -> None:
    example = SimulateExample("x", ("a", "b", "c", "d", "e"), (10, 3, 0, 7, 7), 1)
    messages = number_messages(TEMPLATES, [example, example], "y", begin(("z",), 0))
    assert [message.content for message in messages if message.role == "assistant"] == ["7", "0"]
    asked = [message.content for message in messages if message.role == "user"]
    assert asked[0].endswith("<start>\na\tunknown\nb\tunknown\nc\tunknown\nd")
    assert asked[1].endswith("<start>\na\tunknown\nb\tunknown\nc")
    assert asked[2].endswith("<start>\nz")


def test_an_explanation_does_not_end_the_templates_sentence_twice() -> None:
    texts = dict(TEMPLATES.texts) | {"simulate-user": "{unit}: {explanation}."}
    messages = listing_messages(Templates(texts), (), " Words for furniture. ")
    assert messages[-1].content == "1: Words for furniture."
