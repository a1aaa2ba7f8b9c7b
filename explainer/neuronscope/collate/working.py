"""The folder of an unfinished run, ``.collating`` inside the dataset's: what the run is, and how far it has come.

``run.json`` says what was asked for and is compared when a run goes on. ``state.bin`` holds everything that was merged
so far, but for the tables of figures and the non-zeros, which are files of their own; it is replaced in one step.
"""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.codec import dumps, loads
from neuronscope.collate.job import Layer
from neuronscope.collate.lanes import Turn, in_lanes
from neuronscope.collate.threads import threads
from neuronscope.dataset.layout import MANIFEST, WORKING
from neuronscope.dataset.leftovers import remove_others, remove_temporary
from neuronscope.dataset.newfile import NewFile, disk
from neuronscope.errors import BadInput

_RUN, _STATE = "run.json", "state.bin"
_SHARE = 60  # a checkpoint that takes a second is not made more often than every 60


@dataclass(frozen=True)
class Run:
    """``facts`` are what must be the same for a run to go on: a name for people, and a value."""

    created: str  # ISO 8601, UTC: when the run was begun
    facts: dict[str, str]


def is_unfinished(out: Path) -> bool:
    """Whether ``out`` holds a run that was begun and not finished."""
    return (out / WORKING / _RUN).exists() and not (out / MANIFEST).exists()


def abandon(out: Path) -> None:
    """Remove what a run that cannot go on left in ``out``, and ``out`` itself where nothing else is in it."""
    with disk(out):
        shutil.rmtree(out / WORKING, ignore_errors=True)
        if out.is_dir() and not any(out.iterdir()):
            out.rmdir()


def discard(out: Path) -> None:
    """Remove an unfinished run with all that it wrote: of one that nobody will go on with."""
    if out.is_dir() and not (out / MANIFEST).exists():
        remove_temporary(out)
        remove_others(out, ())
        abandon(out)


State = list[NDArray[Any]]


class WorkingFolder:
    """``now`` gives seconds that only ever grow."""

    def __init__(self, out: Path, *, every: float, now: Callable[[], float] = time.monotonic) -> None:
        self.path = out / WORKING
        self._out = out
        self._every = every
        self._now = now
        self._last = now()

    def begin(self, run: Run, *, resume: bool) -> tuple[Run, int, Iterator[State]]:
        """Start, or go on: the run as it was begun, how many shards are done, and every layer's state, one at a time.

        :raises BadInput: there is something in the way, or the run that should go on was another one.
        """
        if (self._out / MANIFEST).exists():
            raise BadInput(f"{self._out} holds a complete dataset already. Name a new folder.")
        if not (self.path / _RUN).exists():
            self._refuse_what_is_there()
            self._write(_RUN, dumps(run))
            return run, 0, iter(())
        if not resume:
            raise BadInput(f"{self._out} holds an unfinished run: go on with --resume, or remove the folder")
        begun = loads((self.path / _RUN).read_bytes(), Run)
        _refuse_another(begun.facts, run.facts, self._out)
        if not (self.path / _STATE).exists():
            return begun, 0, iter(())
        arrays = self._arrays()
        return begun, int(next(arrays)[0]), _states(arrays)

    def is_due(self) -> bool:
        """Whether the last checkpoint is long enough ago."""
        return self._now() - self._last >= self._every

    def save(self, done: int, layers: Sequence[Layer]) -> None:
        """Write down that ``done`` shards are merged into ``layers``.

        :raises StorageFailed: the disk is full or failed; what was written down before still holds.
        """
        began = self._now()
        with disk(self.path):
            for layer in layers:
                layer.flush()
        with NewFile(self.path / _STATE, digested=False) as file:
            _write(file, np.array([done]))

            def write(layer: Layer, turn: Turn) -> None:
                state = layer.state()
                with turn(0):
                    for array in (np.array([len(state)]), *state):
                        _write(file, array)

            # A few at a time: together they are as large as all caches.
            with closing(in_lanes(layers, write, threads())) as steps:
                for _ in steps:
                    pass
        if self._every:  # 0 asks for one after every shard, whatever it takes
            self._every = max(self._every, _SHARE * (self._now() - began))
        self._last = self._now()

    def _arrays(self) -> Iterator[NDArray[Any]]:
        with (self.path / _STATE).open("rb") as file:
            size = (self.path / _STATE).stat().st_size
            while file.tell() < size:
                yield np.lib.format.read_array(file, allow_pickle=False)

    def remove(self) -> None:
        """Everything is in the dataset."""
        with disk(self.path):
            shutil.rmtree(self.path)

    def _refuse_what_is_there(self) -> None:
        if self._out.exists() and not self._out.is_dir():
            raise BadInput(f"{self._out} is a file. Name a new folder for the dataset.")
        if self._out.is_dir() and any(path.name != WORKING for path in self._out.iterdir()):
            raise BadInput(f"{self._out} is not empty. Name a new folder for the dataset, or remove that one first.")

    def _write(self, name: str, data: bytes) -> None:
        with disk(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
        with NewFile(self.path / name) as file:
            file.write(data)


def _refuse_another(begun: Mapping[str, str], asked: Mapping[str, str], out: Path) -> None:
    changed = [name for name in {**begun, **asked} if begun.get(name) != asked.get(name)]
    if changed:
        said = "; ".join(
            f"{name} was {begun.get(name, 'not there')}, now {asked.get(name, 'not there')}" for name in changed
        )
        raise BadInput(f"the unfinished run in {out} cannot go on, since it was another one: {said}")


def _write(file: NewFile, array: NDArray[Any]) -> None:
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, np.lib.format.header_data_from_array_1_0(np.ascontiguousarray(array)))
    file.write(head.getvalue())
    file.write(np.ascontiguousarray(array).data)


def _states(arrays: Iterator[NDArray[Any]]) -> Iterator[State]:
    """Each layer's arrays; their number stands before them."""
    for count in arrays:
        yield [next(arrays) for _ in range(int(count[0]))]
