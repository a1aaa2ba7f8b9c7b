"""What can be asked of a model that explains, and the nouns of questions and answers.

Messages or text in, completions out; or a text in, the log-probabilities of its tokens out. An answer that did not
come, was refused or is empty is a Failure with its reason, never text. What is wrong with every request alike (a key
that is not accepted, a model that is not there) is raised as BadInput.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from neuronscope.errors import BadInput
from neuronscope.llm.accounting import Totals
from neuronscope.messages import Description, Prompt, Role

FinishReason = Literal["stop", "length"]
FailureKind = Literal[
    "refused",  # the model or a filter declined
    "empty",  # no text
    "timeout",
    "rate-limited",  # 429 to the last try
    "server-error",  # 5xx to the last try
    "unreachable",  # no connection, or it was closed before the answer was whole
    "truncated",  # the answer's body broke off
    "malformed",  # an answer of another shape than the protocol's
    "rejected",  # the server will not take this request, such as a prompt that is too long
    "unparsed",  # text came, but not what was asked for; the one who asked says so
    "no-material",  # nothing could be asked, since what the question needs is not there
]

# Failures of a server, not of the request: asked again, or of another server, it may be answered.
PASSING: frozenset[FailureKind] = frozenset(
    {"timeout", "rate-limited", "server-error", "unreachable", "truncated", "malformed"}
)
TOP_LIMIT = 20  # the most alternatives per token that hosted servers give


@dataclass(frozen=True)
class Sampling:
    """How a completion is drawn.

    ``temperature`` 0 takes the most likely token each time. ``top_logprobs`` asks for the log-probability of each
    token written and for that many alternatives (0 to 20); None for none.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 256
    stop: tuple[str, ...] = ()
    seed: int | None = None
    top_logprobs: int | None = None

    def __post_init__(self) -> None:
        # 0 and 0.0 are one setting, and are written as one.
        object.__setattr__(self, "temperature", float(self.temperature))
        object.__setattr__(self, "top_p", float(self.top_p))
        checks = {
            f"temperature is {self.temperature}: give a number from 0 to 2": 0 <= self.temperature <= 2,
            f"top_p is {self.top_p}: give a number above 0 and up to 1": 0 < self.top_p <= 1,
            f"max_tokens is {self.max_tokens}: give at least 1": self.max_tokens >= 1,
            f"stop holds {len(self.stop)} strings: up to 4 that are not empty can be given": (
                len(self.stop) <= 4 and all(self.stop)
            ),
            f"top_logprobs is {self.top_logprobs}: give 0 to {TOP_LIMIT}": (
                self.top_logprobs is None or 0 <= self.top_logprobs <= TOP_LIMIT
            ),
        }
        if wrong := [sentence for sentence, fine in checks.items() if not fine]:
            raise BadInput(wrong[0])


@dataclass(frozen=True)
class Candidate:
    """A token that might have stood at a place, and its natural log-probability there."""

    token: str
    logprob: float


@dataclass(frozen=True)
class WrittenToken:
    """A token that the model wrote; ``logprob`` is None where the server gave no finite number."""

    token: str
    logprob: float | None
    top: tuple[Candidate, ...] = ()  # most likely first


@dataclass(frozen=True)
class Usage:
    """Tokens read and written by one request; None where the answer did not say."""

    prompt_tokens: int | None
    completion_tokens: int | None


@dataclass(frozen=True)
class Failure:
    """Why there is no answer: its kind, to be counted, and a sentence."""

    kind: FailureKind
    reason: str


@dataclass(frozen=True)
class Completion:
    """Text the model wrote. ``length``: it was cut at ``max_tokens``. ``logprobs`` is None unless asked for and given.

    ``text`` is empty only where log-probabilities were asked for and came (one token that is no text).
    """

    text: str
    finish_reason: FinishReason
    logprobs: tuple[WrittenToken, ...] | None = None


@dataclass(frozen=True)
class Reply:
    """Answers to one question, as many as were asked for, each a completion or the failure in its place."""

    choices: tuple[Completion | Failure, ...]
    usage: Usage


@dataclass(frozen=True)
class TokenLogprobs:
    """The tokens of a prompt, and how likely each was after those before it; lists of equal length.

    Joined, ``tokens`` are the prompt, but for tokens that are no text (BOS). ``offsets`` are characters from its start.
    ``logprobs[i]`` and ``top[i]`` (most likely first) are for position i given all before it; None and () at the first.
    """

    tokens: tuple[str, ...]
    offsets: tuple[int, ...]
    logprobs: tuple[float | None, ...]
    top: tuple[tuple[Candidate, ...], ...]


@dataclass(frozen=True)
class CandidateQuestion:
    """How likely is each of some short strings at some places of several texts that follow one prefix?

    A text that follows messages stands where the assistant's answer would. ``offsets[i]`` are characters from the start
    of ``texts[i]``, ascending; the model has read everything before such an offset and nothing after it.
    """

    prefix: Prompt
    texts: tuple[str, ...]
    offsets: tuple[tuple[int, ...], ...]
    candidates: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.texts) != len(self.offsets):
            raise BadInput(f"{len(self.texts)} texts with offsets for {len(self.offsets)}: give one list for each text")
        if not self.candidates or not all(self.candidates) or len(set(self.candidates)) < len(self.candidates):
            raise BadInput("the candidates are strings that differ and are not empty; give at least one")
        for text, offsets in zip(self.texts, self.offsets, strict=True):
            if list(offsets) != sorted(set(offsets)) or (offsets and not 0 <= offsets[0] <= offsets[-1] <= len(text)):
                raise BadInput(f"offsets {list(offsets)[:8]} do not ascend inside a text of {len(text)} characters")


@dataclass(frozen=True)
class CandidateLogprobs:
    """``values[text][offset][candidate]``: natural log-probability that the model writes that string there, and none of
    the other candidates that begin with its tokens ("1" is not the 1 of "10").

    None where it is not known: a server tells only the most likely tokens, and the candidate was not among them.
    """

    values: tuple[tuple[tuple[float | None, ...], ...], ...]


class LanguageModel(Protocol):
    """A model that writes, and tells probabilities. All methods may be called from many tasks at once."""

    def describe(self) -> Description:
        """What is known of it."""
        ...

    def totals(self) -> Totals:
        """What was asked of it so far, and how that went."""
        ...

    def count_tokens(self, prompt: Prompt) -> int:
        """Tokens of a prompt: as the model reads it, or by cl100k where only its server knows."""
        ...

    async def complete(self, prompt: Prompt, n: int = 1, *, sampling: Sampling = Sampling()) -> Reply:
        """``n`` completions of a prompt.

        :raises BadInput: it cannot be asked at all.
        """
        ...

    async def token_logprobs(self, prompt: str, *, top: int = 5) -> TokenLogprobs | Failure:
        """The log-probabilities of a text's own tokens, with ``top`` alternatives at each position.

        :raises BadInput: it does not tell them.
        """
        ...

    async def candidate_logprobs(self, question: CandidateQuestion) -> CandidateLogprobs | Failure:
        """How likely given strings are at given places of texts.

        :raises BadInput: it does not tell that, or not for these strings.
        """
        ...

    async def close(self) -> None:
        """End connections; nothing can be asked afterwards."""
        ...


def check_prompt(prompt: Prompt, n: int = 1) -> None:
    """Refuse what no model can answer.

    :raises BadInput: no text, an unknown role, a system message that is not the first, no answers asked for.
    """
    if n < 1:
        raise BadInput(f"{n} completions were asked for: ask for at least one")
    if isinstance(prompt, str):
        if not prompt:
            raise BadInput("the prompt is empty: give a text or messages")
        return
    if not prompt:
        raise BadInput("the prompt has no messages: give at least one")
    for index, message in enumerate(prompt):
        if message.role not in get_args(Role):
            raise BadInput(f"message {index} has the role {message.role!r}: use {', '.join(get_args(Role))}")
        if message.role == "system" and index > 0:
            raise BadInput(f"message {index} is a system message: only the first may be one")
