"""What a model reads: chat templates with and without a system role, none at all, and tokens in their places."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.errors import BadInput
from neuronscope.llm import LocalModel, LocalOptions, Message
from neuronscope.llm.forms import as_text, before_answer, fold_system
from neuronscope.llm.writing import Writer

SYSTEM, USER = Message("system", "Be brief."), Message("user", "Hello")
REFUSING = (
    "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "[{{ m['role'] }}]{{ m['content'] }}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}"
)
DROPPING = (
    "{% for m in messages if m['role'] != 'system' %}[{{ m['role'] }}]{{ m['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)
KNOWING = (
    "<s>{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)


@pytest.fixture
def tokenizer(tiny_llama: Path) -> Any:
    """Byte-level, <s> before a text, no template yet."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(tiny_llama)


@pytest.mark.parametrize("template", [REFUSING, DROPPING], ids=["refusing", "dropping"])
def test_a_template_without_a_system_role_gets_it_in_the_first_user_message(tokenizer: Any, template: str) -> None:
    tokenizer.chat_template = template
    assert Writer(tokenizer).write([SYSTEM, USER]).text == "[user]Be brief.\n\nHello[assistant]"


def test_a_template_with_a_system_role_gets_it_as_such(tokenizer: Any) -> None:
    tokenizer.chat_template = KNOWING
    writer = Writer(tokenizer)
    assert writer.write([SYSTEM, USER]).text == "<s>[system]Be brief.[user]Hello[assistant]"
    assert writer.ids(writer.write([SYSTEM, USER])).count(0) == 1  # the template's <s>, and not one more


def test_a_last_message_of_the_assistants_is_gone_on_with(tokenizer: Any) -> None:
    tokenizer.chat_template = KNOWING
    written = Writer(tokenizer).write([USER, Message("assistant", "Hi, I")])
    assert written.text == "<s>[user]Hello[assistant]Hi, I"


def test_without_a_template_messages_are_plain_text(tokenizer: Any) -> None:
    writer = Writer(tokenizer)
    written = writer.write([SYSTEM, USER])
    assert (writer.form, written.text) == ("text", "Be brief.\n\nUser: Hello\n\nAssistant:")
    assert writer.ids(written)[0] == 0  # <s>, as this tokenizer begins every text
    with pytest.raises(BadInput, match="no chat template"):
        Writer(tokenizer, form="chat")


def test_the_text_form_can_be_asked_for_in_spite_of_a_template(tokenizer: Any) -> None:
    tokenizer.chat_template = KNOWING
    assert Writer(tokenizer, form="text").write([USER]).text == "User: Hello\n\nAssistant:"


def test_messages_that_a_template_refuses_are_bad_input(tokenizer: Any) -> None:
    tokenizer.chat_template = "{{ raise_exception('roles must alternate') }}"
    with pytest.raises(BadInput, match="roles must alternate"):
        Writer(tokenizer).write([USER])


def test_a_template_is_run_in_a_sandbox(tokenizer: Any) -> None:
    tokenizer.chat_template = "{{ messages.__class__.__mro__[1].__subclasses__() }}"
    with pytest.raises(BadInput, match="refuses these messages"):
        Writer(tokenizer).write([USER])


def test_plain_text_goes_on_where_the_assistant_had_begun() -> None:
    begun = [USER, Message("assistant", "Well")]
    assert as_text(begun) == before_answer(begun) == "User: Hello\n\nAssistant: Well"
    assert before_answer([USER]) == "User: Hello\n\nAssistant:\n"


def test_folding_changes_nothing_but_the_system_message() -> None:
    rest = [Message("assistant", "a"), USER, USER]
    assert fold_system(rest) == rest
    assert fold_system([SYSTEM, *rest]) == [rest[0], Message("user", "Be brief.\n\nHello"), USER]
    assert fold_system([SYSTEM]) == [Message("user", "Be brief.")]


@given(st.text("ab \t\n1🙂ï你.", max_size=30), st.integers(0, 30))
def test_tokens_before_a_place_are_the_text_before_it(
    bytes_model: LocalModel, pieces_model: LocalModel, text: str, place: int
) -> None:
    place = min(place, len(text))
    for model in (bytes_model, pieces_model):
        writer = model._writer
        tokens = writer.tokens(writer.write(text)) if text else None
        count = tokens.before(place) if tokens else None
        if tokens and count is not None:
            special = {"<s>"} & set(writer.token_texts(tokens.ids[:1]))
            read = writer._decode(tokens.ids[len(special) : count])
            assert read.removeprefix(" ") == text[:place].removeprefix(" ")


def test_counting_tokens_counts_what_the_model_reads(smollm2: LocalModel) -> None:
    from neuronscope.llm import Sampling

    reply = asyncio.run(smollm2.complete([USER], sampling=Sampling(max_tokens=1, top_logprobs=1)))
    assert smollm2.count_tokens([USER]) == reply.usage.prompt_tokens


def test_a_model_without_a_template_can_be_told_its_form(tiny_gpt2: Path) -> None:
    with pytest.raises(BadInput, match="prompt form text"):
        LocalModel.load(str(tiny_gpt2), options=LocalOptions(prompt_form="chat"))
