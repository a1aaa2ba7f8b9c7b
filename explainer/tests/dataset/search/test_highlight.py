"""Which characters matched, and which part of a long text is shown."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.dataset.search.highlight import close, merged, snippet
from neuronscope.dataset.search.leaves import Both, Close, Like, Part, Run, Start, Without
from neuronscope.dataset.search.schema import analyzer, placed_words

TEXT = "Times of the Sometimes-timer, tmie"


def marked(text, tree):
    """The snippet's text with square brackets around what matched."""
    shown = snippet(text, placed_words(analyzer("text"), text), tree, like={"times", "the"})
    out, at = "", 0
    for start, end in shown.ranges:
        out += f"{shown.text[at:start]}[{shown.text[start:end]}]"
        at = end
    return out + shown.text[at:]


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Part("time"), "[Time]s of the Some[time]s-[time]r, tmie"),
        (Start("time"), "[Time]s of the Sometimes-[time]r, tmie"),
        (Run(("of", "the")), "Times [of the] Sometimes-timer, tmie"),
        (Run(("of", "times")), TEXT),
        (Close("time", 1), "[Times] of the Sometimes-[timer], [tmie]"),
        (Like("^t.*es?$"), "[Times] of [the] Sometimes-timer, tmie"),
        (Both((Run(("of",)), Without(Run(("the",))))), "Times [of] the Sometimes-timer, tmie"),
        (None, TEXT),
    ],
)
def test_ranges_are_of_what_matched(tree, expected):
    assert marked(TEXT, tree) == expected


def test_ranges_count_characters_whatever_stands_before():
    assert marked("😀 É naïve time", Part("tim")) == "😀 É naïve [tim]e"


def test_a_word_whose_lower_case_is_longer_is_marked_whole():
    assert marked("İstanbul", Part("stan")) == "[İstanbul]"


def test_a_long_text_is_cut_around_the_first_match():
    text = "word " * 100 + "needle " + "word " * 100
    shown = snippet(text, placed_words(analyzer("text"), text), Part("needle"))
    assert len(shown.text) <= 242
    assert shown.text[0] == shown.text[-1] == "…"
    assert [shown.text[a:b] for a, b in shown.ranges] == ["needle"]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), max_size=10))
def test_merged_ranges_cover_the_same_characters_and_do_not_touch(pairs):
    ranges = [(start, start + length) for start, length in pairs]
    joined = merged(iter(ranges))
    assert {c for a, b in joined for c in range(a, b)} == {c for a, b in ranges for c in range(a, b)}
    assert all(a[1] < b[0] for a, b in itertools.pairwise(joined))


WORD = st.text("abc", max_size=5)


def edits_away(word: str, edits: int) -> set[str]:
    """All words that so many edits make of ``word``, by trying; a swap may not be edited again."""
    if not edits:
        return {word}
    found = {word}
    for i in range(len(word) + 1):
        replaced = [(0, letter) for letter in "abc"]  # put in
        if i < len(word):
            replaced += [(1, letter) for letter in ("", *"abc")]  # left out, or changed
        if i + 1 < len(word):
            replaced.append((2, word[i + 1] + word[i]))
        found |= {
            word[:i] + new + rest for length, new in replaced for rest in edits_away(word[i + length :], edits - 1)
        }
    return found


@given(WORD, WORD, st.integers(0, 2))
def test_close_words_are_those_that_the_edits_make(a, b, edits):
    assert close(a, b, edits) == (b in edits_away(a, edits))


def test_words_are_letters_and_digits_in_lower_case():
    text = "It's 3.5 Größen_x"
    assert [word.word for word in placed_words(analyzer("text"), text)] == re.findall(r"[^\W_]+", text.lower())
