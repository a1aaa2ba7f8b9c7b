"""One order over the index and what was added to it: both in, a page and where the next one begins out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice
from typing import Any

from neuronscope.dataset.search import bm25
from neuronscope.dataset.search.additions import Addition, Additions
from neuronscope.dataset.search.answer import SearchRequest
from neuronscope.dataset.search.cursor import Cursor
from neuronscope.dataset.search.entries import Entry, Explained
from neuronscope.dataset.search.index import Found, Prepared, SearchIndex, Trees
from neuronscope.dataset.search.leaves import as_it_stands
from neuronscope.dataset.search.schema import TOKENS, WORDS

_ADDED_AFTER = 10**9  # additions of a unit come after the explanations in its file, and before its tokens


@dataclass(frozen=True)
class Candidate:
    """A hit of either index with its place in the common order; ``found`` is None for an addition."""

    key: tuple[Any, ...]
    entry: Entry
    rank: float | None
    found: Found | None = None


def candidates(index: SearchIndex, prepared: Prepared, request: SearchRequest, start: Cursor) -> list[Candidate]:
    """The index's own hits from ``start`` on: one more than the page has, to know whether there is a next one."""
    hits = index.hits(index.tiers(prepared, request), start.tier, start.offset, count=request.limit + 1)
    entries = index.entries([found.address for found in hits])
    return [_candidate(entry, found, request) for entry, found in zip(entries, hits, strict=True)]


def added(
    index: SearchIndex, additions: Additions, trees: Trees, request: SearchRequest, *, upto: int
) -> list[Candidate]:
    """All additions that match, in the common order."""
    if WORDS not in trees or not upto:
        return []
    tree = trees[WORDS]
    strict = tree and as_it_stands(tree)
    standing = {addition.sequence for addition in additions.matching(strict, upto=upto)}
    found = []
    for addition in additions.matching(tree, upto=upto):
        if _passes(addition.explained, request):
            words = [word.word for word in addition.words]
            rank = bm25.rank(strict, words, index.statistics) if strict and addition.sequence in standing else None
            found.append(_added(addition, rank, request, tier=int(addition.sequence not in standing)))
    return sorted(found, key=lambda candidate: candidate.key)


def page(
    own: Sequence[Candidate], people: Sequence[Candidate], start: Cursor, limit: int
) -> tuple[list[Candidate], Cursor | None]:
    """The next ``limit`` of both, and the cursor behind them; None where nothing follows."""
    taken = list(islice(merge(own, people, key=lambda candidate: candidate.key), limit))
    passed = [candidate.found for candidate in taken if candidate.found]
    given = len(taken) - len(passed)
    if len(passed) == len(own) and given == len(people):
        return taken, None
    last = passed[-1] if passed else None
    tier, offset = (last.tier, last.after) if last else (start.tier, start.offset)
    return taken, replace(start, tier=tier, offset=offset, added=start.added + given)


def _passes(explained: Explained, request: SearchRequest) -> bool:
    if request.layer not in (None, explained.layer):
        return False
    return request.min_score is None or (explained.score is not None and explained.score >= request.min_score)


def _candidate(entry: Entry, found: Found, request: SearchRequest) -> Candidate:
    kind, number = (WORDS, entry.number) if isinstance(entry, Explained) else (TOKENS, 0)
    key = _key(request, (entry.layer, entry.unit, kind, number), tier=found.tier, value=found.value)
    return Candidate(key, entry, found.value if request.sort == "relevance" else None, found)


def _added(addition: Addition, rank: float | None, request: SearchRequest, *, tier: int) -> Candidate:
    one = addition.explained
    value = {"score": one.score, "max": one.max}.get(request.sort, rank)
    place = (one.layer, one.unit, WORDS, _ADDED_AFTER + addition.sequence)
    key = _key(request, place, tier=tier, value=value, source=1)
    return Candidate(key, one, rank if request.sort == "relevance" else None)


def _key(
    request: SearchRequest, place: tuple[int, int, int, int], *, tier: int, value: float | None, source: int = 0
) -> tuple[Any, ...]:
    """Of equal values the index's own come first, as they lie in it, since their order there is not known here."""
    if request.sort == "layer":
        return place if request.ascending else tuple(-number for number in place)
    if request.sort == "relevance":
        return (tier, 0.0, 0, place) if value is None else (tier, -value, source, place)
    return (value is None, (value or 0.0) * (1 if request.ascending else -1), source, place)
