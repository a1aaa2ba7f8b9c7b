"""Numbers of the report in, plots out: distribution, by layer, against a baseline, and small ones for a table's cells.

Each is as wide as the narrowest page has room for, so that its letters are never scaled down.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from neuronscope.explain.report import words
from neuronscope.explain.report.nouns import Average, LayerAverage
from neuronscope.explain.report.svg import (
    Scale,
    bottom_axis,
    box,
    dot,
    drawing,
    label,
    left_axis,
    line,
    ticks,
    whisker,
)

WIDTH = 318.0  # what a page of 360 pixels leaves
BIN = 0.05
MOST_DOTS = 400  # above that a plot of dots is a plot of squares with counts
_SQUARES = 32
_SHADES = 5

Span = tuple[float, float]


def span_of(values: Sequence[float]) -> Span:
    """The ends of an axis of correlations that holds all values: up to 1, from -0.2 or a tenth below the smallest."""
    lowest = math.floor(min(values, default=0.0) * 10 - 1e-9) / 10
    return max(-1.0, min(-0.2, lowest)), 1.0


def bins(values: Sequence[float], span: Span) -> list[tuple[float, int]]:
    """The lower end of each bin of width ``BIN`` and how many values lie in it; the last bin holds its upper end."""
    first, count = round(span[0] / BIN), round((span[1] - span[0]) / BIN)
    places = Counter(min(math.floor(value / BIN + 1e-9) - first, count - 1) for value in values)
    return [(round((first + place) * BIN, 10), places[place]) for place in range(count)]


def distribution(values: Sequence[float], mean: Average, span: Span, *, title: str) -> Element:
    """A histogram; above it the mean with its interval, and the median as a stroke."""
    x, floor = Scale(*span, 30, WIDTH - 8), 150.0
    counted = bins(values, span)
    y = Scale(0, max((count for _, count in counted), default=1) or 1, floor, 44)
    marks = [mark for mark in ticks(y.low, y.high, most=5) if mark == int(mark)]
    shapes = left_axis(y, x.first, x.last, marks)
    for low, count in counted:
        if count:
            size = (x(low + BIN) - x(low) - 1, floor - y(count))
            shapes.append(box("bar", (x(low) + 0.5, y(count)), size))
    shapes += [line("zero", (x(0), 30), (x(0), floor)), *bottom_axis(x, floor, ticks(*span)), *_centre(mean, x)]
    middle = f"mean {words.average(mean)}, median {words.number(mean.median)}"
    said = f"Histogram over {words.count(len(values), 'unit')}; {middle}."
    return drawing((WIDTH, floor + 24), title, said, *shapes)


def _centre(mean: Average, x: Scale) -> list[Element]:
    """The mean's interval and dot, the median's stroke, and the mean in digits on the side that has room for them."""
    if mean.mean is None or mean.median is None:
        return []
    ends, y = mean.mean_interval or (mean.mean, mean.mean), 22.0
    left, right = min(x(ends[0]), x(mean.median)) - 8, max(x(ends[1]), x(mean.median)) + 8
    fits = right < x.last - 70
    said = f"mean {words.number(mean.mean)}".replace("-", "\N{MINUS SIGN}")
    return [
        whisker("whisker", (x(ends[0]), x(ends[1])), y),
        line("median", (x(mean.median), y - 8), (x(mean.median), y + 8)),
        dot("mean", (x(mean.mean), y), 3.5),
        label("value", (right if fits else left, y + 4), said, anchor="start" if fits else "end"),
    ]


def by_layer(layers: Sequence[LayerAverage], span: Span, *, title: str) -> Element:
    """Each layer's mean as a dot with its interval."""
    floor = 150.0
    y = Scale(*span, floor, 8)
    first, last = layers[0].layer, layers[-1].layer
    x = Scale(first - 0.5, last + 0.5, 38, WIDTH - 8)
    shapes = [*left_axis(y, x.first, x.last, ticks(*span)), line("zero", (x.first, y(0)), (x.last, y(0)))]
    for one in layers:
        if one.average.mean_interval is not None:
            low, high = one.average.mean_interval
            shapes.append(whisker("whisker", (y(low), y(high)), x(one.layer), upright=True))
        if one.average.mean is not None:
            shapes.append(dot("mean", (x(one.layer), y(one.average.mean)), 3.5))
    shapes += bottom_axis(x, floor, _layer_marks([one.layer for one in layers]))
    return drawing((WIDTH, floor + 24), title, _layers_said(layers), *shapes)


def layer_span(layers: Sequence[LayerAverage]) -> Span:
    """The ends of the axis of means: 0 and every interval are in it."""
    ends = [0.0]
    for one in layers:
        ends += [one.average.mean] if one.average.mean is not None else []
        ends += one.average.mean_interval or ()
    low, high = math.floor(min(ends) * 10 - 1e-9) / 10, math.ceil(max(ends) * 10 + 1e-9) / 10
    return low + 0.0, high if high > low else low + 0.1


def _layer_marks(layers: Sequence[int]) -> list[float]:
    if len(layers) <= 8:
        return [float(layer) for layer in layers]
    return [mark for mark in ticks(layers[0], layers[-1], most=8) if mark == int(mark)]


def _layers_said(layers: Sequence[LayerAverage]) -> str:
    known = [one for one in layers if one.average.mean is not None]
    best = max(known, key=lambda one: one.average.mean or 0.0)
    least = min(known, key=lambda one: one.average.mean or 0.0)
    return (
        f"Means of {words.count(len(layers), 'layer')}, from {words.number(least.average.mean)} in layer {least.layer} "
        f"to {words.number(best.average.mean)} in layer {best.layer}."
    )


def against(pairs: Sequence[tuple[float, float]], span: Span, *, names: tuple[str, str], title: str) -> Element:
    """Each unit's score (upwards) over a baseline's (to the right); above the diagonal the explainer scores more."""
    side, top = WIDTH - 46, 24.0
    x, y = Scale(*span, 38, 38 + side), Scale(*span, top + side, top)
    marks = ticks(*span, most=5)
    shapes = [*left_axis(y, x.first, x.last, marks), *bottom_axis(x, y.first, marks)]
    shapes += _dots(pairs, x, y) if len(pairs) <= MOST_DOTS else _squares(pairs, x, y)
    shapes.append(line("diagonal", (x.first, y.first), (x.last, y.last)))
    shapes += [
        label("tick", ((x.first + x.last) / 2, y.first + 33), names[0]),
        label("value", (x.first, top - 10), "explainer scores more", anchor="start"),
        label("value", (x.last - 6, y.first - 8), "baseline scores more", anchor="end"),
    ]
    more = sum(score > base for score, base in pairs)
    said = f"{words.count(len(pairs), 'unit')}, {more:,} of them above the diagonal, where {names[1]} scores more."
    return drawing((WIDTH, top + side + 40), title, said, *shapes)


def _dots(pairs: Sequence[tuple[float, float]], x: Scale, y: Scale) -> list[Element]:
    return [dot("more" if score > base else "less", (x(base), y(score)), 3.2) for score, base in pairs]


def _squares(pairs: Sequence[tuple[float, float]], x: Scale, y: Scale) -> list[Element]:
    """Counts per square of the plane, in five shades on a logarithmic scale."""
    width, height = (x.last - x.first) / _SQUARES, (y.first - y.last) / _SQUARES
    counts = Counter(
        (min(int((x(base) - x.first) / width), _SQUARES - 1), min(int((y.first - y(score)) / height), _SQUARES - 1))
        for score, base in pairs
    )
    most = math.log1p(max(counts.values()))
    shapes = []
    for (column, row), count in sorted(counts.items()):
        shade = max(1, math.ceil(_SHADES * math.log1p(count) / most - 1e-9))
        corner = (x.first + column * width, y.first - (row + 1) * height)
        shapes.append(box(f"{'more' if row >= column else 'less'} shade{shade}", corner, (width, height)))
    return shapes


def strip(mean: Average, span: Span) -> Element:
    """A mean with its interval, for a cell."""
    x, y = Scale(*span, 4, 156), 10.0
    shapes = [line("hair", (x.first, y), (x.last, y)), line("zero", (x(0), 3), (x(0), 17))]
    if mean.mean is not None and span[0] <= mean.mean:
        if mean.mean_interval is not None:
            shapes.append(whisker("whisker", (x(mean.mean_interval[0]), x(mean.mean_interval[1])), y))
        shapes.append(dot("mean", (x(mean.mean), y), 4))
    return drawing(
        (160, 20), "Mean and interval", f"{words.average(mean)} on a line from {span[0]:g} to {span[1]:g}", *shapes
    )


def bar(count: float, most: float) -> Element:
    """How long a count is beside the largest, for a cell."""
    width = 100 * count / most if most else 0.0
    shapes = [box("bar", (0, 3), (max(width, 1.5 if count else 0.0), 10))]
    return drawing((100, 16), "Share of the largest", words.percent(round(count * 1000), round(most * 1000)), *shapes)
