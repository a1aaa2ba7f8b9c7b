"""Searching the real index: the same hits, counts and orders as going through all entries one by one."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.dataset.search import SearchRequest, search
from neuronscope.dataset.search.entries import Explained, Peaking
from neuronscope.errors import BadInput

WORD = re.compile(r"[^\W_]+")
PIECES = ["time", "cat", "the", "of", "in", "ate", "ime", "rel", "x", "none", "été"]


@dataclass(frozen=True)
class Asked:
    """A query as it is typed, and whether a list of words is what it asks for, by going through them."""

    text: str
    true: object


def bare(word):
    if len(word) < 3:
        return Asked(word, lambda words: word in words)
    return Asked(word, lambda words: any(word in other for other in words))


def prefix(word):
    return Asked(f"{word}*", lambda words: any(other.startswith(word) for other in words))


def phrase(first, second):
    pair = [first, second]
    return Asked(f'"{first} {second}"', lambda words: any(words[i : i + 2] == pair for i in range(len(words))))


def joined(word, parts):
    every = all if word == "AND" else any
    text = f" {word} ".join(f"({part.text})" for part in parts)
    return Asked(text, lambda words: every(part.true(words) for part in parts))


def negated(part):
    return Asked(f"NOT ({part.text})", lambda words: not part.true(words))


PIECE = st.sampled_from(PIECES)
QUERY = st.recursive(
    st.one_of(PIECE.map(bare), PIECE.map(prefix), st.builds(phrase, PIECE, PIECE)),
    lambda inner: st.one_of(
        st.builds(joined, st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=2, max_size=3)), inner.map(negated)
    ),
    max_leaves=5,
)


def words_of(text):
    return WORD.findall(text.lower())


def expected(corpus, asked, **filters):
    """The explanations that match, as they lie."""
    found = [entry for entry in corpus if isinstance(entry, Explained) and asked.true(words_of(entry.text))]
    return [entry for entry in found if passes(entry, **filters)]


def passes(entry, layer=None, min_score=None):
    return layer in (None, entry.layer) and (
        min_score is None or (entry.score is not None and entry.score >= min_score)
    )


def every_page(index, request, **also):
    answer = search(index, request, **also)
    hits = list(answer.hits)
    while answer.cursor:
        answer = search(index, request, cursor=answer.cursor, **also)
        hits += answer.hits
    return hits


def places(found):
    return [(one.layer, one.unit, one.number) for one in found]


@settings(deadline=None, max_examples=150)
@given(QUERY, st.sampled_from([None, 0, 3, 5]), st.sampled_from([None, -0.5, 0.25]))
def test_hits_and_counts_are_those_of_a_plain_scan(index, corpus, asked, layer, min_score):
    wanted = expected(corpus, asked, layer=layer, min_score=min_score)
    request = SearchRequest(asked.text, ("explanations",), layer=layer, min_score=min_score, limit=200)
    answer = search(index, request)
    assert sorted(places(answer.hits)) == places(wanted)
    assert answer.total == answer.explanations == len(wanted)
    assert {one.author: one.count for one in answer.by_author} == Counter(entry.author for entry in wanted)


@settings(deadline=None, max_examples=25)
@given(QUERY, st.sampled_from(["relevance", "score", "max", "layer"]), st.integers(1, 9), st.booleans())
def test_pages_of_any_size_are_the_one_large_page_in_pieces(index, asked, sort, limit, ascending):
    order = "asc" if ascending and sort != "relevance" else "desc"
    whole = search(index, SearchRequest(asked.text, sort=sort, order=order, limit=200))
    pieces = every_page(index, SearchRequest(asked.text, sort=sort, order=order, limit=limit))
    assert pieces[:200] == whole.hits
    assert len(pieces) == whole.total


@pytest.mark.parametrize("sort", ["score", "max"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_undefined_numbers_come_last_in_either_order(index, corpus, sort, order):
    hits = search(index, SearchRequest("cat", ("explanations",), sort=sort, order=order, limit=200)).hits
    sign = 1 if order == "asc" else -1
    wanted = expected(corpus, bare("cat"))
    wanted.sort(key=lambda entry: (getattr(entry, sort) is None, sign * (getattr(entry, sort) or 0.0)))
    assert places(hits) == places(wanted)


def test_by_layer_hits_come_as_they_lie_or_backwards(index, corpus):
    forwards = search(index, SearchRequest("cat", ("explanations",), sort="layer", limit=200)).hits
    backwards = search(index, SearchRequest("cat", ("explanations",), sort="layer", order="desc", limit=200)).hits
    assert places(forwards) == places(expected(corpus, bare("cat"))) == places(backwards)[::-1]


def test_whole_words_come_before_fragments_and_are_ranked(index):
    hits = search(index, SearchRequest("time", ("explanations",), limit=200)).hits
    whole = ["time" in words_of(hit.explanation) for hit in hits]
    assert whole == sorted(whole, reverse=True)
    ranks = [hit.rank for hit, stands in zip(hits, whole, strict=True) if stands]
    assert ranks == sorted(ranks, reverse=True)
    assert min(ranks) > 0
    assert {hit.rank for hit, stands in zip(hits, whole, strict=True) if not stands} == {None}


def test_an_empty_query_gives_everything_as_it_lies(index, corpus):
    hits = every_page(index, SearchRequest("", limit=50))
    assert [(hit.layer, hit.unit) for hit in hits] == [(entry.layer, entry.unit) for entry in corpus]


def test_near_words_are_found(index, corpus):
    hits = search(index, SearchRequest("tmie~", ("explanations",), limit=200)).hits
    assert places(hits) and sorted(places(hits)) == places(expected(corpus, Asked("", lambda words: "time" in words)))  # noqa: PT018


def test_patterns_are_tried_on_words(index, corpus):
    hits = search(index, SearchRequest("^(cat|time)s?$", ("explanations",), mode="regex", limit=200)).hits
    pattern = re.compile("(cat|time)s?")
    wanted = expected(corpus, Asked("", lambda words: any(pattern.fullmatch(word) for word in words)))
    assert sorted(places(hits)) == places(wanted)


def test_tokens_are_searched_whole_in_part_and_by_case(index, corpus):
    hits = search(index, SearchRequest("TIME", ("tokens",), limit=200)).hits
    wanted = [e for e in corpus if isinstance(e, Peaking) and any("time" in token.lower() for token in e.tokens)]
    assert sorted((hit.layer, hit.unit) for hit in hits) == [(e.layer, e.unit) for e in wanted]
    assert {(hit.matched, hit.explanation, hit.score, hit.number) for hit in hits} == {
        ("tokens", "a table's", 0.5, None)
    }
    marked = {hit.snippet.text[a:b] for hit in hits for a, b in hit.snippet.ranges}
    assert marked == {"Time", "time"}


def test_tokens_and_explanations_are_counted_apart(index):
    both, one, other = (search(index, SearchRequest("cat", where)) for where in (
        ("explanations", "tokens"), ("explanations",), ("tokens",),
    ))  # fmt: skip
    assert (both.explanations, both.tokens) == (one.total, other.total)
    assert both.total == one.total + other.total
    assert other.by_author == []


def test_signs_that_are_no_words_ask_for_nothing(index):
    assert search(index, SearchRequest("-- cat ...", ("explanations",))).total == search(
        index, SearchRequest("cat", ("explanations",))
    ).total  # fmt: skip
    assert search(index, SearchRequest("';-- 😀 ()", ("explanations",))).total == 0


HOSTILE = [
    '"', "*", "NEAR(", "';--", "😀", "a" * 10_000, "(" * 900, '"' * 900, "NOT " * 30, "\x00", "\ud800", "text:cat",
    "[a TO b]", "cat^5", "{", "\\", "AND OR NOT", "a~" * 30, "x*" * 30, "%00", "<b>", "\u202e", " OR ".join("abc" * 10),
    f"{'y' * 900}~2", "* * *", "~2", '"" ""', "NOT NOT NOT", "()()()", "\n\r\t", "İ", "ß*", "cat AND (", "日本~",
]  # fmt: skip


@pytest.mark.parametrize("mode", ["words", "regex"])
@pytest.mark.parametrize("text", HOSTILE)
def test_anything_typed_gives_an_answer_or_a_sentence(index, text, mode):
    try:
        answer = search(index, SearchRequest(text, mode=mode))
    except BadInput as error:
        assert str(error).endswith((".", "…"))  # noqa: PT017 - either is right
    else:
        assert answer.total >= len(answer.hits)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=40), st.sampled_from(["words", "regex"]))
def test_any_text_at_all_gives_an_answer_or_a_sentence(index, text, mode):
    try:
        search(index, SearchRequest(text, mode=mode))
    except BadInput as error:
        assert str(error)  # noqa: PT017 - either is right


@pytest.mark.parametrize(
    "wrong",
    [{"limit": 0}, {"limit": 201}, {"where": ()}, {"order": "asc"}, {"min_score": math.nan}, {"min_score": math.inf}],
)
def test_a_request_that_cannot_be_is_refused(wrong):
    with pytest.raises(BadInput):
        SearchRequest("cat", **wrong)


def test_an_empty_index_answers(make_index):
    empty = make_index([])
    for text in ("", "cat", "NOT cat", "ca*", "cat~"):
        answer = search(empty, SearchRequest(text))
        assert (answer.total, answer.hits, answer.cursor) == (0, [], None)


def test_what_a_pattern_found_is_marked(index):
    for where in ("explanations", "tokens"):
        hits = search(index, SearchRequest("^tim", (where,), mode="regex", limit=200)).hits
        assert hits
        for hit in hits:
            marked = [hit.snippet.text[a:b].lower() for a, b in hit.snippet.ranges]
            assert marked == [word for word in words_of(hit.snippet.text) if word.startswith("tim")]
