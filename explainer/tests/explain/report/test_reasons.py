"""Sentences counted together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neuronscope.explain.report.nouns import Reason
from neuronscope.explain.report.reasons import alike


def test_sentences_that_differ_in_numbers_alone_are_one() -> None:
    said = ["only 3 of 8 sequences", "empty", "only 5 of 8 sequences", "only 1,024.5 of 8 sequences"]
    assert alike(said) == [Reason("only … of … sequences", 3), Reason("empty", 1)]


def test_a_sentence_that_is_always_the_same_keeps_its_numbers() -> None:
    assert alike(["only 3 of 8 sequences"] * 2) == [Reason("only 3 of 8 sequences", 2)]


@given(st.lists(st.text()))
def test_nothing_is_lost_and_the_most_frequent_comes_first(said: list[str]) -> None:
    counts = [reason.count for reason in alike(said)]
    assert sum(counts) == len(said)
    assert counts == sorted(counts, reverse=True)
