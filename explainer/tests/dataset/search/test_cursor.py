"""Cursors come back from outside: only one that was given out for this search is followed."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope import codec
from neuronscope.dataset.search import SearchRequest, search, snapshot_of
from neuronscope.dataset.search.cursor import first_page, read_cursor, write_cursor
from neuronscope.errors import BadInput

REQUEST = SearchRequest("cat", limit=3)


@given(*[st.integers(0, 2**62)] * 4)
def test_a_cursor_comes_back_as_it_was(sequence, tier, offset, added):
    cursor = replace(first_page(REQUEST, "0123456789abcdef", sequence), tier=tier, offset=offset, added=added)
    assert read_cursor(write_cursor(cursor), REQUEST) == cursor


@given(st.text(max_size=50) | st.binary(max_size=80).map(lambda data: base64.urlsafe_b64encode(data).decode()))
def test_what_is_no_cursor_is_bad_input(text):
    with pytest.raises(BadInput, match="cursor"):
        read_cursor(text, REQUEST)


@pytest.mark.parametrize(
    "wrong", [{"offset": -1}, {"offset": 2**64}, {"added": "x"}, {"tier": None}, {"sequence": 1.5}]
)
def test_a_changed_cursor_with_impossible_numbers_is_bad_input(wrong):
    plain = codec.to_plain(first_page(REQUEST, "0123456789abcdef", 0)) | wrong
    text = base64.urlsafe_b64encode(codec.dumps(plain)).decode()
    with pytest.raises(BadInput, match="cannot be read"):
        read_cursor(text, REQUEST)


def test_a_changed_cursor_may_only_skip(index):
    start = first_page(REQUEST, index.snapshot, 0)
    for changed in (replace(start, offset=10**12), replace(start, tier=7), replace(start, added=99)):
        try:
            answer = search(index, REQUEST, cursor=write_cursor(changed))
        except BadInput as error:
            assert "can be seen in this order" in str(error)  # noqa: PT017 - a sentence is right too
        else:
            assert len(answer.hits) <= 3


@pytest.mark.parametrize(
    "other",
    [{"text": "dog"}, {"layer": 0}, {"min_score": 0.1}, {"sort": "score"}, {"where": ("tokens",)}, {"mode": "regex"}],
)
def test_a_cursor_of_another_search_is_refused(index, other):
    cursor = search(index, REQUEST).cursor
    assert cursor
    with pytest.raises(BadInput, match="another search"):
        search(index, replace(REQUEST, **other), cursor=cursor)


def test_the_size_of_a_page_may_change_on_the_way(index):
    cursor = search(index, REQUEST).cursor
    assert len(search(index, replace(REQUEST, limit=5), cursor=cursor).hits) == 5


def test_a_cursor_of_another_state_is_refused_and_says_which(index):
    cursor = write_cursor(first_page(REQUEST, "fedcba9876543210", 0))
    assert snapshot_of(cursor, REQUEST) == "fedcba9876543210"
    with pytest.raises(BadInput, match="has changed"):
        search(index, REQUEST, cursor=cursor)


def test_a_cursor_with_additions_that_are_not_there_is_refused(index):
    with pytest.raises(BadInput, match="has changed"):
        search(index, REQUEST, cursor=write_cursor(first_page(REQUEST, index.snapshot, 5)))
