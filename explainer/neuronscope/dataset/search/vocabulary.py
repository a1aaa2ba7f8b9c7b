"""The distinct words of an index: a fragment, a beginning or a regular expression in; the words that have it out."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from neuronscope.dataset.search.leaves import Like, Part, Start
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

PATTERN_SECONDS = 0.5  # for one regular expression
LONGEST_TRIED = 100  # letters of the words that a regular expression is tried on: the longer, the slower
_FIRST_WORDS = 8  # that it is tried on; each time it is quick enough, on twice as many


class Vocabulary:
    """Any thread may call any method; the words never change."""

    def __init__(self, words: Iterable[str], *, clock: Callable[[], float] = time.monotonic) -> None:
        """``words`` are distinct, without line breaks, in any order."""
        self.words = sorted(words)
        self._clock = clock
        joined = "\n".join(self.words).encode()
        self._joined = joined
        # Where each word ends in the joined bytes; found places are looked up in it.
        self._ends = np.flatnonzero(np.frombuffer(joined + b"\n", np.uint8) == ord("\n"))

    def having(self, leaf: Part | Start | Like) -> list[str]:
        """The words that a leaf is true of, ascending.

        :raises BadInput: a regular expression that cannot be read, is too large, or takes too long.
        """
        if isinstance(leaf, Part):
            return self._holding(leaf.fragment)
        return self._beginning(leaf.prefix) if isinstance(leaf, Start) else self._matching(leaf.pattern)

    def _holding(self, fragment: str) -> list[str]:
        """Splitting finds every place at the speed of a plain scan; overlapping ones lie in the same word."""
        pieces = self._joined.split(fragment.encode())
        sizes = np.fromiter(map(len, pieces), np.int64, len(pieces))
        places = np.cumsum(sizes[:-1] + len(fragment.encode()))
        return [self.words[i] for i in np.unique(np.searchsorted(self._ends, places))]

    def _beginning(self, prefix: str) -> list[str]:
        first = bisect_left(self.words, prefix)
        return self.words[first : bisect_left(self.words, prefix + chr(0x10FFFF), lo=first)]

    def _matching(self, pattern: str) -> list[str]:
        """On more words at a time as long as it is quick, so that the clock is looked at often enough."""
        found: list[str] = []
        tried, words = self._tried  # before the clock is started: loading the library takes a while, once
        began = now = self._clock()
        at, count = 0, _FIRST_WORDS
        while at < len(tried):
            mask = matches(words.slice(at, count), pattern)
            found += [tried[at + i] for i in np.flatnonzero(mask)]
            at, before, now = at + count, now, self._clock()
            count *= 2 if now - before < PATTERN_SECONDS / 16 else 1
            if now - began > PATTERN_SECONDS:
                raise BadInput("This regular expression takes too long. Make it simpler.")
        return found

    @cached_property
    def _tried(self) -> tuple[list[str], pa.Array]:
        import pyarrow as pa
        import pyarrow.compute

        tried = [word for word in self.words if len(word) <= LONGEST_TRIED]
        return tried, pa.array(tried, pa.string())


def matches(words: pa.Array, pattern: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Of each word whether the pattern, in RE2's syntax, finds something in it; upper and lower case are one.

    RE2 has no backtracking: its time grows with the words' length, and the size of what it compiles is bounded.

    :raises BadInput: the pattern cannot be read or is too large.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        found = pc.match_substring_regex(words, pattern, ignore_case=True)
    except pa.ArrowInvalid as error:
        said = str(error).removeprefix("Invalid regular expression: ").partition("\n")[0]
        raise BadInput(f"This regular expression cannot be used: {said[:200]}.") from error
    mask: np.ndarray[tuple[int], np.dtype[np.bool_]] = found.to_numpy(zero_copy_only=False)
    return mask
