"""Sequences as lists of tokens with numbers: tokens and activations in, text that a model reads out; and back. Pure.

One line a token, ``token<TAB>number``, between ``<start>`` and ``<end>`` (method, section 4). Text of a record is data:
nothing in it may break a line, or be read as one of the marks by which a tokenizer ends a turn or a text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from neuronscope.prompts.nouns import Excerpt

HIGHEST = 10  # of the numbers that activations are listed as; the lowest is 0
START, END, UNKNOWN = "<start>", "<end>", "unknown"

_SPARSE = 0.2  # below this share of non-zero numbers the list is repeated without the zeros

# What tokenizers keep for themselves looks like <s>, </s>, <|im_end|>, <bos>, <0x0A>, [INST], [control_9], [gMASK] or
# >>TITLE<<. Only the last character is parted from the rest.
_MARK = re.compile(r"<[^<>\s]+(?=>)|\[/?(?:[a-z]?[A-Z][A-Z0-9_]+|control_[0-9]+)(?=\])|>>[A-Z_]+<(?=<)")

# Characters that end a line somewhere, and halves of characters, which no text can hold.
_SHORT = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ESCAPED = re.compile("[\\\\\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029\ud800-\udfff]")
_LONG = {short[1]: character for character, short in _SHORT.items()}
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|(.))", re.DOTALL)
_HALF = re.compile("[\ud800-\udfff]")


def normalise(activation: float, scale: float | None) -> int:
    """``min(10, floor(10 * max(0, activation) / scale))``; 0 where there is no scale above 0, or no number."""
    if scale is None or not scale > 0 or not activation > 0:
        return 0
    if activation >= scale:
        return HIGHEST
    tenfold = HIGHEST * activation
    return math.floor(tenfold / scale if math.isfinite(tenfold) else HIGHEST * (activation / scale))


def plain_text(text: str) -> str:
    """Text of a record, or of an explanation, as it may stand in a prompt.

    Looks like a tokenizer's own mark get a backslash before their last character (``<|im_end|\\>``), so that no
    tokenizer finds its mark there; all else stays, but for halves of characters, which become U+FFFD.
    """
    if text.isascii() and "<" not in text and "[" not in text:
        return text  # nearly all tokens
    return _HALF.sub("\N{REPLACEMENT CHARACTER}", _MARK.sub(r"\g<0>\\", text))


def escape_token(token: str) -> str:
    """The token on one line, with no mark of a tokenizer in it; ``unescape_token`` gives exactly the token back.

    Backslash, tab and line ends become ``\\\\``, ``\\t``, ``\\n``, ``\\r`` or ``\\u2028``, and what looks like a mark
    gets a backslash as in ``plain_text``.
    """
    return _MARK.sub(r"\g<0>\\", _ESCAPED.sub(_escape, token))


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    return _SHORT.get(character) or f"\\u{ord(character):04x}"


def unescape_token(text: str) -> str:
    """The token that ``escape_token`` made the text of; a backslash before anything else is left out."""
    return _ESCAPE.sub(_unescape, text)


def _unescape(found: re.Match[str]) -> str:
    code, character = found.groups()
    return chr(int(code, 16)) if code else _LONG.get(character, character)


def quoted(tokens: Sequence[str]) -> str:
    """Tokens between quotation marks, with commas between them, on one line; for lists without numbers."""
    return ", ".join('"{}"'.format(escape_token(token).replace('"', '\\"')) for token in tokens)


def shown_positions(excerpt: Excerpt) -> list[int]:
    """The positions that are listed: neither ignored nor a later part of a character."""
    return [position for position, token in enumerate(excerpt.tokens) if token and position not in excerpt.ignored]


def shown_tokens(excerpt: Excerpt) -> list[str]:
    """The tokens at ``shown_positions``."""
    return [excerpt.tokens[position] for position in shown_positions(excerpt)]


def spread(excerpt: Excerpt, values: Sequence[float | None]) -> list[float | None]:
    """Values of the shown positions, in order, as values of all positions.

    A later part of a character gets its character's; ignored positions, and what follows no shown character, get None.

    :raises ValueError: not one value for each shown position.
    """
    by_position = dict(zip(shown_positions(excerpt), values, strict=True))
    return [None if owner is None else by_position[owner] for owner in owners(excerpt)]


def owners(excerpt: Excerpt) -> list[int | None]:
    """For each position the shown position whose number it has, or None."""
    found: list[int | None] = []
    character: int | None = None
    for position, token in enumerate(excerpt.tokens):
        if token:
            character = None if position in excerpt.ignored else position
        found.append(None if position in excerpt.ignored else character)
    return found


def listing(tokens: Sequence[str], numbers: Sequence[int | None]) -> str:
    """The tokens with their numbers, ``unknown`` for None.

    :raises ValueError: not one number for each token.
    """
    pairs = zip(tokens, numbers, strict=True)
    return _between_ends([f"{escape_token(token)}\t{UNKNOWN if n is None else n}" for token, n in pairs])


def nonzero_listing(tokens: Sequence[str], numbers: Sequence[int]) -> str:
    """As ``listing``, with the lines of zeros left out."""
    some = [(token, number) for token, number in zip(tokens, numbers, strict=True) if number]
    return listing([token for token, _ in some], [number for _, number in some])


def is_sparse(numbers: Sequence[int]) -> bool:
    """Whether so few of all listed numbers are non-zero (below 20%, but one at least) that these are repeated."""
    return 0 < sum(map(bool, numbers)) < _SPARSE * len(numbers)


@dataclass(frozen=True)
class Listing:
    """A list whose numbers are not known. ``offsets``: for each token the character after its tab, ascending."""

    text: str
    offsets: tuple[int, ...]


def open_listing(tokens: Sequence[str]) -> Listing:
    """The tokens with ``unknown`` after each, and where a number might stand instead."""
    lines = [f"{escape_token(token)}\t" for token in tokens]
    offsets, place = [], len(START) + 1
    for line in lines:
        place += len(line)
        offsets.append(place)
        place += len(UNKNOWN) + 1
    return Listing(_between_ends([line + UNKNOWN for line in lines]), tuple(offsets))


def _between_ends(lines: Sequence[str]) -> str:
    return "\n".join([START, *lines, END])
