"""Values by unit that are kept on disk instead of in memory: put in once, taken out any number of times."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from neuronscope.codec import dumps, loads
from neuronscope.dataset.newfile import disk
from neuronscope.records import NeuronId

T = TypeVar("T")


class Spill(Generic[T]):
    """A file of ``noun`` values; in memory is only where each one stands. Use it as a context manager.

    :raises StorageFailed: by any method, where the disk is full or failed.
    """

    def __init__(self, path: Path, noun: type[T]) -> None:
        self._path, self._noun = path, noun
        self._places: dict[tuple[int, int], tuple[int, int]] = {}
        self._end = 0

    def __enter__(self) -> Self:
        """Begins the file anew."""
        with disk(self._path):
            self._file = self._path.open("w+b")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        with disk(self._path):
            self._path.unlink(missing_ok=True)

    def __len__(self) -> int:
        return len(self._places)

    def put(self, unit: NeuronId, value: T) -> None:
        """Keep the unit's value."""
        data = dumps(value)
        with disk(self._path):
            self._file.write(data)
            self._file.flush()
        self._places[unit.layer_index, unit.neuron_index] = (self._end, len(data))
        self._end += len(data)

    def __getitem__(self, unit: NeuronId) -> T:
        """The value that was put in; KeyError where none was."""
        start, length = self._places[unit.layer_index, unit.neuron_index]
        with disk(self._path):
            data = os.pread(self._file.fileno(), length, start)
        return loads(data, self._noun)

    def units(self) -> list[NeuronId]:
        """Those that have a value, ascending."""
        return [NeuronId(layer, unit) for layer, unit in sorted(self._places)]
