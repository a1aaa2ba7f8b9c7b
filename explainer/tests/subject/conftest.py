"""Tiny subjects and SAEs, what a model has at a hook point, and latents as dense tensors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from neuronscope.subject import SparseActivations, Subject, load_subject
from neuronscope.subject.activations import hooked
from neuronscope.subject.hooks import find_hook

Dense = Callable[[SparseActivations], torch.Tensor]
At = Callable[[Subject, torch.Tensor, str], torch.Tensor]
SaveSae = Callable[..., Path]


@pytest.fixture(scope="session")
def gpt2(tiny_gpt2: Path) -> Subject:
    """Two layers, d_model 16, two heads; layer norms."""
    return load_subject(str(tiny_gpt2))


@pytest.fixture(scope="session")
def llama(tiny_llama: Path) -> Subject:
    """Two layers, d_model 16, two heads; RMS norms."""
    return load_subject(str(tiny_llama))


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


@pytest.fixture(scope="session")
def lens() -> Any:
    """The library, whose import takes seconds."""
    import sae_lens

    return sae_lens


@pytest.fixture
def save_sae(tmp_path: Path) -> SaveSae:
    """Save an SAE of random weights in the library's own format."""
    from sae_lens.registry import get_sae_class
    from sae_lens.saes.sae import SAEMetadata

    def save(architecture: str, name: str = "sae", **settings: Any) -> Path:
        kind, config = get_sae_class(architecture)
        known = {key: settings.pop(key) for key in ("hook_name", "prepend_bos", "hook_head_index") if key in settings}
        kwargs = settings.pop("model_from_pretrained_kwargs", None)
        metadata = SAEMetadata(
            **{"hook_name": "blocks.1.hook_resid_pre", "model_from_pretrained_kwargs": kwargs} | known
        )
        sae = kind(config(**{"d_in": 16, "d_sae": 40, "metadata": metadata} | settings))
        generator = torch.Generator().manual_seed(4)
        for parameter in sae.parameters():
            parameter.data = torch.randn(parameter.shape, generator=generator).to(parameter.dtype)
        sae.save_model(tmp_path / name)
        return tmp_path / name

    return save
