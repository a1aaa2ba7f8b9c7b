"""A script that stands in for the built one, tokens that try to be anything but text, and what is read out of pages."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from neuronscope.dashboards import page

HOSTILE = [
    *("<script>alert(1)</script>", "</script>", "<!--", "<img src=x onerror=alert(1)>", "&amp;", '"', "'", "{{title}}"),
    *("\u202eevil", "\u2066", "\u200b", "\u200d", "\ufeff", "\x01", "\x1b[31m", "\x85", "\r", "\n", "\t", "  ", ""),
    *("مرحبا", "👩\u200d💻", "é", "]]>", "$&", "\\u0041"),
]


@dataclass
class Page(HTMLParser):
    """What a browser makes of a page: the text of each heat-map, and elements by name with their attributes."""

    heatmaps: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)  # of scripts and styles, in order

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._in = ""
        self._open = 0  # elements within the heat-map

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        if self._open:
            self._open += 1
        elif "heatmap" in (given.get("class") or "").split():
            self._open = 1
            self.heatmaps.append("")
        if tag in ("script", "style"):
            self._in = tag
            self.contents.append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  # the parser names it
        self._in = ""
        self._open = max(0, self._open - 1)

    def handle_data(self, data: str) -> None:
        if self._in:
            self.contents[-1] += data
        if self._open:
            self.heatmaps[-1] += data

    def names(self) -> set[str]:
        """Which elements there are."""
        return {name for name, _ in self.elements}


def _parsed(text: str) -> Page:
    found = Page()
    found.feed(text)
    found.close()
    return found


def _unpacked(text: str) -> list[Any]:
    """The blocks of a file: its head, and lists of units."""
    blocks = re.findall(r'<script type="application/json\+gzip"[^>]*>([^<]*)</script>', text)
    return [json.loads(gzip.decompress(base64.b64decode(block))) for block in blocks]


@pytest.fixture(scope="session")
def parsed() -> Callable[[str], Page]:
    """What reads a page."""
    return _parsed


@pytest.fixture(scope="session")
def unpacked() -> Callable[[str], list[Any]]:
    """What reads the data of a page."""
    return _unpacked


@pytest.fixture
def script(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that npm would build."""
    folder = tmp_path_factory.mktemp("static")
    (folder / "page.js").write_text("/* reads */", encoding="utf-8")
    (folder / "page.css").write_text("body { margin: 0 }", encoding="utf-8")
    (folder / "widget.js").write_text("export default {}", encoding="utf-8")
    monkeypatch.setattr(page, "STATIC", folder)
    return folder


@pytest.fixture(scope="session")
def hostile_tokens() -> list[str]:
    """Tokens that try to be anything but text."""
    return HOSTILE


@pytest.fixture
def hostile() -> dict[int, list[tuple[float, list[str], list[float]]]]:
    """One feature with one text, of tokens that try to be anything but text."""
    activations = [float(place) for place in range(len(HOSTILE))]
    return {7: [(activations[-1], HOSTILE, activations)]}


@pytest.fixture(scope="session")
def unpack_payload() -> Callable[[bytes], Any]:
    """What a widget is given, read."""
    return lambda data: json.loads(gzip.decompress(data))
