"""Drawings in SVG from numbers: a scale, axes, and a frame that says in words what it shows. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from neuronscope.explain.report.markup import element


@dataclass(frozen=True)
class Scale:
    """Values ``low`` to ``high`` laid out over pixels ``first`` to ``last``, which may run downwards."""

    low: float
    high: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        """The pixel of a value; one beyond the ends is drawn at the end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.first + share * (self.last - self.first)


def drawing(size: tuple[float, float], title: str, description: str, *shapes: Element) -> Element:
    """An image of ``size`` (width, height) pixels with its text alternative."""
    attributes = {"viewBox": f"0 0 {size[0]:g} {size[1]:g}", "role": "img", "aria-label": f"{title}. {description}"}
    return element("svg", attributes, element("title", None, title), element("desc", None, description), *shapes)


def line(kind: str, start: tuple[float, float], end: tuple[float, float]) -> Element:
    """A straight line; ``kind`` is its class."""
    return element("line", {"class": kind, "x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]})


def box(kind: str, corner: tuple[float, float], size: tuple[float, float]) -> Element:
    """A rectangle from its upper left corner."""
    return element("rect", {"class": kind, "x": corner[0], "y": corner[1], "width": size[0], "height": size[1]})


def dot(kind: str, centre: tuple[float, float], radius: float) -> Element:
    """A filled circle."""
    return element("circle", {"class": kind, "cx": centre[0], "cy": centre[1], "r": radius})


def label(kind: str, at: tuple[float, float], text: str, *, anchor: str = "middle") -> Element:
    """A short text whose ``anchor`` (start, middle, end) stands at a point of its base line."""
    return element("text", {"class": kind, "x": at[0], "y": at[1], "text-anchor": anchor}, text)


def whisker(kind: str, ends: tuple[float, float], across: float, *, upright: bool = False) -> Element:
    """An interval as a line; ``across`` is its place on the other axis."""
    start, end = (ends[0], across), (ends[1], across)
    return line(kind, start[::-1], end[::-1]) if upright else line(kind, start, end)


def ticks(low: float, high: float, *, most: int = 6) -> list[float]:
    """Round numbers between two ends, ``most`` of them or fewer."""
    step = 10.0 ** math.floor(math.log10(high - low))
    step = next(s for s in (step / 10, step / 5, step / 2, step, step * 2, step * 5) if (high - low) / s < most)
    first = math.ceil(low / step - 1e-9)
    return [round(n * step, 10) + 0.0 for n in range(first, math.floor(high / step + 1e-9) + 1)]


def bottom_axis(scale: Scale, y: float, marks: Sequence[float]) -> list[Element]:
    """Numbers below the line at ``y``."""
    drawn = [line("axis", (scale.first, y), (scale.last, y))]
    for mark in marks:
        drawn += [
            line("axis", (scale(mark), y), (scale(mark), y + 4)),
            label("tick", (scale(mark), y + 17), _said(mark)),
        ]
    return drawn


def left_axis(scale: Scale, x: float, right: float, marks: Sequence[float]) -> list[Element]:
    """Numbers left of ``x``, and a hairline from each to ``right``."""
    drawn = []
    for mark in marks:
        y = scale(mark)
        drawn += [line("hair", (x, y), (right, y)), label("tick", (x - 6, y + 4), _said(mark), anchor="end")]
    return drawn


def _said(value: float) -> str:
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")
