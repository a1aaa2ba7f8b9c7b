"""What people wrote since the index was built: a second, small index in memory. Nothing in it ever changes.

Each explanation gets the next sequence number; a search that is told a number sees what came up to it, so that its
pages stay the same while people go on writing.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import reduce

from neuronscope.dataset.search.entries import Explained, tidy
from neuronscope.dataset.search.highlight import close, runs
from neuronscope.dataset.search.leaves import Both, Close, Either, Leaf, Run, Wanted, Without
from neuronscope.dataset.search.schema import FIELD, WORDS, PlacedWord, analyzer, placed_words
from neuronscope.dataset.search.vocabulary import Vocabulary


@dataclass(frozen=True)
class Addition:
    """One explanation with its sequence number, counted from 1, and its words."""

    sequence: int
    explained: Explained
    words: tuple[PlacedWord, ...]


class Additions:
    """Any thread may call any method."""

    def __init__(self) -> None:
        self._analyzer = analyzer(FIELD[WORDS])
        self._all: list[Addition] = []
        self._having: dict[str, set[int]] = {}  # sequence numbers by word
        self._vocabulary = Vocabulary(())
        self._lock = threading.Lock()

    @property
    def latest(self) -> int:
        """The sequence number of the last one; 0 before the first."""
        return len(self._all)

    def add(self, explained: Explained) -> int:
        """Make an explanation searchable from now on; gives its sequence number."""
        explained = explained._replace(text=tidy(explained.text))
        words = tuple(placed_words(self._analyzer, explained.text))
        with self._lock:
            sequence = len(self._all) + 1
            for word in words:
                self._having.setdefault(word.word, set()).add(sequence)
            self._all.append(Addition(sequence, explained, words))
        return sequence

    def matching(self, tree: Wanted | None, *, upto: int) -> list[Addition]:
        """Those up to a sequence number that ``tree`` is true of (None: all), in the order of their numbers.

        :raises BadInput: a regular expression that cannot be used.
        """
        with self._lock:
            seen = set(range(1, min(upto, len(self._all)) + 1))
            found = seen if tree is None else seen & self._true(tree, seen)
            return [self._all[sequence - 1] for sequence in sorted(found)]

    def _true(self, tree: Wanted, seen: set[int]) -> set[int]:
        if isinstance(tree, Without):
            return seen - self._true(tree.part, seen)
        if isinstance(tree, Both):
            return reduce(set.intersection, (self._true(part, seen) for part in tree.parts))
        if isinstance(tree, Either):
            return reduce(set.union, (self._true(part, seen) for part in tree.parts))
        return self._leaf(tree)

    def _leaf(self, leaf: Leaf) -> set[int]:
        if isinstance(leaf, Run):
            found = reduce(set.intersection, (self._having.get(word, set()) for word in leaf.words))
            return {sequence for sequence in found if self._runs(leaf, sequence)}
        if isinstance(leaf, Close):
            words = [word for word in self._having if close(leaf.word, word, leaf.edits)]
        else:
            if len(self._vocabulary.words) != len(self._having):
                self._vocabulary = Vocabulary(self._having)
            words = self._vocabulary.having(leaf)
        return set().union(*(self._having[word] for word in words))

    def _runs(self, leaf: Run, sequence: int) -> bool:
        return len(leaf.words) == 1 or bool(runs(leaf, [word.word for word in self._all[sequence - 1].words]))
