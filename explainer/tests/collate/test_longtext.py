"""Long texts in pieces: the ids are those of the whole text, for every family of tokenizer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from neuronscope.collate import longtext
from neuronscope.collate.longtext import encode_long

# What makes tokenizers differ: words, numbers, runs of one character, spaces, line ends, several bytes per character.
STRETCHES = ["the cat sees the tree", " house", "1234567890" * 9, "=" * 150, " " * 130, "\n\n", "\r\n", "  under\n"]
STRETCHES += [
    "don't (yes) --",
    "naïve 你好世界",
    "🙂🙂🏳️\u200d🌈",
    "ab" * 70,
    "aaaaaaa" * 20,
    "\t\tx = [1, 2];\n",
    "e\u0301",
    "<s>",
]
# A unigram tokenizer splits a run in one of many ways of equal score: which one, rounding over the whole text decides.
WITHOUT_RUNS = [stretch for stretch in STRETCHES if len(stretch) < 100]
FAMILIES = ["byte-level", "digits-in-threes", "one-word", "pieces", "words"]


@cache
def tokenizer(family: str) -> Any:
    """As GPT-2, Llama 3, Llama 2, T5 and BERT split text; trained on the stretches."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    special = {"special_tokens": ["<s>", "<unk>"], "show_progress": False}
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bytes_of_words = trainers.BpeTrainer(vocab_size=420, initial_alphabet=alphabet, **special)
    if family == "byte-level":
        made, trainer = Tokenizer(models.BPE()), bytes_of_words
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    elif family == "digits-in-threes":
        made, trainer = Tokenizer(models.BPE()), bytes_of_words
        pattern = Regex(r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
        split = pre_tokenizers.Split(pattern, behavior="isolated")
        made.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(False, use_regex=False)])
    elif family == "one-word":
        made, trainer = Tokenizer(models.BPE(unk_token="<unk>")), trainers.BpeTrainer(vocab_size=420, **special)
        made.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    elif family == "pieces":
        made = Tokenizer(models.Unigram())
        trainer = trainers.UnigramTrainer(vocab_size=200, unk_token="<unk>", **special)
        made.normalizer, made.pre_tokenizer = normalizers.NFKC(), pre_tokenizers.Metaspace()
    else:
        made, trainer = (
            Tokenizer(models.WordPiece(unk_token="<unk>")),
            trainers.WordPieceTrainer(vocab_size=300, **special),
        )
        made.normalizer, made.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator([" ".join(STRETCHES)] * 3, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=made, bos_token="<s>", unk_token="<unk>")


def whole(family: str, text: str) -> list[int]:
    return list(tokenizer(family)(text, add_special_tokens=False, verbose=False)["input_ids"])


def encode(family: str, texts: list[str]) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
    for text in texts:
        found = tokenizer(family)(text, add_special_tokens=False, return_offsets_mapping=True)
        yield (
            np.array(found["input_ids"], np.int32),
            np.array([first for first, _ in found["offset_mapping"]], np.int64),
        )


def in_pieces(family: str, parts: list[str], *, piece: int = 300, overlap: int = 150) -> list[int]:
    with patch.multiple(longtext, _PIECE=piece, _OVERLAP=overlap, _TOGETHER=3):
        return list(np.concatenate(list(encode_long(parts, partial(encode, family)))))


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=60)
@given(data=st.data(), size=st.integers(1, 500))
def test_the_ids_are_those_of_the_whole_text(family: str, data: st.DataObject, size: int) -> None:
    stretches = WITHOUT_RUNS if family == "pieces" else STRETCHES
    text = "".join(data.draw(st.lists(st.sampled_from(stretches), min_size=10, max_size=90)))
    parts = [text[first : first + size] for first in range(0, len(text), size)]
    assert in_pieces(family, parts) == whole(family, text)


def test_ids_come_as_the_text_is_read() -> None:
    def parts() -> Iterator[str]:
        yield "the cat sees the tree " * 200
        raise AssertionError("read too far")

    with patch.multiple(longtext, _PIECE=300, _OVERLAP=150, _TOGETHER=3):
        first = next(encode_long(parts(), partial(encode, "byte-level")))
    assert list(first) == whole("byte-level", "the cat sees the tree " * 200)[: len(first)]


def test_a_text_that_nowhere_agrees_becomes_one_piece_with_little_done_twice() -> None:
    text = "=" * 20_000
    calls: list[int] = []

    def counting(texts: list[str]) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
        calls.append(sum(map(len, texts)))
        return encode("byte-level", texts)

    small = patch.multiple(longtext, _PIECE=301, _OVERLAP=151, _TOGETHER=3)
    with small, patch.object(longtext, "_seam", lambda *_: None):
        found = np.concatenate(list(encode_long([text], counting)))
    assert list(found) == whole("byte-level", text)
    assert sum(calls) < 5 * len(text)
