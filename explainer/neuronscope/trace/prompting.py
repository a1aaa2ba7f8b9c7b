"""What is traced, as the model reads it: a text or a conversation in; its token ids, and those of the text that it is
compared with, out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.live.asks import Prompt
from neuronscope.live.reading import Read, is_chat, read_prompt
from neuronscope.messages import END_OF_TURN, Message, turns
from neuronscope.subject import Positions, Subject

if TYPE_CHECKING:
    import torch

_LONGEST = 1024  # tokens


@dataclass(frozen=True)
class Texts:
    """The prompt, and where it is compared with another text, that; int64 [1, position] each, BOS among them."""

    read: Read
    ids: torch.Tensor
    other: torch.Tensor | None


def prompt_of(text: str | Prompt, bos: bool | None = None) -> Prompt:
    """The prompt; ``bos``, where it is said, counts before the prompt's own."""
    if isinstance(text, str):
        return Prompt(text=text, bos=bos)
    return text if bos is None else replace(text, bos=bos)


def words_of(prompt: str | Prompt) -> str:
    """The prompt as lists show it: its text, or what is said in turns, between which stands ``<eot>``."""
    if isinstance(prompt, str):
        return prompt
    if prompt.messages is None:
        return prompt.text or ""
    return END_OF_TURN.join(message.content for message in prompt.messages if message.role != "system")


def beyond_words(prompt: str | Prompt) -> Prompt | None:
    """The prompt where :func:`words_of` is not all of it, else None."""
    return None if isinstance(prompt, str) or prompt == Prompt(text=prompt.text) else prompt


def read_texts(subject: Subject, prompt: Prompt, compared: str | None, rule: Positions) -> Texts:
    """The prompt and the baseline text, which is a conversation where the prompt is one.

    :raises BadInput: as :func:`read_prompt`, or the two have not equally many tokens.
    """
    import torch

    read = read_prompt(subject, prompt, rule, longest=_LONGEST)
    ids = torch.tensor([list(read.ids)])
    if compared is None:
        return Texts(read, ids, None)
    other = read_prompt(subject, _like(prompt, compared), rule, longest=_LONGEST)
    if len(other.ids) != len(read.ids):
        raise BadInput(
            f"the text has {len(read.tokens)} tokens and the baseline text {len(other.tokens)}: they are compared "
            "token by token, so make them equally long"
        )
    return Texts(read, ids, torch.tensor([list(other.ids)]))


def _like(prompt: Prompt, text: str) -> Prompt:
    """Another text, read as the prompt is."""
    if not is_chat(prompt):
        return replace(prompt, text=text, messages=None)
    return replace(prompt, text=None, messages=turns(text) or [Message("user", text)])
