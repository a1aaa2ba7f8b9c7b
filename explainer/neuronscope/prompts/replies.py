"""A model's reply to explanations: text in, explanations out, or why it holds none. Pure.

Numbered lists are taken apart; what the model repeats of the sentence that it was to complete, quotation marks around
an explanation and the period at its end are taken off. An explanation is one paragraph; what follows it is no part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

# 1. or (1) or 1: or a bullet at the beginning of a line; 3.5 and 12:30 are none.
_ITEM = re.compile(
    r"^[ \t>]*(?:\*\*)?(?:\(?[0-9]{1,2}[.):](?![0-9])|[-*\u2022\u2013](?=\s))(?:\*\*)?[ \t]*", re.MULTILINE
)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_QUOTES = [
    ("**", "**"),
    ("__", "__"),
    *zip("\"'\u201c\u2018`\u00ab\u201e*_", "\"'\u201d\u2019`\u00bb\u201c*_", strict=True),
]
# What comes before an explanation that the model introduces.
_LABEL = re.compile(
    r"(?:(?:the )?(?:explanation|answer|label|phrase|description)s?(?: is)?"
    r"|here(?: is| are|['\u2019]s)\b[^:\n]{0,80})\s*:\s*",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"(?:i'?m sorry|i am sorry|sorry,|i apologi[sz]e|i can(?:no|')t\b|i can not\b|i am unable|i'?m unable"
    r"|i (?:do not|don't) (?:know|have)|i am not able|i'?m not able|i won't|i will not|as an ai\b"
    r"|as a (?:large )?language model\b|unable to (?:say|tell|answer|determine|identify|find|provide)\b"
    r"|n/?a$|none$|unknown$)",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\t(?:[0-9]+|unknown)[ \t]*(?:\n|$)")  # a line of a listing, which small models go on with
_THOUGHTS, _THOUGHTS_END = "<think>", "</think>"
_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Unusable:
    """Text that is no explanation: the kind of failure, and a sentence."""

    kind: Literal["empty", "refused", "unparsed"]
    reason: str


def parse_explanations(text: str, expected: int, prefix: str) -> list[str | Unusable]:
    """As many as were asked for: what the list holds, in order, and why there is none in the place of the others.

    ``prefix`` begins the sentence that was to be completed. Of a list that was not asked for the first item counts.
    """
    if not text.strip():
        return [Unusable("empty", "the model answered with no text")] * expected
    answer = without_thinking(text)
    if answer is None:
        return [Unusable("unparsed", "the answer ended before the model had done thinking")] * expected
    text = answer
    if _declines(text):
        return [Unusable("refused", f"the model declined: {_shortened(text)!r}")] * expected
    items = _items(text, expected)
    found = [_explanation(item, prefix) for item in items[:expected]]
    missing = Unusable("unparsed", f"{len(items)} of {expected} explanations are in the list")
    return found + [missing] * (expected - len(found))


def without_thinking(text: str) -> str | None:
    """What follows the thoughts that some models write first; None where nothing does."""
    if not text.lstrip().startswith(_THOUGHTS) and _THOUGHTS_END not in text:
        return text
    answer = text.partition(_THOUGHTS_END)[2]
    return answer if answer.strip() else None


def _items(text: str, expected: int) -> list[str]:
    """The items of a list without what stands before the first; text that is no list is one item.

    Where one explanation is wanted, a list that comes after some words explains these.
    """
    text = _without_label(text.strip())
    starts = list(_ITEM.finditer(text))
    if not starts or (expected == 1 and starts[0].start() > 0):
        lines = [line for line in text.splitlines() if line.strip()]
        return lines if len(lines) == expected else [text]
    ends = [start.start() for start in starts[1:]] + [len(text)]
    items = [text[start.end() : end] for start, end in zip(starts, ends, strict=True)]
    return [item for item in items if item.strip()] or [""]


def _explanation(item: str, prefix: str) -> str | Unusable:
    if len(_LISTED.findall(item)) > 1:
        return Unusable("unparsed", f"tokens with numbers instead of an explanation: {_shortened(item)!r}")
    explanation = _bare(" ".join(_PARAGRAPH.split(item.strip())[0].split()), prefix)
    if _declines(explanation):
        return Unusable("refused", f"the model declined: {_shortened(item)!r}")
    if not _WORD.search(explanation):
        return Unusable("unparsed", f"no words are in {_shortened(item)!r}")
    return explanation


def _declines(text: str) -> bool:
    return _REFUSAL.match(text.strip().replace("\u2019", "'")) is not None


def _bare(text: str, prefix: str) -> str:
    """Taken off again and again, since quotation marks may stand within or around the prefix."""
    while True:
        shorter = _without_prefix(_without_label(_without_quotes(text.strip())), prefix)
        shorter = shorter.removeprefix("...").removeprefix("…").strip()
        if shorter.endswith(".") and not shorter.endswith("..."):
            shorter = shorter.removesuffix(".").rstrip()
        if shorter == text:
            return shorter
        text = shorter


def _without_quotes(text: str) -> str:
    for opening, closing in _QUOTES:
        inner = text.removeprefix(opening).removesuffix(closing)
        around = len(inner) == len(text) - len(opening) - len(closing) > 0
        if around and opening not in inner and closing not in inner:
            return inner.strip()
    return text


def _without_label(text: str) -> str:
    return _LABEL.sub("", text, count=1) if _LABEL.match(text) else text


def _without_prefix(text: str, prefix: str) -> str:
    """Without the prefix, or its last words, two at least."""
    words = [_alike(word) for word in prefix.split()]
    for start in range(len(words) - 1):
        found = re.match(r"\s+".join(words[start:]) + r"(?!\w)[\s:,]*", text, re.IGNORECASE)
        if found:
            return text[found.end() :]
    return text


def _alike(word: str) -> str:
    """A word of the prefix as the model may write it: it may name the unit by its number, or call it a neuron."""
    if word.lower() in ("unit", "neuron"):
        return r"(?:unit|neuron)(?:\s+[0-9]+)?"
    return r"(?:this|the)" if word.lower() == "this" else re.escape(word)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"
