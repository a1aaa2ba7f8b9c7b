"""Which tokens are followed, and where they stand in a shard's table."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from neuronscope.collate.followed import follow, places

corpora = arrays.arrays(np.int32, st.tuples(st.integers(1, 8), st.integers(2, 6)), elements=st.integers(0, 9))


@given(
    corpora,
    st.lists(st.integers(0, 9), max_size=1),
    st.integers(0, 1),
    st.integers(1, 4),
    st.none() | st.integers(0, 9),
)
def test_tokens_that_occur_often_enough_have_a_column(ids, prefix, counted, minimum, room) -> None:
    rows = [[*prefix, *row][counted:] for row in ids.tolist()]
    counts = Counter(token for row in rows for token in row)
    found = follow(ids, prefix, counted, minimum=minimum, room=room)
    assert found.ids.tolist() == sorted(token for token in counts if counts[token] >= found.minimum)
    assert found.counts.tolist() == [counts[token] for token in found.ids.tolist()]
    assert room is None or len(found.ids) <= room
    if found.minimum > minimum:  # one less would be too many
        assert sum(count >= found.minimum - 1 for count in counts.values()) > room
    there = places(found, np.array(rows))
    for row, place in zip(rows, there.rows.tolist(), strict=True):
        back = [int(found.ids[there.columns[at]]) if at >= 0 else None for at in place]
        assert back == [token if token in found.ids else None for token in row]
    assert len(set(there.rows[there.rows >= 0].tolist())) == len(there.columns)
    got = there.by_row
    spans = zip(got.starts[:-1].tolist(), got.starts[1:].tolist(), strict=True)
    by_row = {int(row): got.order[first:end].tolist() for row, (first, end) in zip(got.rows, spans, strict=True)}
    flat = there.rows.reshape(-1)
    assert by_row == {row: np.flatnonzero(flat == row).tolist() for row in sorted(set(flat[flat >= 0].tolist()))}
