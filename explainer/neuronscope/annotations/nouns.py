"""The nouns of what people write, and what may be written: text in; the same text without edges, or a sentence, out."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Literal, TypeAlias

from neuronscope.errors import BadInput
from neuronscope.records import Provenance, Score

LONGEST_TEXT = 2_000  # characters
LONGEST_AUTHOR = 80
MOST_PER_UNIT = 200  # explanations; what is answered for one unit stays small

Vote: TypeAlias = Literal[-1, 0, 1]
_REFUSED = {"Cc", "Cs"}  # control characters, and halves of surrogate pairs, which no database takes


class NotThere(BadInput):
    """Nobody wrote what has this id here."""


class NotYours(BadInput):
    """Somebody else wrote it."""


class TooMany(BadInput):
    """There are as many of them here as may be."""


@dataclass(frozen=True)
class Place:
    """One unit of one dataset; ``dataset`` is the key under which its words are kept."""

    dataset: str
    layer: int
    unit: int


@dataclass(frozen=True)
class Written:
    """One explanation that a person wrote, as one reader sees it.

    Votes and scores belong to the text: an edit that changes it begins without them. ``own``: this reader wrote it.
    """

    id: str
    explanation: str
    author: str | None
    created: str  # ISO 8601, UTC
    edited: str | None
    up: int
    down: int
    own: bool
    vote: Vote  # this reader's; 0 for none
    scores: dict[str, Score] | None = None
    baselines: dict[str, dict[str, Score]] | None = None
    provenance: Provenance | None = None  # of the scores


@dataclass(frozen=True)
class Votes:
    """Votes on one explanation: a person's, by its id, or one of the dataset's own, by the SHA-256 of its text (64 hex
    digits)."""

    explanation: str
    up: int
    down: int
    vote: Vote


@dataclass(frozen=True)
class UnitAnnotations:
    """What people wrote about one unit, oldest first, and their votes on the dataset's own explanations.

    A server gives one entry of ``votes`` for each explanation that the dataset has of the unit, in its order.
    """

    layer: int
    unit: int
    explanations: list[Written]
    votes: list[Votes]


def text_hash(text: str) -> str:
    """SHA-256 over the text as it stands, in UTF-8, as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def checked_text(text: str) -> str:
    """An explanation without white space at its ends.

    :raises BadInput: there is none, it is too long, or it holds control characters other than line breaks and tabs.
    """
    kept = text.strip()
    if not kept:
        raise BadInput("The explanation is empty: write what the unit responds to.")
    if len(kept) > LONGEST_TEXT:
        raise BadInput(f"The explanation has {len(kept):,} characters; at most {LONGEST_TEXT:,} are kept. Shorten it.")
    refuse_controls(kept, "explanation", allowed="\n\r\t")
    return kept


def checked_author(author: str | None) -> str | None:
    """A name in one line; blank is none.

    :raises BadInput: it is too long, or holds control characters.
    """
    kept = (author or "").strip()
    if len(kept) > LONGEST_AUTHOR:
        raise BadInput(f"The author has {len(kept):,} characters; at most {LONGEST_AUTHOR} are kept. Shorten the name.")
    refuse_controls(kept, "author", allowed="")
    return kept or None


def refuse_controls(text: str, what: str, *, allowed: str) -> None:
    """:raises BadInput: ``text`` holds control characters that are not ``allowed``."""
    for character in text:
        if character not in allowed and unicodedata.category(character) in _REFUSED:
            raise BadInput(f"The {what} holds the control character U+{ord(character):04X}: write it without.")
