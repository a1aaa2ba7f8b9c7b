"""What matched in a text, and the piece of it to show: words with their places and a tree in, a snippet out. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from neuronscope.dataset.search.answer import Snippet
from neuronscope.dataset.search.leaves import Close, Leaf, Like, Part, Run, Start, Wanted, leaves
from neuronscope.dataset.search.schema import PlacedWord

_SHOWN = 240  # characters of a text that are shown; a longer one is cut
_BEFORE = 60  # of those, how many stand before the first match
_LEFT_OUT = "…"


def snippet(
    text: str, words: Sequence[PlacedWord], tree: Wanted | None, *, like: Collection[str] = frozenset()
) -> Snippet:
    """``text``, or the part around the first match, with the ranges of everything that matched in it.

    ``like`` are the words in which a regular expression of ``tree`` finds something; it is not tried here.
    """
    ranges = merged(found for leaf in (leaves(tree) if tree else ()) for found in matched(leaf, words, like))
    if len(text) <= _SHOWN:
        return Snippet(text, ranges)
    first = max(0, (ranges[0][0] if ranges else 0) - _BEFORE)
    last = min(len(text), first + _SHOWN)
    head, tail = _LEFT_OUT if first else "", _LEFT_OUT if last < len(text) else ""
    moved = len(head) - first
    inside = [(max(a, first) + moved, min(b, last) + moved) for a, b in ranges if a < last]
    return Snippet(head + text[first:last] + tail, inside)


def matched(leaf: Leaf, words: Sequence[PlacedWord], like: Collection[str]) -> Iterator[tuple[int, int]]:
    """The ranges of characters in which ``leaf`` is true."""
    if isinstance(leaf, Run):
        for at in runs(leaf, [word.word for word in words]):
            yield words[at].start, words[at + len(leaf.words) - 1].end
    elif isinstance(leaf, Like):
        yield from ((word.start, word.end) for word in words if word.word in like)
    else:
        for word in words:
            yield from _in_word(leaf, word)


def runs(leaf: Run, words: Sequence[str]) -> list[int]:
    """Where in ``words`` the run begins."""
    length, wanted = len(leaf.words), list(leaf.words)
    return [at for at in range(len(words) - length + 1) if list(words[at : at + length]) == wanted]


def close(a: str, b: str, edits: int) -> bool:
    """Whether ``b`` comes from ``a`` by at most that many letters put in, left out, changed, or swapped with the next.

    No letter is touched twice (optimal string alignment), as in the index.
    """
    if abs(len(a) - len(b)) > edits:
        return False
    earlier: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a):
        current = [i + 1]
        for j, other in enumerate(b):
            cost = min(row[j] + (letter != other), row[j + 1] + 1, current[j] + 1)
            if i and j and letter == b[j - 1] and a[i - 1] == other:
                cost = min(cost, earlier[j - 1] + 1)
            current.append(cost)
        earlier, row = row, current
    return row[-1] <= edits


def merged(ranges: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges in order, those that touch or overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _in_word(leaf: Part | Start | Close, word: PlacedWord) -> Iterator[tuple[int, int]]:
    """Of a fragment its letters; all of a word whose lower case has another length, or that is near."""
    if isinstance(leaf, Close):
        if close(leaf.word, word.word, leaf.edits):
            yield word.start, word.end
        return
    letters = leaf.fragment if isinstance(leaf, Part) else leaf.prefix
    at = word.word.find(letters) if isinstance(leaf, Part) or word.word.startswith(letters) else -1
    while at >= 0:
        alike = len(word.word) == word.end - word.start
        yield (word.start + at, word.start + at + len(letters)) if alike else (word.start, word.end)
        at = word.word.find(letters, at + 1) if isinstance(leaf, Part) else -1
