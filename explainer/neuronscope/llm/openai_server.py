"""A model behind an OpenAI-compatible server: prompts in, completions or log-probabilities out.

The ``openai`` client makes the requests, waits and tries again (timeouts, lost connections, 408, 409, 429, 5xx; as long
as Retry-After says); here are the bound on how many are under way, the counting, and what the client lets through:
bodies that broke off, servers that give one choice when asked for several.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from neuronscope.errors import BadInput
from neuronscope.llm import echo
from neuronscope.llm.accounting import Account, Prices, Totals
from neuronscope.llm.counting import count_cl100k
from neuronscope.llm.forms import as_text, before_answer
from neuronscope.llm.openai_connection import Connection, checked_url
from neuronscope.llm.openai_wire import read_body, read_choices, read_usage, request_body
from neuronscope.llm.protocol import (
    TOP_LIMIT,
    CandidateLogprobs,
    CandidateQuestion,
    Failure,
    Reply,
    Sampling,
    TokenLogprobs,
    Usage,
    check_prompt,
)
from neuronscope.messages import Description, Prompt, PromptForm

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEFAULT = Sampling()
_LATER_NAME = "max_completion_tokens"


@dataclass(frozen=True)
class ServerOptions:
    """How a server is asked.

    ``prompt_form`` text: messages are written as one text and go to ``/completions``. ``timeout`` is seconds of silence
    after which a try counts as lost, ``deadline`` seconds for one request with all its tries and waits.
    """

    prompt_form: PromptForm = "chat"
    concurrency: int = 8
    timeout: float = 120.0
    max_retries: int = 5
    deadline: float = 900.0
    prices: Prices | None = None
    context_tokens: int | None = None

    def __post_init__(self) -> None:
        if self.concurrency < 1 or self.max_retries < 0 or self.timeout <= 0 or self.deadline <= 0:
            raise BadInput(
                "concurrency is at least 1, max_retries at least 0, timeout and deadline more than 0 seconds"
            )


class OpenAIServer:
    """A LanguageModel that asks a server. ``key`` may be None for a server that asks for none."""

    def __init__(
        self,
        model: str,
        base_url: str,
        *,
        key: str | None = None,
        options: ServerOptions = ServerOptions(),
    ) -> None:
        """:raises BadInput: no model, or a URL that is none, or that has a password or a query in it."""
        if not model:
            raise BadInput("the model has no name: write openai:MODEL or openai:MODEL@URL")
        self._model = model
        self._url = checked_url(base_url)
        self._options = options
        self._account = Account(options.prices)
        self._connection = Connection(
            self._url, key, where=f"{model} at {self._url}", account=self._account, limits=options
        )
        self._one_choice = False  # seen to give one choice whatever is asked for
        self._whole: set[str] = set()  # candidates that the server's tokenizer is known not to split

    def __repr__(self) -> str:
        return f"OpenAIServer({self._model!r}, {self._url!r})"

    def describe(self) -> Description:
        """What is known of it."""
        options = self._options
        return Description(self._model, "server", options.prompt_form, options.context_tokens, address=self._url)

    def totals(self) -> Totals:
        """What was asked of it so far."""
        return self._account.totals()

    def count_tokens(self, prompt: Prompt) -> int:
        """Tokens of a prompt by cl100k, which need not be the server's count."""
        if isinstance(prompt, str) or self._options.prompt_form == "chat":
            return count_cl100k(prompt)
        return count_cl100k(as_text(prompt))

    async def close(self) -> None:
        """End the connections of the running event loop."""
        await self._connection.close()

    async def complete(self, prompt: Prompt, n: int = 1, *, sampling: Sampling = _DEFAULT) -> Reply:
        """``n`` completions; a request that failed has its failure in the place of each choice it should have given.

        :raises BadInput: the key is not accepted, or there is no such model or route.
        """
        check_prompt(prompt, n)
        if n == 1 or self._one_choice:
            reply = await self._singly(prompt, n, sampling)
        else:
            reply = await self._together(prompt, n, sampling)
        self._account.add_failures(choice.kind for choice in reply.choices if isinstance(choice, Failure))
        return reply

    async def _together(self, prompt: Prompt, n: int, sampling: Sampling) -> Reply:
        """Ask once for all, then for those that the server would not give together."""
        reply = await self._request(prompt, n, sampling)
        first = reply.choices[0]
        rejected = isinstance(first, Failure) and first.kind == "rejected"
        if len(reply.choices) >= n or (isinstance(first, Failure) and not rejected):
            return _filled(reply, n)
        self._one_choice = not rejected or self._one_choice
        kept = () if rejected else reply.choices
        seed = None if sampling.seed is None else sampling.seed + len(kept)
        rest = await self._singly(prompt, n - len(kept), replace(sampling, seed=seed))
        return Reply(kept + rest.choices, _sum([reply.usage, rest.usage] if kept else [rest.usage]))

    async def _singly(self, prompt: Prompt, n: int, sampling: Sampling) -> Reply:
        """One request for each choice; a seed is counted up, or they would all be the same."""
        seeds = [None if sampling.seed is None else sampling.seed + index for index in range(n)]
        asked = [self._request(prompt, 1, replace(sampling, seed=seed)) for seed in seeds]
        replies = await asyncio.gather(*asked)
        return Reply(tuple(reply.choices[0] for reply in replies), _sum([reply.usage for reply in replies]))

    async def _request(self, prompt: Prompt, n: int, sampling: Sampling) -> Reply:
        """Up to ``n`` choices, or one failure."""
        spoken = prompt if isinstance(prompt, str) or self._options.prompt_form == "chat" else as_text(prompt)
        route, body = request_body(spoken, n, sampling)
        answer = await self._ask(route, body)
        if isinstance(answer, Failure):
            return Reply((answer,), Usage(None, None))
        choices = read_choices(answer, logprobs=sampling.top_logprobs is not None)
        return Reply(tuple(choices[:n]), read_usage(answer))

    async def _ask(self, route: str, body: dict[str, Any]) -> Mapping[str, Any] | Failure:
        """:raises BadInput: see Connection.ask."""
        answer = await self._connection.ask(route, {"model": self._model} | body, read_body)
        if not isinstance(answer, Failure) or _LATER_NAME not in answer.reason or "max_tokens" not in body:
            return answer
        # Hosted models that think first take the limit under this name only, servers of open models under the other.
        renamed = {key: value for key, value in body.items() if key != "max_tokens"}
        return await self._ask(route, renamed | {_LATER_NAME: body["max_tokens"]})

    async def token_logprobs(self, prompt: str, *, top: int = 5) -> TokenLogprobs | Failure:
        """From ``/completions`` with ``echo``.

        :raises BadInput: the server does not echo, which most do not.
        """
        check_prompt(prompt)
        echoed = await self._echo(prompt, top)
        return echoed if isinstance(echoed, Failure) else echo.prompt_part(echoed, prompt)

    async def candidate_logprobs(self, question: CandidateQuestion) -> CandidateLogprobs | Failure:
        """From ``/completions`` with ``echo``, a request for each text; only what is among the 20 likeliest is known.

        :raises BadInput: the server does not echo; messages for a chat template that only the server knows; a candidate
            that its tokenizer splits, since an echo cannot tell how such a one goes on.
        """
        if not isinstance(question.prefix, str) and self._options.prompt_form == "chat":
            raise BadInput(
                f"how {self._model} writes messages only its server knows: ask it in plain text (prompt form text), "
                "or use a model in process"
            )
        prefix = question.prefix if isinstance(question.prefix, str) else before_answer(question.prefix)
        if failure := await self._refuse_split(question.candidates):
            return failure
        echoes = await asyncio.gather(*(self._echo(prefix + text, TOP_LIMIT) for text in question.texts))
        if failed := [echoed for echoed in echoes if isinstance(echoed, Failure)]:
            return failed[0]
        whole = [echoed for echoed in echoes if not isinstance(echoed, Failure)]
        return CandidateLogprobs(
            tuple(
                echo.candidate_values(echoed, [len(prefix) + offset for offset in offsets], question.candidates)
                for echoed, offsets in zip(whole, question.offsets, strict=True)
            )
        )

    async def _refuse_split(self, candidates: Sequence[str]) -> Failure | None:
        """:raises BadInput: a candidate of several tokens."""
        new = [candidate for candidate in candidates if candidate not in self._whole]
        if not new:
            return None
        echoed = await self._echo("".join(f"\t{candidate}" for candidate in new) + "\n", 1)
        if isinstance(echoed, Failure):
            return echoed
        if split := echo.split_candidates(echoed, new):
            raise BadInput(
                f"{self._model} writes {split[0]!r} as several tokens, and a server's echo cannot tell how likely the "
                "later ones are: use a model in process, or a simulator that needs no prompt log-probabilities"
            )
        self._whole.update(new)
        return None

    async def _echo(self, prompt: str, top: int) -> TokenLogprobs | Failure:
        answer = await self._ask("/completions", echo.echo_body(prompt, top))
        if isinstance(answer, Failure) and answer.kind != "rejected":
            self._account.add_failures([answer.kind])
            return answer
        echoed = None if isinstance(answer, Failure) else echo.read_echo(answer, prompt)
        if echoed is None:
            said = f" ({answer.reason})" if isinstance(answer, Failure) else ""
            raise BadInput(
                f"{self._model} at {self._url} gives no log-probabilities of a prompt{said}: use a model in process, "
                "a server that honours echo with logprobs, or a simulator that needs neither"
            )
        return echoed


def _filled(reply: Reply, n: int) -> Reply:
    """A failure stands for all choices that its request should have given."""
    missing = n - len(reply.choices)
    return Reply(reply.choices + (reply.choices[-1],) * missing, reply.usage) if missing > 0 else reply


def _sum(usages: Sequence[Usage]) -> Usage:
    return Usage(
        _known([usage.prompt_tokens for usage in usages]), _known([usage.completion_tokens for usage in usages])
    )


def _known(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
