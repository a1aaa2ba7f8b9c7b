"""Single tokens as people read them."""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from neuronscope.subject import load_subject, token_texts


def test_bytes_that_are_no_character_are_spelt_out() -> None:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: i for i, letter in enumerate(letters)}, []))
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer)
    euro = fast("\u20ac", add_special_tokens=False)["input_ids"]
    assert token_texts(fast, euro) == ["<0xE2>", "<0x82>", "<0xAC>"]
    assert token_texts(fast, fast(" a\n", add_special_tokens=False)["input_ids"]) == [" ", "a", "\n"]


def test_a_leading_space_that_the_decoder_drops_is_kept() -> None:
    pieces = {"<unk>": 0, "\u2581the": 1, "a": 2, "\u2581": 3, "<0xE2>": 4, "\u2581a": 5}
    tokenizer = Tokenizer(models.BPE(pieces, [("\u2581", "a")], unk_token="<unk>", byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Sequence([decoders.Metaspace(), decoders.ByteFallback(), decoders.Fuse()])
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>")
    assert fast.decode([1]) == "the"
    assert token_texts(fast, [1, 2, 5, 4]) == [" the", "a", " a", "<0xE2>"]


def test_every_token_of_a_tokenizer_has_a_text(tiny_llama: Path) -> None:
    subject = load_subject(str(tiny_llama))
    texts = token_texts(subject.tokenizer, range(subject.info.vocabulary))
    assert len(texts) == subject.info.vocabulary
    assert all(texts)
