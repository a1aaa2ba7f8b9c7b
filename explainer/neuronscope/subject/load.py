"""A folder, a hub id or a .gguf file in, a Subject out: model in evaluation mode, tokenizer, and its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.pretrained import load_pretrained
from neuronscope.subject.model import Subject, SubjectInfo
from neuronscope.subject.tokens import default_bos

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


def load_subject(path: str, dtype: str = "float32", device: str = "auto", *, name: str | None = None) -> Subject:
    """Load a causal language model to be looked at.

    :param path: a local Hugging Face model folder, a hub id such as ``gpt2``, or a ``.gguf`` file.
    :param dtype: of the weights and activations: float32, bfloat16 or float16.
    :param device: ``auto`` (a CUDA device where there is one), or a torch device.
    :param name: what the model is called in datasets; by default the folder's, the file's or the hub's name.
    :raises BadInput: as :func:`neuronscope.pretrained.load_pretrained`, or a configuration that lacks what is needed.
    """
    found = load_pretrained(path, dtype, device)
    info = _info(found.model, found.tokenizer, name or found.files.name, found.files.digest())
    return Subject(found.model, found.tokenizer, info, dtype, found.device)


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
