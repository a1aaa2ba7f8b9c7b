"""Tokens as tokenizers or people write them to texts that can be read: ids, raw pieces (Ġ, Ċ, ▁, <0xE2>), or text.

Joined, the texts of a sequence are its text. A character split over several tokens stands whole in the first of them,
the others are "". Nothing heavy is imported: a tokenizer is known by what it can do.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, Literal

from neuronscope.display import Decode, display_tokens
from neuronscope.errors import BadInput

Style = Literal["ids", "byte-level", "sentencepiece", "text"]
_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_BLANK = "▁"


@cache
def _bytes_by_letter() -> dict[str, int]:
    """What byte-level tokenizers write bytes as: printable ones as themselves, the others from U+0100 on."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in set(plain)]
    return {chr(byte): byte for byte in plain} | {chr(0x100 + place): byte for place, byte in enumerate(others)}


def style_of(sequences: Sequence[Sequence[Any]]) -> Style:
    """How the tokens of some sequences are written; all of them together say it more surely than one alone.

    Raw pieces hold no blank, for they write it as a letter of their own. Where no piece does, what is left to tell is
    whether the letters mean bytes that are text.

    :raises BadInput: neither whole numbers nor strings, or both.
    """
    kinds = {type(token) for sequence in sequences for token in sequence}
    if kinds == {int}:
        return "ids"
    if kinds - {str}:
        odd = next(token for sequence in sequences for token in sequence if not isinstance(token, str))
        raise BadInput(f"tokens are whole numbers or strings, all of one kind, and {odd!r} is among them")
    tokens = {token for sequence in sequences for token in sequence}
    if any(" " in token for token in tokens):
        return "text"
    if any(_BLANK in token or _BYTE.fullmatch(token) for token in tokens):
        return "sentencepiece"
    return "byte-level" if _mean_bytes(tokens, sequences) else "text"


def _mean_bytes(tokens: set[str], sequences: Sequence[Sequence[str]]) -> bool:
    letters = _bytes_by_letter()
    if any("Ġ" in token or "Ċ" in token for token in tokens):
        return True
    if not any(letter >= "\x80" for token in tokens for letter in token):
        return False  # plain ASCII is the same in either way of writing
    if not all(letter in letters for token in tokens for letter in token):
        return False
    return all(_is_text(b"".join(map(_byte_level, sequence))) for sequence in sequences)


def _is_text(data: bytes) -> bool:
    """Whether it is UTF-8, but for a character that was cut at either end."""
    begun = next((place for place, byte in enumerate(data[:4]) if byte & 0xC0 != 0x80), 0)
    try:
        data[begun:].decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


def reader_of(style: Style, tokenizer: object | None) -> Callable[[Sequence[Any]], list[str]]:
    """What makes texts of sequences of that style.

    :raises BadInput: ids without a tokenizer.
    """
    if style == "text":
        return list
    if style == "ids":
        if tokenizer is None:
            raise BadInput("the tokens are ids, so a tokenizer is needed to read them: give tokenizer=")
        return _reader_of_ids(tokenizer)
    to_bytes = _byte_level if style == "byte-level" else _sentencepiece

    def by_hand(tokens: Sequence[str]) -> list[str]:
        return _assembled([to_bytes(token) for token in tokens])

    convert = getattr(tokenizer, "convert_tokens_to_ids", None)
    if convert is None:
        return by_hand
    return _reader_of_pieces(tokenizer, convert, by_hand)


def _reader_of_pieces(
    tokenizer: object, convert: Callable[[list[str]], Any], by_hand: Callable[[Sequence[str]], list[str]]
) -> Callable[[Sequence[str]], list[str]]:
    """By the tokenizer's own decoder; pieces that it does not have are read without it."""
    read, unknown = _reader_of_ids(tokenizer), getattr(tokenizer, "unk_token_id", None)

    def texts(tokens: Sequence[str]) -> list[str]:
        ids = convert(list(tokens))
        known = all(one is not None and one != unknown for one in ids)
        return read(ids) if known else by_hand(tokens)

    return texts


def _reader_of_ids(tokenizer: object) -> Callable[[Sequence[int]], list[str]]:
    decode = decoding(tokenizer)

    def texts(ids: Sequence[int]) -> list[str]:
        try:
            return display_tokens(list(ids), decode)
        except Exception as error:  # tokenizers have errors of their own for ids that they do not know
            raise BadInput(f"the tokenizer cannot read the ids {list(ids)[:8]}: {error}") from error

    return texts


def decoding(tokenizer: Any) -> Decode:
    """How a tokenizer decodes ids, special tokens kept and blanks as they are; a plain function is one too.

    :raises BadInput: it cannot decode.
    """
    function = getattr(tokenizer, "decode", None) or (tokenizer if callable(tokenizer) else None)
    if function is None:
        raise BadInput(f"{type(tokenizer).__name__} is no tokenizer: it has no decode(ids)")
    try:
        known = inspect.signature(function).parameters
    except (TypeError, ValueError):
        known = {}  # type: ignore[assignment]  # made elsewhere, and does not say
    open_ended = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in known.values())
    wanted = ("skip_special_tokens", "clean_up_tokenization_spaces")
    takes = "skip_special_tokens" in known
    options = {name: False for name in wanted if name in known or (takes and open_ended)}
    return lambda ids: str(function(list(ids), **options))


@lru_cache(maxsize=2**16)
def _byte_level(token: str) -> bytes:
    letters = _bytes_by_letter()
    return b"".join(
        bytes([letters[letter]]) if letter in letters else letter.encode("utf-8", "surrogatepass") for letter in token
    )


@lru_cache(maxsize=2**16)
def _sentencepiece(token: str) -> bytes:
    byte = _BYTE.fullmatch(token)
    return bytes([int(byte[1], 16)]) if byte else token.replace(_BLANK, " ").encode("utf-8", "surrogatepass")


def _assembled(pieces: list[bytes]) -> list[str]:
    """Bytes per token to text per token; each character goes to the token that begins it.

    What is left of a character that was cut off before the first token is "", as its other parts are.
    """
    try:
        return [piece.decode() for piece in pieces]
    except UnicodeDecodeError:  # a character is split, or none
        pass
    data = b"".join(pieces)
    owners = [place for place, piece in enumerate(pieces) for _ in piece]
    texts = [""] * len(pieces)
    at = next((place for place, byte in enumerate(data[:4]) if byte & 0xC0 != 0x80), 0)
    while at < len(data):
        character, size = _first_character(data[at : at + 4])
        texts[owners[at]] += character
        at += size
    return texts


def _first_character(data: bytes) -> tuple[str, int]:
    """The character that these bytes begin with, and of how many bytes it is; a replacement for what is none."""
    size = 1 if data[0] < 0xC0 else 2 if data[0] < 0xE0 else 3 if data[0] < 0xF0 else 4
    try:
        return data[:size].decode(), size
    except UnicodeDecodeError as error:
        return "\N{REPLACEMENT CHARACTER}", max(1, error.end - error.start)
