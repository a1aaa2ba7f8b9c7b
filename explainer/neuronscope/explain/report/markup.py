"""Elements of a page in, its HTML out. Text and attributes are escaped by the writer, so that no text is ever markup.

Elements of SVG are written the same way.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from typing import TypeAlias
from xml.etree.ElementTree import Element, tostring

Child: TypeAlias = "Element | str | None"
Attributes: TypeAlias = Mapping[str, str | float]

_KEPT = "\n\t"


def element(name: str, attributes: Attributes | None = None, *children: Child) -> Element:
    """An element with children in order; text of others may stand in any place, None is left out."""
    made = Element(name, {key: _attribute(value) for key, value in (attributes or {}).items()})
    for child in children:
        if isinstance(child, Element):
            made.append(child)
        elif child:
            _append_text(made, printable(child))
    return made


def elements(name: str, children: Iterable[Child]) -> list[Element]:
    """One element of this name around each child, such as a row's cells."""
    return [element(name, None, child) for child in children]


def printable(text: str) -> str:
    """What does not print (control characters, halves of surrogate pairs, marks of direction) escaped."""
    return "".join(c if c.isprintable() or c in _KEPT else c.encode("unicode_escape").decode() for c in text)


def page(title: str, style: str, *content: Element) -> str:
    """A whole page that asks nothing of anybody: its policy allows this one style sheet and nothing else.

    :raises ValueError: the style sheet would end its element.
    """
    if "</" in style:
        raise ValueError("a style sheet cannot hold </")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        None,
        element("meta", {"charset": "utf-8"}),
        element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", {"name": "color-scheme", "content": "light dark"}),
        element("title", None, title),
        element("style", None, style),
    )
    whole = element("html", {"lang": "en"}, head, element("body", None, *content))
    return f"<!doctype html>\n{tostring(whole, encoding='unicode', method='html')}\n"


def _append_text(parent: Element, text: str) -> None:
    """ElementTree keeps text in front of the first child and behind each one."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _attribute(value: str | float) -> str:
    """Coordinates with a tenth of a pixel, which is finer than any screen."""
    return printable(value) if isinstance(value, str) else f"{round(value, 1):g}"
