"""Models may be asked for by several threads at once: a server loads one to look at beside one that scores."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import torch

from neuronscope.llm.loading import load
from neuronscope.subject import load_subject


def test_models_that_are_loaded_at_once_are_what_they_are_alone(tiny_gpt2: Path, tiny_llama: Path) -> None:
    alone = {str(path): load_subject(str(path)).model.state_dict() for path in (tiny_gpt2, tiny_llama)}
    loaded: list[tuple[str, Any]] = []

    def one(path: Path, number: int) -> None:
        dtype = ("float32", "bfloat16")[number % 2]
        model = load_subject(str(path), dtype).model if number % 3 else load(str(path), dtype=dtype, device="cpu").model
        assert model.dtype == getattr(torch, dtype)
        loaded.append((str(path), model.float().state_dict()))

    paths = [(tiny_gpt2, tiny_llama)[number % 2] for number in range(8)]
    threads = [threading.Thread(target=one, args=(path, number)) for number, path in enumerate(paths)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == len(threads)
    for path, weights in loaded:
        for name, values in weights.items():
            torch.testing.assert_close(values, alone[path][name], rtol=1e-2, atol=1e-2)
    assert torch.get_default_dtype() == torch.float32
