"""The table of figures of merit: on disk, a shard in one piece, a unit in pieces of a shard's length."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from neuronscope.collate.options import SHARD
from neuronscope.collate.table import FOLDER, figures_of, open_table, table_bytes
from neuronscope.errors import StorageFailed

NARROW, WIDE = np.dtype(np.int16), np.dtype(np.int32)


@pytest.mark.parametrize("dtype", [NARROW, WIDE])
@pytest.mark.parametrize("sequences", [1, SHARD, SHARD + 1])
def test_tables_take_what_was_reckoned(tmp_path: Path, dtype: np.dtype[np.generic], sequences: int) -> None:
    units = {2: 5, 7: 3}
    for layer, count in units.items():
        table = open_table(tmp_path, layer, count, sequences=sequences, dtype=dtype)
        assert table.shape == (-(-sequences // SHARD), 2, count, SHARD)
        assert not table.any()
    files = [path for path in (tmp_path / FOLDER).iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) == table_bytes(units, sequences, dtype)


def test_a_table_that_is_there_is_opened_as_it_is(tmp_path: Path) -> None:
    table = open_table(tmp_path, 0, 3, sequences=600, dtype=NARROW)
    table[2, 1, 2, 87] = 9
    table.flush()  # type: ignore[attr-defined]
    again = open_table(tmp_path, 0, 3, sequences=600, dtype=NARROW)
    assert (again == table).all()
    assert again[2, 1, 2, 87] == 9


def test_figures_of_a_unit_are_its_shards_one_after_the_other(tmp_path: Path) -> None:
    table = open_table(tmp_path, 0, 4, sequences=600, dtype=WIDE)
    table[:] = np.arange(table.size).reshape(table.shape)
    units = np.array([3, 1])
    got = figures_of(table, units, 600)
    assert got.shape == (2, 2, 600)
    for sign in range(2):
        for row, unit in enumerate(units):
            assert [table[i // SHARD, sign, unit, i % SHARD] for i in range(600)] == got[sign, row].tolist()


def test_a_disk_without_room_is_said_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(StorageFailed):
        open_table(tmp_path, 0, 4, sequences=600, dtype=WIDE)
