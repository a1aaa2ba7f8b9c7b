"""Token ids to the strings people read: one string per token, and joined they are exactly the decoded text.

Pure: the tokenizer comes in as a decoding function and is only ever asked what ids mean together.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence

Decode = Callable[[Sequence[int]], str]

# What a decoder writes for bytes that are no character yet.
_INCOMPLETE = "\N{REPLACEMENT CHARACTER}"


def display_tokens(ids: Sequence[int], decode: Decode, *, pieces: MutableMapping[int, str] | None = None) -> list[str]:
    """One string per id; joined they equal ``decode(ids)``.

    A character split over several tokens stands whole in the first of them, the others are "". ``pieces`` remembers
    single tokens between calls with the same ``decode``. Plain text takes one decoding; text with split characters,
    or a decoder that treats the first token apart (it drops a leading space), takes one per token.
    """
    full = decode(ids)
    simple = _single_tokens(ids, decode, {} if pieces is None else pieces)
    if not any(_INCOMPLETE in piece for piece in simple) and "".join(simple) == full:
        return simple
    return _by_prefixes(ids, decode, full)


def _single_tokens(ids: Sequence[int], decode: Decode, pieces: MutableMapping[int, str]) -> list[str]:
    for token in ids:
        if token not in pieces:
            pieces[token] = decode([token])
    return [pieces[token] for token in ids]


def _by_prefixes(ids: Sequence[int], decode: Decode, full: str) -> list[str]:
    """Cut ``full`` where each longer prefix of the ids has begun one more character of it.

    A prefix that ends inside a character decodes to something else there, so it agrees with ``full`` up to that
    character, which the token has begun. Decoders that give up on a whole run of bytes (byte fallback) agree less
    far than that, hence the last prefix that was text throughout is kept as a floor.
    """
    out = []
    taken = whole = 0
    for end in range(1, len(ids) + 1):
        text = decode(ids[:end])
        if full.startswith(text):
            whole = begun = len(text)
        else:
            begun = max(_agreed(text, full), whole) + 1
        begun = len(full) if end == len(ids) else max(taken, min(begun, len(full)))
        out.append(full[taken:begun])
        taken = begun
    return out


def _agreed(text: str, full: str) -> int:
    """How many characters the two have in common at their start."""
    pairs = enumerate(zip(text, full, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(text), len(full)))
