"""Rows of sequences in as they are cut, arrays of all of them out: in memory, or in a folder and memory mapped.

A folder holds ``ids.npy``, ``documents.npy``, ``offsets.npy`` and, written last, ``sequences.json`` with the counts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from neuronscope.dataset.newfile import NewFile, disk, sync_folder
from neuronscope.errors import BadInput, BrokenData

_COUNTS = "sequences.json"
_VERSION = 1
_DTYPES: dict[str, np.dtype[Any]] = {"ids": np.dtype("<i4"), "documents": np.dtype("<i8"), "offsets": np.dtype("<i8")}


@dataclass(frozen=True)
class Counts:
    """What is known of a cut besides its arrays."""

    name: str
    sequences: int
    length: int  # tokens per sequence
    documents_read: int
    duplicates_dropped: int
    tail_tokens_dropped: int


class MemoryRows:
    """Rows kept in memory, without a moment in which they are there twice."""

    def __init__(self) -> None:
        self._buffers = [BytesIO() for _ in _DTYPES]

    def append(self, columns: Sequence[NDArray[Any]]) -> None:
        """Add rows: their ids [row, position], documents [row] and offsets [row]."""
        for buffer, column, dtype in zip(self._buffers, columns, _DTYPES.values(), strict=True):
            buffer.write(np.ascontiguousarray(column, dtype).data)

    def finish(self, counts: Counts) -> list[NDArray[Any]]:
        """All ids, documents and offsets."""
        shapes = _shapes(counts).values()
        columns = zip(self._buffers, _DTYPES.values(), shapes, strict=True)
        return [np.frombuffer(buffer.getbuffer(), dtype).reshape(shape) for buffer, dtype, shape in columns]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to put away."""


class FolderRows:
    """Rows appended to files under temporary names; ``finish`` gives them their own in place of an earlier cut's.

    Used as a context manager: leaving it unfinished removes the files. Nothing is written before the first row.

    :raises StorageFailed: by any method, where the disk is full or failed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[IO[bytes]] = []
        self._stack = ExitStack()

    def append(self, columns: Sequence[NDArray[Any]]) -> None:
        """Add rows: their ids [row, position], documents [row] and offsets [row]."""
        with disk(self._folder):
            if not self._files:
                self._open(columns)
            for file, column, dtype in zip(self._files, columns, _DTYPES.values(), strict=True):
                file.write(np.ascontiguousarray(column, dtype).data)

    def _open(self, columns: Sequence[NDArray[Any]]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for (name, dtype), column in zip(_DTYPES.items(), columns, strict=True):
            path = _partial(self._folder, name)
            self._stack.callback(path.unlink, missing_ok=True)
            self._files.append(self._stack.enter_context(path.open("wb")))
            _write_header(self._files[-1], dtype, (0, *column.shape[1:]))

    def finish(self, counts: Counts) -> list[NDArray[Any]]:
        """All ids, documents and offsets, memory mapped."""
        with disk(self._folder):
            for file, dtype, shape in zip(self._files, _DTYPES.values(), _shapes(counts).values(), strict=True):
                file.seek(0)  # numpy leaves room in a header for the number of rows to grow
                _write_header(file, dtype, shape)
                file.flush()
                os.fsync(file.fileno())
            (self._folder / _COUNTS).unlink(missing_ok=True)
            for name in _DTYPES:
                _partial(self._folder, name).rename(_array(self._folder, name))
            sync_folder(self._folder)
        with NewFile(self._folder / _COUNTS) as new:
            new.write(json.dumps({"version": _VERSION, **asdict(counts)}, indent=1).encode() + b"\n")
        return open_arrays(self._folder, counts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with disk(self._folder):
            self._stack.close()


def read_counts(folder: Path) -> Counts:
    """The counts of a complete cut.

    :raises BadInput: there is no complete cut in this folder.
    :raises BrokenData: its counts cannot be read.
    """
    path = folder / _COUNTS
    if not path.is_file():
        raise BadInput(f"{folder} holds no complete cut of a text ({_COUNTS} is missing): cut the text again")
    try:
        found = json.loads(path.read_bytes())
        if found.pop("version") != _VERSION:
            raise BrokenData(f"{path} is of another version of neuronscope: cut the text again")
        return Counts(**found)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BrokenData(f"{path} does not hold the counts of a cut: cut the text again") from error


def open_arrays(folder: Path, counts: Counts) -> list[NDArray[Any]]:
    """The memory-mapped ids, documents and offsets of a complete cut, read-only.

    :raises BrokenData: an array is missing, cut off, or not what the counts say.
    """
    arrays = []
    for name, shape in _shapes(counts).items():
        path = _array(folder, name)
        try:
            array = np.load(path, mmap_mode="r")
        except (OSError, ValueError, EOFError) as error:
            raise BrokenData(f"{path} cannot be read ({error}): cut the text again") from error
        if array.shape != shape or array.dtype != _DTYPES[name]:
            raise BrokenData(f"{path} is not what {_COUNTS} says: cut the text again")
        arrays.append(array)
    return arrays


def _shapes(counts: Counts) -> dict[str, tuple[int, ...]]:
    return {"ids": (counts.sequences, counts.length), "documents": (counts.sequences,), "offsets": (counts.sequences,)}


def _array(folder: Path, name: str) -> Path:
    return folder / f"{name}.npy"


def _partial(folder: Path, name: str) -> Path:
    return folder / f".{name}.npy.partial"


def _write_header(file: IO[bytes], dtype: np.dtype[Any], shape: tuple[int, ...]) -> None:
    described = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, described)
