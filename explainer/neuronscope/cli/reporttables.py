"""The report on a dataset's explanations as it stands in a terminal: one value in, tables and lines out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from neuronscope.cli.printable import on_a_line
from neuronscope.explain.report import words
from neuronscope.explain.report.nouns import ExplainerReport, ExplanationReport, ScoreReport

_CORRELATION = "correlation"
_EXPLANATION = 90  # characters of an explanation
_LONGEST = 9  # characters of "-0.027 to", which stay together


def report_parts(report: ExplanationReport) -> Iterator[RenderableType]:
    """Everything that is there to be said, in order; what is not there is left out or said in a sentence."""
    yield _head(report)
    if report.explainers:
        yield from _part("Explainers", _explainers(report))
        yield from _part("Correlation of simulated with real activations, over units", _correlations(report))
        yield from _comparisons(report)
        yield from _part("All scores, over units", _scores(report))
        yield from _part("By layer: mean, 95% interval, units", _layers(report))
        yield from _part("Highest and lowest correlation", _examples(report))
    yield from _part("What is not there, or not to be relied on", _reasons(report))
    yield from _part("Runs", _runs(report))
    yield Text()
    for line in _closing(report):
        yield Text(line, style="dim")


def _part(title: str, table: Table) -> Iterator[RenderableType]:
    if table.row_count:
        yield Text(f"\n{title}", style="bold")
        yield table


def _table(*names: str, left: int = 1) -> Table:
    """The first ``left`` columns are words, the others numbers; intervals may break between their ends."""
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for place, name in enumerate(names):
        if place < left:
            table.add_column(name, overflow="fold")
        else:
            table.add_column(name, justify="right", min_width=_LONGEST if name.startswith("95%") else len(name))
    return table


def _head(report: ExplanationReport) -> Text:
    which = "all runs" if report.run is None else f"run {report.run}"
    said = f"{words.share(report.explained, report.units)} units have an explanation; {words.layers(report)}, {which}"
    return Text(f"{on_a_line(report.title)}: explanations of units of {on_a_line(report.model)}\n{on_a_line(said)}")


def _named(report: ExplanationReport) -> Iterator[tuple[str, ExplainerReport]]:
    """Every explainer with its short name."""
    for name, one in zip(words.short_names(report), report.explainers, strict=True):
        yield on_a_line(name), one


def _score(one: ExplainerReport, name: str = _CORRELATION) -> ScoreReport | None:
    return next((score for score in one.scores if score.name == name), None)


def _explainers(report: ExplanationReport) -> Table:
    table = _table("", "explained and simulated by", "explanations", "units", left=2)
    for place, one in enumerate(report.explainers, start=1):
        table.add_row(str(place), on_a_line(one.label), f"{one.explanations:,}", f"{one.units:,}")
    return table


def _correlations(report: ExplanationReport) -> Table:
    table = _table("explainer", "defined", "reliable", "mean", "95%", "median", "> 0.3", "> 0.5", "> 0.7")
    for name, one in _named(report):
        score = _score(one)
        if score is None:
            table.add_row(name, f"0 of {one.units:,}")
            continue
        mean = score.average
        above = [words.percent(part.units, mean.units) for part in score.above]
        counts = (f"{mean.units:,} of {one.units:,}", f"{score.reliable.units:,}")
        numbers = (words.number(mean.mean), words.interval(mean.mean_interval), words.number(mean.median))
        table.add_row(name, *counts, *numbers, *above)
    return table


def _comparisons(report: ExplanationReport) -> Iterator[RenderableType]:
    """A table for each score that baselines have."""
    compared = dict.fromkeys(score.name for one in report.explainers for score in one.scores if score.comparisons)
    for name in compared:
        title = f"How far above the baselines, on the same units and excerpts: {words.score_name(name)}"
        yield from _part(title, _differences(report, name))


def _differences(report: ExplanationReport, score: str) -> Table:
    """Where there is no interval its reason stands in its place."""
    table = _table("explainer", "baseline", "pairs", "its mean", "difference", "95%", "scores more", left=2)
    for name, one in _named(report):
        found = _score(one, score)
        for each in found.comparisons if found else ():
            ends = words.interval(each.interval, signed=True) if each.interval else on_a_line(each.reason or "")
            numbers = (words.number(each.baseline_mean), words.number(each.difference, signed=True))
            pairs, wins = f"{each.pairs:,}", words.share(each.wins, each.pairs)
            table.add_row(name, words.BASELINE_NAMES[each.baseline], pairs, *numbers, ends, wins)
            name = ""
    return table


def _scores(report: ExplanationReport) -> Table:
    table = _table("explainer", "score", "units", "mean", "95%", "median", "95%", left=2)
    for name, one in _named(report):
        for score in one.scores:
            mean = score.average
            numbers = (words.number(mean.mean), words.interval(mean.mean_interval))
            middle = (words.number(mean.median), words.interval(mean.median_interval))
            table.add_row(name, words.score_name(score.name), f"{mean.units:,}", *numbers, *middle)
            name = ""
    return table


def _layers(report: ExplanationReport) -> Table:
    """A column per explainer; nothing where there is one layer only."""
    scores = [(name, _score(one)) for name, one in _named(report)]
    by_layer = [(name, {each.layer: each.average for each in score.layers} if score else {}) for name, score in scores]
    table = _table("layer", *(name.split()[0] for name, _ in by_layer))
    layers = sorted({layer for _, averages in by_layer for layer in averages})
    for layer in layers if len(layers) > 1 else ():
        cells = [averages.get(layer) for _, averages in by_layer]
        table.add_row(str(layer), *("" if one is None else f"{words.average(one)}, {one.units:,}" for one in cells))
    return table


def _examples(report: ExplanationReport) -> Table:
    table = _table("explainer", "unit", "correlation", "explanation", left=4)
    table.columns[1].justify = table.columns[2].justify = "right"
    for name, one in _named(report):
        for example in (*one.highest[:3], *reversed(one.lowest[:2])):
            text = on_a_line(" ".join(example.explanation.split()))
            short = text if len(text) <= _EXPLANATION else f"{text[: _EXPLANATION - 1]}…"
            table.add_row(name, f"{example.layer}:{example.unit}", words.number(example.score), Text(short))
            name = ""
    return table


def _reasons(report: ExplanationReport) -> Table:
    table = _table("what", "why", "count", left=2)
    for name, one in _named(report):
        for what, why, count in _doubts(one):
            table.add_row(f"{name}: {what}", Text(on_a_line(why)), f"{count:,}")
    for missing in report.missing:
        what = f"no explanation by {missing.explainer}, {missing.kind}"
        table.add_row(on_a_line(what), Text(on_a_line(missing.text)), f"{missing.count:,}")
    for kind, count in report.total.failures.items():
        table.add_row("requests without a usable answer", on_a_line(kind), f"{count:,}")
    return table


def _doubts(one: ExplainerReport) -> list[tuple[str, str, int]]:
    """Of the correlation, what is undefined and what is not reliable, and why."""
    score = _score(one)
    found = [("never scored", "units were explained only", one.unscored)] if one.unscored else []
    if one.unparsed:
        found.append(("positions unparsed", f"of {one.positions:,} that were simulated", one.unparsed))
    for reason in score.undefined_reasons if score else ():
        found.append(("correlation undefined", reason.text, reason.count))
    for reason in score.unreliable_reasons if score else ():
        found.append(("correlation not reliable", reason.text.removeprefix("not reliable: "), reason.count))
    return found


def _runs(report: ExplanationReport) -> Table:
    heads = (
        "run",
        "created",
        "units",
        "explained",
        "requests",
        "retries",
        "cached",
        "tokens in",
        "out",
        "cost",
        "time",
    )
    table = _table(*heads, left=2)
    for run in report.runs:
        counts = (run.units, run.explained, run.requests, run.retries, run.cached)
        tokens = (run.prompt_tokens, run.completion_tokens)
        numbers = [f"{value:,}" for value in (*counts, *tokens)]
        table.add_row(on_a_line(run.run), run.created, *numbers, words.dollars(run), words.duration(run.seconds))
    return table


def _closing(report: ExplanationReport) -> Sequence[str]:
    lines = [on_a_line(note) for note in report.notes]
    if report.explainers:
        lines.append(words.reference(report))
        lines += [f"{name.replace('_', ' ')}: {text}" for name, text in report.methods.items()]
    if report.total.cost_reason and report.runs:
        lines.append(f"Cost of all runs: {words.NOTHING} ({report.total.cost_reason}).")
    return lines
