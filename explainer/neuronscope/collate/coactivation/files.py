"""Every unit's nearest others in; the files of related-neurons/activation-based out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from neuronscope.codec import dumps
from neuronscope.collate.coactivation.table import Coactivation
from neuronscope.relations import Neighbour, Neighbours

_DIGITS = 6


def neighbour_files(result: Coactivation, layer: int) -> Iterator[tuple[int, bytes]]:
    """``(unit, the file's bytes)`` of a layer's units, ascending: the nearest by "pearson", then by "jaccard".

    Values have six significant digits. A list is empty where a unit has no such neighbour.
    """
    for row in np.flatnonzero(result.layer == layer).tolist():
        neighbours = [
            Neighbour(int(result.layer[other]), int(result.unit[other]), float(f"{value:.{_DIGITS}g}"), measure)
            for measure, others, values in (
                ("pearson", result.correlated, result.pearson),
                ("jaccard", result.overlapping, result.jaccard),
            )
            for other, value in zip(others[row].tolist(), values[row].tolist(), strict=True)
            if other >= 0
        ]
        yield int(result.unit[row]), dumps(Neighbours(neighbours))
