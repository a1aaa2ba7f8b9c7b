"""Folders of a cut that are incomplete or broken: each a sentence."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import numpy as np
import pytest

from neuronscope.collate.sequences import cut, open_sequences
from neuronscope.errors import BadInput, BrokenData, StorageFailed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A complete cut of three sequences."""
    cut([[1, 2, 3, 4, 5, 6]], length=2, folder=tmp_path / "cut")
    return tmp_path / "cut"


def test_a_folder_without_counts_is_not_complete(folder: Path) -> None:
    (folder / "sequences.json").unlink()
    with pytest.raises(
        BadInput, match=r"holds no complete cut of a text \(sequences.json is missing\): cut the text again"
    ):
        open_sequences(folder)
    with pytest.raises(BadInput, match="holds no complete cut"):
        open_sequences(folder / "nowhere")


@pytest.mark.parametrize("counts", ["", "[]", "{}", '{"version": 1}', '{"version": 1, "extra": 2}'])
def test_counts_that_cannot_be_read_are_broken_data(folder: Path, counts: str) -> None:
    (folder / "sequences.json").write_text(counts)
    with pytest.raises(BrokenData, match="does not hold the counts of a cut"):
        open_sequences(folder)


def test_counts_of_another_version_are_refused(folder: Path) -> None:
    counts = json.loads((folder / "sequences.json").read_text())
    (folder / "sequences.json").write_text(json.dumps(counts | {"version": 2}))
    with pytest.raises(BrokenData, match="of another version"):
        open_sequences(folder)


@pytest.mark.parametrize("name", ["ids", "documents", "offsets"])
def test_an_array_that_is_missing_or_not_as_counted_is_broken_data(folder: Path, name: str) -> None:
    path = folder / f"{name}.npy"
    rows = np.load(path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BrokenData, match=rf"{name}\.npy cannot be read"):
        open_sequences(folder)
    np.save(path, rows[:2])
    with pytest.raises(BrokenData, match=rf"{name}\.npy is not what sequences\.json says"):
        open_sequences(folder)
    path.unlink()
    with pytest.raises(BrokenData, match=rf"{name}\.npy cannot be read"):
        open_sequences(folder)


@pytest.mark.parametrize("room", [200, 10_000])
def test_a_disk_without_room_stops_cleanly(tmp_path: Path, room: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))  # of a file, in bytes
    try:
        with pytest.raises(StorageFailed, match=f"Cannot write {tmp_path}: File too large"):
            cut([list(range(9000))], length=2, folder=tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
