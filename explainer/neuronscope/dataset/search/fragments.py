"""Fragments that stand in very many words, such as endings: a sample of words in; which of them a text has out. Pure.

Going through thousands of words for each of them takes a search tens of milliseconds, so that entries are marked with
them when the index is built. Which fragments are marked changes how fast they are found, never what is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from neuronscope.dataset.search.leaves import FRAGMENT

LEAST_WORDS = 250  # of the sample that a fragment stands in, for it to be worth its place
MOST = 400  # fragments
_LONGEST = 6  # letters; longer ones stand in fewer words
_REMEMBERED = 1_000_000  # words


class CommonFragments:
    """The fragments that many of ``words`` have."""

    def __init__(self, words: Collection[str]) -> None:
        counts = Counter(part for word in words for part in _parts(word))
        self._common = frozenset(part for part, count in counts.most_common(MOST) if count >= LEAST_WORDS)
        self._known: dict[str, frozenset[str]] = {}

    def of(self, words: Iterable[str]) -> set[str]:
        """Those that stand inside any of these words."""
        return set().union(*map(self._of_word, words))

    def _of_word(self, word: str) -> frozenset[str]:
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[word] = self._common & _parts(word)
        return found


def _parts(word: str) -> set[str]:
    ends = range(FRAGMENT, len(word) + 1)
    return {word[start:end] for end in ends for start in range(max(0, end - _LONGEST), end - FRAGMENT + 1)}
