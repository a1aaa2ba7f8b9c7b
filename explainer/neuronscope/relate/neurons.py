"""Units and units: layer after layer in ascending order in; out the units upstream and downstream of each.

A layer's reading vectors meet the writing vectors of all earlier layers that it can see, block by block. A product's
columns are the later units, so they find what is upstream of them; its rows find what is downstream.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from neuronscope.relate.strongest import Blocks, Strongest, take_columns, take_rows

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Ends:
    """One layer's units as the others see them."""

    layer: int
    first_key: int  # of the layer's first unit; units are numbered through all layers
    reading: tuple[torch.Tensor, ...]  # float32 [unit, d_model] each
    writing: torch.Tensor | None  # float32 [unit, d_model]
    reads_at: int | None
    writes_at: int | None


@dataclass
class Related:
    """What is known of one layer's units so far, by kind of reading vector; None where there is no such layer."""

    upstream: list[Strongest] | None = None
    downstream: list[Strongest] | None = None


@dataclass(frozen=True)
class _Writer:
    first_key: int
    vectors: torch.Tensor
    writes_at: int


@dataclass
class Connections:
    """Takes the layers in ascending order; pairs of layers neither of which is wanted do not meet."""

    k: int
    wanted: Collection[int]
    blocks: Blocks
    related: dict[int, Related] = field(default_factory=dict)
    _writers: dict[int, _Writer] = field(default_factory=dict)

    def add(self, ends: Ends) -> None:
        """One more layer: it meets all earlier ones that write before it reads."""
        here = self.related.setdefault(ends.layer, Related())
        if ends.reading and ends.reads_at is not None:
            earlier = {layer: writer for layer, writer in self._writers.items() if writer.writes_at < ends.reads_at}
            if earlier:
                here.upstream = [Strongest.of_none(len(matrix), self.k) for matrix in ends.reading]
            for layer, writer in earlier.items():
                if layer in self.wanted or ends.layer in self.wanted:
                    self._meet(ends, here, self.related[layer], writer)
        if ends.writing is not None and ends.writes_at is not None:
            self._writers[ends.layer] = _Writer(ends.first_key, ends.writing, ends.writes_at)

    def _meet(self, ends: Ends, here: Related, there: Related, writer: _Writer) -> None:
        there.downstream = there.downstream or []
        missing = len(ends.reading) - len(there.downstream)
        there.downstream += [Strongest.of_none(len(writer.vectors), self.k) for _ in range(missing)]
        for reading, upstream, downstream in zip(ends.reading, here.upstream or [], there.downstream, strict=False):
            whole = np.array([[0, len(reading)]])
            for start, product in self.blocks.products(writer.vectors, reading):
                part = downstream.rows(start, start + len(product))
                take_rows(part, product, whole, ends.first_key, self.blocks)
                take_columns(upstream, product, writer.first_key + start, self.blocks)
