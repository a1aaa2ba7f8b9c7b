"""How many threads of the processor this process works with."""

from __future__ import annotations


def set_threads(count: int) -> None:
    """For the model and for the compiled kernels; the kernels take no more than there were when numba was loaded."""
    import numba
    import torch

    torch.set_num_threads(count)
    numba.set_num_threads(min(count, numba.config.NUMBA_NUM_THREADS))
