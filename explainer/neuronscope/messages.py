"""What is said to a language model: turns of a conversation, or one text; a digest of it, and who is asked. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Role = Literal["system", "user", "assistant"]
PromptForm = Literal["chat", "text"]


@dataclass(frozen=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


END_OF_TURN = "<eot>"  # between the turns of a conversation that is typed as one text
_TURNS: tuple[Role, Role] = ("user", "assistant")

# Text goes to the model as it is; messages are put into the form that it was trained on.
Prompt: TypeAlias = str | Sequence[Message]


@dataclass(frozen=True)
class Description:
    """What provenance says of a model, and what its cached answers are found by. Never a key."""

    name: str
    kind: Literal["server", "local", "recorded", "balanced"]
    prompt_form: PromptForm
    context_tokens: int | None = None  # longest prompt and answer together; None where nobody said
    address: str | None = None  # base URL of a server
    hash: str | None = None  # over the weights and the tokenizer of a local model
    dtype: str | None = None
    members: tuple[Description, ...] = ()


def turns(text: str) -> list[Message] | None:
    """The conversation that a text with ``<eot>`` in it is; None for a text without."""
    if END_OF_TURN not in text:
        return None
    return [Message(_TURNS[number % 2], said) for number, said in enumerate(text.split(END_OF_TURN))]


def going_on(messages: list[Message]) -> tuple[list[Message], bool]:
    """What a chat template is given, and whether its last turn is the assistant's and goes on.

    An assistant's turn with nothing in it has nothing to go on with: it is one that begins.
    """
    goes_on = bool(messages) and messages[-1].role == "assistant"
    return (messages[:-1], False) if goes_on and not messages[-1].content else (messages, goes_on)


def prompt_hash(prompts: Prompt | Sequence[Prompt]) -> str:
    """SHA-256 over a prompt, or over several in their order, as 64 hex digits; equal prompts give equal digests."""
    return hashlib.sha256(json.dumps(_plain(prompts), ensure_ascii=True).encode()).hexdigest()


def _plain(prompts: Prompt | Sequence[Prompt]) -> object:
    if isinstance(prompts, str):
        return prompts
    return [[one.role, one.content] if isinstance(one, Message) else _plain(one) for one in prompts]
