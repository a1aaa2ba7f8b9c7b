"""Tiny models in float64, where effects can be compared to the eighth digit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from neuronscope.subject import Subject, load_subject

SIZES = {
    "gpt2": {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_inner": 24, "n_positions": 128},
    "llama": {
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 24,
        "max_position_embeddings": 128,
    },
}


@pytest.fixture(scope="session", params=["gpt2", "gpt2 with BOS", "llama"])
def subject(request: pytest.FixtureRequest, save_model: Any) -> Subject:
    """Two layers of 24 neurons, in float64."""
    kind, _, bos = request.param.partition(" ")
    loaded = load_subject(str(save_model(kind, bos=bool(bos), **SIZES[kind])))
    return replace(loaded, model=loaded.model.to(torch.float64), dtype="float64")


@pytest.fixture(scope="module", autouse=True)
def small_models_run_on_one_thread(one_thread: None) -> None:
    """See ``one_thread``."""
