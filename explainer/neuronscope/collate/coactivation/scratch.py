"""A working file as an array: its shape in, memory that is backed by the disk out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.dataset.newfile import disk


@contextmanager
def on_disk(path: Path, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Iterator[NDArray[Any]]:
    """An array in a new file, removed in the end; its room is taken first, since a mapped file cannot say that the
    disk is full.

    :raises StorageFailed: the disk has no room for it.
    """
    size = int(np.prod(shape)) * dtype.itemsize
    if not size:
        yield np.empty(shape, dtype)
        return
    with disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)
    try:
        yield np.memmap(path, dtype, "r+", shape=shape)
    finally:
        path.unlink(missing_ok=True)
