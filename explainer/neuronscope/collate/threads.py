"""How many threads of the processor this process works with, and how a model shares them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def set_threads(count: int) -> None:
    """From now on, for all that collation does in this process."""
    import torch

    torch.set_num_threads(count)


def threads() -> int:
    """How many there are."""
    import torch

    return int(torch.get_num_threads())


@contextmanager
def side_by_side(device: torch.device) -> Iterator[int]:
    """While it lasts a forward pass on the CPU takes one thread; gives how many of them to run at once."""
    import torch

    if device.type != "cpu":
        yield 1
        return
    count = threads()
    torch.set_num_threads(1)  # threads that start now take this over
    try:
        yield count
    finally:
        torch.set_num_threads(count)
