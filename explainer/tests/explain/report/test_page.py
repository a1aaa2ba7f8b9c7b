"""The page: readable without anything but itself, and nothing that others wrote is ever markup in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronscope.dataset import open_dataset
from neuronscope.explain.report.nouns import ExplanationReport
from neuronscope.explain.report.page import page_of, write_page
from neuronscope.explain.report.summary import report_on

Make = Callable[..., Any]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;\u202e\x00</style>"
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Reader(HTMLParser):
    """Elements as they open and close; where they do not nest it is said."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.names: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture
def found(write_explained: Make, explained: Make, score: Make, a_run: Make) -> ExplanationReport:
    """All that a page can show: several layers, baselines, failures, runs, and texts that want to be markup."""
    draw = np.random.default_rng(2)
    explanations = {}
    for layer in range(3):
        for unit in range(9):
            value = None if unit == 4 else float(draw.uniform(-0.3, 0.9))
            note = HOSTILE if unit == 5 else None
            more = {"correlation_top": score(0.4), "fuzzing_auc": score(0.6), "r_squared": score(-30.0)}
            one = explained(HOSTILE, score(value, note=note), baselines={"lookup": 0.1, "shuffled": 0.0}, more=more)
            explanations[layer, unit] = [one, explained("tokens", 0.1, explainer="tokens")]
    root = write_explained(explanations, [a_run(notes=[HOSTILE])], layers=3)
    with open_dataset(str(root)) as opened:
        return report_on(opened)


def test_the_page_is_well_formed_and_has_no_script(found: ExplanationReport) -> None:
    reader = read(page_of(found))
    allowed = {"html", "head", "meta", "title", "style", "body", "main", "header", "section", "h1", "h2", "h3", "p"}
    allowed |= {"div", "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "details", "summary"}
    allowed |= {"ul", "li", "dl", "dt", "dd", "svg", "desc", "rect", "line", "circle", "text"}
    assert set(reader.names) <= allowed


def test_texts_of_others_stay_texts(found: ExplanationReport) -> None:
    reader = read(page_of(found))
    assert "<script>alert(1)</script>" in reader.text
    assert "\u202e" not in reader.text
    assert not [name for _, name, _ in reader.attributes if name.startswith("on") or name in ("style", "src", "href")]


def test_the_page_asks_nothing_of_anybody(found: ExplanationReport) -> None:
    page = page_of(found)
    style = page[page.index("<style>") : page.index("</style>")]
    assert not re.search(r"https?:|//|@import|url\(", style)
    values = [value for _, _, value in read(page).attributes]
    assert not [value for value in values if re.match(r"\s*(https?:|//|data:|javascript:)", value)]


def test_every_plot_says_in_words_what_it_shows(found: ExplanationReport) -> None:
    page = page_of(found)
    drawings = re.findall(r"<svg[^>]*>(.*?)</svg>", page)
    assert len(drawings) >= 8
    assert all(re.match("<title>[^<]+</title><desc>[^<]+</desc>", one) for one in drawings)
    assert page.count('role="img"') == len(drawings)


def test_every_panel_says_what_it_is_over(found: ExplanationReport) -> None:
    page = page_of(found)
    panels = re.findall(r"<section><h2>([^<]+)</h2><p class=\"of\">([^<]+)", page)
    assert [title for title, _ in panels] == [
        *("At a glance", "Distribution of scores", "Against the baselines", "By layer", "All scores"),
        *("Highest and lowest", "What is missing", "Requests and cost", "How to read this"),
    ]
    assert all(len(about) > 40 for _, about in panels)


def test_numbers_stand_on_the_page_as_in_the_report(found: ExplanationReport) -> None:
    text = read(page_of(found)).text
    correlation = found.explainers[0].scores[0]
    assert f"mean {correlation.average.mean:.3f}" in text
    assert "24 of 27 (89%) units" in text
    assert f"{correlation.comparisons[0].wins} of 24" in text
    assert "another unit's" in text
    assert "0.151" in text
    assert "not for comparison" in text


def test_a_page_without_explanations_says_what_to_run(write_explained: Make) -> None:
    with open_dataset(str(write_explained({}))) as opened:
        reader = read(page_of(report_on(opened)))
    assert "No explanations" in reader.text
    assert "neuronscope explain" in reader.text
    assert "svg" not in reader.names


def test_explanations_that_were_never_scored_have_a_page(write_explained: Make, explained: Make) -> None:
    from dataclasses import replace

    bare = replace(explained("words", 0.5), scored_simulation=None, scores=None)
    with open_dataset(str(write_explained({(0, 0): [bare]}))) as opened:
        text = read(page_of(report_on(opened))).text
    assert "never simulated" in text
    assert "never scored" in text


def test_one_unit_has_a_page_without_intervals(write_explained: Make, explained: Make) -> None:
    one = explained("words", 0.5, baselines={"lookup": 0.25, "shuffled": None})
    with open_dataset(str(write_explained({(0, 0): [one]}))) as opened:
        text = read(page_of(report_on(opened))).text
    assert "mean 0.500" in text
    assert "+0.250, no interval: 1 unit, 5 needed" in text
    assert "shuffled explanation: nobody else" in text


def test_the_page_takes_the_place_of_an_older_one(found: ExplanationReport, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    write_page(found, path)
    assert path.read_text() == page_of(found)
    assert [item.name for item in tmp_path.iterdir() if "report" in item.name] == ["report.html"]
