"""A dataset's own file put into a folder: as the system copies it, or through this program; what changed is refused."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from neuronscope.dataset.folder import FolderStore
from neuronscope.dataset.manifest import FileInfo
from neuronscope.dataset.store import Pieces
from neuronscope.dataset.target import FolderTarget
from neuronscope.errors import BrokenData, StorageFailed

DATA = os.urandom(100_000)


@pytest.fixture
def pieces(tmp_path: Path) -> Pieces:
    (tmp_path / "0.zip").write_bytes(DATA)
    store = FolderStore(tmp_path)
    stat = store.stat("0.zip")
    assert stat
    return Pieces(store, "0.zip", stat)


def refusing(*_: object) -> int:
    raise OSError(errno.EXDEV, "another disk")


def failing(*_: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("system", ["copies", "refuses", "has no way"])
def test_the_file_is_the_same_however_it_is_copied(
    pieces: Pieces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    if system == "refuses":
        monkeypatch.setattr(os, "copy_file_range", refusing, raising=False)
    if system == "has no way":
        monkeypatch.delattr(os, "copy_file_range", raising=False)
    known = FileInfo(len(DATA), "what the dataset says")
    assert FolderTarget(tmp_path / "site").write("r/1/0.zip", pieces, known=known) == known
    assert (tmp_path / "site/r/1/0.zip").read_bytes() == DATA
    assert [path.name for path in (tmp_path / "site/r/1").iterdir()] == ["0.zip"]


def test_a_file_of_another_size_than_its_dataset_says_is_refused(pieces: Pieces, tmp_path: Path) -> None:
    with pytest.raises(BrokenData, match="has 100,000 bytes, and its dataset says 7"):
        FolderTarget(tmp_path / "site").write("0.zip", pieces, known=FileInfo(7, ""))
    assert list((tmp_path / "site").iterdir()) == []


def test_a_file_that_was_changed_since_is_refused(pieces: Pieces, tmp_path: Path) -> None:
    os.utime(tmp_path / "0.zip", ns=(1, 1))
    with pytest.raises(StorageFailed, match=r"0\.zip was changed while it was being read"):
        FolderTarget(tmp_path / "site").write("0.zip", pieces, known=FileInfo(len(DATA), ""))
    assert list((tmp_path / "site").iterdir()) == []


def test_a_full_disk_is_said(pieces: Pieces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "copy_file_range", failing, raising=False)
    with pytest.raises(StorageFailed, match="No space left"):
        FolderTarget(tmp_path / "site").write("0.zip", pieces, known=FileInfo(len(DATA), ""))
    assert list((tmp_path / "site").iterdir()) == []


def test_what_lies_there_is_digested_and_what_does_not_is_none(tmp_path: Path) -> None:
    target = FolderTarget(tmp_path / "site")
    assert target.write("r/1/0.zip", [DATA]) == target.info("r/1/0.zip")
    (tmp_path / "site/r/1/0.zip").write_bytes(bytes(len(DATA)))
    assert target.info("r/1/0.zip") == FileInfo(len(DATA), hashlib.sha256(bytes(len(DATA))).hexdigest())
    assert target.info("r/1/1.zip") is None
    assert target.info("r/1/0.zip/1") is None
