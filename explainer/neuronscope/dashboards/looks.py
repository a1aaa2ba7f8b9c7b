"""Colours and scales that callers choose, checked; and the style that gives a heat-map other colours."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from neuronscope.dashboards.shapes import Look
from neuronscope.errors import BadInput

Colours = Sequence[tuple[str, str]]
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_SCALES = ("unit", "shared")
_VARIABLES = (("--hot", "--cold"), ("--hot-bar", "--cold-bar"))


def look_of(scale: str, colours: Colours | None, css: str | None) -> Look:
    """How it is drawn.

    :raises BadInput: no such scale, or colours that cannot be read.
    """
    if scale not in _SCALES:
        raise BadInput(f"scale {scale!r} is unknown: choose 'unit' (relative) or 'shared' (absolute)")
    return Look(scale, checked(colours), css)  # type: ignore[arg-type]  # looked at above


def checked(colours: Colours | None) -> list[tuple[str, str]] | None:
    """One or two pairs of colours, above and below zero.

    :raises BadInput: anything else.
    """
    if colours is None:
        return None
    pairs = [tuple(pair) for pair in colours]
    if not 1 <= len(pairs) <= 2 or any(len(pair) != 2 for pair in pairs):
        raise BadInput("colours are one or two pairs, [(above zero, below zero), ...], one for each unit")
    for colour in (colour for pair in pairs for colour in pair):
        if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
            raise BadInput(f"colour {colour!r} cannot be read: write it like #f59e0b")
    return pairs  # type: ignore[return-value]  # of two each, looked at above


def colour_style(colours: Colours | None) -> tuple[str, str]:
    """The class of heat-maps of these colours and the style that it means; both "" for our own."""
    pairs = checked(colours)
    if pairs is None:
        return "", ""
    set_ = [
        f"{variable}: {colour}"
        for pair, variables in zip(pairs, _VARIABLES, strict=False)
        for colour, variable in zip(pair, variables, strict=True)
    ]
    rules = "; ".join(set_)
    name = f"c{hashlib.sha256(rules.encode()).hexdigest()[:8]}"
    return name, f".neuronscope.{name}, .neuronscope .{name} {{ {rules} }}"
