"""A short way round Flask: an answer that Flask gave is given again, for a second, to a request that equals the first.

Only answers that a route marked REUSABLE, so they depend on nothing but what stands in the key. After a second Flask is
asked again, and the dataset looks whether its file was replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from neuronscope_server.answers import REUSABLE
from neuronscope_server.memory import Memory

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]
Kept = tuple[str, Headers, bytes]  # status line, headers, body
_LONGEST = 300  # characters of a key; more is no browser's

# Every part of a request that a reusable answer may depend on.
_PARTS = ("REQUEST_METHOD", "PATH_INFO", "HTTP_HOST", "HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_ORIGIN")
_ROUND_ABOUT = ("CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_IF_MATCH", "HTTP_RANGE")


class Shortcut:
    """WSGI application around ``app``; ``memory`` holds what was answered lately."""

    def __init__(self, app: WSGIApplication, *, memory: Memory[Kept] | None = None) -> None:
        self.app = app
        self._memory = memory or Memory(size=64_000_000, age=1.0)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = tuple([environ.get(part, "") for part in _PARTS])
        kept = self._memory.get(key)
        if kept is None or any(environ.get(part) for part in _ROUND_ABOUT):
            return self._ask(key, environ, start_response)
        status, headers, body = kept
        start_response(status, headers.copy())
        return [body]

    def _ask(self, key: tuple[str, ...], environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, error: OptExcInfo | None = None, /) -> Callable[[bytes], object]:
            begun.append((status, headers))
            return start_response(status, headers, error) if error else start_response(status, headers)

        answer = self.app(environ, start)
        plain = not any(environ.get(part) for part in _ROUND_ABOUT)
        if not (environ.get(REUSABLE) and plain and begun[-1][0][:3] in ("200", "304")):
            return answer
        body = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        if sum(map(len, key)) < _LONGEST:
            self._memory.put(key, (*begun[-1], body), len(body) + 2_000)  # headers and key take about that
        return [body]
