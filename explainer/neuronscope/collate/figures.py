"""Figures of merit that are kept as files of the dataset: a layer in, the bytes of figures/{layer}.safetensors out.

Of a dense layer "max" and "min", [unit, sequence], in the run's dtype. Of a sparse one those that are not 0: "unit" and
"sequence", int32 [figure], ascending, and "max", float32 [figure]. A part at a time is in memory.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.dense import DenseLayer
from neuronscope.collate.job import Job, Layer
from neuronscope.collate.sparse import SparseLayer

_BYTES = 2**26  # of one part
_DTYPES = {"int16": ("BF16", 2), "int32": ("F32", 4)}  # of bits


@dataclass(frozen=True)
class _Tensor:
    name: str
    dtype: str  # as safetensors calls it
    shape: tuple[int, ...]
    parts: Iterator[NDArray[Any]]
    itemsize: int = 4


def figures_file(job: Job, layer: Layer) -> Iterator[bytes]:
    """The file in pieces; all units of the layer are in it, whichever are kept."""
    tensors = _dense(job, layer) if isinstance(layer, DenseLayer) else _sparse(layer)
    yield _header(tensors)
    for tensor in tensors:
        for part in tensor.parts:
            yield part.tobytes()


def _dense(job: Job, layer: DenseLayer) -> list[_Tensor]:
    shape = (layer.units, len(job.sequences))
    dtype, itemsize = _DTYPES[job.bits.name]
    rows = max(1, _BYTES // (shape[1] * itemsize))
    blocks = [np.arange(first, min(first + rows, layer.units)) for first in range(0, layer.units, rows)]

    def parts(sign: int) -> Iterator[NDArray[Any]]:
        return (layer.figures(sign, units) for units in blocks)

    return [_Tensor(name, dtype, shape, parts(sign), itemsize) for sign, name in enumerate(("max", "min"))]


def _sparse(layer: SparseLayer) -> list[_Tensor]:
    blocks = layer.blocks()
    shape = (sum(len(layer.figures(units)[0]) for units in blocks),)

    def parts(column: int) -> Iterator[NDArray[Any]]:
        return (layer.figures(units)[column] for units in blocks)

    columns = (("unit", "I32"), ("sequence", "I32"), ("max", "F32"))
    return [_Tensor(name, dtype, shape, parts(column)) for column, (name, dtype) in enumerate(columns)]


def _header(tensors: list[_Tensor]) -> bytes:
    """Its length, little-endian in 8 bytes, and JSON that says where each tensor is, filled up with spaces."""
    described, start = {}, 0
    for tensor in tensors:
        end = start + math.prod(tensor.shape) * tensor.itemsize
        described[tensor.name] = {"dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": (start, end)}
        start = end
    text = json.dumps(described, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text
