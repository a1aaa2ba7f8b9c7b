"""A folder, a hub id or a .gguf file in, the model that explains out, and a digest that says which model it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuronscope.pretrained import load_pretrained

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class Loaded:
    """A model in evaluation mode and its tokenizer."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    name: str


def load(path: str, *, dtype: str = "float32", device: str = "auto") -> Loaded:
    """Load a causal language model that writes. It is called as its folder is, its file or its id on the hub.

    :raises BadInput: as :func:`neuronscope.pretrained.load_pretrained`.
    """
    found = load_pretrained(path, dtype, device)
    return Loaded(found.model, found.tokenizer, found.files.gguf or found.files.name)


def fingerprint(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> str:
    """SHA-256 over the weights as they are in memory, their names, shapes and dtypes, and over how text is tokenised.

    What the model answers follows from these, whichever files they came from.
    """
    total = hashlib.sha256()
    for name, weight in sorted(model.state_dict().items()):
        total.update(f"{name} {weight.dtype} {tuple(weight.shape)}\0".encode())
        total.update(_bytes(weight))
    backend = getattr(tokenizer, "backend_tokenizer", None)
    words = backend.to_str() if backend is not None else repr(sorted(tokenizer.get_vocab().items()))
    total.update(words.encode("utf-8", errors="surrogatepass") + b"\0" + repr(tokenizer.chat_template).encode())
    return "sha256:" + total.hexdigest()


def _bytes(weight: torch.Tensor) -> memoryview:
    """int8 view of the values: NumPy has no bfloat16."""
    import torch

    flat = weight.detach().cpu().contiguous().reshape(-1)
    return memoryview(flat.view(torch.int8).numpy() if flat.numel() else b"")
