"""Typed text as a page: what a widget and a file begin with, and the HTML that needs no script. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from neuronscope.dashboards.heatmap import drawn
from neuronscope.dashboards.limits import largest
from neuronscope.dashboards.markup import Layer, escaped
from neuronscope.dashboards.numbers import short
from neuronscope.dashboards.page import head_of, page
from neuronscope.dashboards.shapes import Entry, Head, Look, Online, OnlineAnswer


def typed_head(title: str, look: Look, online: Online, names: dict[str, str]) -> Head:
    """What comes first; ``names`` are of units on which no answer says more."""
    known = {} if online.answer is None else {unit.key: unit for unit in online.answer.units}
    directory = [
        Entry(key, known[key].name, known[key].max) if key in known else Entry(key, names.get(key))
        for key in online.units
    ]
    return head_of(title, kind="online", look=look, directory=directory, total=len(directory), online=online)


def typed_page(title: str, look: Look, online: Online) -> str:
    """The file of one answer; raises as ``page``."""
    assert online.answer is not None
    body = typed_html(title, look, online.answer, online.highlighted)
    return page(typed_head(title, look, online, {}), body, [])


def typed_html(title: str, look: Look, answer: OnlineAnswer, highlighted: Sequence[str]) -> str:
    """The text, coloured by the highlighted units, or by the first where none is."""
    by_key = {unit.key: unit for unit in answer.units}
    units = [by_key[key] for key in highlighted if key in by_key] or answer.units[:1]
    limits = [unit.max for unit in units]
    if look.scale == "shared":
        limits = [largest([unit.max for unit in answer.units])] * len(units)
    skip = set(answer.ignored or ())
    layers = [
        Layer([None if place in skip else value for place, value in enumerate(unit.activations)], limit)
        for unit, limit in zip(units, limits, strict=True)
    ]
    names = [unit.name or f"unit {unit.key}" for unit in units]
    said = "; ".join(f"{name}: full colour at {short(limit)}" for name, limit in zip(names, limits, strict=True))
    text = drawn(answer.tokens, layers, names)
    return f'<h1>{escaped(title)}</h1><p class="note">{escaped(said)}</p>{text}'
