"""Rows of the report in, tables of the page out; a wide one can be scrolled by itself, by keys too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias
from xml.etree.ElementTree import Element

from neuronscope.explain.report.markup import element

Cell: TypeAlias = "str | Element"


def table(heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, name: str, kinds: str) -> Element:
    """``kinds`` has a letter per column: h for what a row is about, t for text, n for numbers, p for a plot.

    ``name`` is read out where the table is entered.
    """
    head = element("tr", None, *(_head(text, kind) for text, kind in zip(heads, kinds, strict=True)))
    body = element("tbody", None, *(_row(cells, kinds) for cells in rows))
    whole = element("table", None, element("thead", None, head), body)
    return element("div", {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": name}, whole)


def _head(text: str, kind: str) -> Element:
    attributes = {"scope": "col", "class": "n"} if kind == "n" else {"scope": "col"}
    return element("th", attributes, text)


def _row(cells: Sequence[Cell], kinds: str) -> Element:
    return element("tr", None, *(_cell(cell, kind) for cell, kind in zip(cells, kinds, strict=True)))


def _cell(content: Cell, kind: str) -> Element:
    if kind == "h":
        return element("th", {"scope": "row"}, content)
    if kind == "n":
        return element("td", {"class": "n"}, _minus(content))
    return element("td", {"class": "text"} if kind == "t" else {}, content)


def _minus(content: Cell) -> Cell:
    """Numbers have a minus sign, not a hyphen."""
    return content.replace("-", "\N{MINUS SIGN}") if isinstance(content, str) and content != "-" else content


def folded(summary: str, *content: Element) -> Element:
    """What is shown when it is asked for."""
    return element("details", None, element("summary", None, summary), *content)
