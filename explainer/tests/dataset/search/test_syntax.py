"""What people type, as trees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.dataset.search.syntax import (
    DEEPEST,
    LONGEST,
    MOST_WORDS,
    Both,
    Either,
    Near,
    Phrase,
    Prefix,
    Without,
    Word,
    read_query,
)
from neuronscope.errors import BadInput

A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("  ", None),
        ("a", A),
        ("a b", Both((A, B))),
        ("a AND b", Both((A, B))),
        ("a OR b c", Either((A, Both((B, C))))),
        ("NOT a", Without(A)),
        ("NOT NOT a", Without(Without(A))),
        ("a NOT b", Both((A, Without(B)))),
        ("(a OR b) c", Both((Either((A, B)), C))),
        ("NOT (a OR b)", Without(Either((A, B)))),
        ('"a b" c', Both((Phrase("a b"), C))),
        ("a* b~ c~2", Both((Prefix("a"), Near("b", 1), Near("c", 2)))),
        ("and or not", Both((Word("and"), Word("or"), Word("not")))),
    ],
)
def test_query_reads_as(text, tree):
    assert read_query(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("AND", Word("AND")),
        ("a AND", Both((A, Word("AND")))),
        ("OR a", Both((Word("OR"), A))),
        ("NOT", Word("NOT")),
        ("(a", A),
        ("a)) b", Both((A, B))),
        ("()", None),
        ("NEAR(", Word("NEAR")),
        ('"a b', Phrase("a b")),
        ('"', Phrase("")),
        ("*", Word("*")),
        ("~", Word("~")),
        ("';--", Word("';--")),
    ],
)
def test_what_joins_nothing_is_a_word_and_what_closes_nothing_is_passed_over(text, tree):
    assert read_query(text) == tree


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a" * (LONGEST + 1), "1,001 characters"),
        ("a " * (MOST_WORDS + 1), "more than 32 words"),
        ("(" * (DEEPEST + 1) + "a", "more than 16 deep"),
    ],
)
def test_limits_are_refused_with_a_sentence(text, said):
    with pytest.raises(BadInput, match=said):
        read_query(text)


@given(st.lists(st.sampled_from(["a", "AND", "OR", "NOT", "(", ")", '"', "*", "~2", " ", "😀", "\n", "\\", "'"])))
def test_anything_short_can_be_read(pieces):
    text = " ".join(pieces)
    try:
        read_query(text)
    except BadInput as error:
        assert "more than" in str(error)  # noqa: PT017 - the limits are the only reason


@given(st.text(max_size=60))
def test_a_phrase_keeps_its_text(text):
    inner = text.replace('"', "")
    assert read_query(f'"{inner}"') == Phrase(inner)
