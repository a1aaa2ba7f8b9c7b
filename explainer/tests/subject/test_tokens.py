"""The first position: BOS where the tokenizer or the source asks for it, else the first token is not counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from neuronscope.errors import BadInput
from neuronscope.subject import Subject, decode, positions


def test_a_tokenizer_that_puts_bos_first_has_it_prepended_and_left_out(llama: Subject) -> None:
    rule = positions(llama.info)
    assert (rule.rule, rule.prefix, rule.recorded, rule.counted, rule.ignored) == ("prepended", (0,), 1, 1, None)


def test_without_bos_the_first_position_is_recorded_but_ignored(gpt2: Subject) -> None:
    rule = positions(gpt2.info)
    assert (rule.rule, rule.prefix, rule.recorded, rule.ignored) == ("first-position-ignored", (), 0, [0])


def test_a_source_may_ask_for_bos_or_for_none(gpt2: Subject, llama: Subject) -> None:
    assert (gpt2.info.bos, gpt2.info.bos_id) == (None, 0)
    assert positions(gpt2.info, prepend_bos=True) == positions(llama.info)
    assert positions(llama.info, prepend_bos=True) == positions(llama.info)
    assert positions(llama.info, prepend_bos=False) == positions(gpt2.info)
    assert positions(gpt2.info, include_special=True, prepend_bos=True).prefix == (0,)


def test_bos_that_the_tokenizer_lacks_cannot_be_asked_for(gpt2: Subject) -> None:
    info = replace(gpt2.info, bos_id=None)
    with pytest.raises(BadInput, match=r"BOS is asked for before each sequence, and the tokenizer of \S+ has no BOS"):
        positions(info, prepend_bos=True)
    assert positions(info, prepend_bos=False).prefix == ()


def test_including_special_tokens_counts_everything(gpt2: Subject, llama: Subject) -> None:
    assert positions(llama.info, include_special=True).prefix == (0,)
    assert positions(llama.info, include_special=True).recorded == 0
    assert positions(gpt2.info, include_special=True).ignored is None


def test_decoding_leaves_spaces_and_special_tokens_as_they_are(gpt2: Subject) -> None:
    text = "<s>a house , yes . it 's"
    assert decode(gpt2.tokenizer)(gpt2.tokenizer(text, add_special_tokens=False)["input_ids"]) == text
