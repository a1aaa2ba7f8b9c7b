"""Text with colours as HTML that needs no script: strings and numbers in, markup out. Pure; all text is escaped.

What has no form of its own (line breaks, direction controls, control characters) gets a sign before it, which a style
draws and no copy takes along. NUL and halves of surrogate pairs cannot stand in HTML: there the sign is all.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from neuronscope.dashboards.colour import level, level_class

# Control characters but the tab, and what has no width: direction controls, separators, fillers. The joiners stay,
# for they shape emoji and whole scripts.
_UNSEEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_SIGNS = {"\n": "⏎", "\r": "␍"}
_CLOSING = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Layer:
    """One unit's number per token, None where there is none, and where its colours end."""

    values: Sequence[float | None]
    limit: float | None


def escaped(text: str) -> str:
    """Text as it may stand in an element or a quoted attribute, signs in place of what cannot be seen there."""
    return html.escape(_UNSEEN.sub(lambda found: _sign(found[0]), text))


def visible(text: str) -> str:
    """Text as it may stand in an element, with a sign before each character that has no form."""
    parts, at = [], 0
    for found in _UNSEEN.finditer(text):
        parts += [html.escape(text[at : found.start()]), _unseen(found[0])]
        at = found.end()
    return "".join([*parts, html.escape(text[at:])])


def _sign(character: str) -> str:
    return _SIGNS.get(character) or f"\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}U+{ord(character):04X}{_CLOSING}"


def _unseen(character: str) -> str:
    if _UNWRITABLE.fullmatch(character):
        return _sign(character)
    # A carriage return that is no reference would be read as a line feed.
    itself = "&#13;" if character == "\r" else character
    return f'<span class="unseen" data-sign="{_sign(character)}">{itself}</span>'


def glyphs(tokens: Sequence[str]) -> list[tuple[int, int]]:
    """Positions ``start`` to ``end`` - 1 drawn as one: a token and the empty ones that share its character."""
    found: list[tuple[int, int]] = []
    text = ""
    for place, token in enumerate(tokens):
        if found and (token == "" or text == ""):
            found[-1] = found[-1][0], place + 1
        else:
            found.append((place, place + 1))
        text += token
    return found


def coloured(
    tokens: Sequence[str],
    first: Layer,
    *,
    second: Layer | None = None,
    ignored: Sequence[int] | None = None,
    peak: int | None = None,
    tips: Sequence[str] | None = None,
) -> str:
    """One text as spans, neighbours of one colour as one of them; with ``tips`` a span for every token.

    ``second`` is drawn as a bar under the tokens. ``ignored`` positions stay uncoloured; ``peak`` is underlined.
    """
    skip = set(ignored or ())
    parts: list[tuple[str, str, str]] = []
    for start, end in glyphs(tokens):
        places = [place for place in range(start, end) if place not in skip]
        marked = peak is not None and start <= peak < end
        names, text = _names(first, second, places, peak=marked), visible("".join(tokens[start:end]))
        if tips is None and parts and parts[-1][0] == names and not marked:
            parts[-1] = names, parts[-1][1] + text, ""
        else:
            parts.append((names, text, "" if tips is None else "\n".join(tips[start:end])))
    under = " under" if second is not None else ""
    return f'<div class="heatmap full{under}" dir="auto">{"".join(_span(*part) for part in parts)}</div>'


def _names(first: Layer, second: Layer | None, places: Sequence[int], *, peak: bool) -> str:
    """The classes of one glyph."""
    names = [level_class(_strongest(first, places))]
    if second is not None and (step := _strongest(second, places)):
        names.append(f"sim u{abs(step)}" + (" minus" if step < 0 else ""))
    return " ".join(filter(None, [*names, "peak" if peak else ""]))


def _strongest(layer: Layer, places: Sequence[int]) -> int:
    """The step of the position that is coloured most, by size."""
    return max((level(layer.values[place], layer.limit) for place in places), key=abs, default=0)


def _span(names: str, text: str, tip: str) -> str:
    said = f' title="{html.escape(_UNWRITABLE.sub(lambda found: _sign(found[0]), tip))}"' if tip else ""
    named = f' class="{names}"' if names else ""
    return f"<span{named}{said}>{text}</span>" if named or said else text
