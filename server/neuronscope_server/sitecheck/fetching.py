"""The door to the host: one request in, its answer out."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from neuronscope.dataset.manifest import FileInfo
from neuronscope.errors import BadInput, StorageFailed
from neuronscope_server.sitecheck.nouns import Answer

if TYPE_CHECKING:
    import httpx2

_MOST = 2**28  # bytes of a body; the list of a release with a million files has half of it
_SECONDS = 30.0
_PAGES = (".html", ".htm")


def site_address(given: str) -> str:
    """The address of a site's page: a folder's with a slash at its end, or that of a named page. What a browser's
    address bar has behind # is left out.

    :raises BadInput: no http:// or https:// address, or one with a query or a password in it.
    """
    import httpx2

    try:
        url = httpx2.URL(given.strip().partition("#")[0])
    except httpx2.InvalidURL as error:
        raise BadInput(f"{given!r} is not an address: {error}.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise BadInput(f"{given!r} is not the address of a site: write https://host/path/.")
    if url.userinfo or url.query:
        raise BadInput(f"{url.scheme}://{url.host}{url.path}: give the address alone, without a password or ?.")
    return str(url) if url.path.endswith(_PAGES) else str(url).rstrip("/") + "/"


class Web:
    """Asks hosts as a browser does: redirects are followed, bodies unpacked, and a whole file instead of a part is left
    unread."""

    def __init__(self, client: httpx2.Client | None = None) -> None:
        self._client = client or connect()

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def __call__(self, method: str, url: str, headers: Mapping[str, str], *, kept: bool = True) -> Answer:
        """One request.

        :raises StorageFailed: no answer comes, it cannot be unpacked, or it does not end.
        """
        import httpx2

        asked = {"Accept": "*/*", "Accept-Encoding": "gzip", **headers}
        try:
            with self._client.stream(method, url, headers=asked) as response:
                whole = response.status_code == 200 and "Range" in headers
                body = b"" if whole or method == "HEAD" or not kept else _body(response)
                infos = () if kept else _infos(response)
        except httpx2.DecodingError as error:
            raise StorageFailed(f"{url} says that it is compressed (Content-Encoding), and is not.") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise StorageFailed(f"No answer from {urlsplit(url).netloc}: {reason.rstrip('.')}.") from error
        named = {name.lower(): value for name, value in response.headers.items()}
        return Answer(str(response.url), response.status_code, named, body, infos)


def connect(**options: Any) -> httpx2.Client:
    """A client that follows redirects and gives up after half a minute of silence."""
    import httpx2

    return httpx2.Client(timeout=httpx2.Timeout(_SECONDS, connect=10.0), follow_redirects=True, **options)


def _body(response: httpx2.Response) -> bytes:
    pieces, size = [], 0
    for piece in response.iter_bytes():
        pieces.append(piece)
        size += len(piece)
        if size > _MOST:
            raise StorageFailed(
                f"{response.url} has more than {_MOST // 2**20} MB, which no file that is read whole has."
            )
    return b"".join(pieces)


def _infos(response: httpx2.Response) -> tuple[FileInfo, ...]:
    """Of the body as it came, and of what it unpacks to; the first alone where it is not packed, or not as it says."""
    came, unpacked = _Digest(), _Digest()
    packed = response.headers.get("content-encoding", "").lower() in ("gzip", "x-gzip")
    stream = zlib.decompressobj(wbits=31)
    for piece in response.iter_raw():
        came.add(piece)
        try:
            unpacked.add(stream.decompress(piece) if packed else b"")
        except zlib.error:
            packed = False
    return (came.info(), unpacked.info()) if packed and stream.eof else (came.info(),)


class _Digest:
    """Size and SHA-256 of bytes that come in pieces."""

    def __init__(self) -> None:
        self._digest, self._size = hashlib.sha256(), 0

    def add(self, data: bytes) -> None:
        self._digest.update(data)
        self._size += len(data)

    def info(self) -> FileInfo:
        return FileInfo(self._size, self._digest.hexdigest())
