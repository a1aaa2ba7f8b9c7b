"""Tokens however they are written: raw pieces with and without a tokenizer, ids, text."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.dashboards import pieces as reading
from neuronscope.dashboards.pieces import decoding, reader_of, style_of
from neuronscope.errors import BadInput

TEXT = 'The naïve cat 🙂 said "你好"\n\nand ran<b>'


def texts(tokens: list[Any], tokenizer: object | None = None) -> list[str]:
    return reader_of(style_of([tokens]), tokenizer)(tokens)


def test_byte_level_pieces_are_read_without_a_tokenizer(byte_tokenizer: Any) -> None:
    pieces = byte_tokenizer.encode(TEXT).tokens
    assert style_of([pieces]) == "byte-level"
    assert "".join(texts(pieces)) == TEXT


def test_a_split_character_stands_whole_in_its_first_token(byte_tokenizer: Any) -> None:
    pieces = byte_tokenizer.encode("a 🙂你").tokens
    assert max(map(len, pieces)) < 5  # the test's tokenizer splits them
    read = texts(pieces)
    assert [one for one in read if one] == [*read[:1], *[one for one in read[1:] if one]]
    assert any("🙂" in one for one in read)
    assert "" in read


def test_pieces_with_a_tokenizer_read_as_its_own_decoder_says(tiny_gpt2: Any) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_gpt2)
    ids = tokenizer(TEXT)["input_ids"]
    pieces = tokenizer.convert_ids_to_tokens(ids)
    assert texts(pieces, tokenizer) == texts(ids, tokenizer) == texts(pieces)
    assert "".join(texts(ids, tokenizer)) == TEXT


def test_pieces_that_the_tokenizer_lacks_are_read_without_it(byte_tokenizer: Any) -> None:
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(tokenizer_object=byte_tokenizer, unk_token="<s>")
    assert texts(["Ġunheardof", "Ġword"], tokenizer) == [" unheardof", " word"]


def test_sentencepiece_pieces_and_their_bytes_are_read(piece_tokenizer: Any) -> None:
    assert texts(["▁The", "▁c", "at", "<0xF0>", "<0x9F>", "<0x99>", "<0x82>", "<0x0A>"]) == [
        *(" The", " c", "at", "🙂", "", "", "", "\n"),
    ]
    pieces = piece_tokenizer.encode("the cat 🙂").tokens
    assert "".join(texts(pieces)) == " the cat 🙂"


@pytest.mark.parametrize(
    "tokens",
    [
        [" naïve", " café", "é"],
        ["Ġużeppi", " and", " Ċ"],  # Maltese, and blanks that no raw piece has
        ["Łódź", "w"],
        ["Ł"],
        ["<0xE2>", " is", " a", " byte"],
        ["a▁b", " c"],
        ["plain", "words"],
        ["مرحبا"],
    ],
)
def test_text_that_looks_like_pieces_stays_as_it_is(tokens: list[str]) -> None:
    assert texts(tokens) == tokens


def test_hostile_text_stays_as_it_is(hostile_tokens: list[str]) -> None:
    assert texts(hostile_tokens) == hostile_tokens


def test_a_character_cut_at_the_start_is_empty_and_one_cut_at_the_end_says_so() -> None:
    cut = ["Ł", "Ĥ", "Ġa", "ðŁ"]  # the tail of one emoji, and the beginning of another
    assert texts(cut) == ["", "", " a", "\N{REPLACEMENT CHARACTER}"]


def test_several_sequences_say_together_what_one_alone_does_not() -> None:
    assert style_of([["Ã", "©"]]) == "byte-level"
    assert style_of([["Ã", "©"], [" a"]]) == "text"


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([1, "a"], "whole numbers or strings"),
        ([1.5], r"1\.5 is among them"),
        ([True], "True is among them"),
        ([[1, 2]], r"\[1, 2\] is among them"),
        ([None], "None is among them"),
        ([1, 2], "give tokenizer="),
    ],
)
def test_tokens_that_cannot_be_read_are_refused(tokens: list[Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        texts(tokens)


def test_decoders_of_any_kind_are_taken(byte_tokenizer: Any) -> None:
    ids = byte_tokenizer.encode("the <s> cat").ids
    assert decoding(byte_tokenizer)(ids) == "the <s> cat"
    assert decoding(lambda ids: f"{len(ids)}")([1, 2]) == "2"
    with pytest.raises(BadInput, match="no tokenizer"):
        decoding(object())


def test_an_id_that_the_tokenizer_does_not_know_is_a_sentence() -> None:
    with pytest.raises(BadInput, match=r"cannot read the ids \[9\]"):
        texts([9], lambda ids: ["a"][ids[0]])


LETTERS = {byte: letter for letter, byte in reading._bytes_by_letter().items()}


@given(st.text(min_size=1), st.lists(st.integers(0, 40)))
def test_pieces_of_any_text_cut_anywhere_are_that_text(text: str, cuts: list[int]) -> None:
    letters = "".join(LETTERS[byte] for byte in text.encode())
    places = [0, *sorted(cut for cut in cuts if cut < len(letters)), len(letters)]
    tokens = [letters[start:end] for start, end in itertools.pairwise(places)]
    read = reader_of("byte-level", None)(tokens)
    assert ("".join(read), len(read)) == (text, len(tokens))


@given(st.lists(st.binary(max_size=4), max_size=6))
def test_bytes_that_are_no_text_have_a_token_each_all_the_same(data: list[bytes]) -> None:
    tokens = ["".join(LETTERS[byte] for byte in piece) for piece in data]
    read = reader_of("byte-level", None)(tokens)
    assert len(read) == len(tokens)
