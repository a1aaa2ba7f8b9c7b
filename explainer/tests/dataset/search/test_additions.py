"""What people write while others page: the second index, its ranks, and pages over one snapshot."""

from __future__ import annotations

import random
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.dataset.search import Additions, SearchRequest, search
from neuronscope.dataset.search.bm25 import rank, rounded
from neuronscope.dataset.search.entries import Explained
from neuronscope.dataset.search.leaves import Both, Part, Run, Without, as_it_stands

TEXTS = ["a cat in time", "category of the other", "cat cat cat", "sometimes", "the cat", "time of the cat"]


def written(number: int) -> Explained:
    """Something that a person may have written about a unit of the corpus."""
    score = None if number % 3 else round(0.1 * (number % 10), 1)
    return Explained(3 * (number % 2), number % 60, 0, TEXTS[number % len(TEXTS)], "a person", score, 2.0)


@pytest.fixture
def additions() -> Additions:
    found = Additions()
    for number in range(25):
        assert found.add(written(number)) == number + 1
    return found


@pytest.mark.parametrize(
    "text", ["cat", "time", "cat OR time", "the cat", '"the cat"', "NOT cat", "cat NOT the", "cat*", "tmie~", "ate", ""]
)
@pytest.mark.parametrize("sort", ["relevance", "score", "max", "layer"])
def test_additions_are_found_as_if_they_had_been_built_in(corpus, make_index, additions, text, sort):
    corpus = [entry for entry in corpus if isinstance(entry, Explained)]
    apart = make_index(corpus)
    moved = [
        Explained(e.layer, e.unit, 1000 + i, e.text, e.author, e.score, e.max)
        for i, e in enumerate(map(written, range(25)))
    ]
    together = make_index(sorted([*corpus, *moved], key=lambda e: (e.layer, e.unit, e.number)))
    request = SearchRequest(text, ("explanations",), layer=0, sort=sort, limit=200)
    one, other = search(apart, request, additions=additions), search(together, request)
    assert one.total == other.total
    assert one.by_author == other.by_author
    assert sorted((h.layer, h.unit, h.explanation) for h in one.hits) == sorted(
        (h.layer, h.unit, h.explanation) for h in other.hits
    )
    if sort == "layer":
        assert [(h.layer, h.unit) for h in one.hits] == [(h.layer, h.unit) for h in other.hits]
    if sort in ("score", "max"):
        assert [getattr(h, sort) for h in one.hits] == [getattr(h, sort) for h in other.hits]


@pytest.mark.parametrize("sort", ["relevance", "score", "max", "layer"])
@pytest.mark.parametrize("text", ["cat", "the cat OR time", ""])
def test_pages_neither_repeat_nor_miss_while_people_write(index, additions, text, sort):
    request = SearchRequest(text, ("explanations",), sort=sort, limit=7)
    before = search(index, SearchRequest(text, ("explanations",), sort=sort, limit=200), additions=additions)
    seen, cursor, number = [], None, 100
    while cursor or not seen:
        answer = search(index, request, additions=additions, cursor=cursor)
        assert (answer.total, answer.snapshot) == (before.total, before.snapshot)
        seen, cursor = seen + answer.hits, answer.cursor
        for _ in range(3):
            additions.add(written(number))
            number += 1
    assert seen[:200] == before.hits
    assert len(seen) == before.total
    assert search(index, request, additions=additions).total > before.total


def test_what_is_added_is_found_by_the_next_search_and_is_nobody_elses_number(index, additions):
    additions.add(Explained(0, 5, 0, "a zebra", "somebody"))
    answer = search(index, SearchRequest("zebra"), additions=additions)
    assert [(h.layer, h.unit, h.author, h.number) for h in answer.hits] == [(0, 5, "somebody", None)]
    assert [(one.author, one.count) for one in answer.by_author] == [("somebody", 1)]


def test_filters_hold_for_additions_too(index, additions):
    additions.add(Explained(0, 5, 0, "a zebra", None, 0.4))
    for filters, total in [({"layer": 0}, 1), ({"layer": 3}, 0), ({"min_score": 0.4}, 1), ({"min_score": 0.41}, 0)]:
        assert search(index, SearchRequest("zebra", **filters), additions=additions).total == total
    assert search(index, SearchRequest("zebra", ("tokens",)), additions=additions).total == 0


def test_many_threads_may_write_and_search(index):
    additions, wrong = Additions(), []

    def write():
        for number in range(100):
            additions.add(written(number))

    def read():
        for _ in range(20):
            answer = search(
                index, SearchRequest("cat", ("explanations",), sort="layer", limit=200), additions=additions
            )
            if answer.total < len(answer.hits):
                wrong.append(answer)

    threads = [threading.Thread(target=work) for work in (write, read, write, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert additions.latest == 200
    assert len(additions.matching(None, upto=200)) == 200


TREES = [
    Run(("cat",)),
    Run(("the", "cat")),
    Both((Part("time"), Run(("of",)))),
    Both((Run(("cat",)), Without(Run(("the",))))),
]


@pytest.mark.parametrize("tree", TREES)
def test_our_rank_is_that_of_the_index(index, tree):
    text = {Run(("cat",)): '"cat"', Run(("the", "cat")): '"the cat"'}.get(tree, "")
    text = text or ("time of" if isinstance(tree.parts[0], Part) else '"cat" NOT "the"')
    hits = search(index, SearchRequest(text, ("explanations",), limit=200)).hits
    ranked = [hit for hit in hits if hit.rank is not None]
    assert ranked
    for hit in ranked:
        words = [word.word for word in index.split(hit.explanation)]
        assert rank(as_it_stands(tree), words, index.statistics) == pytest.approx(hit.rank, rel=1e-5)


def test_our_rank_of_long_texts_is_that_of_the_index(make_index):
    chance = random.Random(3)
    texts = [" ".join(["cat"] * chance.randint(1, 4) + ["x"] * length) for length in range(1, 3000, 37)]
    long = make_index([Explained(0, unit, 0, text) for unit, text in enumerate(texts)])
    for hit in search(long, SearchRequest('"cat"', ("explanations",), limit=200)).hits:
        words = [word.word for word in long.split(hit.explanation or "")]
        assert rank(Run(("cat",)), words, long.statistics) == pytest.approx(hit.rank, rel=1e-5)


@settings(deadline=None)
@given(st.integers(0, 100_000))
def test_lengths_are_rounded_down_by_less_than_an_eighth(length):
    assert 0 <= length - rounded(length) <= max(0, (length - 24) / 8)
