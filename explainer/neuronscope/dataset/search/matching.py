"""What is wanted of a field, as a query of tantivy's over one opened index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuronscope.dataset.search.leaves import Both, Close, Either, Leaf, Part, Run, Wanted, Without
from neuronscope.dataset.search.schema import FIELD, WORDS
from neuronscope.dataset.search.vocabulary import Vocabulary

if TYPE_CHECKING:
    import tantivy


@dataclass(frozen=True)
class Matcher:
    """Turns trees into queries; ``vocabularies`` by kind. Built from queries, never from text that is parsed again.

    ``fragments`` are those that explanations are marked with.
    """

    schema: tantivy.Schema
    vocabularies: Mapping[int, Vocabulary]
    fragments: frozenset[str]

    def query(self, tree: Wanted, kind: int) -> tantivy.Query:
        """The entries of ``kind`` that ``tree`` is true of. Words and phrases give a bm25 rank, all else gives 0.

        :raises BadInput: a regular expression that cannot be used.
        """
        from tantivy import Occur, Query

        if isinstance(tree, Both):
            parts = [
                (Occur.MustNot, self.query(part.part, kind))
                if isinstance(part, Without)
                else (Occur.Must, self.query(part, kind))
                for part in tree.parts
            ]
            if all(isinstance(part, Without) for part in tree.parts):
                parts.append((Occur.Must, self.every(kind)))
            return Query.boolean_query(parts)
        if isinstance(tree, Either):
            return Query.boolean_query([(Occur.Should, self.query(part, kind)) for part in tree.parts])
        if isinstance(tree, Without):
            return self.query(Both((tree,)), kind)
        return self._leaf(tree, kind)

    def every(self, kind: int) -> tantivy.Query:
        """All entries of a kind, without a rank."""
        return self._term("kind", kind)

    def unranked(self, query: tantivy.Query) -> tantivy.Query:
        """The same entries, each with rank 0."""
        from tantivy import Query

        return Query.const_score_query(query, 0.0)

    def layer(self, layer: int) -> tantivy.Query:
        """All entries of a layer, without a rank."""
        return self._term("layer", layer)

    def between(self, field: str, low: float | None, high: float | None) -> tantivy.Query:
        """Entries whose number is from ``low`` to ``high``, both included; without a rank."""
        from tantivy import FieldType, Query

        kind = FieldType.Unsigned if field == "row" else FieldType.Float
        return self.unranked(Query.range_query(self.schema, field, kind, low, high))

    def _leaf(self, leaf: Leaf, kind: int) -> tantivy.Query:
        from tantivy import Query

        field = FIELD[kind]
        if isinstance(leaf, Run):
            if len(leaf.words) == 1:
                return Query.term_query(self.schema, field, leaf.words[0], "freq")
            return Query.phrase_query(self.schema, field, list(leaf.words))
        if isinstance(leaf, Close):
            return self.unranked(Query.fuzzy_term_query(self.schema, field, leaf.word, leaf.edits))
        if isinstance(leaf, Part) and kind == WORDS and leaf.fragment in self.fragments:
            return self._term("fragment", leaf.fragment)
        words = self.vocabularies[kind].having(leaf)
        return self.unranked(Query.term_set_query(self.schema, field, words))

    def _term(self, field: str, value: int | str) -> tantivy.Query:
        from tantivy import Query

        return self.unranked(Query.term_query(self.schema, field, value, "basic"))
