"""What keeps a browser and its owner safe: the host that is asked for, the size of the body, the headers."""

from __future__ import annotations

import ipaddress
import re
import threading
from collections.abc import Iterable

from flask import Flask, Request, Response, request

from neuronscope_server.refused import Refused
from neuronscope_server.shapes import Options

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]/@]+)(?::[0-9]{1,5})?")
_MOST_DRAINED = 32_000_000  # bytes
_DRAINING = threading.BoundedSemaphore(4)


def guard(app: Flask, options: Options, *, scripts: Iterable[str] = ()) -> None:
    """Refuse other hosts and large bodies, and put the security headers on every answer of ``app``.

    ``scripts`` are the sources that the policy allows beside our own files, such as ``'sha256-...'``.
    """
    hosts = {host.lower() for host in options.hosts}
    headers = security_headers(scripts, shared=bool(options.cors_origins), frames=options.frames)

    def check() -> None:
        asked = host_of(request)
        if asked not in hosts and "*" not in hosts and not (options.any_ip and is_ip(asked)):
            raise Refused(421, f"This server does not answer for {asked!r}; --allow-host names further hosts.")
        if _is_chunked(request):
            raise Refused(411, "Say how long the body is (Content-Length); bodies without a length are not taken.")
        if (request.content_length or 0) > options.largest_body:
            raise Refused(413, f"The body is too large; at most {options.largest_body:,} bytes are taken.")

    def add_headers(response: Response) -> Response:
        _drain(request)
        response.headers.extend(headers)
        if options.cors_origins:
            response.vary.add("Origin")
        return response

    app.before_request(check)
    app.after_request(add_headers)


def _drain(request: Request) -> None:
    """Read what is left of the body and forget it: many clients see the answer only once they have sent everything.

    Few threads do so at a time, so that slow senders cannot keep the others waiting.
    """
    if (request.content_length or _is_chunked(request)) and _DRAINING.acquire(blocking=False):
        try:
            left = _MOST_DRAINED
            while left > 0 and (chunk := request.stream.read(65_536)):
                left -= len(chunk)
        finally:
            _DRAINING.release()


def _is_chunked(request: Request) -> bool:
    return "chunked" in request.headers.get("Transfer-Encoding", "").lower()


def host_of(request: Request) -> str:
    """The host name in the Host header, lower case, without its port; empty when there is none or it is malformed."""
    match = _HOST.fullmatch(request.environ.get("HTTP_HOST", ""))
    return match[1].lower() if match else ""


def is_ip(host: str) -> bool:
    """Whether the host, as it stands in an address, is an IP address and not a name."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def security_headers(scripts: Iterable[str], *, shared: bool, frames: Iterable[str] = ()) -> dict[str, str]:
    """The headers of every answer; ``shared`` when other sites may read it, ``frames``: those that may frame it."""
    policy = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *scripts]),
        "worker-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": " ".join(frames) or "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "cross-origin" if shared else "same-origin",
    }
