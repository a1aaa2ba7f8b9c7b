"""One HTML file: what it may do, what it holds, how large it is; and heat-maps as files."""

from __future__ import annotations

import base64
import hashlib
import math
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neuronscope.dashboards import OfflineFeatureDashboard, compare, token_heatmap, token_log_probs
from neuronscope.errors import BadInput

pytestmark = pytest.mark.usefixtures("script")
Read = Callable[[str], Any]
WORDS = ["the", "of", "and", "model", "light", "under", "seven", "because", "walked", "(a)", "42", ".", ",", "quickly"]


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(page: Any) -> dict[str, list[str]]:
    """The file's own policy, by directive."""
    said = next(
        given["content"]
        for name, given in page.elements
        if name == "meta" and "Policy" in (given.get("http-equiv") or "")
    )
    return {words[0]: words[1:] for part in said.split(";") if (words := part.split())}


def test_the_policy_allows_what_is_in_the_file_and_nothing_else(hostile: Any, parsed: Read) -> None:
    text = OfflineFeatureDashboard(hostile, css=".mine > b { color: red }").html()
    page = parsed(text)
    rules = policy(page)
    assert rules["default-src"] == ["'none'"]
    scripts = [content for content in page.contents if content == "/* reads */"]
    assert rules["script-src"] == [digest(scripts[0])]
    assert rules["style-src"] == [digest(content) for content in page.contents if "{" in content]
    assert len(rules["style-src"]) == 3
    assert "unsafe" not in text.split("</head>")[0]
    assert not {name for _, given in page.elements for name in given} & {"src", "href", "style", "onerror"}


def test_tokens_are_text_and_exact_in_the_page_and_in_its_data(hostile: Any, parsed: Read, unpacked: Read) -> None:
    tokens = hostile[7][0][1]
    text = OfflineFeatureDashboard(hostile, title="</title><script>x", names={7: "<b>\u202e"}).html()
    page = parsed(text)
    assert page.heatmaps == ["".join(tokens)]
    assert not page.names() & {"img", "b"}
    assert [name for name, _ in page.elements].count("script") == 3
    head, units = unpacked(text)
    assert units[0]["record"]["most_positive_activation_records"][0]["tokens"] == tokens
    assert (head["title"], head["directory"][0]["name"]) == ("</title><script>x", "<b>\u202e")


def test_units_stand_in_blocks_in_the_order_of_the_list(unpacked: Read) -> None:
    examples = {number: [(1.0, [f" {number}"], [1.0])] for number in range(45)}
    text = OfflineFeatureDashboard(examples).html([*range(44, -1, -1), 3])
    head, *blocks = unpacked(text)
    assert (head["form"], head["block"], head["total"], len(blocks)) == (1, 20, 45, 3)
    order = [str(number) for number in range(44, -1, -1)]
    assert [entry["key"] for entry in head["directory"]] == order
    assert [unit["key"] for block in blocks for unit in block] == order
    assert re.findall(r'data-block="(\d+)"', text) == ["0", "1", "2"]


def test_equal_dashboards_are_equal_bytes(hostile: Any) -> None:
    assert OfflineFeatureDashboard(hostile).html() == OfflineFeatureDashboard(hostile).html()


def test_a_unit_of_fifty_texts_takes_at_most_150_kb(tmp_path: Path) -> None:
    draw = random.Random(0)
    values = [[round(max(0.0, draw.gauss(0, 1)), 3) for _ in range(64)] for _ in range(50)]
    examples = [(max(some), [f" {draw.choice(WORDS)}" for _ in some], some) for some in values]
    examples.sort(key=lambda one: -one[0])
    dashboard = OfflineFeatureDashboard({0: examples}, max_examples=50, window_size=64)
    size = dashboard.export_html(tmp_path / "one.html").stat().st_size
    assert 20_000 < size < 150_000


@pytest.mark.parametrize("css", ["</style><script>", "a{}<!--", "a\r{}"])
def test_css_that_would_end_its_element_is_refused(css: str) -> None:
    with pytest.raises(BadInput, match="css holds"):
        OfflineFeatureDashboard({0: []}, css=css).html()


def test_a_file_is_written_where_it_can_be(tmp_path: Path) -> None:
    dashboard = OfflineFeatureDashboard({0: []})
    assert dashboard.export_to_html(tmp_path / "x.html") == tmp_path / "x.html"
    assert not list(tmp_path.glob("*.html?*"))
    with pytest.raises(BadInput, match="is a folder"):
        dashboard.export_html(tmp_path)
    with pytest.raises(BadInput, match="does not exist"):
        dashboard.export_html(tmp_path / "none/x.html")
    with pytest.raises(BadInput, match="there is no unit 4"):
        dashboard.export_html(tmp_path / "y.html", units=[4])
    assert not (tmp_path / "y.html").exists()


def test_a_heatmap_is_shown_and_saved_without_a_script(hostile_tokens: list[str], parsed: Read, tmp_path: Path) -> None:
    values = [float(place % 5 - 2) for place in range(len(hostile_tokens))]
    found = token_heatmap(hostile_tokens, values, values[::-1], names=["<b>one", "other"], title="<i>")
    for text in (found._repr_html_(), found.save(tmp_path / "map.html").read_bytes().decode()):
        page = parsed(text)
        assert page.heatmaps == ["".join(hostile_tokens)]
        assert not page.names() & {"script", "b", "i", "img"}
    assert policy(page)["script-src"] == ["'none'"]


def test_nan_is_not_coloured_and_negative_numbers_have_their_own_colour() -> None:
    body = token_heatmap([" a", " b", " c", " d"], [2.0, -2.0, math.nan, None]).body
    assert '<span class="l10" title="2"> a</span><span class="n10" title="\N{MINUS SIGN}2"> b</span>' in body
    assert body.count('title="no number"> ') == 2


def test_pieces_arrays_and_ids_are_taken_by_heatmaps_too() -> None:
    import numpy as np

    assert '"l10" title="1"> a<' in token_heatmap(["Ġa", "Ġb"], np.array([1.0, 0.5])).body
    assert ">x</span>" in token_heatmap(np.array([0]), np.array([1.0]), tokenizer=lambda ids: "x" * len(ids)).body


def test_colours_of_ones_own_are_a_style_of_its_own(parsed: Read) -> None:
    found = token_heatmap([" a"], [1.0], colours=[("#123456", "#abcdef")])
    assert "--hot: #123456; --cold: #abcdef" in found.style
    assert digest(found.style) in policy(parsed(found.html()))["style-src"]


def test_surprise_is_minus_the_logarithm() -> None:
    body = token_log_probs([" a", " b", " c"], [None, math.log(0.25), 0.0]).body
    assert 'title="nothing was expected here"> a' in body
    assert '<span class="l10" title="1.39 nats, probability 0.25"> b</span>' in body
    assert 'title="0.00 nats, probability 1.00"> c' in body


def test_a_comparison_has_the_difference_on_the_same_scale() -> None:
    body = compare([" a", " b"], [1.0, 2.0], [3.0, 0.0], names=("base", "<it>")).body
    assert "&lt;it&gt; minus base" in body
    assert body.count('class="heatmap') == 3
    assert '<span class="l7" title="2"> a</span><span class="n7" title="\N{MINUS SIGN}2"> b</span>' in body


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: token_heatmap(["a "], [1.0, 2.0]), "there are 1 tokens but 2 activations"),
        (lambda: token_heatmap(["a "], [1.0], [1.0, 2.0]), "there are 1 tokens but 2 second"),
        (lambda: token_heatmap("abc", [1.0]), "tokens are a str"),
        (lambda: token_heatmap(["a "], 3.0), "activations are a float"),
        (lambda: token_heatmap(["a "], ["x"]), "'x' of token 0 is no number"),
        (lambda: token_heatmap(["a "], [[1.0, 2.0]]), r"\[1.0, 2.0\] of token 0 is no number"),
        (lambda: token_heatmap(["a "], [1.0], max_act=0), "max_act is 0"),
        (lambda: token_heatmap(["a "], [1.0], colours=[("#12", "#34")]), "colour '#12'"),
        (lambda: token_log_probs([" a"], [0.5]), "log-probability of token 0 is 0.5"),
        (lambda: compare([" a"], [1.0], [], names=("base", "it")), "there are 1 tokens but 0 it"),
    ],
)
def test_heatmaps_that_cannot_be_say_why(made: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        made()
