"""The folder of an unfinished run: what it refuses, what it keeps, and when."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronscope.collate.working import Run, WorkingFolder, abandon, is_unfinished
from neuronscope.errors import BadInput, StorageFailed

RUN = Run("2026-01-02T00:00:00+00:00", {"model": "gpt2 (abc)", "seed": "0"})


class Kept:
    """A layer as far as checkpoints know it."""

    def __init__(self, *arrays: Any) -> None:
        self.arrays = list(arrays)
        self.flushed = 0

    def state(self) -> list[Any]:
        return self.arrays

    def flush(self) -> None:
        self.flushed += 1


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def begin(out: Path, run: Run = RUN, *, resume: bool = False) -> Any:
    begun, done, states = WorkingFolder(out, every=60).begin(run, resume=resume)
    return begun, done, list(states)


def test_a_run_begins_in_a_new_or_empty_folder(tmp_path: Path) -> None:
    for out in (tmp_path, tmp_path / "new" / "er"):
        assert not is_unfinished(out)
        assert begin(out) == (RUN, 0, [])
        assert is_unfinished(out)
        assert [path.name for path in out.iterdir()] == [".collating"]


def test_text_that_was_cut_there_is_not_in_the_way(tmp_path: Path) -> None:
    (tmp_path / ".collating/text").mkdir(parents=True)
    assert begin(tmp_path, resume=True) == (RUN, 0, [])


@pytest.mark.parametrize("resume", [False, True])
def test_what_is_there_is_left_alone(tmp_path: Path, resume: bool) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="is a file"):
        begin(tmp_path / "file", resume=resume)
    with pytest.raises(BadInput, match="is not empty"):
        begin(tmp_path, resume=resume)
    (tmp_path / "dataset.json").touch()
    with pytest.raises(BadInput, match="holds a complete dataset"):
        begin(tmp_path, resume=resume)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "dataset.json"}


def test_an_unfinished_run_goes_on_only_when_asked_to(tmp_path: Path) -> None:
    begin(tmp_path)
    with pytest.raises(BadInput, match="go on with --resume, or remove the folder"):
        begin(tmp_path)
    later = Run("2027-01-01T00:00:00+00:00", RUN.facts)
    assert begin(tmp_path, later, resume=True) == (RUN, 0, [])


def test_every_fact_that_changed_is_named(tmp_path: Path) -> None:
    begin(tmp_path)
    other = Run(RUN.created, {"model": "gpt2 (abd)", "seed": "0", "threads": "2"})
    with pytest.raises(BadInput, match="cannot go on") as refused:
        begin(tmp_path, other, resume=True)
    assert str(refused.value).endswith("model was gpt2 (abc), now gpt2 (abd); threads was not there, now 2")
    assert is_unfinished(tmp_path)


def test_a_checkpoint_gives_back_what_was_put_in(tmp_path: Path) -> None:
    folder = WorkingFolder(tmp_path, every=0)
    folder.begin(RUN, resume=False)
    wide = np.arange(12, dtype=np.int32).reshape(3, 4)
    first = Kept(wide[:, ::2], np.array([np.nan, -0.0]), np.zeros((0, 5), np.int16))
    second = Kept(np.array([True, False]))
    folder.save(3, [first, second])  # type: ignore[list-item]
    folder.save(7, [first, second])  # type: ignore[list-item]
    assert (first.flushed, second.flushed) == (2, 2)
    _, done, states = begin(tmp_path, resume=True)
    assert (done, len(states)) == (7, 2)
    for kept, state in zip((first, second), states, strict=True):
        for array, again in zip(kept.arrays, state, strict=True):
            assert (again.dtype, again.shape, again.tobytes()) == (array.dtype, array.shape, array.tobytes())
            assert again.flags.writeable


def test_a_checkpoint_is_due_when_the_last_one_is_long_enough_ago(tmp_path: Path) -> None:
    clock = Clock()
    folder = WorkingFolder(tmp_path, every=60, now=clock)
    folder.begin(RUN, resume=False)
    assert not folder.is_due()
    clock.now += 60
    assert folder.is_due()
    folder.save(1, [])
    assert not folder.is_due()


class Slow(Kept):
    """Takes its time to be written down."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        super().__init__()
        self._clock, self._seconds = clock, seconds

    def flush(self) -> None:
        self._clock.now += self._seconds


@pytest.mark.parametrize(("every", "due_after"), [(60.0, 600.0), (1000.0, 1000.0), (0.0, 0.0)])
def test_checkpoints_that_take_long_are_made_less_often(tmp_path: Path, every: float, due_after: float) -> None:
    """Unless one after every shard was asked for, by 0."""
    clock = Clock()
    folder = WorkingFolder(tmp_path, every=every, now=clock)
    folder.begin(RUN, resume=False)
    folder.save(1, [Slow(clock, 10.0)])  # type: ignore[list-item]
    assert folder.is_due() == (due_after == 0)
    clock.now += due_after
    assert folder.is_due()


def test_a_full_disk_leaves_the_last_checkpoint_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = WorkingFolder(tmp_path, every=0)
    folder.begin(RUN, resume=False)
    folder.save(1, [Kept(np.arange(5))])  # type: ignore[list-item]

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageFailed, match="No space left"):
            folder.save(2, [Kept(np.arange(9))])  # type: ignore[list-item]
    _, done, states = begin(tmp_path, resume=True)
    assert (done, states[0][0].tolist()) == (1, [0, 1, 2, 3, 4])
    assert {path.name for path in folder.path.iterdir()} == {"run.json", "state.bin"}


def test_what_is_abandoned_leaves_nothing_of_its_own(tmp_path: Path) -> None:
    out = tmp_path / "out"
    begin(out)
    abandon(out)
    assert not out.exists()
    begin(out)
    (out / "mine").touch()
    abandon(out)
    assert [path.name for path in out.iterdir()] == ["mine"]
    abandon(tmp_path / "never there")


def test_a_folder_whose_run_is_done_goes_away(tmp_path: Path) -> None:
    folder = WorkingFolder(tmp_path, every=0)
    folder.begin(RUN, resume=False)
    folder.save(1, [])
    folder.remove()
    assert list(tmp_path.iterdir()) == []
