"""Numbers put in order as far as one rank needs it."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import kernel


@kernel
def partition(keys: NDArray[Any], rank: int, high: int) -> None:
    """Move keys until the one of ``rank`` stands there, with smaller ones before it and larger ones after it, up to
    the index ``high``."""
    low = 0
    while low < high:
        pivot = keys[(low + high) // 2]
        left, right = low, high
        while left <= right:
            while keys[left] < pivot:
                left += 1
            while keys[right] > pivot:
                right -= 1
            if left <= right:
                keys[left], keys[right] = keys[right], keys[left]
                left += 1
                right -= 1
        if rank <= right:
            high = right
        elif rank >= left:
            low = left
        else:
            return
