"""Every unit's strongest tokens in; the files of related-tokens/activation-based out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
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
    written = replace(means, means=significant(means.means))
    for row, unit in enumerate(units.tolist()):
        yield unit, partial(_file, written, row, followed, texts)


def _file(means: TokenMeans, row: int, followed: Followed, texts: Sequence[str]) -> bytes:
    columns = means.columns[row]
    columns = columns[columns >= 0]
    return dumps(
        TokenLookupTableSummaryOfNeuron(
            tokens=[texts[column] for column in columns.tolist()],
            average_activations=means.means[row, : len(columns)].tolist(),
            counts=followed.counts[columns].tolist(),
            minimum_count=followed.minimum,
        )
    )
