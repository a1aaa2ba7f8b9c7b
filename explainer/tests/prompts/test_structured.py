"""Reading a model's JSON: what came is read, and nothing is guessed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.prompts.structured import Item, Items, answer_json, read_items, said, shown, tokens_json

TOKENS = ["The", " cat", "\t", "\n", "<|im_end|>", '"', "🙂"]
NUMBERS = [0, 10, 1, 2, 3, 4, 5]
ANSWER = answer_json(shown(TOKENS), NUMBERS)

some_tokens = st.lists(st.text(max_size=6), max_size=8)


@given(some_tokens, st.data())
def test_the_answer_that_is_hoped_for_is_read_whole(tokens: list[str], data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, 10), min_size=len(tokens), max_size=len(tokens)))
    reply = read_items(answer_json(shown(tokens), numbers))
    assert reply is not None
    assert reply.closed
    assert [item.token for item in reply.items] == list(shown(tokens))
    assert [item.value for item in reply.items] == numbers
    assert json.loads(tokens_json(shown(tokens))) == list(shown(tokens))


@given(some_tokens, st.data())
def test_an_answer_cut_anywhere_keeps_what_came_before(tokens: list[str], data: st.DataObject) -> None:
    whole = answer_json(shown(tokens), [7] * len(tokens))
    reply = read_items(whole[: data.draw(st.integers(0, len(whole) - 1))])
    if reply is not None:
        assert not reply.closed
        named = [item.token for item in reply.items]
        assert named == list(shown(tokens))[: len(named)]
        assert all(item.value == 7 for item in reply.items)


@pytest.mark.parametrize(
    "around",
    ["{}", "```json\n{}\n```", "Here are the activations:\n{}\nI hope this helps.", '{{"activations": {}}}', "  {}  "],
)
def test_what_stands_around_the_list_does_not_matter(around: str) -> None:
    reply = read_items(around.format(ANSWER))
    assert reply == read_items(ANSWER)
    assert reply is not None
    assert reply.closed


def test_a_tab_or_line_end_may_stand_in_a_string_as_it_is() -> None:
    reply = read_items('[{"token": "\t", "activation": 3}, {"token": "\n", "activation": 4},\n]')
    assert reply == Items((Item("\t", 3.0), Item("\n", 4.0)), closed=True)


@pytest.mark.parametrize(
    "number", ["-1", "11", "10.5", "NaN", "Infinity", "1e999", "true", "null", '"high"', "[7]", "{}"]
)
def test_what_is_no_number_from_0_to_10_is_no_number_and_is_not_clipped(number: str) -> None:
    reply = read_items(f'[{{"token": "a", "activation": {number}}}, {{"token": "b", "activation": 4}}]')
    assert reply == Items((Item("a", None), Item("b", 4.0)), closed=True)


@pytest.mark.parametrize(("number", "value"), [("0", 0.0), ("10", 10.0), ("2.5", 2.5), ('"7"', 7.0), ("1e1", 10.0)])
def test_numbers_from_0_to_10_are_read(number: str, value: float) -> None:
    reply = read_items(f'[{{"token": "a", "activation": {number}}}]')
    assert reply == Items((Item("a", value),), closed=True)


def test_objects_without_a_token_or_a_number_keep_their_place() -> None:
    reply = read_items('[{"activation": 1}, 5, {"token": 3, "activation": 2}, {"token": "d", "activation": 4}]')
    assert reply == Items((Item(None, 1.0), Item(None, None), Item(None, 2.0), Item("d", 4.0)), closed=True)


@pytest.mark.parametrize("text", ["", "I cannot do that.", "{}", "7", '["the", "cat"]', "[1, 2, 3]"])
def test_a_reply_without_a_list_of_objects_has_none(text: str) -> None:
    assert read_items(text) is None


def test_an_empty_list_is_a_list() -> None:
    assert read_items("[]") == Items((), closed=True)


def test_deep_nesting_and_huge_numbers_end_the_reading_and_nothing_else() -> None:
    for value in ("[" * 100_000, "1" * 5000):
        reply = read_items('[{"token": "a", "activation": 1}, {"token": "b", "activation": ' + value)
        assert reply == Items((Item("a", 1.0),), closed=False)


def test_a_mark_that_the_model_wrote_as_it_was_in_the_text_is_the_token_that_was_shown() -> None:
    asked = shown(["<|im_end|>", "a"])
    assert asked[0] != "<|im_end|>"
    for written in ("<|im_end|>", asked[0]):
        items = Items((Item(written, 1.0), Item("a", 2.0), Item(None, 3.0)), closed=True)
        assert said(items, asked) == [*asked, None]
