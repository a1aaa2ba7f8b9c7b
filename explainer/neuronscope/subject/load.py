"""A folder, a hub id or a .gguf file in, a Subject out: model in evaluation mode, tokenizer, and its facts.

Nothing that a model folder brings is ever run: no remote code, no pickled objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from neuronscope.errors import BadInput
from neuronscope.onemodel import LOADING
from neuronscope.subject.files import ModelFiles, find_files
from neuronscope.subject.model import Subject, SubjectInfo
from neuronscope.subject.tokens import default_bos

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

DTYPES = ("float32", "bfloat16", "float16")


def load_subject(path: str, dtype: str = "float32", device: str = "auto", *, name: str | None = None) -> Subject:
    """Load a causal language model to be looked at.

    :param path: a local Hugging Face model folder, a hub id such as ``gpt2``, or a ``.gguf`` file.
    :param dtype: of the weights and activations: float32, bfloat16 or float16.
    :param device: ``auto`` (a CUDA device where there is one), or a torch device.
    :param name: what the model is called in datasets; by default the folder's, the file's or the hub's name.
    :raises BadInput: no such model, no weights, files that cannot be read, or an installation without the libraries
        that run models.
    """
    _refuse_without_libraries()
    if dtype not in DTYPES:
        raise BadInput(f"dtype {dtype!r} is unknown: use one of {', '.join(DTYPES)}")
    target = _device(device)
    files = find_files(path)
    with LOADING, _quietly():
        model = _load_model(files, dtype).to(target).eval()
        tokenizer = _load_tokenizer(files)
    return Subject(model, tokenizer, _info(model, tokenizer, name or files.name, files.digest()), dtype, target)


def _refuse_without_libraries() -> None:
    missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
    if missing:
        raise BadInput(f"running a model needs {' and '.join(missing)}: pip install 'neuronscope[model]'")


def _info(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, name: str, digest: str) -> SubjectInfo:
    config = model.config.get_text_config()
    if unknown := [key for key in ("num_hidden_layers", "hidden_size") if not hasattr(config, key)]:
        raise BadInput(f"{name} ({type(model).__name__}) says no {unknown[0]} in its configuration, so it is not read")
    longest = getattr(config, "max_position_embeddings", None)
    bos_id = tokenizer.bos_token_id
    return SubjectInfo(
        name=name,
        architecture=type(model).__name__,
        layers=int(config.num_hidden_layers),
        d_model=int(config.hidden_size),
        hash=digest,
        vocabulary=int(model.get_input_embeddings().weight.shape[0]),
        bos=default_bos(tokenizer),
        bos_id=None if bos_id is None else int(bos_id),
        max_positions=None if longest is None else int(longest),
    )


def _device(device: str) -> torch.device:
    import torch

    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        found = torch.device(device)
        torch.empty(1, device=found)
    except (RuntimeError, AssertionError) as error:  # torch built without CUDA asserts
        raise BadInput(f"device {device!r} cannot be used here: {_first_line(error)}") from error
    return found


def _load_model(files: ModelFiles, dtype: str) -> PreTrainedModel:
    """:raises BadInput: transformers cannot read it, or weights are missing (it would fill them with noise)."""
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM

    options: dict[str, Any] = {"dtype": getattr(torch, dtype), "output_loading_info": True, "weights_only": True}
    try:
        model, loading = AutoModelForCausalLM.from_pretrained(
            files.folder, gguf_file=files.gguf, trust_remote_code=False, local_files_only=True, **options
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        raise BadInput(f"{files.name} cannot be loaded: {_first_line(error)}") from error
    if missing := sorted(loading["missing_keys"]):
        raise BadInput(f"{files.name} lacks {len(missing)} of its weights, the first is {missing[0]}")
    return model


def _load_tokenizer(files: ModelFiles) -> PreTrainedTokenizerBase:
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
