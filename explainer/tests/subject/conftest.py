"""What a model has at a hook point, and latents as dense tensors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from neuronscope.subject import SparseActivations, Subject
from neuronscope.subject.activations import hooked
from neuronscope.subject.hooks import find_hook

Dense = Callable[[SparseActivations], torch.Tensor]
At = Callable[[Subject, torch.Tensor, str], torch.Tensor]


@pytest.fixture(scope="session")
def ids() -> torch.Tensor:
    """int64 [3, 8]."""
    return torch.randint(2, 300, (3, 8), generator=torch.Generator().manual_seed(2))


@pytest.fixture(scope="session")
def dense() -> Dense:
    """The whole tensor of sparse activations, which are checked on the way: in order, nothing twice, nothing zero."""

    def whole(sparse: SparseActivations) -> torch.Tensor:
        sequences, positions, units = sparse.shape
        assert (sparse.position.dtype, sparse.unit.dtype) == (torch.int64, torch.int64)
        assert sparse.value.dtype == torch.float32
        flat = sparse.position * units + sparse.unit
        assert bool((flat.diff() > 0).all())
        assert bool((sparse.value != 0).all())
        full = torch.zeros(sequences * positions, units)
        full[sparse.position, sparse.unit] = sparse.value
        return full.reshape(sequences, positions, units)

    return whole


@pytest.fixture(scope="session")
def at() -> At:
    """What a model has at a hook point: [sequence, position, width]."""

    def read(subject: Subject, ids: torch.Tensor, hook: str) -> torch.Tensor:
        got: list[torch.Tensor] = []
        with hooked(subject, [find_hook(subject, hook)]) as hooks:
            hooks.run(ids, [lambda x: got.append(x.clone())])
        return got[0]

    return read
