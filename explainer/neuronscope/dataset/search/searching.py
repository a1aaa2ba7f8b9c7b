"""Searching: an opened index, what was added to it since, and a request in; one page of the answer out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from neuronscope.dataset.search import paging, syntax
from neuronscope.dataset.search.additions import Additions
from neuronscope.dataset.search.answer import AuthorCount, SearchAnswer, SearchHit, SearchRequest, Snippet
from neuronscope.dataset.search.cursor import Cursor, first_page, read_cursor, write_cursor
from neuronscope.dataset.search.entries import Entry, Explained, Peaking, whole_characters
from neuronscope.dataset.search.highlight import snippet
from neuronscope.dataset.search.index import Counts, SearchIndex, Trees
from neuronscope.dataset.search.leaves import Like, Wanted, wanted
from neuronscope.dataset.search.paging import Candidate
from neuronscope.dataset.search.schema import FIRST_AUTHOR, NO_AUTHOR, TOKENS, WORDS, PlacedWord, one_line
from neuronscope.dataset.search.vocabulary import Vocabulary
from neuronscope.errors import BadInput

_KIND: Final = {"explanations": WORDS, "tokens": TOKENS}
_AUTHORS_SHOWN = 50
_BETWEEN = " · "  # tokens in a snippet


def search(
    index: SearchIndex, request: SearchRequest, *, additions: Additions | None = None, cursor: str | None = None
) -> SearchAnswer:
    """One page of what matches; with a cursor the page that it names, of the same state as the first.

    :raises BadInput: the query or the cursor cannot be read, or the cursor is of another state of the index.
    """
    if request.mode == "meaning":
        raise BadInput("Search by meaning needs a sentence model: name its folder with --sentence-model.")
    additions = additions or Additions()
    start = read_cursor(cursor, request) if cursor else first_page(request, index.snapshot, additions.latest)
    if start.snapshot != index.snapshot or start.sequence > additions.latest:
        raise BadInput("The dataset has changed since this search began. Begin again, without a cursor.")
    trees = _trees(index, request)
    if not trees:
        return SearchAnswer(0, 0, 0, [], 0, [], _snapshot(start), None)
    prepared = index.prepare(trees, request)
    counting = index.counting(prepared, request)
    own = paging.candidates(index, prepared, request, start)
    people = paging.added(index, additions, trees, request, upto=start.sequence)
    taken, following = paging.page(own, people[start.added :], start, request.limit)
    by_author, by_others, tokens = _counts(index, counting.result(), people)
    explanations, ordered = by_author.total() + by_others, _most_first(by_author)
    return SearchAnswer(
        total=explanations + tokens,
        explanations=explanations,
        tokens=tokens,
        by_author=ordered[:_AUTHORS_SHOWN],
        by_others=by_others + sum(author.count for author in ordered[_AUTHORS_SHOWN:]),
        hits=_hits(index, trees, taken),
        snapshot=_snapshot(start),
        cursor=write_cursor(following) if following else None,
    )


def snapshot_of(cursor: str, request: SearchRequest) -> str:
    """Which state of the index a cursor belongs to; raises as ``search``."""
    return read_cursor(cursor, request).snapshot


def _trees(index: SearchIndex, request: SearchRequest) -> Trees:
    """What is wanted of each kind; a kind in which no word is left is not searched. Empty query: everything."""
    kinds = [_KIND[where] for where in dict.fromkeys(request.where)]
    text = whole_characters(request.text)
    tree = syntax.read_pattern(text) if request.mode == "regex" else syntax.read_query(text)
    if tree is None:
        return {} if text.strip() else dict.fromkeys(kinds)
    read = {kind: wanted(tree, partial(index.analyze, kind)) for kind in kinds}
    return {kind: part for kind, part in read.items() if part is not None}


def _counts(index: SearchIndex, counts: Counts, people: list[Candidate]) -> tuple[Counter[str | None], int, int]:
    """Explanations by author, those of further authors, and units whose tokens match."""
    by_author: Counter[str | None] = Counter()
    for number, count in counts.by_author.items():
        by_author[None if number == NO_AUTHOR else index.authors[number - FIRST_AUTHOR]] += count
    by_author.update(candidate.entry.author for candidate in people if isinstance(candidate.entry, Explained))
    return by_author, counts.by_others, counts.tokens


def _most_first(by_author: Counter[str | None]) -> list[AuthorCount]:
    ordered = sorted(by_author.items(), key=lambda item: (-item[1], item[0] or ""))
    return [AuthorCount(author, count) for author, count in ordered]


@dataclass(frozen=True)
class _Shown:
    """A hit with the text to show of it, and the text's words."""

    candidate: Candidate
    kind: int
    text: str
    words: list[PlacedWord]


def _hits(index: SearchIndex, trees: Trees, taken: list[Candidate]) -> list[SearchHit]:
    shown = [_shown(index, candidate) for candidate in taken]
    like = {kind: _like(tree, [one for one in shown if one.kind == kind]) for kind, tree in trees.items()}
    return [_hit(one, snippet(one.text, one.words, trees[one.kind], like=like[one.kind])) for one in shown]


def _like(tree: Wanted | None, shown: list[_Shown]) -> frozenset[str]:
    """The words of a page in which a regular expression finds something: compiled once, not for each hit."""
    if not isinstance(tree, Like):
        return frozenset()
    return frozenset(Vocabulary({word.word for one in shown for word in one.words}).having(tree))


def plain_hits(entries: Sequence[Entry]) -> list[SearchHit]:
    """Explanations as hits in which no word is marked."""
    return [
        SearchHit(
            *(entry.layer, entry.unit, "explanations", entry.number, entry.text, entry.author, entry.score, entry.max),
            rank=None,
            snippet=snippet(entry.text, [], None, like=frozenset()),
        )
        for entry in entries
        if isinstance(entry, Explained)
    ]


def _shown(index: SearchIndex, candidate: Candidate) -> _Shown:
    """An explanation or, in a line and strongest first, tokens, each of which is one word."""
    entry = candidate.entry
    if isinstance(entry, Explained):
        return _Shown(candidate, WORDS, entry.text, index.split(entry.text))
    text, words = "", list[PlacedWord]()
    for token in filter(None, map(one_line, entry.tokens)):
        text += _BETWEEN if text else ""
        start = len(text)
        text += token
        words += [PlacedWord(word, start, len(text)) for word in index.analyze(TOKENS, token)]
    return _Shown(candidate, TOKENS, text, words)


def _hit(shown: _Shown, found: Snippet) -> SearchHit:
    entry, rank = shown.candidate.entry, shown.candidate.rank
    if isinstance(entry, Peaking):
        about = (None, entry.explanation, None)
        return SearchHit(entry.layer, entry.unit, "tokens", *about, entry.score, entry.max, rank, found)
    number = entry.number if shown.candidate.found else None
    written = (number, entry.text, entry.author)
    return SearchHit(entry.layer, entry.unit, "explanations", *written, entry.score, entry.max, rank, found)


def _snapshot(start: Cursor) -> str:
    return f"{start.snapshot}-{start.sequence}"
