"""One layer's arrays in; out each unit's statistics as they stand in its record, and the columns of units/{layer}.json.

Nothing here reads activations but for a unit's peak token: the sequences are written by ``recordbytes.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.excerpts import Excerpts
from neuronscope.collate.histogram import Histograms
from neuronscope.collate.numbers import defined
from neuronscope.collate.options import Sampling
from neuronscope.collate.result import NEGATIVE, TOP, Group, LayerResult, groups_of
from neuronscope.records import GroupCount, Statistics

Column = list[int] | list[bool] | list[float | None] | list[str | None]


@dataclass(frozen=True)
class RunFacts:
    """What all units of a run share."""

    sequences: int
    tokens: int  # counted ones
    density_definition: str  # such as "above zero"
    sampling: Sampling

    @cached_property
    def groups(self) -> list[Group]:
        """The groups of a record, in the order of their slots."""
        return groups_of(self.sampling)


def statistics_of(result: LayerResult, row: int, facts: RunFacts) -> Statistics:
    """The statistics of unit ``result.units[row]``."""
    of = result.statistics
    fired, fired_negative = int(of.sequences_fired[row]), int(of.sequences_fired_negative[row])
    return Statistics(
        tokens=facts.tokens,
        sequences=facts.sequences,
        sequences_fired=fired,
        sequences_fired_negative=fired_negative,
        dead=not fired and not fired_negative,
        min=defined(of.minimum[row]),
        max=defined(of.maximum[row]),
        density=defined(of.density[row]),
        density_threshold=defined(of.density_threshold[row]),
        density_definition=facts.density_definition,
        histogram=Histograms(of.histogram_exponent, of.histogram_counts).unit(row),
        groups=list(_counts(result, row, facts)),
    )


def _counts(result: LayerResult, row: int, facts: RunFacts) -> Iterator[GroupCount]:
    """Every group's denominator."""
    filled = (result.chosen[row] >= 0).tolist()  # a list: a call of NumPy for each group costs more than the rest
    for group, pool, fired in zip(facts.groups, result.pools[row].tolist(), result.fired[row].tolist(), strict=True):
        kept = sum(filled[group.start : group.start + group.size])
        note = _note(result, row, group, kept) if kept < group.size else None
        yield GroupCount(group.name, pool, fired, kept, note)


def _note(result: LayerResult, row: int, group: Group, kept: int) -> str:
    """Why fewer are shown than were asked for."""
    few = f"only {kept}" if kept else "none"
    return f"{group.size} asked for, {few} {_why_not_more(result, row, group, kept)}"


def _why_not_more(result: LayerResult, row: int, group: Group, kept: int) -> str:
    if group.name not in (TOP, NEGATIVE):
        return "were left to choose from"
    of = result.statistics
    fired = of.sequences_fired_negative if group.name == NEGATIVE else of.sequences_fired
    others = int(fired[row]) - kept
    return f"left: the {others} others that fired are in the top group" if others else "fired"


def columns(result: LayerResult, excerpts: Excerpts, facts: RunFacts) -> dict[str, int | Column]:
    """units/{layer}.json: columns of equal length, one row per unit."""
    of = result.statistics
    return {
        "layer": result.layer,
        "unit": result.units.tolist(),
        "max": _numbers(of.maximum),
        "min": _numbers(of.minimum),
        "mean": _numbers(of.mean),
        "variance": _numbers(of.variance),
        "skewness": _numbers(of.skewness),
        "kurtosis": _numbers(of.kurtosis),
        "density": _numbers(of.density),
        "dead": ((of.sequences_fired == 0) & (of.sequences_fired_negative == 0)).tolist(),
        "sequences_fired": of.sequences_fired.tolist(),
        "peak_token": [_peak_token(result, row, excerpts, facts) for row in range(len(result.units))],
    }


def _numbers(values: NDArray[np.float32] | NDArray[np.float64]) -> list[float | None]:
    return [defined(value) for value in values.tolist()]


def _peak_token(result: LayerResult, row: int, excerpts: Excerpts, facts: RunFacts) -> str | None:
    """The token at the peak of the strongest sequence; None for a unit that never fires."""
    top = next(group for group in facts.groups if group.name == TOP)
    first = int(result.chosen[row, top.start]) if top.size else -1
    return excerpts.peak_token(first, result.activations[row, top.start]) if first >= 0 else None
