"""From a stored file or an object to a response: gzip where the client takes it, an ETag, 304 where it has it."""

from __future__ import annotations

from flask import Request, Response

from neuronscope.codec import dumps
from neuronscope.dataset.stored import StoredFile
from neuronscope_server.outgoing import REVALIDATE, pack

# In the WSGI environment: this answer depends on nothing but the request, and may be given again for a second.
REUSABLE = "neuronscope.reusable"
JSON_LINE = "application/jsonl"
OCTETS = "application/octet-stream"


def send(
    request: Request, file: StoredFile, *, content_type: str = "application/json", cache: str = REVALIDATE
) -> Response:
    """The file as a response to ``request``; deflated bytes go out as gzip without being touched."""
    zipped = file.deflated and request.accept_encodings["gzip"] > 0
    response = Response(file.gzip() if zipped else file.bytes(), content_type=content_type)
    response.headers["Cache-Control"] = cache
    response.headers["Vary"] = "Accept-Encoding"
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    # Two encodings of one file are two representations, so their strong ETags differ.
    response.set_etag(f"{file.crc:08x}-{file.size:x}{'-gzip' if zipped else ''}")
    response.make_conditional(request)
    return response


def send_object(request: Request, value: object) -> Response:
    """A dataclass, or dicts and lists, as JSON."""
    return send(request, pack(dumps(value)))


def send_fresh(request: Request, value: object) -> Response:
    """The same, of what may be otherwise in a moment: nobody keeps it."""
    response = send_object(request, value)
    response.headers["Cache-Control"] = "no-store"
    return response
