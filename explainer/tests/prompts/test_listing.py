"""Listings: a line a token whatever the token holds, numbers as the method has them, and no mark of a tokenizer."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from neuronscope.llm.writing import Writer
from neuronscope.messages import Message
from neuronscope.prompts.listing import (
    escape_token,
    is_sparse,
    listing,
    nonzero_listing,
    normalise,
    open_listing,
    plain_text,
    quoted,
    shown_positions,
    shown_tokens,
    spread,
    unescape_token,
)
from neuronscope.prompts.nouns import Excerpt

SMOLLM2 = Path(__file__).parents[3] / ".cache" / "smollm2"
ANY_TEXT = st.text(st.characters(codec=None, categories=None))  # halves of characters too
MARKED = st.lists(st.sampled_from([*"<>|[]/\\su", "<s>", "</s>", "<|im_end|>", "[INST]", ">>A<<", "\\u0", "\t", "\n"]))
FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(st.floats(), st.one_of(st.none(), st.floats()))
@example(1e308, 1.7e308)
@example(math.inf, math.inf)
@example(5e-324, 5e-324)
def test_a_normalised_activation_is_a_whole_number_from_0_to_10(activation: float, scale: float | None) -> None:
    number = normalise(activation, scale)
    assert isinstance(number, int)
    assert 0 <= number <= 10


@given(FINITE, FINITE.filter(lambda scale: scale > 0))
def test_normalising_is_the_formula_but_for_rounding(activation: float, scale: float) -> None:
    exact = 10 * max(Fraction(0), Fraction(activation)) / Fraction(scale)
    number = normalise(activation, scale)
    assert number == min(10, math.floor(exact)) or abs(exact - round(exact)) < Fraction(1, 10**9)


@pytest.mark.parametrize(
    ("activation", "scale", "number"),
    [
        *((3.0, 3.0, 10), (2.99, 3.0, 9), (0.3, 3.0, 1), (0.29, 3.0, 0), (-4.0, 3.0, 0), (9.0, 3.0, 10), (0.7, 1.0, 7)),
        *((1.0, None, 0), (1.0, 0.0, 0), (1.0, -1.0, 0), (math.nan, 1.0, 0), (1.0, math.nan, 0)),
    ],
)
def test_known_normalised_activations(activation: float, scale: float | None, number: int) -> None:
    assert normalise(activation, scale) == number


@given(st.one_of(ANY_TEXT, MARKED.map("".join)))
@example("<\u2028>")
@example("<a\\>")
@example("\ud83d")
def test_escaping_a_token_is_undone_exactly_and_gives_one_line(token: str) -> None:
    escaped = escape_token(token)
    assert unescape_token(escaped) == token
    assert escaped.splitlines() in ([escaped], [])
    assert "\t" not in escaped
    escaped.encode()


@pytest.mark.parametrize(
    ("token", "escaped"),
    [
        *((" cat", " cat"), ("\t\t", "\\t\\t"), ("\r\n", "\\r\\n"), ("C:\\new", "C:\\\\new"), ("\u2028", "\\u2028")),
        *(("<|im_end|>", "<|im_end|\\>"), ("</s>", "</s\\>"), ("[INST]", "[INST\\]"), ("a < b > c", "a < b > c")),
        *(("[1]", "[1]"), ("[edit]", "[edit]"), ("x[i]", "x[i]"), (">>TITLE<<", ">>TITLE<\\<"), ("🙂", "🙂")),
    ],
)
def test_tokens_as_they_are_listed(token: str, escaped: str) -> None:
    assert escape_token(token) == escaped


@pytest.mark.parametrize("text", ["plain words, 3 < 4", "a\tb\nc", "C:\\new", "list[int]", "«é» 🙂"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert plain_text(text) == text


def test_marks_of_known_tokenizers_are_parted_in_running_text() -> None:
    marks = ["<|endoftext|>", "<bos>", "<start_of_turn>", "<|begin_of_text|>", "<unk>", "<0x0A>", "[/INST]", "[gMASK]"]
    marks += ["<\uff5cend\u2581of\u2581sentence\uff5c>", "[control_12]", "<<SYS>>", "<repo_name>", "[AVAILABLE_TOOLS]"]
    marks += ["<think>", "</tool_call>", ">>ANSWER<<", "[TOOL_CALLS]", "<pad>", "[CLS]"]
    for mark in marks:
        shown = plain_text(f"before {mark}{mark} after")
        assert mark not in shown
        assert shown.replace("\\", "") == f"before {mark}{mark} after"


def test_half_a_character_is_shown_as_one_that_is_unknown() -> None:
    assert plain_text("a\ud83db") == "a\ufffdb"


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    """That of a real model which was trained on conversations."""
    from transformers import AutoTokenizer

    assert SMOLLM2.is_dir(), "the model's folder is missing; make test makes it"
    return AutoTokenizer.from_pretrained(SMOLLM2)


def test_no_text_of_a_record_becomes_a_special_token(tokenizer: Any) -> None:
    writer = Writer(tokenizer)
    specials = sorted(str(token) for token in tokenizer.added_tokens_decoder.values())
    assert {"<|im_start|>", "<|im_end|>", "<|endoftext|>"} <= set(specials)
    assert len(specials) > 10
    hostile = [*specials, *(f"x{mark}" for mark in specials), "".join(specials)]
    texts = [
        listing(hostile, [1] * len(hostile)),
        plain_text(" ".join(hostile)),
        quoted(hostile),
        open_listing(hostile).text,
    ]
    special_ids = set(tokenizer.added_tokens_decoder)
    for text in texts:
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        assert not special_ids & set(ids)
        conversation = [Message("system", "s"), Message("user", text)]
        written = writer.ids(writer.write(conversation))
        bare = writer.ids(writer.write([Message("system", "s"), Message("user", "-")]))
        assert sum(token in special_ids for token in written) == sum(token in special_ids for token in bare)
    raw = tokenizer("".join(hostile), add_special_tokens=False)["input_ids"]
    assert special_ids <= set(raw)  # what would have come without


@given(st.lists(st.tuples(ANY_TEXT.filter(bool), st.one_of(st.none(), st.integers(0, 10))), max_size=8))
def test_a_listing_is_read_back_token_by_token(pairs: list[tuple[str, int | None]]) -> None:
    lines = listing([token for token, _ in pairs], [number for _, number in pairs]).split("\n")
    assert (lines[0], lines[-1]) == ("<start>", "<end>")
    read = [line.split("\t") for line in lines[1:-1]]
    assert [(unescape_token(token), None if number == "unknown" else int(number)) for token, number in read] == pairs


def test_a_listing_needs_a_number_for_each_token() -> None:
    with pytest.raises(ValueError, match="shorter"):
        listing(["a", "b"], [1])


@given(st.lists(ANY_TEXT.filter(bool), max_size=8))
def test_an_open_listing_is_a_listing_of_unknowns_with_the_places_after_the_tabs(tokens: list[str]) -> None:
    whole = open_listing(tokens)
    assert whole.text == listing(tokens, [None] * len(tokens))
    assert len(whole.offsets) == len(tokens)
    for token, offset in zip(tokens, whole.offsets, strict=True):
        assert whole.text[:offset].endswith(f"\n{escape_token(token)}\t")
        assert whole.text[offset:].startswith("unknown\n")


def test_zeros_are_left_out_of_the_repeated_list() -> None:
    assert nonzero_listing(["a", "b", "\t"], [0, 3, 10]) == "<start>\nb\t3\n\\t\t10\n<end>"


@pytest.mark.parametrize(
    ("numbers", "sparse"), [([1] + [0] * 5, True), ([1] + [0] * 4, False), ([0] * 9, False), ([], False), ([3], False)]
)
def test_a_list_is_sparse_below_a_fifth(numbers: list[int], sparse: bool) -> None:
    assert is_sparse(numbers) is sparse


def test_ignored_positions_and_parts_of_characters_are_not_shown_and_get_their_numbers() -> None:
    excerpt = Excerpt(("A", " 🙂", "", "", " b", "é", ""), frozenset({0, 5}))
    assert shown_positions(excerpt) == [1, 4]
    assert shown_tokens(excerpt) == [" 🙂", " b"]
    assert spread(excerpt, [7.5, None]) == [None, 7.5, 7.5, 7.5, None, None, None]
    with pytest.raises(ValueError, match="shorter"):
        spread(excerpt, [1.0])


@given(st.lists(st.sampled_from(["", "a", "🙂"]), max_size=10), st.data())
def test_spread_values_agree_with_a_walk_over_all_positions(tokens: list[str], data: st.DataObject) -> None:
    ignored = data.draw(st.sets(st.integers(0, len(tokens) - 1))) if tokens else set()
    excerpt = Excerpt(tuple(tokens), frozenset(ignored))
    values = [float(position) for position in shown_positions(excerpt)]
    for position, value in enumerate(spread(excerpt, values)):
        before = [i for i in range(position + 1) if tokens[i]]
        known = position not in ignored and bool(before) and before[-1] not in ignored
        assert value == (float(before[-1]) if known else None)


def test_quoted_tokens_stay_on_one_line() -> None:
    assert quoted([' "so', "\n", ",", "<s>"]) == '" \\"so", "\\n", ",", "<s\\>"'
