"""Numbers for tokens as JSON: what is shown, the answer that an example gives, and the reading of a reply. Pure.

Shown are the tokens as a JSON list of strings; the answer is a list of ``{"token": ..., "activation": ...}``. A reply
is read item by item from its first list of objects on, for as long as it is JSON: what stands around the list (a fence,
a sentence, an object that it is a field of) does not matter, and where it breaks off, what came before holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from neuronscope.prompts.listing import HIGHEST, plain_text

_LIST = re.compile(r"\[\s*(?=[{\]])")
_BETWEEN = re.compile(r"\s*,\s*")
_END = re.compile(r"\s*,?\s*\]")
_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,20})?")


@dataclass(frozen=True)
class Item:
    """One object of a reply. ``token`` is None where it names none; ``value`` where it gives no number from 0 to 10."""

    token: str | None
    value: float | None


@dataclass(frozen=True)
class Items:
    """The objects that could be read, in order; ``closed``: the list came to its end."""

    items: tuple[Item, ...]
    closed: bool


def shown(tokens: Sequence[str]) -> tuple[str, ...]:
    """The tokens as the model sees them and has to repeat them."""
    return tuple(map(plain_text, tokens))


def tokens_json(tokens: Sequence[str]) -> str:
    """Shown tokens, to put numbers to, on one line."""
    return json.dumps(tokens, ensure_ascii=False)


def answer_json(tokens: Sequence[str], numbers: Sequence[int]) -> str:
    """The answer that is hoped for to shown tokens, an object a line."""
    pairs = zip(tokens, numbers, strict=True)
    objects = [json.dumps({"token": token, "activation": number}, ensure_ascii=False) for token, number in pairs]
    return "[" + ",\n".join(objects) + "]"


def said(reply: Items, tokens: Sequence[str]) -> list[str | None]:
    """The reply's tokens in the form of the ``tokens`` that were shown: a model may undo what was altered in a mark."""
    known = set(tokens)
    named = [item.token for item in reply.items]
    return [token if token is None or token in known else plain_text(token) for token in named]


def read_items(text: str) -> Items | None:
    """The objects of a reply; None where there is no list of objects in it."""
    start = _LIST.search(text)
    if start is None:
        return None
    values = list(_values(text, start.end()))
    end = values[-1][1] if values else start.end()
    return Items(tuple(_item(value) for value, _ in values), closed=_END.match(text, end) is not None)


def _values(text: str, place: int) -> Iterator[tuple[object, int]]:
    """JSON values with commas between them, each with the place after it, until one cannot be read."""
    decoder = json.JSONDecoder(strict=False)  # models write tabs and line ends into strings as they are
    while True:
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        yield value, place
        comma = _BETWEEN.match(text, place)
        if comma is None:
            return
        place = comma.end()


def _item(value: object) -> Item:
    if not isinstance(value, dict):
        return Item(None, None)
    token = value.get("token")
    return Item(token if isinstance(token, str) else None, _number(value.get("activation")))


def _number(value: object) -> float | None:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= HIGHEST:
        return None  # NaN is not within any bounds
    return float(value)
