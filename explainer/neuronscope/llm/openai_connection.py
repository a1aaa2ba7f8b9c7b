"""The way to one server: a route and a body in, the answer's JSON out, or why there is none.

The key lives in the client alone. What the client raises never leaves this module, since its exceptions hold requests
with all their headers; sentences of the server's are passed on without the key.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from neuronscope.errors import BadInput
from neuronscope.llm.accounting import Account
from neuronscope.llm.openai_errors import explain_error, retries_of
from neuronscope.llm.openai_wire import read_usage
from neuronscope.llm.protocol import Failure

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Body = dict[str, Any]
Read = Callable[[str], Body | Failure]

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0  # seconds before a body that broke off is asked for again; doubled each time
# An answer of the largest size that can be asked for, with log-probabilities, is far smaller.
_LONGEST_BODY = 64 * 1024 * 1024


class Limits(Protocol):
    """What bounds the requests to one server; see ServerOptions."""

    @property
    def concurrency(self) -> int: ...
    @property
    def timeout(self) -> float: ...
    @property
    def max_retries(self) -> int: ...
    @property
    def deadline(self) -> float: ...


@dataclass(frozen=True)
class _Session:
    """What belongs to one event loop: connections, and the bound on how many are in use."""

    client: AsyncOpenAI
    slots: asyncio.Semaphore
    end: AsyncGenerator[None]


def checked_url(url: str) -> str:
    """The base URL as it may be shown, without a slash at the end.

    :raises BadInput: not http or https, or with a user, a password or a query, which would be shown with it.
    """
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise BadInput("the server's URL cannot be read: write http://HOST:PORT/v1 or https://HOST/v1") from None
    if parts.username or parts.password or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadInput(
            "the server's URL holds a user, a password or a query, which would be seen wherever it is shown: "
            "give the key on its own, and the URL without"
        )
    if not plain or any(not c.isprintable() or c.isspace() for c in url):
        raise BadInput(f"{url!r} is no server's URL: write http://HOST:PORT/v1 or https://HOST/v1")
    return url.rstrip("/")


class Connection:
    """Asks one server, with a bound on how many requests are under way in an event loop."""

    def __init__(self, url: str, key: str | None, *, where: str, account: Account, limits: Limits) -> None:
        self._url, self._where, self._account, self._limits = url, where, account, limits
        self._key = _Secret(key)
        self._sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, _Session] = WeakKeyDictionary()

    async def ask(self, route: str, body: Body, read: Read) -> Body | Failure:
        """The answer, read by ``read``; a body that broke off is asked for again.

        :raises BadInput: the key is not accepted, or the model or the route is not there.
        """
        session = await self._session()
        async with session.slots:
            outcome, retries = await self._with_deadline(session.client, route, body, read)
        if isinstance(outcome, dict):
            usage = read_usage(outcome)
            self._account.add_request(usage.prompt_tokens, usage.completion_tokens, retries=retries)
            return outcome
        self._account.add_failed_request(retries=retries)
        if isinstance(outcome, BadInput):
            raise outcome
        return outcome

    async def close(self) -> None:
        """End the connections of the running event loop."""
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        if session is not None:
            await session.end.aclose()

    async def _with_deadline(
        self, client: AsyncOpenAI, route: str, body: Body, read: Read
    ) -> tuple[Body | Failure | BadInput, int]:
        tries = _Tries(self._limits.max_retries)
        try:
            async with asyncio.timeout(self._limits.deadline):
                while True:
                    outcome = await self._try(client, route, body, tries)
                    read_out = read(outcome) if isinstance(outcome, str) else outcome
                    if not _broke_off(read_out) or not tries.left:
                        return read_out, tries.taken
                    tries.taken += 1
                    await asyncio.sleep(_wait(tries.taken))
        except TimeoutError:
            reason = f"{self._where} gave no answer within {self._limits.deadline:g} s, tries and waits together"
            return Failure("timeout", reason), tries.taken

    async def _try(self, client: AsyncOpenAI, route: str, body: Body, tries: _Tries) -> str | Failure | BadInput:
        """One request, with as many tries as are left; the answer's text."""
        import httpx2
        import openai

        try:
            response = await client.post(route, cast_to=httpx2.Response, body=body, options={"max_retries": tries.left})
        except openai.OpenAIError as error:
            tries.taken += retries_of(error)
            hidden = self._key.hidden_in
            return explain_error(error, where=self._where, seconds=self._limits.timeout, hidden=hidden)
        tries.taken += _retries(response.request.headers)
        if len(response.content) > _LONGEST_BODY:
            return Failure("malformed", f"the answer is longer than {_LONGEST_BODY} bytes")
        return self._key.hidden_in(response.content.decode("utf-8", errors="replace"))

    async def _session(self) -> _Session:
        """Connections belong to the event loop that made them, so each loop has its own."""
        loop = asyncio.get_running_loop()
        if loop not in self._sessions:
            client = self._client()
            session = _Session(client, asyncio.Semaphore(self._limits.concurrency), _closed_at_end(client))
            self._sessions[loop] = session
            await anext(session.end)
        return self._sessions[loop]

    def _client(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Omit

        # Without these the client would take both from the environment, and send them to whatever server this is.
        silent: Any = {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}
        return AsyncOpenAI(
            api_key=self._key.shown(),
            base_url=self._url,
            timeout=self._limits.timeout,
            max_retries=self._limits.max_retries,
            default_headers=silent,
            # The client's own would try to close itself in whichever loop runs when it is collected.
            http_client=DefaultAsyncHttpxClient(timeout=self._limits.timeout),
        )


async def _closed_at_end(client: AsyncOpenAI) -> AsyncGenerator[None]:
    """Ends connections with their event loop: a loop finishes the generators that were begun in it before it closes."""
    try:
        yield
    finally:
        await client.close()


@dataclass
class _Tries:
    """How often one request was tried again; what the client did by itself counts too."""

    allowed: int
    taken: int = 0

    @property
    def left(self) -> int:
        return max(0, self.allowed - self.taken)


class _Secret:
    """A key that does not show itself."""

    # Servers that ask for no key ignore this one; the client will not start without any.
    _NONE = "none"

    def __init__(self, key: str | None) -> None:
        if key and (not key.isascii() or not key.isprintable() or " " in key):
            raise BadInput("the key holds characters that no key has: give it without blanks or line ends")
        self._key = key or None

    def shown(self) -> str:
        return self._key or self._NONE

    def hidden_in(self, text: str) -> str:
        return text.replace(self._key, "[key]") if self._key else text

    def __repr__(self) -> str:
        return "[key]" if self._key else "[no key]"


def _broke_off(outcome: object) -> bool:
    return isinstance(outcome, Failure) and outcome.kind == "truncated"


def _wait(again: int) -> float:
    """Seconds, doubling, less up to a quarter so that many do not come back at the same moment."""
    return min(_FIRST_WAIT * 2.0 ** (again - 1), _LONGEST_WAIT) * (1 - 0.25 * random.random())


def _retries(headers: Mapping[str, str]) -> int:
    count = headers.get("x-stainless-retry-count", "0")
    return int(count) if count.isdigit() else 0
