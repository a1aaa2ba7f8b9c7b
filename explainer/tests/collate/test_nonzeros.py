"""Files of non-zero activations: what was written is read back by unit, in order of sequences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.collate.nonzeros import BYTES, FOLDER, Nonzeros, ShardFiles, group, joined
from neuronscope.errors import StorageFailed

UNITS = 12
ROWS = st.lists(st.tuples(st.integers(0, UNITS - 1), st.integers(0, 30), st.floats(width=32, allow_nan=False)))


def of(rows: list[tuple[int, int, float]], *, first: int = 0) -> Nonzeros:
    """Rows of one batch, the i-th at sequence ``first`` + i."""
    unit, position, value = zip(*rows, strict=True) if rows else ((), (), ())
    return Nonzeros(
        np.array(unit, np.int32),
        np.arange(first, first + len(rows), dtype=np.int32),
        np.array(position, np.int32),
        np.array(value, np.float32),
    )


def listed(nonzeros: Nonzeros) -> list[tuple[int, int, int, float]]:
    return list(zip(*(column.tolist() for column in vars(nonzeros).values()), strict=True))


@given(st.lists(ROWS, max_size=4))
def test_rows_are_grouped_by_unit_and_stay_in_order(parts: list[list[tuple[int, int, float]]]) -> None:
    batches = [of(rows, first=100 * number) for number, rows in enumerate(parts)]
    want = sorted(listed(joined(batches)), key=lambda row: row[0])
    assert listed(group(batches)) == want
    assert [column.dtype for column in vars(group(batches)).values()] == [np.int32, np.int32, np.int32, np.float32]


@given(parts=st.lists(ROWS, min_size=1, max_size=4), units=st.sets(st.integers(0, UNITS - 1)).map(sorted))
def test_units_are_read_back_from_all_shards(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[tuple[int, int, float]]], units: list[int]
) -> None:
    files = ShardFiles(tmp_path_factory.mktemp("run"), 3)
    shards = [group([of(rows, first=100 * number)]) for number, rows in enumerate(parts)]
    for number in reversed(range(len(shards))):
        files.write(number, shards[number])
    want = [row for row in listed(group(shards)) if row[0] in units]
    assert listed(files.read(np.array(units, np.int64), len(shards))) == want
    counts = files.counts(UNITS, len(shards))
    assert counts.tolist() == [sum(row[0] == unit for row in listed(joined(shards))) for unit in range(UNITS)]


def test_only_the_shards_that_are_asked_for_are_read(tmp_path: Path) -> None:
    files = ShardFiles(tmp_path, 0)
    for shard in range(3):
        files.write(shard, of([(1, 0, 1.5)], first=shard))
    assert files.read(np.array([1]), 2).sequence.tolist() == [0, 1]
    assert files.counts(2, 2).tolist() == [0, 2]


def test_a_shard_that_is_written_again_replaces_the_first_one(tmp_path: Path) -> None:
    files = ShardFiles(tmp_path, 0)
    files.write(0, of([(1, 0, 1.5), (1, 2, 2.5)]))
    files.write(0, of([(2, 0, 3.5)]))
    assert listed(files.read(np.arange(3), 1)) == [(2, 0, 0, 3.5)]
    assert [path.stat().st_size for path in (tmp_path / FOLDER / "0").iterdir()] == [BYTES]


def test_layers_have_files_of_their_own(tmp_path: Path) -> None:
    ShardFiles(tmp_path, 0).write(0, of([(1, 0, 1.5)]))
    ShardFiles(tmp_path, 1).write(0, of([]))
    assert listed(ShardFiles(tmp_path, 1).read(np.arange(3), 1)) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("in the way")
    with pytest.raises(StorageFailed):
        ShardFiles(tmp_path, 0).write(0, of([]))
