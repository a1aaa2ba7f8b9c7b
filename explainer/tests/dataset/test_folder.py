"""A local folder as a store."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from neuronscope.dataset.folder import FolderStore
from neuronscope.dataset.store import FileChanged
from neuronscope.errors import BrokenData, StorageFailed


def test_a_file_its_size_and_a_part_of_it(tmp_path):
    (tmp_path / "a").write_bytes(b"0123456789")
    store = FolderStore(tmp_path)
    stat = store.stat("a")
    assert (store.read("a"), stat.size, store.list("")) == (b"0123456789", 10, ["a"])
    assert store.read_range("a", 2, 3, version=stat.version) == b"234"
    assert store.read_range("a", 8, 9, version=stat.version) == b"89"


def test_what_is_not_there_is_none(tmp_path):
    (tmp_path / "a").touch()
    store = FolderStore(tmp_path)
    assert (store.read("b"), store.stat("b"), store.read("a/b"), store.stat("a/b")) == (None,) * 4
    assert (store.list("b"), store.list("a")) == ([], [])
    with pytest.raises(FileChanged):
        store.read_range("b", 0, 1, version=None)


def test_a_replaced_or_touched_file_is_another_version(tmp_path):
    (tmp_path / "a").write_bytes(b"0123456789")
    store = FolderStore(tmp_path)
    version = store.stat("a").version
    (tmp_path / "b").write_bytes(b"9876543210")
    os.utime(tmp_path / "b", ns=(0, (tmp_path / "a").stat().st_mtime_ns))
    (tmp_path / "b").replace(tmp_path / "a")
    with pytest.raises(FileChanged):
        store.read_range("a", 0, 1, version=version)


def test_what_the_disk_refuses_is_a_sentence(tmp_path: Path):
    store = FolderStore(tmp_path)
    for call in (store.read, store.stat, store.list):
        with pytest.raises(StorageFailed, match=r"Cannot read .*/xxx.*: File name too long\."):
            call("x" * 5000)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (Path.mkdir, r".*/odd is a folder; a file belongs there\."),
        (os.mkfifo, r".*/odd is a pipe or a device; a file belongs there\."),
        (lambda path: path.symlink_to("/dev/zero"), r".*/odd is a pipe or a device"),
    ],
)
def test_what_is_no_regular_file_is_broken_and_nobody_waits_for_it(tmp_path, make, words):
    make(tmp_path / "odd")
    store = FolderStore(tmp_path)
    with pytest.raises(BrokenData, match=words):
        store.read("odd")
    with pytest.raises(BrokenData, match=words):
        store.read_range("odd", 0, 1, version=store.stat("odd").version)
