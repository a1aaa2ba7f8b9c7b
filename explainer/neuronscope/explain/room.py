"""How much a model can read: examples in, those that fit out, and a sentence for each that does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from neuronscope.llm.protocol import Failure, LanguageModel
from neuronscope.messages import Message
from neuronscope.prompts import fitting

# Tokens between messages and answer that some models put there, and that a model in plain text does not count.
_MARGIN = 8

Example = TypeVar("Example")
Messages = tuple[Message, ...]


@dataclass(frozen=True)
class Kept(Generic[Example]):
    """The examples that fit, and a sentence for each that was left out."""

    examples: Sequence[Example]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Room:
    """A model's context. ``limit`` None: nobody said how long it is, and nothing is left out."""

    model: LanguageModel
    limit: int | None

    def keep(
        self,
        build: Callable[[Sequence[Example]], Messages],
        examples: Sequence[Example],
        reserve: int,
        *,
        job: str = "simulating",
    ) -> Kept[Example]:
        """As many examples as fit beside ``reserve`` tokens, the last one left out first; none where nothing fits.

        ``job`` is what the sentences begin with.
        """
        tried: list[Sequence[Example]] = []

        def messages(kept: fitting.Kept) -> Messages:
            tried.append(examples[: len(kept.examples)])
            return build(tried[-1])

        whole = fitting.Kept(examples=((1,),) * len(examples))
        count = self.model.count_tokens
        fitted = fitting.fit(messages, whole, count=count, limit=self.limit, reserve=reserve + _MARGIN)
        return Kept(tried[-1], tuple(f"{job}: {note}" for note in fitted.notes))

    def holds(self, messages: Messages, reserve: int) -> bool:
        """Whether so many more tokens can follow the messages."""
        return self.limit is None or self.model.count_tokens(messages) + reserve + _MARGIN <= self.limit

    def count(self, text: str) -> int:
        """Tokens of a text; 0 for none, and where there is no limit to keep."""
        return self.model.count_tokens(text) if text and self.limit is not None else 0


def room_of(model: LanguageModel, context_tokens: int | None) -> Room:
    """``context_tokens``: a limit to keep instead of the model's own."""
    return Room(model, context_tokens or model.describe().context_tokens)


def too_long(excerpt: int, limit: int | None) -> Failure:
    """The failure of an excerpt that no messages leave room for."""
    return Failure("rejected", f"excerpt {excerpt + 1} does not fit the context of {limit} tokens without any example")
