"""An index that has been built, opened: trees of what is wanted in; hits in order, and counts, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from neuronscope import codec
from neuronscope.dataset.search.answer import SearchRequest
from neuronscope.dataset.search.bm25 import Statistics
from neuronscope.dataset.search.build import ABOUT, About
from neuronscope.dataset.search.entries import Entry, Explained, Peaking
from neuronscope.dataset.search.leaves import Run, Wanted, as_it_stands
from neuronscope.dataset.search.matching import Matcher
from neuronscope.dataset.search.schema import (
    FIELD,
    FIRST_AUTHOR,
    NO_AUTHOR,
    NO_EXPLANATION,
    WORDS,
    PlacedWord,
    analyzer,
    one_line,
    open_index,
    placed_words,
)
from neuronscope.dataset.search.vocabulary import Vocabulary
from neuronscope.errors import BadInput, BrokenData

if TYPE_CHECKING:
    import tantivy

DEEPEST = 100_000  # hits that can be paged through by rank, score or maximum; the memory for them is taken at once
_AT_A_TIME = 1_000  # entries that are read together
_AUTHORS = 1_000  # that are counted apart
_THREADS = 8  # that count; tantivy lets other threads run meanwhile

Trees = Mapping[int, Wanted | None]  # what is wanted of each kind of entry that is searched; None: all of them


@dataclass(frozen=True)
class Prepared:
    """Queries for what is wanted: as ``whole``, and as ``strict`` what has every word as it stands."""

    whole: tantivy.Query
    strict: tantivy.Query
    ranked: bool


@dataclass(frozen=True)
class Tier:
    """Hits in one order: by rank (``by`` None), by a field, or as they lie in the dataset ("row")."""

    query: tantivy.Query
    by: str | None
    ascending: bool = False


@dataclass(frozen=True)
class Found:
    """A hit of a tier: its rank or the field's value, where it lies, and the offset behind it."""

    tier: int
    value: float | None
    address: tantivy.DocAddress
    after: int


@dataclass(frozen=True)
class Counts:
    """How many entries match: explanations by their authors' numbers, those of further authors, and token entries."""

    by_author: dict[int, int]
    by_others: int
    tokens: int


class SearchIndex:
    """One state of a dataset's index. Any thread may call any method; nothing in it changes."""

    def __init__(self, folder: Path) -> None:
        """:raises BrokenData: the folder holds no index that can be used."""
        try:
            about = codec.loads((folder / ABOUT).read_bytes(), About)
            index = open_index(folder)
            self._searcher = index.searcher()
        except (OSError, ValueError) as error:
            raise BrokenData(
                f"{folder} holds no search index that can be used: {error}. Remove that folder."
            ) from error
        self.snapshot = about.stamp
        self.authors = about.authors
        words = {kind: self._searcher.terms_with_prefix(field, "") for kind, field in FIELD.items()}
        self._with_word = dict(words[WORDS])
        vocabularies = {kind: Vocabulary(word for word, _ in found) for kind, found in words.items()}
        fragments = frozenset(fragment for fragment, _ in self._searcher.terms_with_prefix("fragment", ""))
        self._matcher = Matcher(index.schema, vocabularies, fragments)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="neuronscope-search")
        self._analyzers = {kind: analyzer(field) for kind, field in FIELD.items()}

    def analyze(self, kind: int, text: str) -> list[str]:
        """The words of a text, as entries of this kind hold them."""
        return self._analyzers[kind].analyze(text if kind == WORDS else one_line(text)) if text.strip() else []

    def split(self, text: str) -> list[PlacedWord]:
        """The words of an explanation with their places."""
        return placed_words(self._analyzers[WORDS], text)

    def prepare(self, trees: Trees, request: SearchRequest) -> Prepared:
        """What is wanted, as queries, without regard to scores.

        :raises BadInput: a regular expression that cannot be used.
        """
        strict = {kind: tree and as_it_stands(tree) for kind, tree in trees.items()}
        whole = self._query(trees, request)
        ranked = request.sort == "relevance" and any(trees.values())
        return Prepared(whole, whole if strict == trees or not ranked else self._query(strict, request), ranked)

    def tiers(self, prepared: Prepared, request: SearchRequest) -> list[Tier]:
        """What to give out one after the other.

        By relevance: first what has every word as it stands, by rank; then, as they lie in the dataset, entries that
        have a fragment inside a word only.
        """
        whole = self._from_score(prepared.whole, request)
        if request.sort in ("score", "max"):
            return [Tier(whole, request.sort, request.ascending)]
        if not prepared.ranked:
            return [Tier(whole, "row", request.ascending or request.sort == "relevance")]
        if prepared.strict is prepared.whole:
            return [Tier(whole, None)]
        strict = self._from_score(prepared.strict, request)
        return [Tier(strict, None), Tier(_but_not(whole, prepared.strict), "row", True)]

    def hits(self, tiers: list[Tier], tier: int, offset: int, *, count: int) -> list[Found]:
        """The next ``count`` hits from ``offset`` of ``tiers[tier]`` on, fewer at the end.

        :raises BadInput: deeper than DEEPEST in an order that does not allow it.
        """
        found: list[Found] = []
        while tier < len(tiers) and len(found) < count:
            found += self._of_tier(tiers[tier], tier, offset, count - len(found))
            tier, offset = tier + 1, 0
        return found

    def counting(self, prepared: Prepared, request: SearchRequest) -> Future[Counts]:
        """How many entries match, whatever the page; counted on another processor while hits are looked for."""
        return self._threads.submit(self._count, prepared, request)

    def explained(self) -> Iterator[tuple[int, Explained]]:
        """Every explanation with its row, as they lie."""
        tier, offset = Tier(self._matcher.every(WORDS), "row", ascending=True), 0
        while found := list(self._of_rows(tier, 0, offset, _AT_A_TIME)):
            entries = self.entries([hit.address for hit in found])
            yield from ((hit.after - 1, entry) for hit, entry in zip(found, entries, strict=True) if _is_text(entry))
            offset = found[-1].after

    def at_rows(self, rows: Sequence[int]) -> list[Entry]:
        """The entries of some rows, in that order."""
        found = [self._searcher.search(self._matcher.between("row", row, row), 1, count=False).hits for row in rows]
        return self.entries([hits[0][1] for hits in found])

    def entries(self, addresses: list[tantivy.DocAddress]) -> list[Entry]:
        """The entries that lie there."""
        names = ("layer", "unit", "author", "number", "score", "max")
        columns = [self._searcher.fast_field_values(name, addresses) for name in names]
        return [self._entry(address, cells) for address, *cells in zip(addresses, *columns, strict=True)]

    def _entry(self, address: tantivy.DocAddress, cells: list[Any]) -> Entry:
        layer, unit, author, number, score, unit_max = cells
        document: Any = self._searcher.doc(address)
        if author == NO_EXPLANATION:
            shown = codec.loads(document.get_first("shown"), _Shown)
            return Peaking(layer, unit, shown.tokens, shown.explanation, score, unit_max)
        by = None if author == NO_AUTHOR else self.authors[author - FIRST_AUTHOR]
        return Explained(layer, unit, number, document.get_first("text"), by, score, unit_max)

    @cached_property
    def statistics(self) -> Statistics:
        """What ranks in this index depend on."""
        length = self._mean_length() if self._with_word else 0.0
        return Statistics(self._searcher.num_docs, length, lambda word: self._with_word.get(word, 0))

    def _query(self, trees: Trees, request: SearchRequest) -> tantivy.Query:
        from tantivy import Occur, Query

        kinds = [
            self._matcher.every(kind) if tree is None else self._matcher.query(tree, kind)
            for kind, tree in trees.items()
        ]
        query = kinds[0] if len(kinds) == 1 else Query.boolean_query([(Occur.Should, kind) for kind in kinds])
        return query if request.layer is None else _both(query, self._matcher.layer(request.layer))

    def _from_score(self, query: tantivy.Query, request: SearchRequest) -> tantivy.Query:
        least = request.min_score
        return query if least is None else _both(query, self._matcher.between("score", least, None))

    def _of_tier(self, tier: Tier, number: int, offset: int, count: int) -> Iterator[Found]:
        if tier.by == "row":
            return self._of_rows(tier, number, offset, count)
        if offset + count > DEEPEST:
            raise BadInput(
                f"The first {DEEPEST:,} hits can be seen in this order. Search more narrowly, or sort by layer."
            )
        hits = self._searcher.search(
            tier.query, count, count=False, order_by_field=tier.by, offset=offset, order=_order(tier)
        ).hits
        return (Found(number, value, address, offset + i + 1) for i, (value, address) in enumerate(hits))

    def _of_rows(self, tier: Tier, number: int, offset: int, count: int) -> Iterator[Found]:
        """``offset`` rows from the beginning, or the end, have been passed."""
        rows, query = self._searcher.num_docs, tier.query
        if offset >= rows:
            return iter(())
        if offset:
            low, high = (offset, None) if tier.ascending else (None, rows - 1 - offset)
            query = _both(query, self._matcher.between("row", low, high))
        hits = self._searcher.search(query, count, count=False, order_by_field="row", order=_order(tier)).hits
        return (Found(number, None, place, row + 1 if tier.ascending else rows - row) for row, place in hits)

    def _count(self, prepared: Prepared, request: SearchRequest) -> Counts:
        """A smallest score is looked at only where the rest matches, which is faster than a filter."""
        asked: dict[str, Any] = {"by": {"terms": {"field": "author", "size": _AUTHORS}}}
        if request.min_score is not None:
            asked = {"from": {"range": {"field": "score", "ranges": [{"from": request.min_score}]}, "aggs": asked}}
        given = self._searcher.aggregate(prepared.whole, asked)
        if request.min_score is not None:
            given = next(bucket for bucket in given["from"]["buckets"] if "from" in bucket)
        by_author = {int(bucket["key"]): bucket["doc_count"] for bucket in given["by"]["buckets"]}
        return Counts(by_author, given["by"]["sum_other_doc_count"], by_author.pop(NO_EXPLANATION, 0))

    def _mean_length(self) -> float:
        """Only an explanation of a rank says it."""
        query = self._matcher.query(Run((next(iter(self._with_word)),)), WORDS)
        _, address = self._searcher.search(query, 1, count=False).hits[0]
        return _said(query.explain(self._searcher, address).to_json(), "avgdl")


@dataclass(frozen=True)
class _Shown:
    tokens: list[str]
    explanation: str | None


def _is_text(entry: Entry) -> TypeGuard[Explained]:
    return isinstance(entry, Explained)


def _said(explanation: str, name: str) -> float:
    """The number that an explanation of a rank gives under a name."""
    import re

    found = re.search(r'"value":\s*([0-9.eE+-]+),\s*"description":\s*"' + name, explanation)
    if found is None:
        raise BrokenData(f"The search index says nothing of {name}. Remove its folder.")
    return float(found[1])


def _order(tier: Tier) -> tantivy.Order:
    from tantivy import Order

    return Order.Asc if tier.ascending else Order.Desc


def _both(query: tantivy.Query, other: tantivy.Query) -> tantivy.Query:
    from tantivy import Occur, Query

    return Query.boolean_query([(Occur.Must, query), (Occur.Must, other)])


def _but_not(query: tantivy.Query, other: tantivy.Query) -> tantivy.Query:
    from tantivy import Occur, Query

    return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, other)])
