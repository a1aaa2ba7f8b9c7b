"""Activation in, colour step out, as the viewer has it; the steps are the classes l1 to l10 and n1 to n10. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from neuronscope.records import ActivationRecord, NeuronRecord

LEVELS = 10
FAINTEST = 0.02  # of the scale; below it a token stays uncoloured, so that a page of near zeros is a page of text


def level(value: float | None, limit: float | None) -> int:
    """-10 to 10: 0 is no colour, 1 to 10 orange, -1 to -10 blue; full colour at ``limit`` and beyond."""
    if value is None or limit is None or not limit > 0 or not math.isfinite(value):
        return 0
    share = abs(value) / limit
    if share < FAINTEST:
        return 0
    # A share that rounding put a hair over a step (0.30000000000000004) still belongs to that step.
    step = min(LEVELS, max(1, math.ceil(share * LEVELS - 1e-9)))
    return -step if value < 0 else step


def level_class(step: int) -> str:
    """The class that paints a level; "" where there is no colour."""
    return "" if step == 0 else f"l{step}" if step > 0 else f"n{-step}"


def all_records(record: NeuronRecord) -> list[ActivationRecord]:
    """All texts of a unit: most positive, most negative, random, then each quantile's."""
    return [
        *record.most_positive_activation_records,
        *(record.most_negative_activation_records or ()),
        *record.random_sample,
        *(text for texts in record.random_sample_by_quantile or () for text in texts),
    ]


def limit_of(record: NeuronRecord) -> float:
    """Where the colours of a unit end: its largest activation or, where that is larger, the size of its smallest."""
    low, high = shown_range(all_records(record))
    if record.statistics is not None:
        low = low if record.statistics.min is None else record.statistics.min
        high = high if record.statistics.max is None else record.statistics.max
    return -low if -low > high else max(0.0, high)


def shown_range(texts: Iterable[ActivationRecord]) -> tuple[float, float]:
    """Smallest and largest activation of the texts, 0 included; ignored positions do not count."""
    low = high = 0.0
    for text in texts:
        for value in counted(text.activations, text.ignored):
            low, high = min(low, value), max(high, value)
    return low, high


def counted(values: Sequence[float | None], ignored: Sequence[int] | None) -> list[float]:
    """The numbers there are, without those of ignored positions."""
    skip = set(ignored or ())
    return [value for place, value in enumerate(values) if value is not None and place not in skip]
