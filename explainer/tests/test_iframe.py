"""A unit in a frame: the address that it shows, and that nothing given can leave its attribute."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from neuronscope.dataset import open_dataset
from neuronscope.errors import BadInput
from neuronscope.iframe import PANES, neuron_iframe

REPOSITORY = Path(__file__).parents[2]
SITE = "http://127.0.0.1:8000/"
ROOT = f"{SITE}api/datasets/sample"


class Elements(HTMLParser):
    """The elements of some HTML with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("place", [ROOT, f"{ROOT}/", f"{SITE}#/d/sample", f"{SITE}#/d/sample/3/4?context=full"])
def test_every_address_of_a_dataset_leads_to_the_unit(place: str) -> None:
    frame = neuron_iframe(place, 5, 131)
    assert frame.url == f"{SITE}#/d/sample/5/131?embed=true&panes=explanation,activations"
    assert neuron_iframe(open_dataset(ROOT), 5, 131) == frame


def test_a_site_below_a_path_keeps_it() -> None:
    frame = neuron_iframe("https://a.example/neurons/#/d/b", 0, 1, panes=["try", "logits"], text="a b&c#")
    assert frame.url == "https://a.example/neurons/#/d/b/0/1?text=a+b%26c%23&embed=true&panes=try,logits"


def test_everything_given_stays_in_its_attribute() -> None:
    frame = neuron_iframe(f"""{SITE}#/d/"><script>alert(1)</script>'""", 5, 131, width="50%", height=300)
    ((tag, attributes),) = Elements(frame.html).found
    assert (tag, attributes["src"]) == ("iframe", frame.url)
    assert attributes["style"] == "width: 50%; height: 300px; border: 1px solid #8888; border-radius: 10px"
    assert "<script" not in frame.html
    assert frame._repr_html_() == frame.html


@pytest.mark.parametrize(
    "place",
    ["javascript:alert(1)//#/d/sample", "data/sample", "https:///#/d/sample", SITE, "https://a.example/sample", ""],
)
def test_what_is_no_sites_dataset_is_refused(place: str) -> None:
    with pytest.raises(BadInput, match="is no dataset of a site"):
        neuron_iframe(place, 0, 0)


def test_a_dataset_on_this_machine_is_refused() -> None:
    with pytest.raises(BadInput, match="is no dataset of a site"):
        neuron_iframe(open_dataset(REPOSITORY / "data/sample"), 0, 0)


@pytest.mark.parametrize("panes", [["activations", "<b>"], "activations"])
def test_an_unknown_pane_says_which_there_are(panes: list[str]) -> None:
    with pytest.raises(BadInput, match="related-tokens"):
        neuron_iframe(ROOT, 0, 0, panes=panes)


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(BadInput, match="-1:0 is no unit"):
        neuron_iframe(ROOT, -1, 0)
    for length in ("red; background: url(//x)", "-3", "1e3", "100 %"):
        with pytest.raises(BadInput, match="no width or height"):
            neuron_iframe(ROOT, 0, 0, height=length)


def test_the_panes_are_the_viewers() -> None:
    viewer = (REPOSITORY / "viewer/src/view.ts").read_text()
    listed = re.search(r"PANES = \[(.*?)\]", viewer, re.DOTALL)
    assert listed
    assert tuple(re.findall(r'"([^"]+)"', listed[1])) == PANES
