"""What all routes of people's words begin and end with: whether words are kept, whose they are, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from flask import Response, request

from neuronscope.annotations.lists import Changed
from neuronscope.annotations.nouns import NotThere, NotYours, TooMany
from neuronscope.errors import BadInput
from neuronscope_server.refused import Refused
from neuronscope_server.writing import LARGEST_BODY, OWNER, Gate, new_owner, owner_of, read_body

if TYPE_CHECKING:
    from neuronscope.annotations.store import Annotations

T = TypeVar("T")
_OFF = "This site keeps nothing that people write; its owner can start it with --writable."


def on(words: Annotations | None, status: int) -> Annotations:
    """:raise 403: nothing can be written here; 404 to who wants to read."""
    if words is None:
        raise Refused(status, _OFF)
    return words


def begin(
    words: Annotations | None, gate: Gate, noun: type[T], *, largest: int = LARGEST_BODY
) -> tuple[Annotations, T]:
    """Where words are kept, and the body of a request that may write there."""
    kept = on(words, 403)
    gate.check(request)
    return kept, read_body(request, noun, largest=largest)


def some_owner() -> tuple[str, str | None]:
    """The digest of the sender's secret, and the secret itself where it is handed out now."""
    owner = owner_of(request)
    if owner is not None:
        return owner, None
    secret, digest = new_owner()
    return digest, secret


def known_owner() -> str:
    """:raise 403: the sender shows no secret, so that nothing here is its own."""
    owner = owner_of(request)
    if owner is None:
        raise Refused(403, f"Only its writer can change this: send the {OWNER} that came with the first write.")
    return owner


@contextmanager
def refusing() -> Iterator[None]:
    """What the database refuses, as the answer that says so."""
    try:
        yield
    except NotThere as error:
        raise Refused(404, str(error)) from error
    except NotYours as error:
        raise Refused(403, str(error)) from error
    except (TooMany, Changed) as error:
        raise Refused(409, str(error)) from error
    except BadInput as error:
        raise Refused(422, str(error)) from error


def private(response: Response, handed_out: str | None = None) -> Response:
    """An answer that depends on who asks; with the secret, where one is handed out."""
    response.vary.add(OWNER)
    if request.method != "GET":
        response.headers["Cache-Control"] = "no-store"
    if handed_out is not None:
        response.headers[OWNER] = handed_out
    return response
