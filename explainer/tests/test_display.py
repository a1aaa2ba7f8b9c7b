"""Display strings: every character whole in the first of its tokens, and joined the decoded text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from neuronscope.display import display_tokens

SMOLLM2 = Path(__file__).parents[2] / ".cache" / "smollm2" / "tokenizer.json"
EDGES = [
    "",
    "a",
    "naïve café",
    "你好、世界",
    "🙂🙃",
    "👩‍👩‍👧 family",
    "e\u0301",
    "\x00\t\n\r",
    "\ufeff",
    " leading and trailing ",
]


def decoder(tokenizer: Any) -> Any:
    def decode(ids: Sequence[int]) -> str:
        return str(tokenizer.decode(list(ids), skip_special_tokens=False))

    return decode


def single_bytes() -> Tokenizer:
    """Byte-level without merges: one token per byte of UTF-8."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: i for i, letter in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def byte_fallback() -> Tokenizer:
    """As sentencepiece models do it: some letters are tokens, everything else its bytes; a first space is lost."""
    names = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁", *"abcdefghij"]
    vocab = {name: i for i, name in enumerate(names)}
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=[], unk_token="<unk>", byte_fallback=True))
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return tokenizer


SINGLE_BYTES, BYTE_FALLBACK = single_bytes(), byte_fallback()


@pytest.mark.parametrize("text", EDGES)
def test_each_character_stands_in_the_token_of_its_first_byte(text: str) -> None:
    ids = SINGLE_BYTES.encode(text).ids
    expected = [piece for char in text for piece in [char] + [""] * (len(char.encode()) - 1)]
    assert display_tokens(ids, decoder(SINGLE_BYTES)) == expected


@given(st.text(max_size=40))
def test_any_text_in_single_bytes(text: str) -> None:
    ids = SINGLE_BYTES.encode(text).ids
    expected = [piece for char in text for piece in [char] + [""] * (len(char.encode()) - 1)]
    assert display_tokens(ids, decoder(SINGLE_BYTES)) == expected


# A literal U+FFFD cannot be told from what this decoder writes for a broken byte.
@given(st.text(st.sampled_from("abcé你🙂 ") | st.characters(codec="utf-8", exclude_characters="\ufffd"), max_size=30))
def test_any_text_with_byte_fallback(text: str) -> None:
    ids = BYTE_FALLBACK.encode(text.replace(" ", "▁")).ids
    spans = [1 if char in "abcdefghij ▁" else len(char.encode()) for char in text]
    expected = [
        piece for char, n in zip(text.replace("▁", " "), spans, strict=True) for piece in [char] + [""] * (n - 1)
    ]
    if expected and expected[0] == " ":
        expected[0] = ""  # this decoder drops it
    assert display_tokens(ids, decoder(BYTE_FALLBACK)) == expected


@given(st.lists(st.integers(0, 266), max_size=40))
def test_any_ids_with_byte_fallback_join_to_the_decoded_text(ids: list[int]) -> None:
    decode = decoder(BYTE_FALLBACK)
    tokens = display_tokens(ids, decode)
    assert len(tokens) == len(ids)
    assert "".join(tokens) == decode(ids)


@given(st.lists(st.integers(0, 255), max_size=40))
def test_any_bytes_join_to_the_decoded_text(ids: list[int]) -> None:
    decode = decoder(SINGLE_BYTES)
    tokens = display_tokens(ids, decode)
    assert len(tokens) == len(ids)
    assert "".join(tokens) == decode(ids)


@given(st.text(max_size=30), st.integers(0, 10), st.integers(0, 10))
def test_whole_characters_stay_right_in_a_sequence_cut_inside_others(text: str, front: int, back: int) -> None:
    ids = SINGLE_BYTES.encode("🙂" + text + "你").ids
    ids = ids[min(front, 4) : len(ids) - min(back, 3)]
    decode = decoder(SINGLE_BYTES)
    tokens = display_tokens(ids, decode)
    assert "".join(tokens) == decode(ids)
    whole = [token for token in tokens if token and token != "\ufffd"]
    assert "".join(whole).strip("🙂你") == text.replace("\ufffd", "").strip("🙂你")


def test_remembered_pieces_change_nothing() -> None:
    decode, pieces = decoder(SINGLE_BYTES), {}
    ids = SINGLE_BYTES.encode("plain, then 你好").ids
    assert display_tokens(ids, decode, pieces=pieces) == display_tokens(ids, decode, pieces=pieces)
    assert display_tokens(ids[:5], decode, pieces=pieces) == list("plain")


def test_no_tokens_give_no_strings() -> None:
    assert display_tokens([], decoder(SINGLE_BYTES)) == []


def test_special_tokens_stand_as_they_are_written(byte_tokenizer: Any) -> None:
    ids = [0, *byte_tokenizer.encode("the cat").ids, 1]
    tokens = display_tokens(ids, decoder(byte_tokenizer))
    assert (tokens[0], tokens[-1]) == ("<s>", "<pad>")
    assert "".join(tokens) == "<s>the cat<pad>"


@pytest.fixture(scope="module")
def smollm2() -> Tokenizer:
    assert SMOLLM2.is_file(), "the test model is missing: make .cache/smollm2/model.safetensors"
    return Tokenizer.from_file(str(SMOLLM2))


@settings(deadline=None)
@given(ids=st.lists(st.integers(0, 49_151), max_size=64))
def test_any_ids_of_a_real_tokenizer_join_to_the_decoded_text(smollm2: Tokenizer, ids: list[int]) -> None:
    decode = decoder(smollm2)
    tokens = display_tokens(ids, decode)
    assert len(tokens) == len(ids)
    assert "".join(tokens) == decode(ids)


@pytest.mark.parametrize("text", ["I ♥ 数学 🧮!", "“quoted”…", "日本語のテキスト", "🏳️‍🌈 flags 🇩🇪"])
def test_no_mojibake_from_a_real_tokenizer(smollm2: Tokenizer, text: str) -> None:
    tokens = display_tokens(smollm2.encode(text).ids, decoder(smollm2))
    assert "".join(tokens) == text
    assert not any(mark in "".join(tokens) for mark in "ĠĊ\ufffd")
