"""What a request must show before anything is written or run, and what it says: a request in, nouns out."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import msgspec
from flask import Request

from neuronscope.codec import typed
from neuronscope_server.refused import Refused

T = TypeVar("T")
OWNER = "X-Owner"
LARGEST_BODY = 64_000  # bytes; the longest text, escaped, is a third of it
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,128}")
_ORIGIN = re.compile(r"https?://([^/]+)")


@dataclass(frozen=True)
class Gate:
    """Lets through what this site's own pages, and programs that are no browser, send with the ``token``."""

    token: str | None = None

    def check(self, request: Request) -> None:
        """:raise 401: another token than this site's, or none.
        :raise 403: a page of another site sent it.
        """
        _refuse_other_sites(request)
        if self.token is None:
            return
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), self.token.encode()):
            said = "This site asks for a token before anything is written or run: send Authorization: Bearer TOKEN."
            raise Refused(401, said, headers={"WWW-Authenticate": "Bearer"})


def _refuse_other_sites(request: Request) -> None:
    """A browser says which page a request comes from, and the page cannot change that."""
    site = request.headers.get("Sec-Fetch-Site", "none").lower()
    origin = request.headers.get("Origin")
    match = _ORIGIN.fullmatch(origin or "")
    same = origin is None or (match is not None and match[1].lower() == request.environ.get("HTTP_HOST", "").lower())
    if site not in ("same-origin", "none") or not same:
        raise Refused(403, "Pages of other sites can write and run nothing here.")


def read_body(request: Request, noun: type[T], *, largest: int = LARGEST_BODY) -> T:
    """The JSON body as ``noun``.

    :raise 400: it is not JSON.
    :raise 413: it is too large.
    :raise 415: it is not said to be JSON.
    :raise 422: a field is missing, unknown or of the wrong type.
    """
    if request.mimetype != "application/json":
        raise Refused(415, "Send JSON, with the header Content-Type: application/json.")
    if (request.content_length or 0) > largest:
        raise Refused(413, f"The body is too large; at most {largest:,} bytes are taken here.")
    try:
        plain: Any = msgspec.json.decode(request.get_data(cache=True))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(400, f"The body is not JSON: {str(error)[:200]}.") from error
    return _typed(plain, noun)


def _typed(plain: Any, noun: type[T]) -> T:
    known = [field.name for field in fields(noun)]  # type: ignore[arg-type]  # a dataclass
    unknown = sorted(set(plain) - set(known)) if isinstance(plain, dict) else []
    if unknown:
        raise Refused(422, f"There is no {unknown[0][:80]!r} in what is sent here; there are {', '.join(known)}.")
    try:
        return typed(plain, noun)
    except msgspec.ValidationError as error:
        raise Refused(422, f"The body cannot be used: {str(error)[:200]}.") from error


def owner_of(request: Request) -> str | None:
    """The digest of the secret that the request's sender keeps; None where it sent none.

    :raise 400: it is none that this server would hand out.
    """
    secret = request.headers.get(OWNER)
    if secret is None:
        return None
    if not _SECRET.fullmatch(secret):
        raise Refused(400, f"{OWNER} is 32 to 128 letters, digits, dashes and underscores; leave it out to get one.")
    return _digest(secret)


def new_owner() -> tuple[str, str]:
    """A fresh secret, to hand out once, and its digest, to keep."""
    secret = secrets.token_urlsafe(32)
    return secret, _digest(secret)


def _digest(secret: str) -> str:
    """The secret has 256 random bits: nobody can try them all, so one round of a fast hash hides it."""
    return hashlib.sha256(secret.encode()).hexdigest()
