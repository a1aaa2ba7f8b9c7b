"""Sums by token: whoever makes them, shard by shard, and what is strongest in the end."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.collate.followed import Followed, follow, places
from neuronscope.collate.nonzeros import Nonzeros
from neuronscope.collate.tokensums import (
    LANES,
    ShardTable,
    TokenTally,
    merge,
    open_sums,
    strongest,
    strongest_sparse,
    sums_on_device,
)


def by_hand(ids: np.ndarray, values: np.ndarray, followed: Followed) -> np.ndarray:
    """[column, unit], float64."""
    sums = np.zeros((len(followed.ids), values.shape[2]))
    for sequence, position in np.ndindex(ids.shape):
        column = followed.columns[ids[sequence, position]]
        if column >= 0:
            sums[column] += values[sequence, position]
    return sums


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 70), st.integers(1, 4))
def test_the_strongest_tokens_are_those_of_a_plain_sort(seed: int, units: int, shards: int) -> None:
    draw = np.random.default_rng(seed)
    ids = draw.integers(0, 12, (6 * shards, 5)).astype(np.int32)
    values = draw.integers(-8, 9, (*ids.shape, units)).astype(np.float32)  # sums are exact, and often equal
    followed = follow(ids, (), 0, minimum=3, room=None)
    blocks = -(-units // LANES)
    total, table = np.zeros((blocks, len(followed.ids), LANES), np.float32), ShardTable(units)
    for shard in range(shards):
        part = slice(6 * shard, 6 * shard + 6)
        tally, where = TokenTally(table), places(followed, ids[part].astype(np.int64))
        for first in (0, 4):
            rows = where.rows[first : first + 4]
            batch = type(where)(where.columns, rows)
            tally.begin(batch)
            tally.add(*sums_on_device(torch.from_numpy(values[part][first : first + 4]), batch))
        seen = tally.close()
        assert seen is not None
        if len(followed.ids):
            merge(total, seen)
    means = by_hand(ids, values, followed) * (1.0 / followed.counts[:, None])
    found = strongest(total, np.arange(units), followed, 4)
    sequence, position, unit = np.nonzero(values)
    order = np.lexsort((position, sequence, unit))
    there = [column[order].astype(np.int32) for column in (unit, sequence, position)]
    nonzeros = Nonzeros(*there, values[sequence, position, unit][order])
    sparse = strongest_sparse(nonzeros, np.arange(units), followed, 4, lambda s, p: ids[s, p].astype(np.int64))
    for unit in range(units):
        best = [i for i in np.lexsort((np.arange(len(means)), -means[:, unit])) if means[i, unit] > 0][:4]
        assert found.columns[unit].tolist() == best + [-1] * (4 - len(best))
        assert found.means[unit, : len(best)].tolist() == pytest.approx(means[best, unit])
        assert sorted(sparse.means[unit].tolist()) == pytest.approx(sorted(found.means[unit].tolist()))


def test_sums_of_a_run_that_was_cut_off_begin_at_nothing(tmp_path) -> None:
    table = open_sums(tmp_path, 3, 40, 5)
    assert table.shape == (2, 5, LANES)
    table[:] = 7
    assert not open_sums(tmp_path, 3, 40, 5).any()
