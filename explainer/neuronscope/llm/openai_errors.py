"""What the client raises, as a failure of one request or as bad input that every request would meet.

The client's exceptions hold the request with its headers, the key among them, so none of them is passed on or chained.
"""

from __future__ import annotations

from collections.abc import Callable

from neuronscope.errors import BadInput
from neuronscope.llm.openai_wire import error_words, shown
from neuronscope.llm.protocol import Failure


def explain_error(error: Exception, *, where: str, seconds: float, hidden: Callable[[str], str]) -> Failure | BadInput:
    """What went wrong, in words; a BadInput is to be raised, since asking again would not help.

    :param where: the model and the server, for the sentence.
    :param seconds: how long an answer was waited for.
    :param hidden: takes the key out of what a server says; before it is cut to a length, or a part might stay.
    """
    import openai

    if isinstance(error, (openai.APITimeoutError, TimeoutError)):
        return Failure("timeout", f"{where} did not answer within {seconds:g} s")
    if isinstance(error, openai.APIStatusError):
        return _status(error.status_code, shown(hidden(error_words(error.body))), where, _filtered(error.body))
    if isinstance(error, openai.APIConnectionError):
        return Failure("unreachable", f"{where} cannot be reached, or closed the connection ({_cause(error)})")
    return Failure("malformed", f"{where} gave an answer that cannot be read ({type(error).__name__})")


def retries_of(error: Exception) -> int:
    """How many times the client had tried again when it gave up."""
    request = getattr(error, "request", None)
    count = request.headers.get("x-stainless-retry-count", "0") if request is not None else "0"
    return int(count) if count.isdigit() else 0


def _cause(error: Exception) -> str:
    return type(error.__cause__ or error).__name__


def _filtered(body: object) -> bool:
    return isinstance(body, dict) and body.get("code") == "content_filter"


def _status(status: int, words: str, where: str, filtered: bool) -> Failure | BadInput:
    if status in (401, 403):
        return BadInput(f"{where} does not accept the key, or asks for one: {words}")
    if status == 404:
        return BadInput(
            f"{where} is not there: check the model's name and that the URL ends as the server's does ({words})"
        )
    if filtered:
        return Failure("refused", f"the server's content filter withheld the answer: {words}")
    if status == 408:
        return Failure("timeout", f"{where} gave up waiting: {words}")
    if status == 429:
        return Failure("rate-limited", f"{where} allows no more requests now: {words}")
    if status >= 500 or status == 409:
        return Failure("server-error", f"{where} failed with status {status}: {words}")
    return Failure("rejected", f"{where} does not take this request (status {status}): {words}")
