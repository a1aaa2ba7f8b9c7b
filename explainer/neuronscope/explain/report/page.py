"""The report in, one HTML page out that needs no script, no other file and no network."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

from neuronscope.dataset.newfile import NewFile
from neuronscope.explain.report import panels, plots, words
from neuronscope.explain.report.markup import element, page
from neuronscope.explain.report.nouns import ExplainerReport, ExplanationReport, Reason
from neuronscope.explain.report.style import STYLE
from neuronscope.explain.report.tables import Cell, table


def write_page(report: ExplanationReport, path: Path) -> None:
    """Write the page; a file of that name is replaced at once or not at all.

    :raises StorageFailed: the disk is full or failed.
    """
    with NewFile(path) as file:
        file.write(page_of(report).encode())


def page_of(report: ExplanationReport) -> str:
    """The page's HTML."""
    found = [
        _head(report),
        *(_explained(report) if report.explainers else ()),
        _missing(report),
        _runs(report),
        _closing(report),
    ]
    content = element("main", None, *(each for each in found if each is not None))
    return page(f"Explanations of {report.title}", STYLE, content)


def _explained(report: ExplanationReport) -> list[Element | None]:
    return [
        panels.glance(report),
        panels.distributions(report),
        panels.baselines(report),
        panels.layers(report),
        panels.all_scores(report),
        panels.units(report),
    ]


def _head(report: ExplanationReport) -> Element:
    which = "all runs" if report.run is None else f"run {report.run}"
    said = f"Units of {report.model}, {words.layers(report)}, {which}. "
    of = f"{words.share(report.explained, report.units)} units have an explanation."
    return element(
        "header",
        None,
        element("h1", None, f"Explanations of {report.title}"),
        element("p", {"class": "soft"}, said, of),
    )


def _missing(report: ExplanationReport) -> Element | None:
    """What failed, is undefined or is not to be relied on, with how often and why."""
    names = words.short_names(report)
    rows = [row for name, one in zip(names, report.explainers, strict=True) for row in _doubts(name, one)]
    rows += [(f"no explanation by {one.explainer}, {one.kind}", one.text, one.count) for one in report.missing]
    rows += [("request without a usable answer", kind, count) for kind, count in report.total.failures.items()]
    about = (
        "Explanations that did not come, and correlations that are undefined or flagged, counted in units; requests "
        "over all runs. None of them stands as 0 in an average."
    )
    if not rows:
        return (
            panels.panel("What is missing", about, element("p", None, "Nothing: every number is there."))
            if (report.explainers)
            else None
        )
    most = max(count for _, _, count in rows)
    cells: list[tuple[Cell, ...]] = [(what, why, f"{count:,}", plots.bar(count, most)) for what, why, count in rows]
    listed = table(("what", "why", "count", "count as a bar"), cells, name="What is missing and why", kinds="htnp")
    return panels.panel("What is missing", about, listed)


def _doubts(name: str, one: ExplainerReport) -> list[tuple[str, str, int]]:
    score = panels.correlation_of(one)
    undefined: list[Reason] = score.undefined_reasons if score else []
    unreliable: list[Reason] = score.unreliable_reasons if score else []
    found = [(f"{name}: never scored", "explained only", one.unscored)] if one.unscored else []
    if one.unparsed:
        of = f"no number could be read, of {one.positions:,} simulated"
        found.append((f"{name}: positions unparsed", of, one.unparsed))
    found += [(f"{name}: undefined", reason.text, reason.count) for reason in undefined]
    return [*found, *((f"{name}: not reliable", reason.text, reason.count) for reason in unreliable)]


def _runs(report: ExplanationReport) -> Element | None:
    """What the runs did and what it cost."""
    if not report.runs:
        return None
    most = max(run.prompt_tokens + run.completion_tokens for run in report.runs)
    rows: list[tuple[Cell, ...]] = []
    for run in report.runs:
        counts = (run.units, run.explained, run.requests, run.retries, run.cached)
        tokens = (run.prompt_tokens, run.completion_tokens)
        numbers = [f"{value:,}" for value in (*counts, *tokens)]
        costs = (words.dollars(run), words.duration(run.seconds))
        rows.append((run.run, run.created, *numbers, plots.bar(sum(tokens), most), *costs))
    counted = ("units", "explained", "requests", "retries", "cached", "tokens read", "written", "both as a bar")
    heads = ("run", "made", *counted, "cost", "time")
    total = report.total
    about = (
        f"{words.count(total.runs, 'run')}: {words.count(total.requests, 'request')}, "
        f"{total.prompt_tokens + total.completion_tokens:,} tokens, "
        f"cost {words.dollars(total)}{f' ({total.cost_reason})' if total.cost_reason else ''}, "
        f"{words.duration(total.seconds)}. Answers from the cache or the journal are not among the requests; "
        f"{total.uncounted:,} answers did not say how many tokens they took."
    )
    return panels.panel("Requests and cost", about, table(heads, rows, name="Runs", kinds="ht" + "n" * 7 + "pnn"))


def _closing(report: ExplanationReport) -> Element:
    """Notes, how numbers were made, and what others published."""
    notes = element("ul", {"class": "notes"}, *(element("li", None, note) for note in report.notes))
    if not report.explainers:
        return panels.panel("No explanations", "Nothing was found that could be reported on.", notes)
    listed = element("dl", None)
    for name, text in report.methods.items():
        listed.extend([element("dt", None, name.replace("_", " ")), element("dd", None, text)])
    return panels.panel("How to read this", words.reference(report), listed, notes if report.notes else None)
