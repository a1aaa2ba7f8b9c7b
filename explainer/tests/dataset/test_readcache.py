"""What is read of a store is asked for once a version, within a bound; a damaged piece is read anew."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

import pytest

from neuronscope.dataset.folder import FolderStore
from neuronscope.dataset.readcache import CachedStore, Kept
from neuronscope.dataset.store import FileChanged


class Counting(FolderStore):
    """How many pieces were asked for."""

    asked = 0

    def read_range(self, path: str, start: int, length: int, *, version: Hashable) -> bytes:
        self.asked += 1
        return super().read_range(path, start, length, version=version)


@pytest.fixture
def store(tmp_path: Path) -> Counting:
    there = tmp_path / "there"
    there.mkdir()
    for name in "abcd":
        (there / name).write_bytes(name.encode() * 100)
    return Counting(there)


def test_a_piece_is_asked_for_once_also_by_the_next_process(store: Counting, tmp_path: Path) -> None:
    for _ in range(2):
        cached = CachedStore(store, Kept(tmp_path / "kept"))
        stat = cached.stat("a")
        assert stat is not None
        assert cached.read_range("a", 10, 5, version=stat.version) == b"aaaaa"
        assert cached.read("a") == b"a" * 100
        assert cached.read("nowhere") is None
    assert store.asked == 2
    assert sorted(cached.list("") or []) == list("abcd")


def test_another_version_is_read_anew(store: Counting, tmp_path: Path) -> None:
    cached = CachedStore(store, Kept(tmp_path / "kept"))
    stat = cached.stat("a")
    assert stat is not None
    assert cached.read("a") == b"a" * 100
    (tmp_path / "there/a").write_bytes(b"new")
    assert cached.read("a") == b"new"
    assert cached.read_range("a", 0, 100, version=stat.version) == b"a" * 100  # that version is still known here
    with pytest.raises(FileChanged):
        cached.read_range("a", 1, 2, version=stat.version)


def test_what_was_not_asked_for_the_longest_goes_first(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept", most=900)
    for number in range(9):
        kept.keep(f"{number}", bytes(96))
        assert kept.get("0") is not None
    kept.keep("large", bytes(200))  # more than an eighth of all
    assert kept.get("large") is None
    kept.keep("one more", bytes(96))
    assert [number for number in range(9) if kept.get(f"{number}") is None] == [1]
    again = Kept(tmp_path / "kept", most=300)
    assert sum(one.stat().st_size for one in (tmp_path / "kept").iterdir()) == 300
    assert [again.get(f"{number}") is None for number in (5, 6, 7, 8)] == [True, False, False, False]


def test_a_damaged_or_lost_piece_is_read_anew(store: Counting, tmp_path: Path) -> None:
    cached = CachedStore(store, Kept(tmp_path / "kept"))
    assert cached.read("b") == b"b" * 100
    (piece,) = (tmp_path / "kept").iterdir()
    piece.write_bytes(piece.read_bytes()[:-1])
    assert cached.read("b") == b"b" * 100
    (piece,) = (tmp_path / "kept").iterdir()
    piece.unlink()
    assert cached.read("b") == b"b" * 100
    assert store.asked == 3


def test_a_folder_that_cannot_be_written_to_loses_nothing(store: Counting, tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"")
    cached = CachedStore(store, Kept(tmp_path / "kept"))
    assert [cached.read("c"), cached.read("c")] == [b"c" * 100] * 2
    assert store.asked == 2
