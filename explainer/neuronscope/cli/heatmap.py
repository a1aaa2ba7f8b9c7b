"""Tokens on coloured ground: strings and shares of a scale in, a line for the terminal out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from neuronscope.cli.printable import token_on_a_line

if TYPE_CHECKING:
    from rich.text import Text

_FAINT = 0.02  # of the scale: below it a token is not coloured
_PAPER = (28, 25, 23)
_POSITIVE, _NEGATIVE = (217, 119, 6), (37, 99, 235)


def heatmap(tokens: Iterable[tuple[str, float]], *, underlined: int | None = None) -> Text:
    """One line of tokens, each with its share of the scale, -1 to 1; one of them underlined."""
    from rich.text import Text

    line = Text()
    for number, (token, share) in enumerate(tokens):
        line.append(token_on_a_line(token), style=ground(share) + (" underline" if number == underlined else ""))
    return line


def ground(share: float) -> str:
    """A token's background; ``share`` of the scale, -1 to 1."""
    if abs(share) < _FAINT:
        return "default"
    hue, strength = _POSITIVE if share > 0 else _NEGATIVE, 0.2 + 0.8 * min(1.0, abs(share))
    mixed = [round(paper + (colour - paper) * strength) for paper, colour in zip(_PAPER, hue, strict=True)]
    return "#fafaf9 on #{:02x}{:02x}{:02x}".format(*mixed)
