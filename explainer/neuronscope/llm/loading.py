"""A folder, a hub id or a .gguf file in, a causal language model and its tokenizer out, for the model that explains.

Nothing that a model brings is run: no remote code, no pickled objects. Its chat template is, in transformers' sandbox.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuronscope.errors import BadInput
from neuronscope.onemodel import LOADING

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

DTYPES = ("float32", "bfloat16", "float16")


@dataclass(frozen=True)
class Loaded:
    """A model in evaluation mode and its tokenizer."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    name: str


def load(path: str, *, dtype: str = "float32", device: str = "auto") -> Loaded:
    """Load a causal language model that writes.

    :param path: a local Hugging Face folder, a hub id, or a ``.gguf`` file.
    :param dtype: of weights and activations: float32, bfloat16 or float16.
    :param device: ``auto`` (a CUDA device where there is one), or a torch device.
    :raises BadInput: no such model, files that cannot be read, missing weights, or no libraries that run models.
    """
    if missing := [name for name in ("torch", "transformers") if find_spec(name) is None]:
        raise BadInput(f"running a model needs {' and '.join(missing)}: pip install 'neuronscope[model]'")
    if dtype not in DTYPES:
        raise BadInput(f"dtype {dtype!r} is unknown: use one of {', '.join(DTYPES)}")
    folder, options = _place(path)
    with LOADING, _quietly():
        model = _model(folder, dtype, options).to(_device(device)).eval()
        tokenizer = _tokenizer(folder, options)
    return Loaded(model, tokenizer, Path(path).expanduser().resolve().name if Path(folder).exists() else path)


def _place(path: str) -> tuple[str, dict[str, Any]]:
    """What transformers is to open, and how: local files are never looked for elsewhere."""
    local = Path(path).expanduser()
    if local.is_file() and local.suffix.lower() == ".gguf":
        return str(local.parent), {"gguf_file": local.name, "local_files_only": True}
    if local.is_dir():
        return str(local), {"local_files_only": True}
    if local.exists() or path.startswith(("/", "./", "../", "~")) or path.lower().endswith(".gguf"):
        raise BadInput(f"{path} is no model: give a model folder, or a file that ends in .gguf")
    return path, {}


def _model(folder: str, dtype: str, options: dict[str, Any]) -> PreTrainedModel:
    import torch
    from transformers import AutoModelForCausalLM

    safe = {"trust_remote_code": False, "weights_only": True, "output_loading_info": True}
    try:
        model, loading = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype), **safe, **options)
    except Exception as error:  # safetensors and the readers of old formats raise plain exceptions of their own
        raise BadInput(f"{folder} cannot be loaded as a model: {_first_line(error)}") from error
    if missing := sorted(loading["missing_keys"]):  # they would be filled with noise
        raise BadInput(f"{folder} lacks {len(missing)} of the model's weights, the first is {missing[0]}")
    return model


def _tokenizer(folder: str, options: dict[str, Any]) -> PreTrainedTokenizerBase:
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(folder, trust_remote_code=False, **options)
    except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
        raise BadInput(f"{folder} has no tokenizer that can be read: {_first_line(error)}") from error


def _device(device: str) -> torch.device:
    import torch

    try:
        found = torch.device(("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device)
        torch.empty(1, device=found)
    except (RuntimeError, AssertionError) as error:  # torch built without CUDA asserts
        raise BadInput(f"device {device!r} cannot be used here: {_first_line(error)}") from error
    return found


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


@contextmanager
def _quietly() -> Iterator[None]:
    """No progress bars, no warnings about things that are not used."""
    from transformers.utils import logging

    bars, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
