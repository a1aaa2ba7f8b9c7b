"""The report in, panels of its page out: each says what it shows and over how many units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from neuronscope.explain.report import plots, words
from neuronscope.explain.report.markup import element
from neuronscope.explain.report.nouns import (
    Average,
    Comparison,
    Example,
    ExplainerReport,
    ExplanationReport,
    ScoreReport,
)
from neuronscope.explain.report.tables import folded, table
from neuronscope.explain.report.tallies import BASELINES, CORRELATION

_LISTED = 100  # units up to which each one's numbers stand in a table


def panel(title: str, about: str, *content: Element | None) -> Element:
    """A section with its heading and its denominator."""
    return element("section", None, element("h2", None, title), element("p", {"class": "of"}, about), *content)


def correlation_of(one: ExplainerReport) -> ScoreReport | None:
    """The score that explanations are compared by, if they were simulated."""
    return next((score for score in one.scores if score.name == CORRELATION), None)


def named(report: ExplanationReport) -> Iterator[tuple[str, ExplainerReport]]:
    """Every explainer with its short name."""
    yield from zip(words.short_names(report), report.explainers, strict=True)


def scored(report: ExplanationReport) -> Iterator[tuple[str, ExplainerReport, ScoreReport]]:
    """The explainers with a defined correlation for some unit, and that correlation."""
    for name, one in named(report):
        score = correlation_of(one)
        if score is not None and score.average.units:
            yield name, one, score


def glance(report: ExplanationReport) -> Element:
    """For each explainer its mean, and how far that is above its baselines."""
    cards = element("div", {"class": "cards"}, *(_card(place, one) for place, one in enumerate(report.explainers, 1)))
    about = (
        "Correlation of simulated with real activations over all tokens of held-out excerpts; the mean is over units, "
        "with its 95% interval. Differences are over units where both are defined."
    )
    return panel("At a glance", about, cards)


def _card(place: int, one: ExplainerReport) -> Element:
    title = f"{place} {one.label}"
    score = correlation_of(one)
    lines = [f"{words.count(one.explanations, 'explanation')} of {words.count(one.units, 'unit')}"]
    if score is None:
        return _lines(title, "never simulated", lines)
    mean = score.average
    over = f"mean {words.average(mean)}" if mean.units else "no score is defined"
    flagged = f"{words.share(score.unreliable, mean.units)} of them" if score.unreliable else "none"
    lines = [
        f"defined for {words.share(mean.units, one.units)} units, {flagged} flagged as not reliable",
        *_apart(one),
        *(f"{words.BASELINE_NAMES[each.baseline]}: {verdict(each)}" for each in score.comparisons),
    ]
    return _lines(title, over, lines)


def _apart(one: ExplainerReport) -> list[str]:
    """Top and random sequences apart: on random ones alone explanations score much less."""
    means = {score.name: score.average.mean for score in one.scores}
    said = [(name, means.get(f"{CORRELATION}_{name}")) for name in ("top", "random")]
    parts = [f"{name} excerpts alone {words.number(mean)}" for name, mean in said if mean is not None]
    return [", ".join(parts)] if parts else []


def _lines(title: str, main: str, lines: Sequence[str]) -> Element:
    first = element("p", {"class": "main"}, _minus(main))
    return element(
        "div", None, element("h3", None, title), first, *(element("p", None, _minus(text)) for text in lines)
    )


def _minus(said: str) -> str:
    """Negative numbers of our own sentences have a minus sign."""
    return said.replace(" -", " \N{MINUS SIGN}").replace("(-", "(\N{MINUS SIGN}")


def verdict(one: Comparison) -> str:
    """The difference in words: above or below only where the interval says so."""
    if one.difference is None or one.interval is None:
        return f"{words.difference(one)}, {one.reason}" if one.difference is not None else words.difference(one)
    sure = "above" if one.interval[0] > 0 else "below" if one.interval[1] < 0 else "not clearly apart"
    wins = words.share(one.wins, one.pairs)
    return f"{sure}, {words.difference(one)}; scores more on {wins} units"


def distributions(report: ExplanationReport) -> Element | None:
    """A histogram per explainer, all on one axis."""
    found = list(scored(report))
    span = plots.span_of([value for _, one, _ in found for value in _defined(one)])
    figures = [_distribution(name, one, score.average, span) for name, one, score in found]
    about = (
        "Correlation per unit, top and random excerpts together. The dot is the mean with its 95% interval, the "
        "upright stroke the median. Units without a defined score are not drawn; how many they are stands above each."
    )
    return panel("Distribution of scores", about, element("div", {"class": "plots"}, *figures)) if found else None


def _defined(one: ExplainerReport) -> list[float]:
    return [value for value in one.by_unit.score if value is not None]


def _distribution(name: str, one: ExplainerReport, mean: Average, span: plots.Span) -> Element:
    values = _defined(one)
    drawn = plots.distribution(values, mean, span, title=f"Scores of {name}")
    rows = [(f"{low:.2f} to {low + plots.BIN:.2f}", f"{count:,}") for low, count in plots.bins(values, span) if count]
    numbers = table(("correlation", "units"), rows, name=f"Histogram of {name}", kinds="nn")
    caption = f"{words.count(mean.units, 'unit')} of {one.units:,} with a defined score"
    return figure(name, caption, drawn, folded("Counts", numbers))


def figure(title: str, caption: str, *content: Element) -> Element:
    """A plot below its title and its denominator."""
    over = element("figcaption", None, element("h3", None, title), _minus(caption))
    return element("figure", None, over, *content)


def baselines(report: ExplanationReport) -> Element | None:
    """Each explainer against each of its baselines, unit by unit."""
    found = [(name, one, score) for name, one in named(report) for score in one.scores]
    rows = [_compared(name, score, each) for name, _, score in found for each in score.comparisons]
    drawn = [(each, name, one) for name, one, score in found if score.name == CORRELATION for each in score.comparisons]
    in_order = sorted(drawn, key=lambda item: BASELINES.index(item[0].baseline))
    span = plots.span_of([value for _, _, one in drawn for value in _drawn(one)])
    figures = [_scatter(name, one, each, span=span) for each, name, one in in_order if each.pairs]
    if not rows:
        return None
    counted = ("pairs", "baseline's mean")
    heads = ("explainer", "baseline", "difference", "95% interval", "scores more", *counted, "score")
    about = (
        "A dot is a unit: the correlation of the explanation upwards, that of the baseline on the same excerpts to the "
        f"right; with more than {plots.MOST_DOTS} units a square is the stronger the more of them lie in it. Token "
        "lookup knows the unit's strongest tokens and no language; a shuffled explanation is another unit's, simulated "
        "on this one's excerpts. An explanation that says something lies above the diagonal."
    )
    numbers = table(heads, rows, name="Differences from the baselines", kinds="htnnnnnt")
    return panel("Against the baselines", about, element("div", {"class": "plots"}, *figures), numbers)


def _compared(name: str, score: ScoreReport, each: Comparison) -> tuple[str, ...]:
    ends = words.interval(each.interval, signed=True) if each.interval is not None else each.reason or words.NOTHING
    numbers = (words.number(each.difference, signed=True), ends, words.share(each.wins, each.pairs), f"{each.pairs:,}")
    of_baseline = words.number(each.baseline_mean)
    return name, words.BASELINE_NAMES[each.baseline], *numbers, of_baseline, words.score_name(score.name)


def _drawn(one: ExplainerReport) -> list[float]:
    columns = one.by_unit
    return [
        value for values in (columns.score, columns.lookup, columns.shuffled) for value in values if value is not None
    ]


def _scatter(explainer: str, one: ExplainerReport, each: Comparison, *, span: plots.Span) -> Element:
    of_baseline = {"lookup": one.by_unit.lookup, "shuffled": one.by_unit.shuffled}[each.baseline]
    both = zip(one.by_unit.score, of_baseline, strict=True)
    pairs = [(score, base) for score, base in both if score is not None and base is not None]
    name = words.BASELINE_NAMES[each.baseline]
    drawn = plots.against(pairs, span, names=(name, explainer), title=f"{explainer} against {name}")
    return figure(f"{explainer} against {name}", f"{words.count(each.pairs, 'unit')}: {verdict(each)}", drawn)


def layers(report: ExplanationReport) -> Element | None:
    """Means by layer, where there are several."""
    found = [(name, score) for name, _, score in scored(report) if len(score.layers) > 1]
    if not found:
        return None
    span = plots.layer_span([each for _, score in found for each in score.layers])
    figures = []
    for name, score in found:
        rows = [
            (str(each.layer), f"{each.average.units:,}", words.average(each.average), words.number(each.average.median))
            for each in score.layers
        ]
        numbers = table(("layer", "units", "mean (95%)", "median"), rows, name=f"{name} by layer", kinds="nnnn")
        drawn = plots.by_layer(score.layers, span, title=f"{name} by layer")
        caption = f"{words.count(score.average.units, 'unit')} in {words.count(len(rows), 'layer')}"
        figures.append(figure(name, caption, drawn, folded("Numbers", numbers)))
    about = "Mean correlation of each layer's units with a defined score, with its 95% interval from 5 units on."
    return panel("By layer", about, element("div", {"class": "plots"}, *figures))


def all_scores(report: ExplanationReport) -> Element:
    """Every score with its average: top and random apart, explained variance, detection and fuzzing."""
    about = (
        "Averages are over units with a defined score, those flagged as not reliable among them. For "
        "detection and fuzzing a balanced accuracy or an AUC of 0.5 is chance."
    )
    return panel("All scores", about, *(_scores(name, one) for name, one in named(report) if one.scores))


def _scores(name: str, one: ExplainerReport) -> Element:
    above = [f"> {each.threshold:g}" for each in one.scores[0].above]
    heads = (
        "score",
        "mean",
        "95% interval",
        "\N{MINUS SIGN}0.2 to 1",
        "median",
        *above,
        "units",
        "undefined",
        "not reliable",
    )
    rows = [_averaged(one, score) for score in one.scores]
    kinds = "hnnpn" + "n" * len(above) + "nnn"
    return element("div", {"class": "part"}, element("h3", None, name), table(heads, rows, name=name, kinds=kinds))


def _averaged(one: ExplainerReport, score: ScoreReport) -> tuple[str | Element, ...]:
    mean = score.average
    strip = plots.strip(mean, (-0.2, 1.0))
    numbers = (words.number(mean.mean), words.interval(mean.mean_interval), strip, words.number(mean.median))
    above = [words.percent(each.units, mean.units) for each in score.above]
    counts = (f"{mean.units:,} of {one.units:,}", f"{score.undefined:,}", f"{score.unreliable:,}")
    return words.score_name(score.name), *numbers, *above, *counts


def units(report: ExplanationReport) -> Element | None:
    """Which explanations score most and least; of a small dataset, all units' numbers."""
    found = [(name, one) for name, one in named(report) if one.highest]
    if not found:
        return None
    content = [_examples(name, one) for name, one in found]
    about = "The five explanations of each explainer that score most, and the five that score least."
    return panel("Highest and lowest", about, *content)


def _examples(name: str, one: ExplainerReport) -> Element:
    parts = [("highest", one.highest), ("lowest", one.lowest)]
    listed = [_listed(f"{name}, {which}", examples) for which, examples in parts if examples]
    return element("div", {"class": "part"}, element("div", {"class": "halves"}, *listed), _all_units(name, one))


def _listed(name: str, examples: Sequence[Example]) -> Element:
    heads = ("unit", "explanation", "correlation")
    rows = [(f"{each.layer}:{each.unit}", each.explanation, _scored(each)) for each in examples]
    return element("div", None, element("h3", None, name), table(heads, rows, name=name, kinds="ntn"))


def _scored(each: Example) -> str:
    ends = "" if each.interval is None else f" ({words.interval(each.interval)})"
    return f"{words.number(each.score)}{ends}{'' if each.reliable else ', not reliable'}"


def _all_units(name: str, one: ExplainerReport) -> Element | None:
    columns = one.by_unit
    if len(columns.unit) > _LISTED:
        return None
    numbers = zip(columns.layer, columns.unit, columns.score, columns.lookup, columns.shuffled, strict=True)
    rows = [(f"{layer}:{unit}", *map(words.number, values)) for layer, unit, *values in numbers]
    heads = ("unit", "correlation", "token lookup", "shuffled")
    return folded("All units", table(heads, rows, name=f"All units of {name}", kinds="nnnn"))
