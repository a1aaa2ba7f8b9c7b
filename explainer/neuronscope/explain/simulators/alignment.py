"""Which of a reply's tokens is which of those that were shown: two lists in, a place or None for each shown token out.

Equal tokens are paired in order, as many as can be, and of the ways to do that the one with the fewest gaps is taken;
both beginnings count as neighbours, and both ends where the reply was whole. So one token that a model altered, left
out or put in costs that token alone, and a reply that broke off is read from the front. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

_IMPOSSIBLE = -1


def align(shown: Sequence[str], said: Sequence[str | None], *, whole: bool = True) -> list[int | None]:
    """For each shown token the index in ``said`` that it is paired with. None in ``said`` pairs with nothing.

    Takes time and memory of ``len(shown) * len(said)`` unless the two are equal.
    """
    if list(shown) == list(said):
        return list(range(len(shown)))
    tables = _Tables(shown, said, whole=whole)
    places: list[int | None] = [None] * len(shown)
    i, j, joined = 0, 0, False
    while i < len(shown) and j < len(said):
        if joined or tables.pairs_first(i, j):
            places[i] = j
            joined = tables.goes_on(i, j)
            i, j = i + 1, j + 1
        elif tables.best[i][j] == tables.best[i + 1][j]:
            i += 1
        else:
            j += 1
    return places


class _Tables:
    """The worth of the best pairing of what is left from (i, j) on: pairs count most, then neighbours among them.

    ``best`` is over all pairings, ``paired`` over those that pair i with j itself.
    """

    def __init__(self, shown: Sequence[str], said: Sequence[str | None], *, whole: bool) -> None:
        rows, columns = len(shown), len(said)
        self._pair = rows + 2  # more than there can be neighbours
        self.best = [[0] * (columns + 1) for _ in range(rows + 1)]
        self._paired = [[_IMPOSSIBLE] * (columns + 1) for _ in range(rows + 1)]
        # What pairs of the last tokens are followed by: the end, which is their neighbour.
        self._paired[rows][columns] = 0 if whole else _IMPOSSIBLE
        for i in range(rows - 1, -1, -1):
            for j in range(columns - 1, -1, -1):
                if shown[i] == said[j]:
                    self._paired[i][j] = self._pair + self._after(i, j) + (i == j == 0)
                self.best[i][j] = max(self._paired[i][j], self.best[i + 1][j], self.best[i][j + 1])

    def _after(self, i: int, j: int) -> int:
        """The worth of what can follow the pair (i, j)."""
        return max(self.best[i + 1][j + 1], self._paired[i + 1][j + 1] + 1)

    def pairs_first(self, i: int, j: int) -> bool:
        """Whether a best pairing from here on begins with this pair."""
        return self._paired[i][j] == self.best[i][j] > 0

    def goes_on(self, i: int, j: int) -> bool:
        """Whether the pair after (i, j) is its neighbour in a best pairing."""
        return self._after(i, j) == self._paired[i + 1][j + 1] + 1 > 0
