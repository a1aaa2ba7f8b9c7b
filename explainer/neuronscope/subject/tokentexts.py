"""Single tokens as people read them, outside of any text: a tokenizer and token ids in, a string for each out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from neuronscope.subject.tokens import decode, encode

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_INCOMPLETE = "\N{REPLACEMENT CHARACTER}"
_ESCAPED = re.compile("[\udc80-\udcff]")
_PRINTED = (range(33, 127), range(161, 173), range(174, 256))


def token_texts(tokenizer: PreTrainedTokenizerBase, ids: Iterable[int]) -> list[str]:
    """One string per id, a leading space included. Bytes that are no whole character stand as ``<0xE2>``."""
    read = decode(tokenizer)
    # Some decoders drop the space that a text begins with: so each stands behind another token.
    before = encode(tokenizer, "a")[-1:]
    begun = read(before)
    return [_text(tokenizer, token, read([*before, token]), begun) for token in map(int, ids)]


def _text(tokenizer: PreTrainedTokenizerBase, token: int, both: str, begun: str) -> str:
    text = both.removeprefix(begun) if both.startswith(begun) else decode(tokenizer)([token])
    if _INCOMPLETE not in text:
        return text
    piece = tokenizer.convert_ids_to_tokens(token)
    if not isinstance(piece, str):  # the embedding has more rows than the tokenizer has tokens
        return text
    letters = _byte_letters()
    if not all(letter in letters for letter in piece):
        return piece  # such as <0xE2>, where bytes that are no character have tokens of their own
    raw = bytes(letters[letter] for letter in piece).decode("utf-8", errors="surrogateescape")
    return _ESCAPED.sub(lambda found: f"<0x{ord(found[0]) - 0xDC00:02X}>", raw)


@cache
def _byte_letters() -> dict[str, int]:
    """What byte-level tokenizers write for each byte: itself where that is printed, else a letter from U+0100 on."""
    printed = [byte for span in _PRINTED for byte in span]
    others = [byte for byte in range(256) if byte not in printed]
    return {chr(byte): byte for byte in printed} | {chr(256 + i): byte for i, byte in enumerate(others)}
