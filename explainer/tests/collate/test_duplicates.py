"""Which rows are new, against a set of all rows so far; few sorted runs, whatever the chunks."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from neuronscope.collate import duplicates
from neuronscope.collate.duplicates import SeenRows

ROWS = st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 1)), max_size=9), max_size=12)


@given(ROWS)
def test_a_row_is_new_where_it_first_occurs(chunks: list[list[tuple[int, int]]]) -> None:
    seen = SeenRows()
    known: set[tuple[int, int]] = set()
    for chunk in chunks:
        expected = [row not in known and row not in chunk[:place] for place, row in enumerate(chunk)]
        assert seen.first_seen(np.array(chunk, dtype=np.int32).reshape(-1, 2)).tolist() == expected
        known.update(chunk)


def test_many_chunks_are_few_runs_of_sixteen_bytes_a_row() -> None:
    seen = SeenRows()
    rows = np.arange(30_000, dtype=np.int32).reshape(-1, 1)
    for chunk in np.array_split(rows, 997):
        assert seen.first_seen(chunk).all()
    assert not seen.first_seen(rows).any()
    assert len(seen._runs) <= 11
    assert sum(run.nbytes for run in seen._runs) == 16 * len(rows)


def test_digests_that_end_in_zero_bytes_stay_apart() -> None:
    """numpy shows such bytes without their zeros, which must not make two digests one."""
    digests: NDArray[np.bytes_] = np.frombuffer(b"ab" + bytes(14) + b"ab" + bytes(13) + b"c" + bytes(16), dtype="S16")
    assert len(np.unique(digests)) == 3
    assert duplicates._contained(digests, np.sort(digests[:2])).tolist() == [True, True, False]
