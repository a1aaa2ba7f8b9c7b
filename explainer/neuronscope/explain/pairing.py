"""True and simulated activations of one sequence, position by position: lists come in, arrays of what counts go out."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np

from neuronscope.errors import BadInput
from neuronscope.explain.nouns import Floats, Group, Pairs


def pair_up(
    true: Sequence[float],
    simulated: Sequence[float | None],
    *,
    ignored: Collection[int] = (),
    group: Group | None = None,
) -> Pairs:
    """The positions that are scored: neither ignored nor unparsed (``simulated`` is None there).

    ``true`` and ``simulated`` have one entry per token. A position that is both ignored and unparsed counts as ignored.

    :raises BadInput: lengths differ, a number is NaN or infinite, or an ignored position is outside the sequence.
    """
    if len(true) != len(simulated):
        raise BadInput(
            f"{len(true)} true activations but {len(simulated)} simulated ones; each token needs one of each"
        )
    _refuse_positions_outside(ignored, len(true))
    _refuse_undefined(true, "true activation")
    _refuse_undefined(simulated, "simulated activation")
    counted = [position for position in range(len(true)) if position not in ignored]
    scored = [position for position in counted if simulated[position] is not None]
    return Pairs(
        np.array([true[position] for position in scored], dtype=np.float64),
        np.array([simulated[position] for position in scored], dtype=np.float64),
        unparsed=len(counted) - len(scored),
        ignored=len(true) - len(counted),
        group=group,
    )


def in_one_order(pairs: Sequence[Pairs]) -> list[Pairs]:
    """The sequences with a scored token, in an order that their numbers alone decide.

    Sums of floats and seeded resampling then give the same bits whatever order the sequences came in.
    """
    return sorted(
        (pair for pair in pairs if len(pair.true)), key=lambda pair: (pair.true.tobytes(), pair.simulated.tobytes())
    )


def together(pairs: Sequence[Pairs]) -> tuple[Floats, Floats]:
    """All true and all simulated activations, float64 [token] each."""
    if not pairs:
        return np.empty(0), np.empty(0)
    return np.concatenate([pair.true for pair in pairs]), np.concatenate([pair.simulated for pair in pairs])


def _refuse_positions_outside(positions: Collection[int], length: int) -> None:
    for position in positions:
        if not 0 <= position < length:
            raise BadInput(f"ignored position {position} is outside a sequence of {length} tokens, which count from 0")


def _refuse_undefined(values: Sequence[float | None], what: str) -> None:
    for position, value in enumerate(values):
        if value is not None and not math.isfinite(value):
            raise BadInput(
                f"the {what} at position {position} is {value}; give a finite number, or None where unparsed"
            )
