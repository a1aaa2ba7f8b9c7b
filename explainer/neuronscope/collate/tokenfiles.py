"""Every unit's strongest tokens in; the files of related-tokens/activation-based out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from neuronscope.codec import dumps
from neuronscope.collate.followed import Followed
from neuronscope.collate.numbers import significant
from neuronscope.collate.tokensums import TokenMeans
from neuronscope.dataset.writer import Content
from neuronscope.relations import TokenLookupTableSummaryOfNeuron


def token_files(
    units: NDArray[np.int64], means: TokenMeans, followed: Followed, texts: Sequence[str]
) -> Iterator[tuple[int, Content]]:
    """``(unit, the file's bytes when called)``, in the order of ``units``; ``texts`` are those of the columns."""
    counts = followed.counts[means.columns]
    rows = zip(means.columns.tolist(), significant(means.means).tolist(), counts.tolist(), strict=True)
    for unit, (columns, written, occurring) in zip(units.tolist(), rows, strict=True):
        yield unit, partial(_file, columns, written, occurring, followed.minimum, texts)


def _file(
    columns: list[int], means: list[float | None], counts: list[int], minimum: int, texts: Sequence[str]
) -> bytes:
    there = len(columns) - columns.count(-1)
    return dumps(
        TokenLookupTableSummaryOfNeuron(
            tokens=[texts[column] for column in columns[:there]],
            average_activations=means[:there],
            counts=counts[:there],
            minimum_count=minimum,
        )
    )
