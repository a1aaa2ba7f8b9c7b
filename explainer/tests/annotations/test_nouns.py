"""What may be written, and what is said of the rest."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.annotations.nouns import LONGEST_AUTHOR, LONGEST_TEXT, checked_author, checked_text, text_hash
from neuronscope.errors import BadInput


def test_white_space_at_the_ends_is_dropped_and_inside_is_kept() -> None:
    assert checked_text("  words\n\tof heroes \n") == "words\n\tof heroes"
    assert checked_author(" Ada  Lovelace ") == "Ada  Lovelace"


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u2003"])
def test_a_blank_text_is_refused_and_a_blank_author_is_none(blank: str) -> None:
    with pytest.raises(BadInput, match="empty"):
        checked_text(blank)
    assert checked_author(blank) is None
    assert checked_author(None) is None


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1bb", "a\x7fb", "a\x85b", "a\ud800b"])
def test_control_characters_and_half_characters_are_named(bad: str) -> None:
    with pytest.raises(BadInput, match=f"explanation holds the control character U\\+{ord(bad[1]):04X}"):
        checked_text(bad)
    with pytest.raises(BadInput, match="author holds"):
        checked_author(bad)


def test_an_author_is_one_line() -> None:
    with pytest.raises(BadInput, match=r"U\+000A"):
        checked_author("Ada\nLovelace")


def test_the_longest_text_is_kept_and_one_character_more_is_refused() -> None:
    assert checked_text("é" * LONGEST_TEXT) == "é" * LONGEST_TEXT
    with pytest.raises(BadInput, match="2,001 characters"):
        checked_text("é" * (LONGEST_TEXT + 1))
    with pytest.raises(BadInput, match="81 characters"):
        checked_author("a" * (LONGEST_AUTHOR + 1))


@given(st.text())
def test_what_is_kept_is_kept_again_unchanged(text: str) -> None:
    try:
        kept = checked_text(text)
    except BadInput:
        return
    assert checked_text(kept) == kept
    assert kept in text


def test_a_hash_is_that_of_the_text_in_utf_8() -> None:
    assert text_hash(" straße") == hashlib.sha256(b" stra\xc3\x9fe").hexdigest()
