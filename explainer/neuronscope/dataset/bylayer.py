"""How good the best explanation of each unit is, by layer: a dataset's table of all units in, numbers per layer out."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from neuronscope.dataset.unitindex import UnitIndex
from neuronscope.layerscores import LayerScores

BINS = 20  # from -1 to 1


def best_by_layer(index: UnitIndex, layers: Collection[int] | None = None) -> list[LayerScores]:
    """The layers in order; only some of them where they are named.

    Quartiles are NumPy's linear interpolation (type 7 of Hyndman and Fan, 1996), over the units that have a score.
    """
    layer, scores, lows, count = (index.column(one) for one in ("layer", "score", "score_low", "explanations"))
    wanted = [int(one) for one in np.unique(layer) if layers is None or one in layers]
    return [_layer(one, scores[here], lows[here], count[here]) for one in wanted for here in [layer == one]]


def _layer(
    index: int, scores: NDArray[np.float64], lows: NDArray[np.float64], count: NDArray[np.float64]
) -> LayerScores:
    known = scores[~np.isnan(scores)]
    quartiles = np.quantile(known, (0.25, 0.5, 0.75)).tolist() if len(known) else None
    bins, _ = np.histogram(np.clip(known, -1, 1), bins=BINS, range=(-1, 1))
    return LayerScores(
        layer=index,
        units=len(scores),
        explained=int(np.sum(count > 0)),
        scored=len(known),
        mean=float(known.mean()) if len(known) else None,
        quartiles=None if quartiles is None else (quartiles[0], quartiles[1], quartiles[2]),
        counts=bins.tolist(),
        intervals=int(np.sum(~np.isnan(lows))),
        above_zero=int(np.sum(lows > 0)),
    )
