"""Words by fragment, beginning and pattern: the same as a plain scan."""

from __future__ import annotations

import itertools
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.dataset.search.leaves import Like, Part, Start
from neuronscope.dataset.search.vocabulary import LONGEST_TRIED, PATTERN_SECONDS, Vocabulary
from neuronscope.errors import BadInput

LETTERS = st.text("abé日😀", min_size=1, max_size=5)


@given(st.sets(LETTERS, max_size=30), LETTERS)
def test_words_that_hold_a_fragment_are_those_of_a_plain_scan(words, fragment):
    assert Vocabulary(words).having(Part(fragment)) == sorted(word for word in words if fragment in word)


@given(st.sets(LETTERS, max_size=30), LETTERS)
def test_words_that_begin_so_are_those_of_a_plain_scan(words, prefix):
    assert Vocabulary(words).having(Start(prefix)) == sorted(word for word in words if word.startswith(prefix))


@pytest.mark.parametrize("pattern", ["a", "^a", "b$", "a.b", "(ab|ba)+$", "[^a]", "B{2}"])
def test_patterns_find_what_re_finds(pattern):
    words = {"".join(letters) for length in range(1, 6) for letters in itertools.product("ab", repeat=length)}
    found = Vocabulary(words).having(Like(pattern))
    assert found == sorted(word for word in words if re.search(pattern, word, re.IGNORECASE))


@pytest.mark.parametrize("pattern", ["(", "a{2000}", r"\p{L}{1000}", "(?=a)", r"(a)\1", "[", "*"])
def test_a_pattern_that_cannot_be_used_is_bad_input(pattern):
    with pytest.raises(BadInput, match="cannot be used"):
        Vocabulary(["a"]).having(Like(pattern))


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|a)*b", "(.*a){20}b", r"((\w?){30}){30}z", "(a?){500}a{500}", r"(\w{1,9}\d?){90}", r"(\pL+)+\d"],
)
def test_patterns_that_make_others_hang_end_soon(pattern):
    words = Vocabulary(["a" * length for length in range(1, 400)] + [f"{i:x}aa" for i in range(20_000)])
    words.having(Like("a"))  # loads what has to be loaded
    began = time.monotonic()
    try:
        words.having(Like(pattern))
    except BadInput as error:
        assert "too l" in str(error)  # noqa: PT017 - an answer is as good
    assert time.monotonic() - began < 4 * PATTERN_SECONDS


def test_patterns_are_not_tried_on_words_of_no_language():
    assert Vocabulary(["a" * LONGEST_TRIED, "a" * (LONGEST_TRIED + 1)]).having(Like("a")) == ["a" * LONGEST_TRIED]


def test_a_pattern_is_given_up_when_its_time_is_over():
    ticks = itertools.count()
    words = Vocabulary((f"w{i}" for i in range(1000)), clock=lambda: float(next(ticks)))
    with pytest.raises(BadInput, match="takes too long"):
        words.having(Like("w"))
