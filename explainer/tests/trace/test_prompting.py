"""Conversations are traced as they are read live: by the chat template, with one BOS, and kept with what shows them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from neuronscope.codec import dumps, loads
from neuronscope.errors import BadInput
from neuronscope.live import Prompt
from neuronscope.messages import Message
from neuronscope.subject import Subject
from neuronscope.trace import TraceOptions, logit, trace
from neuronscope.trace.nouns import StoredTrace
from neuronscope.trace.stored import stored

from .byhand import NEAR

TEMPLATE = (
    "<s>{% for m in messages %}{{ m['role'][0] }}: {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}a:{% if hush %} hush{% endif %}{% endif %}"
)
SAID = [Message("user", "the cat")]


@pytest.fixture
def chatting(subject: Subject) -> Subject:
    """The same model with a tokenizer that has a chat template, which writes BOS itself."""
    tokenizer = type(subject.tokenizer).from_pretrained(subject.tokenizer.name_or_path)
    tokenizer.chat_template = TEMPLATE
    return replace(subject, tokenizer=tokenizer)


def test_messages_are_traced_as_the_text_that_the_template_makes_of_them(chatting: Subject) -> None:
    told = trace(chatting, Prompt(messages=SAID, template={"hush": True}), logit("a"))
    assert "".join(told.tokens) == "u: the cat\na: hush"
    assert (told.setting.read.prefix, told.setting.read.ids.count(chatting.info.bos_id or 0)) == (1, 1)
    written = trace(chatting, Prompt(text="u: the cat\na: hush", plain=True, bos=True), logit("a"))
    assert told.value == pytest.approx(written.value, **NEAR)
    assert [node.effect for node in told.nodes] == pytest.approx([node.effect for node in written.nodes], **NEAR)
    assert (
        trace(chatting, "the cat<eot>", logit("a")).tokens == trace(chatting, Prompt(messages=SAID), logit("a")).tokens
    )


def test_the_baseline_text_of_a_conversation_is_one(chatting: Subject) -> None:
    for other in ("the dog", "the dog<eot>"):
        options = TraceOptions(baseline="text", baseline_text=other)
        told = trace(chatting, Prompt(messages=SAID), logit("a"), options=options)
        assert min(node.position for node in told.nodes) == told.tokens.index(" cat")  # before it both are the same
    options = TraceOptions(baseline="text", baseline_text="the")
    with pytest.raises(BadInput, match="equally long"):
        trace(chatting, Prompt(messages=SAID), logit("a"), options=options)


def test_a_stored_conversation_keeps_what_it_was_asked_by(chatting: Subject) -> None:
    asked = Prompt(messages=[Message("system", "be"), *SAID, Message("assistant", "")], template={"hush": True})
    report = trace(chatting, asked, logit("a"), options=TraceOptions(keep=3)).report()
    kept = loads(dumps(stored(report, asked)), StoredTrace)
    assert (kept.id, kept.prompt, kept.asked) == ("the-cat", "the cat<eot>", asked)
    assert loads(dumps(stored(report, "a cat")), StoredTrace).asked is None
