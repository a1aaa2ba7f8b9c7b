"""Rows in parts, and work on the parts by several threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate import threads
from neuronscope.collate.lanes import Turn, in_lanes

T = TypeVar("T")
Ints = NDArray[np.int64]
Heard = Callable[[int, int], None]  # parts that are done, parts there are


def split(rows: Ints, size: int) -> list[Ints]:
    """Parts of ``size`` rows."""
    return [rows[first : first + size] for first in range(0, len(rows), size)]


def pairs_of(blocks: int) -> list[list[int]]:
    """For every block those it is paired with, itself first, so that each pair is there once and all have as many."""
    half, even = blocks // 2, blocks % 2 == 0
    return [[(i + k) % blocks for k in range(half + (not even or i < half))] for i in range(blocks)]


def side_by_side(items: Sequence[T], work: Callable[[T, Turn], None], heard: Heard | None = None) -> None:
    """Do ``work`` on all items, a thread each; torch has one thread in each meanwhile."""
    import torch

    with threads.side_by_side(torch.device("cpu")) as lanes, closing(in_lanes(items, work, lanes)) as steps:
        for done in steps:
            if heard is not None:
                heard(done, len(items))
