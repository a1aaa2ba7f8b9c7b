"""What a caller's function gives for a text, checked: an array [tokens, features] to numbers per feature."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neuronscope.dashboards.examples import plain
from neuronscope.errors import BadInput

_NAME = "get_feature_activation"


@dataclass(frozen=True)
class Columns:
    """A number per token for each unit, None where it is not finite; what is known of each unit, in the same order."""

    tokens: list[str]
    values: list[list[float | None]]
    names: Sequence[str | None]
    maxima: Sequence[float | None]
    ignored: list[int] | None = None


def rows_of(given: Any, features: int) -> list[list[float]]:
    """The array as rows, one per token; a tensor or an array is known by ``tolist``, wherever it lies.

    :raises BadInput: no array of two axes with a column per feature, or something in it that is no number.
    """
    if hasattr(given, "detach"):
        given = given.detach()
    rows = plain(given)
    shape = _shape(rows)
    wanted = f"where [tokens, {features}] belongs, a row per token and a column per feature"
    if not isinstance(rows, list):
        raise BadInput(f"{_NAME} gave a {type(given).__name__}, {wanted}")
    if len(shape) == 3 and shape[0] == 1:
        raise BadInput(f"{_NAME} gave {shape} numbers, {wanted}: leave out the first axis")
    if len(shape) != 2 or shape[1] != features:
        raise BadInput(f"{_NAME} gave {shape} numbers, {wanted}")
    for place, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != features:
            raise BadInput(f"{_NAME}: row {place} is not {features} numbers long as the others are")
        if odd := [value for value in row if isinstance(value, bool) or not isinstance(value, (int, float))]:
            raise BadInput(f"{_NAME}: {odd[0]!r} in row {place} is no number")
    return rows


def _shape(values: Any) -> list[int]:
    """The lengths along the first entries."""
    found = []
    while isinstance(values, list):
        found.append(len(values))
        values = values[0] if values else None
    return found


def columns_of(rows: Sequence[Sequence[float]], features: int) -> list[list[float | None]]:
    """A list per feature; what is not finite is None."""
    return [[value if math.isfinite(value := float(row[place])) else None for row in rows] for place in range(features)]


def matching(rows: int, candidates: Sequence[list[int]]) -> list[int]:
    """The token ids that the rows belong to.

    :raises BadInput: none are as many.
    """
    for ids in candidates:
        if len(ids) == rows:
            return ids
    counts = " or ".join(f"{len(ids)}" for ids in candidates)
    raise BadInput(
        f"{_NAME} gave {rows} rows, and the tokenizer makes {counts} tokens of the text: give one row per token, "
        "with or without the special tokens that it adds"
    )
