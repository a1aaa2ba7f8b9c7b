"""Elements become HTML in which no text is markup."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.explain.report.markup import element, elements, page, printable

anything = st.text(st.characters())  # halves of surrogate pairs and control characters too


class Reader(HTMLParser):
    """What a browser would see: names of elements, attributes, text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.names: list[str] = []
        self.texts: list[str] = []
        self.values: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.values += [value for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@given(anything, anything)
def test_text_of_others_stays_text(text: str, value: str) -> None:
    reader = Reader()
    reader.feed(page("t", "", element("p", {"title": value}, text)))
    reader.close()
    assert reader.names == ["html", "head", "meta", "meta", "meta", "meta", "title", "style", "body", "p"]
    assert reader.values[-1] == printable(value)
    assert "".join(reader.texts[reader.texts.index("t") + 1 :]).strip("\n") == printable(text).strip("\n")


@given(anything)
def test_a_page_can_always_be_written(text: str) -> None:
    page(text, "", element("p", None, text)).encode()


def test_children_keep_their_order() -> None:
    made = element("p", None, "a", element("b", None, "b"), "c", None, "d", element("i"), "e")
    assert "<body><p>a<b>b</b>cd<i></i>e</p></body>" in page("t", "", made)


def test_cells_are_made_of_children() -> None:
    assert [cell.text for cell in elements("td", ["a", "b"])] == ["a", "b"]


def test_the_policy_allows_the_style_sheet_and_nothing_else() -> None:
    written = page("t", "p { color: red; }")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', written)
    style = re.search("<style>(.*)</style>", written, re.DOTALL)
    assert policy
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    allowed = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert policy[1] == allowed


def test_a_style_sheet_cannot_end_its_element() -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        page("t", "</style><script>")
