"""The nouns of prompts: what is shown of a sequence, and the words around it. Plain dataclasses only."""

from __future__ import annotations

from dataclasses import dataclass

from neuronscope.messages import Message
from neuronscope.records import ActivationRecord


@dataclass(frozen=True)
class Excerpt:
    """The tokens of one sequence as a simulator or a judge gets them: without activations, so that none can leak.

    ``ignored`` positions stand in no prompt and get no number.
    """

    tokens: tuple[str, ...]
    ignored: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if any(not 0 <= position < len(self.tokens) for position in self.ignored):
            raise ValueError(f"ignored positions {sorted(self.ignored)} of {len(self.tokens)} tokens")


def excerpt_of(record: ActivationRecord) -> Excerpt:
    """The record's tokens and ignored positions."""
    return Excerpt(tuple(record.tokens), frozenset(record.ignored or ()))


@dataclass(frozen=True)
class Fitted:
    """Messages that fit the context, and a sentence for each thing that was left out so that they do.

    ``fits`` is False where nothing more can be left out and they are still too long.
    """

    messages: tuple[Message, ...]
    notes: tuple[str, ...] = ()
    fits: bool = True
