"""Text as HTML: colours as the viewer's, everything shown as text, nothing executed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neuronscope.dashboards.colour import level, level_class, limit_of
from neuronscope.dashboards.markup import Layer, coloured, escaped, glyphs
from neuronscope.dashboards.numbers import percent, short
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord

VIEWER = Path(__file__).parents[3] / "viewer/tests"
TABLE = json.loads((VIEWER / "colours.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("value", "limit", "step", "name"), TABLE["levels"])
def test_colours_are_the_viewers(value: float | None, limit: float, step: int, name: str | None) -> None:
    assert level(value, limit) == step
    assert level_class(step) == (name or "")


@pytest.mark.parametrize(("value", "said"), TABLE["short"])
def test_numbers_are_said_as_in_the_viewer(value: float | None, said: str) -> None:
    assert short(value) == said


def test_nan_and_infinity_have_no_colour_and_no_number() -> None:
    for value in (float("nan"), float("inf"), None):
        assert level(value, 1.0) == 0
        assert short(value) == "\N{EN DASH}"
    assert level(1.0, float("nan")) == level(1.0, None) == level(1.0, 0) == 0


def test_shares_are_said_with_two_figures() -> None:
    assert [percent(share) for share in (None, 0, 0.5, 0.0123, 1e-7)] == ["\N{EN DASH}", "0%", "50%", "1.2%", "<0.001%"]


def test_the_limit_is_the_larger_end_and_ignored_positions_do_not_count() -> None:
    text = ActivationRecord(["a", "b", "c"], [90.0, 1.0, -3.0], ignored=[0])
    assert limit_of(NeuronRecord(NeuronId(0, 0), most_positive_activation_records=[text])) == 3.0
    assert limit_of(NeuronRecord(NeuronId(0, 0))) == 0.0


def test_hostile_text_is_text_and_exact(hostile_tokens: list[str], parsed: Callable[[str], Any]) -> None:
    values = [float(place % 3 - 1) for place in range(len(hostile_tokens))]
    for tips in (None, hostile_tokens):
        page = parsed(coloured(hostile_tokens, Layer(values, 1.0), second=Layer(values, 1.0), tips=tips))
        assert page.names() == {"div", "span"}
        assert page.heatmaps == ["".join(hostile_tokens)]
        assert {name for _, given in page.elements for name in given} <= {"class", "dir", "data-sign", "title"}


def test_what_html_cannot_hold_is_a_sign() -> None:
    assert coloured(["\x00", "\ud83d"], Layer([0, 0], 1.0)).count("U+") == 2
    assert escaped("a\x00\n<") == "a\u2039U+0000\u203a⏎&lt;"


def test_a_character_over_several_tokens_has_the_strongest_ones_colour() -> None:
    drawn = coloured(["a", "🙂", "", ""], Layer([0.0, 0.1, 1.0, 0.2], 1.0), peak=2)
    assert '<span class="l10 peak">🙂</span>' in drawn
    assert glyphs(["", "a", "", "b"]) == [(0, 3), (3, 4)]


def test_neighbours_of_one_colour_are_one_run_unless_each_has_a_tip() -> None:
    layer = Layer([1.0, 1.0, 0.0, 0.0], 1.0)
    tokens = ["a", "b", "c", "d"]
    assert coloured(tokens, layer).count("<span") == 1
    assert coloured(tokens, layer, tips=["1", "2", "3", "4"]).count("<span") == 4


def test_ignored_positions_have_no_colour() -> None:
    assert "l10" not in coloured(["a", "b"], Layer([1.0, 0.0], 1.0), ignored=[0])
