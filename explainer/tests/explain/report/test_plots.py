"""Plots hold the numbers that they are made of."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, tostring

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.explain.report import plots
from neuronscope.explain.report.averages import average
from neuronscope.explain.report.nouns import LayerAverage
from neuronscope.explain.report.svg import Scale, ticks

scores = st.lists(st.floats(-1, 1), min_size=1, max_size=60)


def classes(drawn: Element, name: str) -> list[Element]:
    return [shape for shape in drawn.iter() if name in shape.get("class", "").split()]


@given(scores)
def test_every_score_is_in_the_bin_that_holds_it(values: list[float]) -> None:
    span = plots.span_of(values)
    counted = plots.bins(values, span)
    assert sum(count for _, count in counted) == len(values)
    for low, count in counted:
        last = low == counted[-1][0]
        inside = [value for value in values if low - 1e-9 <= value < low + plots.BIN + (1 if last else -1e-9)]
        assert abs(count - len(inside)) <= sum(
            abs(value / plots.BIN - round(value / plots.BIN)) < 1e-6 for value in values
        )


def test_bins_agree_with_numpys() -> None:
    values = np.random.default_rng(3).uniform(-0.19, 0.99, 500).tolist()
    counts = [count for _, count in plots.bins(values, (-0.2, 1.0))]
    assert counts == np.histogram(values, bins=np.linspace(-0.2, 1, 25))[0].tolist()


@given(scores)
def test_an_axis_of_scores_holds_them_all(values: list[float]) -> None:
    low, high = plots.span_of(values)
    assert -1 <= low <= min(*values, -0.2)
    assert high == 1


@given(st.integers(-100, 9), st.integers(1, 2000))
def test_marks_are_few_round_and_inside(tenths: int, width_in_tenths: int) -> None:
    low, width = tenths / 10, width_in_tenths / 10
    marks = ticks(low, low + width)
    assert 1 <= len(marks) <= 7
    assert all(low - 1e-6 * width <= mark <= low + width * (1 + 1e-6) for mark in marks)
    assert all(len(f"{mark:g}") <= 6 for mark in marks)


def test_what_is_beyond_a_scale_is_drawn_at_its_end() -> None:
    scale = Scale(0, 1, 10, 110)
    assert [scale(value) for value in (-3, 0, 0.5, 1, 7)] == [10, 10, 60, 110, 110]


def test_bars_are_as_high_as_their_counts() -> None:
    values = [0.01] * 6 + [0.51] * 3
    drawn = plots.distribution(values, average(values, limits=(-1, 1)), (-0.2, 1.0), title="Scores")
    heights = [float(bar.get("height") or 0) for bar in classes(drawn, "bar")]
    assert heights == pytest.approx([106, 53])
    assert "Histogram over 9 units; mean 0.177" in tostring(drawn, encoding="unicode")


def test_a_dot_per_unit_is_above_the_diagonal_where_the_explainer_scores_more() -> None:
    pairs = [(0.5, 0.1), (0.2, 0.4), (0.3, 0.3)]
    drawn = plots.against(pairs, (-0.2, 1.0), names=("token lookup", "pairs"), title="Scores")
    (more,), less = classes(drawn, "more"), classes(drawn, "less")
    assert len(less) == 2
    diagonal = classes(drawn, "diagonal")[0]
    left, bottom, top = (float(diagonal.get(name) or 0) for name in ("x1", "y1", "y2"))
    side = bottom - top
    assert float(more.get("cx") or 0) == pytest.approx(left + side * 0.3 / 1.2, abs=0.06)
    assert float(more.get("cy") or 0) == pytest.approx(bottom - side * 0.7 / 1.2, abs=0.06)


def test_many_units_are_squares_and_the_page_stays_small() -> None:
    draw = np.random.default_rng(0)
    pairs = list(zip(draw.normal(0.3, 0.2, 20_000).clip(-1, 1), draw.normal(0.1, 0.1, 20_000).clip(-1, 1), strict=True))
    drawn = plots.against(pairs, (-1.0, 1.0), names=("token lookup", "pairs"), title="Scores")
    written = tostring(drawn, encoding="unicode")
    assert not classes(drawn, "circle")
    assert len(written) < 80_000
    more = sum(score > base for score, base in pairs)
    assert f"20,000 units, {more:,} of them above the diagonal" in written


def test_layers_stand_at_their_numbers() -> None:
    layers = [
        LayerAverage(layer, average([value] * 6, limits=(-1, 1))) for layer, value in ((2, 0.1), (9, 0.3), (16, -0.2))
    ]
    span = plots.layer_span(layers)
    assert span[0] <= -0.2 <= 0.3 <= span[1]
    drawn = plots.by_layer(layers, span, title="By layer")
    x = [float(dot.get("cx") or 0) for dot in classes(drawn, "mean")]
    assert x[1] - x[0] == pytest.approx(x[2] - x[1], abs=0.11)
    assert "from -0.200 in layer 16 to 0.300 in layer 9" in tostring(drawn, encoding="unicode")


def test_a_strip_without_a_mean_is_empty() -> None:
    assert not classes(plots.strip(average([], limits=(-1, 1)), (-0.2, 1.0)), "mean")


def test_numbers_in_a_drawing_are_short() -> None:
    drawn = plots.distribution([1 / 3] * 7, average([1 / 3] * 7, limits=(-1, 1)), (-0.2, 1.0), title="Scores")
    assert not re.search(r'="[-0-9]+\.\d{2,}"', tostring(drawn, encoding="unicode"))
