"""Questions and answers as values: one noun for whatever is asked, JSON of it and of its answer, and back.

A model that only passes questions on (a cache, a recording, a balance) has one way to answer them all.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from neuronscope.codec import dumps, loads
from neuronscope.llm.protocol import (
    CandidateLogprobs,
    CandidateQuestion,
    Completion,
    Failure,
    LanguageModel,
    Reply,
    Sampling,
    TokenLogprobs,
    Usage,
)
from neuronscope.messages import Description, Message, Prompt

Answer: TypeAlias = Reply | TokenLogprobs | CandidateLogprobs | Failure
_DEFAULT = Sampling()


@dataclass(frozen=True)
class Request:
    """What is asked; fields that a call does not have are None. ``text`` or ``messages`` is the prompt or prefix."""

    call: Literal["complete", "token_logprobs", "candidate_logprobs"]
    text: str | None = None
    messages: tuple[Message, ...] | None = None
    n: int | None = None
    sampling: Sampling | None = None
    top: int | None = None
    texts: tuple[str, ...] | None = None
    offsets: tuple[tuple[int, ...], ...] | None = None
    candidates: tuple[str, ...] | None = None

    @property
    def prompt(self) -> Prompt:
        """The prompt or the prefix."""
        return self.text if self.text is not None else self.messages or ()

    def words(self) -> str:
        """All text in it, to look for requests that are like it."""
        spoken = [self.text or "", *(message.content for message in self.messages or ()), *(self.texts or ())]
        return "\n".join(part for part in spoken if part)


@dataclass(frozen=True)
class _StoredChoice:
    """One of the two."""

    completion: Completion | None = None
    failure: Failure | None = None


@dataclass(frozen=True)
class StoredAnswer:
    """An answer as it lies in a file: one of these is there."""

    choices: tuple[_StoredChoice, ...] | None = None
    usage: Usage | None = None
    tokens: TokenLogprobs | None = None
    candidates: CandidateLogprobs | None = None
    failure: Failure | None = None


def completion_request(prompt: Prompt, n: int, sampling: Sampling) -> Request:
    """Of ``complete``."""
    text, messages = _parts(prompt)
    return Request("complete", text, messages, n, sampling)


def candidate_request(question: CandidateQuestion) -> Request:
    """Of ``candidate_logprobs``."""
    text, messages = _parts(question.prefix)
    return Request(
        "candidate_logprobs",
        text,
        messages,
        texts=question.texts,
        offsets=question.offsets,
        candidates=question.candidates,
    )


def _parts(prompt: Prompt) -> tuple[str | None, tuple[Message, ...] | None]:
    return (prompt, None) if isinstance(prompt, str) else (None, tuple(prompt))


async def ask(model: LanguageModel, request: Request) -> Answer:
    """Put a request to a model."""
    if request.call == "complete":
        return await model.complete(request.prompt, request.n or 1, sampling=request.sampling or _DEFAULT)
    if request.call == "token_logprobs":
        return await model.token_logprobs(request.text or "", top=request.top or 0)
    question = CandidateQuestion(request.prompt, request.texts or (), request.offsets or (), request.candidates or ())
    return await model.candidate_logprobs(question)


def has_failed(answer: Answer) -> bool:
    """Whether any part of it is a failure."""
    if isinstance(answer, Reply):
        return any(isinstance(choice, Failure) for choice in answer.choices)
    return isinstance(answer, Failure)


def failures_in(answer: Answer) -> list[Failure]:
    """The failures in an answer."""
    if isinstance(answer, Reply):
        return [choice for choice in answer.choices if isinstance(choice, Failure)]
    return [answer] if isinstance(answer, Failure) else []


def request_json(request: Request) -> bytes:
    """One line; equal requests give equal bytes."""
    return dumps(request)


def stored(answer: Answer) -> StoredAnswer:
    """The answer as it is written."""
    if isinstance(answer, Reply):
        return StoredAnswer(choices=tuple(map(_stored_choice, answer.choices)), usage=answer.usage)
    if isinstance(answer, TokenLogprobs):
        return StoredAnswer(tokens=answer)
    if isinstance(answer, CandidateLogprobs):
        return StoredAnswer(candidates=answer)
    return StoredAnswer(failure=answer)


def _stored_choice(choice: Completion | Failure) -> _StoredChoice:
    return _StoredChoice(failure=choice) if isinstance(choice, Failure) else _StoredChoice(completion=choice)


def restored(answer: StoredAnswer, request: Request) -> Answer | None:
    """The answer that was written; None where it does not answer such a request."""
    if answer.failure is not None:
        return answer.failure
    if request.call == "token_logprobs":
        return answer.tokens
    if request.call == "candidate_logprobs":
        return answer.candidates
    choices = [choice.completion or choice.failure for choice in answer.choices or ()]
    whole = tuple(choice for choice in choices if choice is not None)
    return Reply(whole, answer.usage or Usage(None, None)) if len(whole) == request.n else None


def identity(description: Description) -> bytes:
    """What of a model its answers depend on; how long its context is changes none."""
    return dumps(replace(description, context_tokens=None))


def digest(who: bytes, request: Request) -> bytes:
    """What an answer is found by: SHA-256 over the ``identity`` of who answered, and the request."""
    return hashlib.sha256(b"\0".join([who, request_json(request)])).digest()


def answer_json(answer: Answer) -> bytes:
    """One line."""
    return dumps(stored(answer))


def read_answer(data: bytes, request: Request) -> Answer | None:
    """The answer that was written; None where it does not answer such a request.

    :raises BrokenData: not an answer.
    """
    return restored(loads(data, StoredAnswer), request)


class ByRequest(ABC):
    """The three questions of a LanguageModel, answered in one way."""

    @abstractmethod
    def count_tokens(self, prompt: Prompt) -> int:
        """Tokens of a prompt, as the model that answers counts them."""

    @abstractmethod
    async def answer(self, request: Request) -> Answer:
        """Answer whatever is asked."""

    async def complete(self, prompt: Prompt, n: int = 1, *, sampling: Sampling = _DEFAULT) -> Reply:
        """See LanguageModel."""
        answer = await self.answer(completion_request(prompt, n, sampling))
        if isinstance(answer, Failure):
            return Reply((answer,) * n, Usage(None, None))
        assert isinstance(answer, Reply)
        return answer

    async def token_logprobs(self, prompt: str, *, top: int = 5) -> TokenLogprobs | Failure:
        """See LanguageModel."""
        answer = await self.answer(Request("token_logprobs", prompt, top=top))
        assert isinstance(answer, (TokenLogprobs, Failure))
        return answer

    async def candidate_logprobs(self, question: CandidateQuestion) -> CandidateLogprobs | Failure:
        """See LanguageModel."""
        answer = await self.answer(candidate_request(question))
        assert isinstance(answer, (CandidateLogprobs, Failure))
        return answer
