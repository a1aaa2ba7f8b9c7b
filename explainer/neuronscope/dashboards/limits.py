"""Where the colours of each unit end: as the caller says, as a dataset knows, or at the largest number seen so far."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from neuronscope.errors import BadInput

MaxActs = Mapping[Any, float] | float | str | None


def largest(values: Sequence[float | None]) -> float | None:
    """The size of the largest number, to which colours can go; None where none is above zero."""
    return max((abs(value) for value in values if value is not None), default=0.0) or None


def limit_given(value: Any, name: str) -> float | None:
    """A maximum that a caller gave; None and "auto" as None.

    :raises BadInput: no number above zero.
    """
    if value is None or value == "auto":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
        raise BadInput(f'{name} is {value!r}; give a number above 0, or "auto"')
    return float(value)


class Limits:
    """By unit, or one for all. What is seen is remembered, so that a later text is coloured on the scale of an earlier.

    :raises BadInput: a maximum that is no number above zero.
    """

    def __init__(self, given: MaxActs, key_of: Callable[[Any], str]) -> None:
        self._of_each: dict[str, float | None] = {}
        self._of_all: float | None = None
        self._seen: dict[str, float] = {}
        if isinstance(given, Mapping):
            self._of_each = {key_of(key): limit_given(value, f"max_acts of {key}") for key, value in given.items()}
        else:
            self._of_all = limit_given(given, "max_acts")

    def limit(self, key: str, values: Sequence[float | None], known: float | None) -> float | None:
        """Of one unit, ``known`` of which is the stored maximum; None where there is nothing above zero."""
        given = self._of_each.get(key) or self._of_all or known
        if given is not None:
            return given
        self._seen[key] = max(largest(values) or 0.0, self._seen.get(key, 0.0))
        return self._seen[key] or None
