"""Between the passes: one layer's statistics in; out which units are kept, which sequences each shows, and what the
second pass has to pick up for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.histogram import Histograms
from neuronscope.collate.moments import Floats
from neuronscope.collate.options import Sampling
from neuronscope.collate.rows import LayerRows
from neuronscope.collate.select import Selection, select
from neuronscope.collate.tally import LayerTally

# For units without a true zero, a token counts as dense above this share of the unit's maximum.
DENSITY_SHARE = np.float32(0.1)


@dataclass(frozen=True)
class LayerPlan:
    """Arrays without a remark have one row per unit of the layer; ``kept`` are the indices of the units that stay."""

    layer: int
    kept: NDArray[np.intp]  # ascending
    selections: list[Selection]  # one per kept unit
    thresholds: NDArray[np.float32]  # [kept unit], for density
    rows: LayerRows
    mean: Floats
    variance: Floats
    skewness: Floats  # NaN where undefined
    kurtosis: Floats  # NaN where undefined
    histograms: Histograms
    above_zero: NDArray[np.int64]
    maxima: NDArray[np.float32]
    minima: NDArray[np.float32]
    fired: NDArray[np.int64]  # sequences with an activation above 0
    fired_negative: NDArray[np.int64]
    dead_units: int  # among all units of the layer


def plan_layer(tally: LayerTally, *, sampling: Sampling, most_selective: int | None, length: int) -> LayerPlan:
    """Choose units and their sequences; ``length`` is the number of recorded positions of a sequence."""
    kurtosis = tally.moments.kurtosis()
    kept = _most_selective(kurtosis, most_selective)
    selections = [
        select(tally.maxima[unit], tally.minima[unit], layer=tally.layer, unit=int(unit), sampling=sampling)
        for unit in kept
    ]
    fired, fired_negative = (tally.maxima > 0).sum(axis=1), (tally.minima < 0).sum(axis=1)
    maxima = tally.maxima.max(axis=1)
    return LayerPlan(
        layer=tally.layer,
        kept=kept,
        selections=selections,
        thresholds=maxima[kept] * DENSITY_SHARE,
        rows=LayerRows([selection.all() for selection in selections], kept, length),
        mean=tally.moments.mean,
        variance=tally.moments.variance(),
        skewness=tally.moments.skewness(),
        kurtosis=kurtosis,
        histograms=tally.histograms,
        above_zero=tally.above_zero,
        maxima=maxima,
        minima=tally.minima.min(axis=1),
        fired=fired,
        fired_negative=fired_negative,
        dead_units=int(((fired == 0) & (fired_negative == 0)).sum()),
    )


def _most_selective(kurtosis: Floats, count: int | None) -> NDArray[np.intp]:
    """The ``count`` units of highest kurtosis, ascending by index; units that never vary come last."""
    if count is None:
        return np.arange(len(kurtosis))
    return np.sort(np.argsort(-np.nan_to_num(kurtosis, nan=-1.0), kind="stable")[:count])
