"""The first position: BOS where the tokenizer puts it, else the first token is not counted."""

from __future__ import annotations

from pathlib import Path

from neuronscope.subject import decode, load_subject, positions


def test_a_tokenizer_that_puts_bos_first_has_it_prepended_and_left_out(tiny_llama: Path) -> None:
    rule = positions(load_subject(str(tiny_llama)).info)
    assert (rule.rule, rule.prefix, rule.recorded, rule.counted, rule.ignored) == ("prepended", (0,), 1, 1, None)


def test_without_bos_the_first_position_is_recorded_but_ignored(tiny_gpt2: Path) -> None:
    rule = positions(load_subject(str(tiny_gpt2)).info)
    assert (rule.rule, rule.prefix, rule.recorded, rule.ignored) == ("first-position-ignored", (), 0, [0])


def test_including_special_tokens_counts_everything(tiny_llama: Path, tiny_gpt2: Path) -> None:
    with_bos, without = (load_subject(str(path)).info for path in (tiny_llama, tiny_gpt2))
    assert positions(with_bos, include_special=True).prefix == (0,)
    assert positions(with_bos, include_special=True).recorded == 0
    assert positions(without, include_special=True).ignored is None


def test_decoding_leaves_spaces_and_special_tokens_as_they_are(tiny_gpt2: Path) -> None:
    tokenizer = load_subject(str(tiny_gpt2)).tokenizer
    text = "<s>a house , yes . it 's"
    assert decode(tokenizer)(tokenizer(text, add_special_tokens=False)["input_ids"]) == text
