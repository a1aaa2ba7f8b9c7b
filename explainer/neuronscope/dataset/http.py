"""A dataset behind plain HTTP: files by GET, parts of files by Range, sizes by HEAD. Such places do not list."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from neuronscope import codec
from neuronscope.dataset.store import FileChanged, Stat, place
from neuronscope.errors import BadInput, BrokenData, StorageFailed

if TYPE_CHECKING:
    import httpx2

_ATTEMPTS = 5
_FIRST_WAIT = 0.5  # seconds; doubles with each attempt
_LONGEST_WAIT = 30.0  # seconds; a server that asks for more is taken to be down
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_DETAIL = 500
_WHOLE = {"Accept-Encoding": "identity"}  # sizes and offsets are those of the file, not of a compressed answer
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class HttpStore:
    """Reads ``root`` at ``address``, an ``https://`` URL (``http://`` on this machine only).

    ``missing`` are the status codes that mean "no such file"; ``sleep`` waits between attempts.
    """

    local = False

    def __init__(
        self,
        root: str,
        *,
        address: str | None = None,
        missing: frozenset[int] = frozenset({404, 410}),
        client: httpx2.Client | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.root = root
        self._address = check_address(address or root)
        self._missing = missing
        self._client = client
        self._sleep = sleep
        self._lock = threading.Lock()

    def read(self, path: str) -> bytes | None:
        """The whole file, or None."""
        response = self._ask("GET", path, {})
        return None if response is None else response.content

    def read_range(self, path: str, start: int, length: int, *, version: Hashable) -> bytes:
        """Part of the file, when its ETag (or date and size) is still that version."""
        if length == 0:
            return b""
        headers = {"Range": f"bytes={start}-{start + length - 1}", **_WHOLE}
        response = self._ask("GET", path, headers)
        if response is None or response.status_code == 416 or _version(response.headers) != version:
            raise FileChanged(path)
        if not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            raise StorageFailed(f"{place(self, path)}: the server sent another part of the file than was asked for.")
        return response.content

    def stat(self, path: str) -> Stat | None:
        """Size and version, or None."""
        response = self._ask("HEAD", path, _WHOLE)
        if response is None:
            return None
        size = response.headers.get("Content-Length", "")
        if not size.isdigit():
            raise StorageFailed(f"{place(self, path)}: the server does not say how large the file is (Content-Length).")
        return Stat(int(size), _version(response.headers))

    def list(self, folder: str) -> None:  # noqa: ARG002 - there is no listing over plain HTTP
        """Not known."""
        return

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()

    def _ask(self, method: str, path: str, headers: Mapping[str, str]) -> httpx2.Response | None:
        """The answer, or None where there is no such file; waits and asks again where that may help."""
        import httpx2

        fault, wait = "", 0.0
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._sleep(wait)
            wait = _FIRST_WAIT * 2**attempt * random.uniform(0.75, 1.25)
            try:
                response = self._once(method, f"{self._address}/{path}", headers)
            except httpx2.HTTPError as error:
                fault = f"cannot be read: {error or type(error).__name__}"
                continue
            if response.status_code not in _TRY_AGAIN:
                return self._judged(response, path, ranged="Range" in headers)
            fault = f"is not available now: the server answered {response.status_code}"
            asked = _retry_after(response.headers.get("Retry-After"))
            if asked > _LONGEST_WAIT:
                fault += f" and asks to wait {asked:.0f} seconds"
                break
            wait = max(wait, asked)
        raise StorageFailed(f"{place(self, path)} {fault}. Try again later.")

    def _once(self, method: str, url: str, headers: Mapping[str, str]) -> httpx2.Response:
        """One request. A whole file in answer to a Range is left unread, however large it is."""
        client = self._connected()
        response = client.send(client.build_request(method, url, headers=dict(headers)), stream=True)
        try:
            if not ("Range" in headers and response.status_code == 200):
                response.read()
        finally:
            response.close()
        return response

    def _judged(self, response: httpx2.Response, path: str, *, ranged: bool) -> httpx2.Response | None:
        status = response.status_code
        if status in self._missing:
            return None
        if ranged and status == 200:
            raise StorageFailed(
                f"{place(self, path)}: the server ignores Range and sends whole files, so zips cannot be read there. "
                "Unpack them into folders of the same names, or use a host that supports range requests."
            )
        if status in (401, 403, 409):
            raise StorageFailed(f"{place(self, path)} may not be read ({status}): it is private, or does not exist.")
        if status not in (200, 206, 416):
            raise StorageFailed(f"{place(self, path)}: the server answered {status}{_detail(response)}.")
        return response

    def _connected(self) -> httpx2.Client:
        with self._lock:
            if self._client is None:
                self._client = connect()
            return self._client


def connect() -> httpx2.Client:
    """A client with timeouts that follows redirects, but never to plain HTTP on another machine."""
    import httpx2

    return httpx2.Client(
        timeout=httpx2.Timeout(30.0, connect=10.0, pool=120.0),
        limits=httpx2.Limits(max_connections=64, max_keepalive_connections=16),
        follow_redirects=True,
        event_hooks={"request": [lambda request: _refuse_plain_http(request.url)]},
    )


def check_address(address: str) -> str:
    """``address`` without a slash at its end.

    :raises BadInput: plain HTTP to another machine, or an address with a query, a fragment or a password in it.
    """
    import httpx2

    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL as error:
        raise BadInput(f"{address} is not an address: {error}.") from error
    _refuse_plain_http(url)
    if not url.host or url.userinfo or url.query or url.fragment:
        raise BadInput(f"{url.scheme}://{url.host}{url.path}: give the address alone, without a password, ? or #.")
    return address.rstrip("/")


def _refuse_plain_http(url: httpx2.URL) -> None:
    if url.scheme != "https" and not (url.scheme == "http" and url.host in LOOPBACK):
        raise BadInput(f"{url.scheme}://{url.host} is not https://. Plain http:// is only read from this machine.")


def _detail(response: httpx2.Response) -> str:
    """The sentence of a server that says what is wrong (problem+json), shortened."""
    if not response.headers.get("Content-Type", "").startswith("application/problem+json"):
        return ""
    try:
        said = codec.loads(response.content, dict[str, Any]).get("detail")
    except BrokenData:
        return ""
    return f": {said[:_LONGEST_DETAIL].rstrip('.')}" if isinstance(said, str) and said else ""


def _version(headers: Mapping[str, str]) -> Hashable:
    """The ETag; without one, the date and the size of the whole file."""
    tag = headers.get("ETag")
    if tag:
        return tag.removeprefix("W/")
    total = headers.get("Content-Range", "").rpartition("/")[2] or headers.get("Content-Length")
    return headers.get("Last-Modified"), total


def _retry_after(value: str | None) -> float:
    """Seconds to wait, from a number or a date; 0 where neither is given."""
    if not value:
        return 0.0
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return 0.0
