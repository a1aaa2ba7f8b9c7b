"""The nouns of this room: a loaded subject model, and what is known about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class SubjectInfo:
    """What a manifest says about the model; ``hash`` is over its weight, configuration and tokenizer files."""

    name: str
    architecture: str  # the class of the model, e.g. "LlamaForCausalLM"
    layers: int
    d_model: int  # width of the residual stream
    hash: str
    vocabulary: int  # rows of the embedding: token ids run from 0 to one less
    bos: int | None  # the token the tokenizer puts before a text by default
    bos_id: int | None  # the tokenizer's BOS token, whether it puts it there or not
    max_positions: int | None  # None where positions are not limited


@dataclass(frozen=True)
class Subject:
    """A causal language model in evaluation mode, its tokenizer, and what is known about it."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    info: SubjectInfo
    dtype: str
    device: torch.device

    def hooks(self) -> list[str]:
        """The names of all hook points that this model has, layer by layer."""
        from neuronscope.subject.hooks import all_hooks

        return all_hooks(self)

    def run(self, text: str, hooks: Sequence[str], *, bos: bool | None = None) -> dict[str, torch.Tensor]:
        """What stands at hook points for one text, by their names: [1, position, width] in the model's dtype.

        :param hooks: ``blocks.5.hook_resid_post`` and the like, or paths of modules.
        :param bos: whether BOS goes before the text and has a position; None: as the tokenizer does by itself.
        :raises BadInput: no such hook point, an empty text, or one longer than the model reads.
        """
        import torch

        from neuronscope.subject.forward import read_hooks
        from neuronscope.subject.tokens import encode_text

        return read_hooks(self, torch.tensor([encode_text(self, text, bos=bos)]), hooks)
