"""A file that appears whole or not at all."""

from __future__ import annotations

import hashlib
import resource
from array import array

import pytest

from neuronscope.dataset.manifest import FileInfo
from neuronscope.dataset.newfile import NewFile
from neuronscope.errors import StorageFailed


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path):
    path = tmp_path / "a"
    with NewFile(path) as file:
        file.write(b"01")
        assert not path.exists()
        file.write(b"2")
    assert path.read_bytes() == b"012"
    assert (file.info().bytes, file.info().sha256) == (3, hashlib.sha256(b"012").hexdigest())
    assert list(tmp_path.iterdir()) == [path]


def test_the_size_of_a_view_is_that_of_its_bytes(tmp_path):
    with NewFile(tmp_path / "a") as file:
        file.write(memoryview(array("q", [1, 2])))
    assert file.info() == FileInfo(16, hashlib.sha256((tmp_path / "a").read_bytes()).hexdigest())
    assert (tmp_path / "a").stat().st_size == 16


def test_a_file_without_a_digest_tells_none(tmp_path):
    with NewFile(tmp_path / "state", digested=False) as file:
        file.write(b"whole")
    assert (tmp_path / "state").read_bytes() == b"whole"
    with pytest.raises(ValueError, match="without a digest"):
        file.info()


def test_an_exception_leaves_what_was_there(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), NewFile(path) as file:
        file.write(bytes([1 // 0]))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_takes_no_more_leaves_nothing_behind(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def attempt() -> None:
        with NewFile(tmp_path / "a") as file:
            resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
            file.write(bytes(11))  # waits in memory, and is refused twice: on forcing it to the disk, and on closing

    try:
        with pytest.raises(StorageFailed, match=r"Cannot write .*/a: File too large"):
            attempt()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(StorageFailed, match=r"Cannot write .*/none/a: No such file"), NewFile(tmp_path / "none/a"):
        pytest.fail("it opened")
