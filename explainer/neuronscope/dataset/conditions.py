"""What a unit's numbers must be, as people write it: ``density<=0.01`` in, a column with a bound out. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from neuronscope.errors import BadInput

SORTABLE = (
    *("layer", "max", "min", "mean", "variance", "skewness", "kurtosis", "density", "sequences_fired"),
    *("score", "explanations"),
)
_CONDITION = re.compile(r"\s*([a-z_]{1,40})\s*(>=|<=)\s*(\S{1,40})\s*")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_SHOWN = 80  # characters of what cannot be read


@dataclass(frozen=True)
class Condition:
    """The number in ``column`` is at least, or at most, ``value``; a unit without a number there never meets it.

    :raises BadInput: a column without numbers, or a value that is no finite number.
    """

    column: str
    operator: Literal[">=", "<="]
    value: float

    def __post_init__(self) -> None:
        if self.column not in SORTABLE:
            raise BadInput(f"units have no number {self.column[:_SHOWN]!r}; they have {', '.join(SORTABLE)}")
        if not math.isfinite(self.value):
            raise BadInput(f"{self.column} cannot be compared with {self.value}: write a number such as 0.01")


def read_condition(text: str) -> Condition:
    """``density<=0.01`` as a condition; spaces may stand between its three parts.

    :raises BadInput: anything else; the sentence says how to write one.
    """
    match = _CONDITION.fullmatch(text)
    if match is None or not _NUMBER.fullmatch(match[3]):
        raise BadInput(
            f"condition {text[:_SHOWN]!r} cannot be read: write a column, >= or <=, and a number, as in density<=0.01"
        )
    return Condition(match[1], ">=" if match[2] == ">=" else "<=", float(match[3]))
