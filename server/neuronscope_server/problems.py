"""Every error as application/problem+json with a sentence that a person can act on."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from neuronscope.codec import dumps
from neuronscope.errors import BadInput, BrokenData, NeuronscopeError, StorageFailed
from neuronscope_server.refused import Refused, sentence
from neuronscope_server.shapes import Problem

PROBLEM_TYPE = "application/problem+json"
_STATUS = {BadInput: HTTPStatus.BAD_REQUEST, BrokenData: 500, StorageFailed: HTTPStatus.SERVICE_UNAVAILABLE}
_SENTENCES = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address; api/openapi.json lists the addresses there are.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address can only be read; use GET or HEAD.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large; nothing here takes one of this size.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong inside the server; its log says what.",
}


def answer_with_problems(app: Flask, *, public: Callable[[str], str]) -> None:
    """Make every error of ``app`` a problem; ``public`` takes the machine's own paths out of a sentence."""

    def on_refused(refused: Refused) -> Response:
        response = problem(refused.status, refused.detail)
        response.headers.extend(refused.headers)
        return response

    def on_http(error: HTTPException) -> Response:
        status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
        response = problem(status, _known(error, status) or error.description or "The request cannot be answered.")
        if not isinstance(error, InternalServerError):
            response.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
        return response

    def on_ours(error: NeuronscopeError) -> Response:
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
        if status >= 500:
            app.logger.warning("%s", error)
        return problem(status, public(sentence(error)))

    app.register_error_handler(Refused, on_refused)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(NeuronscopeError, on_ours)


def _known(error: HTTPException, status: int) -> str | None:
    """Our sentence for what the framework refuses; where an address takes more than reading, it says what."""
    methods = set(error.valid_methods or ()) if isinstance(error, MethodNotAllowed) else set()
    if methods - {"GET", "HEAD", "OPTIONS"}:
        return f"This address takes {', '.join(sorted(methods))}; api/openapi.json says what each does."
    return _SENTENCES.get(HTTPStatus(status))


def problem(status: int, detail: str) -> Response:
    """One problem as a response."""
    body = Problem(title=HTTPStatus(status).phrase, status=int(status), detail=detail)
    return Response(dumps(body), status=int(status), content_type=PROBLEM_TYPE, headers={"Cache-Control": "no-store"})
