"""Model files in, a causal language model in evaluation mode and its tokenizer out, on the device asked for.

Nothing that a model brings is run: no remote code, no pickled objects. Its chat template is, in transformers' sandbox.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.pretrained.files import ModelFiles, find_files

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

DTYPES = ("float32", "bfloat16", "float16")

# transformers changes settings of the whole process while it loads: of two models that are loaded in two threads at
# once, one can end up with the other's dtype, or without weights.
_LOADING = threading.Lock()


@dataclass(frozen=True)
class Pretrained:
    """A model in evaluation mode, its tokenizer, the files that they came from, and where the weights lie."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    files: ModelFiles
    device: torch.device


def load_pretrained(path: str, dtype: str = "float32", device: str = "auto") -> Pretrained:
    """Load a causal language model, one at a time in this process.

    :param path: a local Hugging Face model folder, a hub id such as ``gpt2``, or a ``.gguf`` file.
    :param dtype: of the weights and activations: float32, bfloat16 or float16.
    :param device: ``auto`` (a CUDA device where there is one), or a torch device.
    :raises BadInput: no such model, no weights or not all of them, files that cannot be read, a device that is not
        there, or an installation without the libraries that run models.
    """
    if missing := [name for name in ("torch", "transformers") if find_spec(name) is None]:
        raise BadInput(f"running a model needs {' and '.join(missing)}: pip install 'neuronscope[model]'")
    if dtype not in DTYPES:
        raise BadInput(f"dtype {dtype!r} is unknown: use one of {', '.join(DTYPES)}")
    target = _device(device)
    files = find_files(path)
    with _LOADING, _quietly():
        model = _model(files, dtype).to(target).eval()
        tokenizer = _tokenizer(files)
    return Pretrained(model, tokenizer, files, target)


def _device(device: str) -> torch.device:
    import torch

    try:
        found = torch.device(("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device)
        torch.empty(1, device=found)
    except (RuntimeError, AssertionError) as error:  # torch built without CUDA asserts
        raise BadInput(f"device {device!r} cannot be used here: {_first_line(error)}") from error
    return found


def _model(files: ModelFiles, dtype: str) -> PreTrainedModel:
    """:raises BadInput: transformers cannot read it, or weights are missing (it would fill them with noise)."""
    import torch
    from transformers import AutoModelForCausalLM

    try:
        model, loading = AutoModelForCausalLM.from_pretrained(
            files.folder,
            gguf_file=files.gguf,
            dtype=getattr(torch, dtype),
            trust_remote_code=False,
            local_files_only=True,
            weights_only=True,
            output_loading_info=True,
        )
    except Exception as error:  # safetensors and the readers of old formats raise plain exceptions of their own
        raise BadInput(f"{files.name} cannot be loaded: {_first_line(error)}") from error
    if missing := sorted(loading["missing_keys"]):
        raise BadInput(f"{files.name} lacks {len(missing)} of its weights, the first is {missing[0]}")
    return model


def _tokenizer(files: ModelFiles) -> PreTrainedTokenizerBase:
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(
            files.folder, gguf_file=files.gguf, trust_remote_code=False, local_files_only=True
        )
    except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
        raise BadInput(f"{files.name} has no tokenizer that can be read: {_first_line(error)}") from error


@contextmanager
def _quietly() -> Iterator[None]:
    """Loading takes seconds: no progress bars of its own, no warnings about things we do not use."""
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
