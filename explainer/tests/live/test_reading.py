"""Prompts: conversations, BOS once, and what no model can read."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from neuronscope.errors import BadInput
from neuronscope.live import AskPredictions, Live, Prompt
from neuronscope.messages import Message
from neuronscope.subject import Subject, load_subject, open_source

CHATML = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% if enable_thinking %}{{ 'hmm ' }}{% endif %}{% endif %}"
)
WITH_BOS = "{{ bos_token }}" + CHATML


def chatting(subject: Subject, template: str = CHATML) -> Live:
    """The same model with a tokenizer that has a chat template."""
    tokenizer = type(subject.tokenizer).from_pretrained(subject.tokenizer.name_or_path)
    tokenizer.chat_template = template
    return Live(replace(subject, tokenizer=tokenizer))


def said(live: Live, **prompt: Any) -> str:
    return "".join(live.tokenise(Prompt(**prompt)).tokens)


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("hi", "hi"),
        ("hi<eot>", "<|user|>hi\n<|assistant|>"),
        ("hi<eot>yes<eot>so", "<|user|>hi\n<|assistant|>yes\n<|user|>so\n<|assistant|>"),
        ("hi<eot>yes, I", "<|user|>hi\n<|assistant|>yes, I"),
        ("hi<eot> yes ", "<|user|>hi\n<|assistant|> yes "),
        ("<eot>", "<|user|>\n<|assistant|>"),
        ("a<eot><eot>b<eot>", "<|user|>a\n<|assistant|>\n<|user|>b\n<|assistant|>"),
    ],
)
def test_a_text_with_ends_of_turns_is_a_conversation(text: str, rendered: str, gpt2: Subject) -> None:
    assert said(chatting(gpt2), text=text) == rendered


def test_plain_text_and_messages_keep_ends_of_turns_as_characters(gpt2: Subject) -> None:
    live = chatting(gpt2)
    assert said(live, text="hi<eot>yes", plain=True) == "hi<eot>yes"
    assert said(live, messages=[Message("user", "a<eot>b")]) == "<|user|>a<eot>b\n<|assistant|>"
    assert said(Live(gpt2), text="hi<eot>yes", plain=True) == "hi<eot>yes"


def test_messages_and_the_templates_own_arguments(gpt2: Subject) -> None:
    live = chatting(gpt2)
    turns = [Message("system", "be"), Message("user", "hi")]
    assert said(live, messages=turns) == "<|system|>be\n<|user|>hi\n<|assistant|>"
    assert said(live, messages=turns, template={"enable_thinking": True}).endswith("<|assistant|>hmm ")
    assert said(live, messages=[*turns, Message("assistant", "")]) == said(live, messages=turns)
    assert said(live, messages=[*turns, Message("assistant", "I am")]).endswith("<|assistant|>I am")


def test_bos_stands_there_once_whoever_writes_it(llama: Subject) -> None:
    """A tokenizer that puts it before a text, a template that writes it, a person who types it."""
    plain, live, bare = Live(llama), chatting(llama, WITH_BOS), chatting(llama)
    prompts = [
        (plain, {"text": "the cat"}),
        (plain, {"text": "<s>the cat"}),
        (plain, {"text": "<s>the cat", "bos": True}),
        (live, {"text": "hi<eot>"}),
        (live, {"messages": [Message("user", "hi")]}),
        (live, {"messages": [Message("user", "hi")], "bos": True}),
        (bare, {"messages": [Message("user", "hi")]}),
    ]
    for one, prompt in prompts:
        read = one.read(Prompt(**prompt))
        assert read.ids.count(0) == 1
        assert (read.ids[0], read.prefix) == (0, 1)
        assert "<s>" not in "".join(read.tokens)
        assert read.ignored is None
        assert one.tokenise(Prompt(**prompt)).bos
    assert plain.read(Prompt(text="the cat", bos=False)).ids.count(0) == 0
    (found,) = plain.answer([AskPredictions(text="<s>the cat")])
    assert found == plain.predictions("the cat")


def test_a_model_that_starts_without_bos_ignores_the_first_token_unless_bos_is_asked_for(gpt2: Subject) -> None:
    live = Live(gpt2)
    without, with_ = live.tokenise(Prompt(text="the cat")), live.tokenise(Prompt(text="the cat", bos=True))
    assert (without.bos, without.ignored, with_.bos, with_.ignored) == (False, [0], True, None)
    assert without.tokens == with_.tokens
    assert without.ids == with_.ids
    typed = live.read(Prompt(text="<s>the cat"))
    assert (typed.prefix, typed.tokens[0]) == (0, "<s>")


def test_subjects_run_puts_bos_there_once(llama: Subject) -> None:
    hook = "blocks.1.hook_resid_post"
    once, typed = llama.run("the cat", [hook])[hook], llama.run("<s>the cat", [hook])[hook]
    assert once.equal(typed)
    assert llama.run("the cat", [hook], bos=False)[hook].shape[1] == once.shape[1] - 1


def test_tokens_of_a_tokenizer_that_drops_a_leading_blank_join_to_the_text(tiny_pieces: Path) -> None:
    live = Live(load_subject(str(tiny_pieces)))
    for text in ("the cat 🙂🙂 sees", "  two", "é"):
        read = live.read(Prompt(text=text))
        assert read.ids.count(1) == 1
        assert "".join(read.tokens).strip() == text.strip()


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "give a text or messages, and not both"),
    ({"text": "a", "messages": [Message("user", "b")]}, "give a text or messages, and not both"),
    ({"text": ""}, "the text is empty: type at least one token"),
    ({"messages": []}, "messages are empty: give at least one"),
    ({"messages": [Message("assistant", "")]}, "messages are empty: give at least one"),
    ({"text": "a\ud83db"}, r"character 1 of the text is half of a surrogate pair \(U\+D83D\)"),
    ({"text": "hi<eot>\udc00"}, r"character 0 of the text is half of a surrogate pair \(U\+DC00\)"),
    ({"messages": [Message("user", "ok"), Message("user", "\ud83d")]}, "half of a surrogate pair"),
    ({"text": "the " * 100_000}, "has 100,0.. tokens; at most 128 are taken|has 400,000 characters; at most 128"),
    ({"text": "the cat " * 99}, "tokens, and .* reads 128 at most: shorten it"),
    ({"messages": [Message("user", "hi")], "template": {"tokenize": True}}, "tokenize cannot be set"),
    ({"messages": [Message("user", "hi")], "template": {"chat_template": "{{ 1 }}"}}, "chat_template cannot be set"),
    ({"messages": [Message("user", "hi")], "template": {"return_dict": True}}, "return_dict cannot be set"),
    ({"messages": [Message("user", "hi")], "template": {"self": 1}}, "refuses these messages"),
]


@pytest.mark.parametrize(("prompt", "sentence"), REFUSED, ids=[sentence[:40] for _, sentence in REFUSED])
def test_what_cannot_be_read_is_said_in_a_sentence(prompt: dict[str, Any], sentence: str, gpt2: Subject) -> None:
    live = chatting(gpt2)
    with pytest.raises(BadInput, match=sentence):
        live.read(Prompt(**prompt))
    assert said(live, text="next") == "next"


def test_messages_need_a_chat_template(gpt2: Subject) -> None:
    for prompt in (Prompt(text="hi<eot>"), Prompt(messages=[Message("user", "hi")])):
        with pytest.raises(BadInput, match="has no chat template"):
            Live(gpt2).read(prompt)


def test_a_template_that_fails_says_so(gpt2: Subject) -> None:
    live = chatting(gpt2, "{{ raise_exception('user and assistant must alternate') }}")
    with pytest.raises(BadInput, match="refuses these messages: user and assistant must alternate"):
        live.read(Prompt(messages=[Message("user", "hi")]))


def test_bos_is_refused_where_there_is_none(gpt2: Subject) -> None:
    live = Live(replace(gpt2, info=replace(gpt2.info, bos_id=None)))
    with pytest.raises(BadInput, match="BOS is asked for"):
        live.read(Prompt(text="a", bos=True))


def test_a_text_far_too_long_is_refused_at_once(gpt2: Subject) -> None:
    live, began = chatting(gpt2), time.perf_counter()
    for prompt in (Prompt(text="a b " * 2_000_000), Prompt(messages=[Message("user", "a b " * 2_000_000)])):
        with pytest.raises(BadInput, match=r"8,000,0.. characters; at most 128 tokens"):
            live.read(prompt)
    assert time.perf_counter() - began < 2


def test_a_dataset_that_counts_every_position_ignores_none(llama: Subject) -> None:
    from neuronscope.live.reading import read_prompt
    from neuronscope.subject import positions

    read = read_prompt(llama, Prompt(text="the cat"), positions(llama.info, include_special=True), longest=128)
    assert (read.prefix, read.counted, read.ignored) == (1, 0, None)


def test_prompts_may_be_made_shorter_than_the_model_reads(gpt2: Subject) -> None:
    live = Live(gpt2, source=open_source(gpt2, "resid"), longest=5)
    assert (live.longest, live.source.kind, live.card().max_tokens) == (5, "resid", 5)
    with pytest.raises(BadInput, match="at most 5 are taken"):
        live.read(Prompt(text="a b c d e f"))
