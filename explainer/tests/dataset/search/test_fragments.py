"""Fragments that entries are marked with are a short way, never another answer."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.dataset.search import SearchRequest, fragments, search
from neuronscope.dataset.search.entries import Explained
from neuronscope.dataset.search.fragments import CommonFragments


@given(st.sets(st.text("abc", min_size=1, max_size=8), max_size=12), st.lists(st.text("abc", max_size=8), max_size=4))
def test_a_text_has_those_common_fragments_that_stand_inside_its_words(sample, words):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fragments, "LEAST_WORDS", 2)
        found = CommonFragments(sample).of(words)
    every = {"".join(letters) for n in range(3, 7) for letters in itertools.product("abc", repeat=n)}
    common = {part for part in every if sum(part in word for word in sample) >= 2}
    assert len(common) <= fragments.MOST
    assert found == {part for part in common if any(part in word for word in words)}


NIGHTLY = pytest.mark.nightly


@pytest.mark.parametrize("sampled", [pytest.param(1, marks=NIGHTLY), 40, pytest.param(10_000, marks=NIGHTLY)])
def test_hits_are_the_same_with_any_fragments_marked(corpus, index, make_index, monkeypatch, sampled):
    monkeypatch.setattr(fragments, "LEAST_WORDS", 1)
    monkeypatch.setattr("neuronscope.dataset.search.build._SAMPLE", sampled)
    marked = make_index(corpus)
    assert not index._matcher.fragments
    assert marked._matcher.fragments
    words = {word for entry in corpus if isinstance(entry, Explained) for word in entry.text.split()}
    asked = {word[a:b] for word in words for a, b in itertools.combinations(range(len(word) + 1), 2)}
    for text in sorted(asked):
        for query in (text, f"{text} cat", f"NOT {text}"):
            request = SearchRequest(query, limit=200)
            assert search(marked, request) == search(index, request)
