"""Units of all layers that saw every sequence in; the files of related-neurons/activation-based out, layer by layer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neuronscope.codec import dumps
from neuronscope.collate.bits import floats_of
from neuronscope.collate.correlation import BLOCK, Heard, Nearest, nearest, standardised
from neuronscope.collate.dense import DenseLayer
from neuronscope.collate.finish import Chosen
from neuronscope.collate.numbers import defined
from neuronscope.dataset.writer import Content
from neuronscope.relations import Neighbour, Neighbours

_FIGURES = 2**25  # that are in memory at a time
_MEASURED = 512  # rows of the product that an estimate is made from


@dataclass(frozen=True)
class Together:
    """Of each kept unit, layer after layer, the others that act together with it."""

    found: Nearest
    layers: NDArray[np.int64]  # [row]
    units: NDArray[np.int64]  # [row]


def acting_together(
    layers: Sequence[Chosen], folder: Path, sequences: int, many: int, *, threads: int, heard: Heard | None = None
) -> Together:
    """Compare the kept units of all layers with each other; ``folder`` is for a file of 4 bytes per unit and sequence.

    :raises StorageFailed: the disk has no room for it.
    """
    shape = (sum(len(chosen.units) for chosen in layers), sequences)
    parts = (part for chosen in layers for part in _figures(chosen, sequences))
    path = folder / "together.bin"
    rows, fires = standardised(parts, path, shape)
    try:
        found = nearest(rows, fires, many, threads, heard)
    finally:
        path.unlink(missing_ok=True)
    return Together(
        found,
        np.repeat([chosen.layer.layer for chosen in layers], [len(chosen.units) for chosen in layers]),
        np.concatenate([chosen.units for chosen in layers]),
    )


def neighbour_files(together: Together, layer: int) -> Iterator[tuple[int, Content]]:
    """``(unit, the file's bytes when called)`` of one layer, ascending."""
    for row in np.flatnonzero(together.layers == layer).tolist():
        yield int(together.units[row]), partial(_file, together, row)


def seconds_for(units: int, sequences: int) -> float:
    """What comparing takes, from the product of a few rows."""
    import torch

    some = torch.ones(_MEASURED, sequences, dtype=torch.bfloat16)
    _ = some @ some.T
    began = time.perf_counter()
    _ = some @ some.T
    return (time.perf_counter() - began) * (units / _MEASURED) * (units + BLOCK) / _MEASURED / 2


def _figures(chosen: Chosen, sequences: int) -> Iterator[NDArray[np.float32]]:
    """Largest activations of the kept units, [unit, sequence], some units at a time."""
    size = max(1, _FIGURES // sequences)
    for first in range(0, len(chosen.units), size):
        units, layer = chosen.units[first : first + size], chosen.layer
        if isinstance(layer, DenseLayer):
            yield floats_of(layer.figures(0, units))
            continue
        unit, sequence, value = layer.figures(units)
        part = np.zeros((len(units), sequences), np.float32)
        part[np.searchsorted(units, unit), sequence] = value
        yield part


def _file(together: Together, row: int) -> bytes:
    """First by correlation; then, of the same units, how much their firing overlaps."""
    found = together.found
    places = range(int((found.rows[row] >= 0).sum()))
    measures = [("pearson", found.pearson), ("jaccard", found.jaccard)]
    return dumps(
        Neighbours(
            [
                Neighbour(*_unit(together, row, place), _six_digits(values[row, place]), name)
                for name, values in measures
                for place in places
            ]
        )
    )


def _unit(together: Together, row: int, place: int) -> tuple[int, int]:
    other = together.found.rows[row, place]
    return int(together.layers[other]), int(together.units[other])


def _six_digits(value: float) -> float | None:
    number = defined(value)
    return None if number is None else round(number, 6)
