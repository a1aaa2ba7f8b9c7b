"""A file that appears whole or not at all."""

from __future__ import annotations

import hashlib

import pytest

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


def test_an_exception_leaves_what_was_there(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), NewFile(path) as file:
        file.write(bytes([1 // 0]))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(StorageFailed, match=r"Cannot write .*/none/a: No such file"), NewFile(tmp_path / "none/a"):
        pytest.fail("it opened")
