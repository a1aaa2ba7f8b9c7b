"""Log-probabilities of a prompt from a server that echoes it: the body of ``/completions`` in, its tokens out. Pure.

vLLM and its like answer ``echo`` with ``logprobs`` by the tokens of the prompt and then those that were written; one
token is written, since some will not write none, and it tells of the place after the prompt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from neuronscope.llm.openai_wire import read_logprobs
from neuronscope.llm.protocol import TokenLogprobs, WrittenToken


def echo_body(prompt: str, top: int) -> dict[str, Any]:
    """The request for ``/completions``, without the model's name."""
    return {"prompt": prompt, "max_tokens": 1, "temperature": 0, "echo": True, "logprobs": max(1, top)}


def read_echo(body: Mapping[str, Any], prompt: str) -> TokenLogprobs | None:
    """Tokens of the prompt and the one written after it; None where the server did not echo."""
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], Mapping) else {}
    text, logprobs = choice.get("text"), choice.get("logprobs")
    written = read_logprobs(logprobs)
    if not isinstance(text, str) or not text.startswith(prompt) or not written:
        return None
    offsets = _offsets(written, text, logprobs.get("text_offset") if isinstance(logprobs, Mapping) else None)
    if offsets is None or not any(token.top for token in written[1:]):
        return None
    tokens = tuple(token.token for token in written)
    return TokenLogprobs(
        tokens, offsets, tuple(token.logprob for token in written), tuple(token.top for token in written)
    )


def _offsets(written: Sequence[WrittenToken], text: str, given: object) -> tuple[int, ...] | None:
    """Where each token begins: counted where the tokens make up the text, else as the server says, if that can be."""
    if "".join(token.token for token in written) == text:
        return tuple(accumulate((len(token.token) for token in written[:-1]), initial=0))
    if not isinstance(given, list) or len(given) != len(written) or not all(type(value) is int for value in given):
        return None
    ascending = list(given) == sorted(given) and given[0] >= 0 and given[-1] <= len(text)
    return tuple(given) if ascending else None


def prompt_part(echoed: TokenLogprobs, prompt: str) -> TokenLogprobs:
    """Without the token that was written after the prompt."""
    kept = sum(offset < len(prompt) for offset in echoed.offsets)
    return TokenLogprobs(echoed.tokens[:kept], echoed.offsets[:kept], echoed.logprobs[:kept], echoed.top[:kept])


def candidate_values(
    echoed: TokenLogprobs, places: Sequence[int], candidates: Sequence[str]
) -> tuple[tuple[float | None, ...], ...]:
    """For each place (characters from the prompt's start) the log-probability of each candidate among the likeliest.

    All None where no token begins at that place.
    """
    # The first token of a text (BOS, where there is one) has nothing before it, and so no candidates.
    begins = {offset: index for index, offset in reversed(list(enumerate(echoed.offsets))) if echoed.top[index]}
    return tuple(_values(echoed, begins.get(place), candidates) for place in places)


def _values(echoed: TokenLogprobs, index: int | None, candidates: Sequence[str]) -> tuple[float | None, ...]:
    top = {candidate.token: candidate.logprob for candidate in echoed.top[index]} if index is not None else {}
    return tuple(top.get(candidate) for candidate in candidates)


def split_candidates(echoed: TokenLogprobs, candidates: Sequence[str]) -> list[str]:
    """Those of the candidates that are not one token of the server's tokenizer."""
    known = set(echoed.tokens)
    return [candidate for candidate in candidates if candidate not in known]
