"""JSON bodies of the OpenAI protocol: a body's text in, completions and log-probabilities out. Pure.

Servers differ: log-probabilities come as lists side by side (the older route) or as objects under ``content`` (the
newer one, and llama.cpp on both). Nothing in a body is trusted to be there or to have its type.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from neuronscope.llm.protocol import Candidate, Completion, Failure, Sampling, Usage, WrittenToken
from neuronscope.messages import Message, Prompt

_SHOWN = 300  # characters of a server's own words in a sentence of ours


def chat_body(messages: Sequence[Message], n: int, sampling: Sampling) -> dict[str, Any]:
    """The request for ``/chat/completions``, without the model's name."""
    body: dict[str, Any] = {"messages": [{"role": message.role, "content": message.content} for message in messages]}
    body |= _common(n, sampling)
    if sampling.top_logprobs is not None:
        body |= {"logprobs": True, "top_logprobs": sampling.top_logprobs}
    return body


def text_body(text: str, n: int, sampling: Sampling) -> dict[str, Any]:
    """The request for ``/completions``, without the model's name."""
    body = {"prompt": text} | _common(n, sampling)
    # 0 alternatives would switch log-probabilities off on some servers.
    return body if sampling.top_logprobs is None else body | {"logprobs": max(1, sampling.top_logprobs)}


def _common(n: int, sampling: Sampling) -> dict[str, Any]:
    body: dict[str, Any] = {"max_tokens": sampling.max_tokens, "temperature": sampling.temperature, "n": n}
    if sampling.top_p < 1:
        body["top_p"] = sampling.top_p
    if sampling.stop:
        body["stop"] = list(sampling.stop)
    if sampling.seed is not None:
        body["seed"] = sampling.seed
    return body


def request_body(prompt: Prompt, n: int, sampling: Sampling) -> tuple[str, dict[str, Any]]:
    """Route and body for a prompt: text goes to the older route as it is."""
    if isinstance(prompt, str):
        return "/completions", text_body(prompt, n, sampling)
    return "/chat/completions", chat_body(prompt, n, sampling)


def read_body(text: str) -> dict[str, Any] | Failure:
    """The object in an answer's body, or why there is none."""
    try:
        body = json.loads(text, parse_constant=lambda _: None)
    except RecursionError:
        return Failure("malformed", "the answer is nested too deeply")
    except ValueError:
        if text.lstrip().startswith("{"):
            return Failure("truncated", f"the answer broke off after {len(text)} characters")
        return Failure("malformed", f"the answer is not JSON: {shown(text)}")
    if not isinstance(body, dict):
        return Failure("malformed", "the answer is JSON, but not an object")
    if isinstance(body.get("error"), (dict, str)) and not body.get("choices"):
        return Failure("server-error", f"the server answered with an error: {shown(error_words(body))}")
    return body


def error_words(body: object) -> str:
    """What a server says went wrong, in whichever of the usual places it says it."""
    error = body.get("error", body) if isinstance(body, Mapping) else body
    words = error.get("message") or error.get("detail") if isinstance(error, Mapping) else error
    return str(words) if words else "no reason given"


def shown(text: str) -> str:
    """Words of a server's to quote: one line, printable, not long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * _SHOWN]).split())
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"


def read_choices(body: Mapping[str, Any], *, logprobs: bool) -> list[Completion | Failure]:
    """The choices of an answer; one failure where there are none. ``logprobs``: whether they were asked for."""
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices:
        return [Failure("empty", "the server answered without any choice")]
    return [_choice(choice, logprobs=logprobs) for choice in choices]


def read_usage(body: Mapping[str, Any]) -> Usage:
    """Token counts, as far as the answer gives them."""
    usage = body.get("usage")
    counts = usage if isinstance(usage, Mapping) else {}
    return Usage(_count(counts.get("prompt_tokens")), _count(counts.get("completion_tokens")))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _choice(choice: object, *, logprobs: bool) -> Completion | Failure:
    if not isinstance(choice, Mapping):
        return Failure("malformed", "a choice is not an object")
    message = choice.get("message")
    chat = message if isinstance(message, Mapping) else {}
    text = chat.get("content") if chat else choice.get("text")
    if refusal := _refusal(chat, choice.get("finish_reason")):
        return refusal
    if text is not None and not isinstance(text, str):
        return Failure("malformed", f"a choice's text is {type(text).__name__}")
    written = read_logprobs(choice.get("logprobs")) if logprobs else None
    return _completion(text or "", choice.get("finish_reason") == "length", written or None)


def _refusal(message: Mapping[str, Any], finish_reason: object) -> Failure | None:
    if message.get("refusal"):
        return Failure("refused", f"the model declined: {shown(str(message['refusal']))}")
    if finish_reason == "content_filter":
        return Failure("refused", "the server's content filter withheld the answer")
    return None


def _completion(text: str, cut: bool, written: tuple[WrittenToken, ...] | None) -> Completion | Failure:
    if not text.strip() and written is None:
        hint = ": all of max_tokens went without any text, allow more" if cut else ""
        return Failure("empty", f"the model answered with no text{hint}")
    return Completion(text, "length" if cut else "stop", written)


def read_logprobs(logprobs: object) -> tuple[WrittenToken, ...]:
    """Tokens with their log-probabilities, from either form; () where there are none."""
    if not isinstance(logprobs, Mapping):
        return ()
    if isinstance(logprobs.get("content"), list):
        return tuple(_written(item) for item in logprobs["content"] if isinstance(item, Mapping))
    tokens = logprobs.get("tokens")
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        return ()
    own = _padded(logprobs.get("token_logprobs"), len(tokens))
    tops = _padded(logprobs.get("top_logprobs"), len(tokens))
    return tuple(
        WrittenToken(token, finite(value), _candidates(top))
        for token, value, top in zip(tokens, own, tops, strict=True)
    )


def _padded(values: object, length: int) -> list[Any]:
    """A list of that length; a server's list of another length says nothing about which token is which."""
    return values if isinstance(values, list) and len(values) == length else [None] * length


def _written(item: Mapping[str, Any]) -> WrittenToken:
    return WrittenToken(str(item.get("token", "")), finite(item.get("logprob")), _candidates(item.get("top_logprobs")))


def _candidates(top: object) -> tuple[Candidate, ...]:
    """Most likely first, from ``{token: logprob}`` or ``[{"token", "logprob"}]``."""
    if isinstance(top, Mapping):
        pairs = list(top.items())
    elif isinstance(top, list):
        pairs = [(item.get("token"), item.get("logprob")) for item in top if isinstance(item, Mapping)]
    else:
        return ()
    known = [(token, finite(value)) for token, value in pairs if isinstance(token, str)]
    found = [Candidate(token, value) for token, value in known if value is not None]
    return tuple(sorted(found, key=lambda candidate: -candidate.logprob))


def finite(value: object) -> float | None:
    """A number that can be reckoned with, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)
