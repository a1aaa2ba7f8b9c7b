"""What tests of whole runs share, and one tally of plain numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from neuronscope.collate.dense import DenseShard, DenseTally, Span
from neuronscope.collate.options import SHARD, Sampling
from neuronscope.collate.rowcache import RowCache, no_floors, plan_cache


@pytest.fixture(scope="session")
def tallied() -> Callable[[np.ndarray], DenseShard]:
    """What is counted of float32 [token, unit], at least one token: one sequence of which no row is kept."""
    nothing = Sampling(top=0, negative=0, random=0, per_quantile=0)

    def tally_of(values: np.ndarray) -> DenseShard:
        tokens, units = values.shape
        plan = plan_cache(0, units, nothing, shape=(1, tokens, 0), dtype=np.dtype(np.int32))
        table = np.zeros((1, 2, units, SHARD), np.int32)
        tally = DenseTally(0, RowCache(plan, no_floors(units, nothing)), table, shard=0, span=Span(0, 0))
        tally.add(torch.from_numpy(values)[None], 0)
        return tally.close()

    return tally_of
