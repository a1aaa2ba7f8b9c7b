"""Messages to the text that a model reads: plain text for models that were not trained on conversations."""

from __future__ import annotations

from collections.abc import Sequence

from neuronscope.messages import Message

_SPEAKERS = {"user": "User", "assistant": "Assistant"}

# Where plain text that is gone on with would begin what the other one says.
NEXT_TURN = f"\n\n{_SPEAKERS['user']}:"


def as_text(messages: Sequence[Message]) -> str:
    """Paragraphs with the speaker's name before each, but the system's, and the assistant's turn open at the end.

    A last message of the assistant's is left open, to be gone on with.
    """
    last = messages[-1]
    continued = last.role == "assistant"
    turns = [_turn(message) for message in (messages[:-1] if continued else messages)]
    return "\n\n".join([*turns, f"Assistant: {last.content}" if continued else "Assistant:"])


def before_answer(messages: Sequence[Message]) -> str:
    """The plain text after which an answer of the assistant's begins, on a line of its own."""
    return as_text(messages) + ("" if messages[-1].role == "assistant" else "\n")


def _turn(message: Message) -> str:
    return message.content if message.role == "system" else f"{_SPEAKERS[message.role]}: {message.content}"


def fold_system(messages: Sequence[Message]) -> list[Message]:
    """The system message put before the text of the first user message, for models that know no system role."""
    if messages[0].role != "system":
        return list(messages)
    system, rest = messages[0], list(messages[1:])
    for index, message in enumerate(rest):
        if message.role == "user":
            rest[index] = Message("user", f"{system.content}\n\n{message.content}")
            return rest
    return [Message("user", system.content), *rest]
