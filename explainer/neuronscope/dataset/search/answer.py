"""What is asked of a search and what it answers; the nouns that go out as JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from neuronscope.errors import BadInput

Where = Literal["explanations", "tokens"]
Sort = Literal["relevance", "score", "max", "layer"]
Order = Literal["desc", "asc"]
Mode = Literal["words", "regex", "meaning"]
WHERE: Final = ("explanations", "tokens")
SORTS: Final = ("relevance", "score", "max", "layer")
ORDERS: Final = ("desc", "asc")
MODES: Final = ("words", "regex", "meaning")
PAGE, LARGEST_PAGE = 20, 200  # hits


@dataclass(frozen=True)
class SearchRequest:
    """``text`` in the language of ``syntax`` (or one regular expression); empty: everything.

    ``mode`` "meaning" is for ``Meaning.search``, which has a model of sentences.

    ``order`` None is the one that ``sort`` is mostly wanted in: layers ascending, the rest strongest first.

    :raises BadInput: a limit, an order or a filter that cannot be; the sentence says what can.
    """

    text: str
    where: tuple[Where, ...] = WHERE
    mode: Mode = "words"
    layer: int | None = None
    min_score: float | None = None
    sort: Sort = "relevance"
    order: Order | None = None
    limit: int = PAGE

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= LARGEST_PAGE:
            raise BadInput(f"limit is {self.limit}; give 1 to {LARGEST_PAGE}.")
        if self.min_score is not None and not math.isfinite(self.min_score):
            raise BadInput(f"The smallest score is {self.min_score}; give a number such as 0.5.")
        if not self.where:
            raise BadInput(f"Nothing to search in; give {' or '.join(WHERE)}.")
        if self.sort == "relevance" and self.order == "asc":
            raise BadInput("What matches least cannot come first: leave out order, or sort by score, max or layer.")

    @property
    def ascending(self) -> bool:
        """Whether the smallest comes first."""
        return self.order == "asc" or (self.order is None and self.sort == "layer")


@dataclass(frozen=True)
class Snippet:
    """A piece of what was searched, as plain text; ``ranges`` are [start, end) of what matched, in characters of it."""

    text: str
    ranges: list[tuple[int, int]]


@dataclass(frozen=True)
class SearchHit:
    """One explanation that matched or, with ``matched`` "tokens", a unit whose tokens did.

    ``number`` is the explanation's place in the unit's file; None for a unit's tokens, whose ``explanation`` and
    ``score`` are those of the table of units, and for what people wrote. ``rank`` is the bm25 of the words that stand
    there as they were asked for; None where a fragment was found inside a word, and where hits are sorted otherwise.
    """

    layer: int
    unit: int
    matched: Where
    number: int | None
    explanation: str | None
    author: str | None
    score: float | None
    max: float | None
    rank: float | None
    snippet: Snippet


@dataclass(frozen=True)
class AuthorCount:
    """How many explanations by one author matched; ``author`` is None where the files name none."""

    author: str | None
    count: int


@dataclass(frozen=True)
class SearchAnswer:
    """One page. All counts are exact, are of all pages together, and of one state of the index, ``snapshot``.

    ``by_author`` lists the authors with the most matches; ``by_others`` counts the explanations of those not listed.
    ``cursor`` asks for the next page; None after the last.
    """

    total: int
    explanations: int
    tokens: int  # units whose tokens matched
    by_author: list[AuthorCount]
    by_others: int
    hits: list[SearchHit]
    snapshot: str
    cursor: str | None
