"""Which entries have which word, in few bytes: pairs of word and entry in, one list of bytes for each word out. Pure.

The list of a word names its entries ascending. Each is a number: twice the step from the entry before (the first's from
0), and one more where the word stands in it more than once; then how often follows as a number of its own. A number is
written in groups of seven bits, the lowest first, with the eighth bit set in all bytes but its last.
"""

from __future__ import annotations

import numpy as np

_GROUPS = 5  # of seven bits, in a number below 2**35


def postings(words: np.ndarray, entries: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``words`` are numbers below ``count``, ``entries`` the entry of each. How many entries each word has, how many
    bytes its list, and all lists, in the order of the words."""
    width = int(entries.max(initial=0)) + 1
    pairs, times = np.unique(words * width + entries, return_counts=True)
    word, entry = np.divmod(pairs, width)
    steps = np.diff(entry, prepend=0)
    first = np.diff(word, prepend=-1) > 0
    steps[first] = entry[first]
    more = times > 1
    places = np.cumsum(1 + more) - (1 + more)
    numbers = np.zeros(len(pairs) + int(more.sum()), np.int64)
    numbers[places] = 2 * steps + more
    numbers[places[more] + 1] = times[more]
    lists, sizes = in_groups(numbers)
    pair_sizes = sizes[places]
    pair_sizes[more] += sizes[places[more] + 1]
    return (
        np.bincount(word, minlength=count),
        np.bincount(word, pair_sizes, minlength=count).astype(np.int64),
        lists,
    )


def in_groups(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The numbers in groups of seven bits, one after the other, and how many bytes each has."""
    sizes = np.ones(len(numbers), np.int64)
    for group in range(1, _GROUPS):
        sizes += numbers >= 1 << 7 * group
    starts = np.cumsum(sizes) - sizes
    written = np.zeros(int(np.sum(sizes)), np.uint8)
    for group in range(_GROUPS):
        has = sizes > group
        written[starts[has] + group] = (numbers[has] >> 7 * group) & 127 | np.where(sizes[has] > group + 1, 128, 0)
    return written, sizes
