"""bm25 as the index counts it, for texts that are not in it: its statistics and a text's words in, the rank out. Pure.

Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the idf of Lucene,
ln(1 + (N - n + 0.5) / (n + 0.5)), and lengths from 40 words on rounded down to four binary digits above 24.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from neuronscope.dataset.search.highlight import runs
from neuronscope.dataset.search.leaves import Run, Wanted, leaves

_K1, _B = 1.2, 0.75
_EXACT_BELOW = 24
_DIGITS = 4


@dataclass(frozen=True)
class Statistics:
    """Of the index: entries, the mean number of words over all of them, and how many entries have a word."""

    entries: int
    mean_length: float
    with_word: Callable[[str], int]


def rank(tree: Wanted, words: Sequence[str], statistics: Statistics) -> float:
    """The sum over the words and phrases that are wanted and stand in ``words``."""
    return sum(_part(leaf, words, statistics) for leaf in leaves(tree) if isinstance(leaf, Run))


def _part(leaf: Run, words: Sequence[str], statistics: Statistics) -> float:
    frequency = len(runs(leaf, words))
    if not frequency:
        return 0.0
    relative = rounded(len(words)) / statistics.mean_length if statistics.mean_length else 1.0
    saturated = frequency * (_K1 + 1) / (frequency + _K1 * (1 - _B + _B * relative))
    return saturated * sum(_idf(word, statistics) for word in leaf.words)


def _idf(word: str, statistics: Statistics) -> float:
    having = statistics.with_word(word)
    return math.log(1 + (statistics.entries - having + 0.5) / (having + 0.5))


def rounded(length: int) -> int:
    """A length as the one byte that the index keeps of it says."""
    above = length - _EXACT_BELOW
    dropped = max(0, above.bit_length() - _DIGITS)
    return length if above < 0 else _EXACT_BELOW + (above >> dropped << dropped)
