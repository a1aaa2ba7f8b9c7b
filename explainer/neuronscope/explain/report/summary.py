"""A dataset in, the report on its explanations out: groups by origin, averages over units, runs and their cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

from neuronscope.dataset import Dataset
from neuronscope.dataset.bylayer import best_by_layer
from neuronscope.dataset.indexing import open_units
from neuronscope.dataset.runs import RunReport
from neuronscope.errors import BadInput
from neuronscope.explain.report.averages import METHODS
from neuronscope.explain.report.nouns import (
    ExplanationReport,
    Missing,
    ReferencePoint,
    RunCost,
    TotalCost,
)
from neuronscope.explain.report.origins import describe
from neuronscope.explain.report.reading import Progress, UnitPlace, chosen_layers, run_reports, unit_explanations
from neuronscope.explain.report.reasons import alike
from neuronscope.explain.report.tallies import UNKNOWN, Group, Origin, origin_of
from neuronscope.layerscores import LayerScores

# METHOD of the publication: Bills et al., "Language models can explain neurons in language models", 2023.
REFERENCE = [
    ReferencePoint("mean correlation, top and random sequences", 0.151, "GPT-2 XL, explained and simulated by GPT-4"),
    ReferencePoint("mean correlation, random sequences only", 0.037, "GPT-2 XL, explained and simulated by GPT-4"),
    ReferencePoint("share of neurons above 0.7", 0.017, "GPT-2 XL, explained and simulated by GPT-4"),
]


@dataclass(frozen=True)
class Selection:
    """What of a dataset is looked at; None: everything. ``explainers`` are names as in a provenance, or "unknown"."""

    run: str | None = None
    layers: tuple[int, ...] | None = None
    explainers: tuple[str, ...] | None = None
    seed: int = 0


@dataclass
class _Found:
    """What reading found; ``explainers`` and ``runs`` are of all explanations, selected or not."""

    groups: dict[Origin, Group] = field(default_factory=dict)
    explained: set[UnitPlace] = field(default_factory=set)
    explainers: set[str] = field(default_factory=set)
    runs: set[str] = field(default_factory=set)


def report_on(
    dataset: Dataset, selection: Selection = Selection(), *, progress: Progress | None = None
) -> ExplanationReport:
    """How good the explanations of a dataset are; one without explanations gives a report that says so.

    :raises BadInput: a layer, a run or an explainer that is not there; the sentence names those that are.
    :raises BrokenData: a file cannot be used.
    :raises StorageFailed: the disk or the network failed.
    """
    layers = chosen_layers(dataset, selection.layers)
    reports = run_reports(dataset)
    found = _read(dataset, layers, selection, progress)
    _refuse_unknown(dataset, selection, found, reports)
    runs = [one for one in reports if selection.run in (None, one.run)]
    manifest = dataset.manifest
    return ExplanationReport(
        dataset=dataset.name,
        title=manifest.title,
        model=manifest.model.name,
        run=selection.run,
        layers=layers,
        units=sum(len(dataset.units(layer)) for layer in layers),
        explained=len(found.explained),
        explainers=[describe(group, seed=selection.seed) for _, group in sorted(found.groups.items())],
        best_by_layer=_best(dataset, layers),
        missing=_missing(runs, selection, layers),
        runs=[_cost(one) for one in runs],
        total=_total(runs),
        reference=REFERENCE,
        methods=METHODS,
        notes=_notes(dataset, found, runs, selection),
    )


def _best(dataset: Dataset, layers: Sequence[int]) -> list[LayerScores] | None:
    try:
        return best_by_layer(open_units(dataset), layers)
    except BadInput:  # there are no tables
        return None


def _read(dataset: Dataset, layers: Sequence[int], selection: Selection, progress: Progress | None) -> _Found:
    found = _Found()
    for unit, results in unit_explanations(dataset, layers, progress):
        for one in results.scored_explanations:
            origin = origin_of(one)
            run = one.provenance.run if one.provenance else None
            found.explainers.add(origin.explainer or UNKNOWN)
            found.runs.update([run] if run else [])
            by_another = selection.explainers is not None and (origin.explainer or UNKNOWN) not in selection.explainers
            if by_another or selection.run not in (None, run):
                continue
            found.explained.add(unit)
            found.groups.setdefault(origin, Group(origin)).add(unit, one)
    return found


def _refuse_unknown(dataset: Dataset, selection: Selection, found: _Found, reports: Sequence[RunReport]) -> None:
    runs = found.runs | {one.run for one in reports}
    if selection.run is not None and selection.run not in runs:
        there = f"there are {', '.join(sorted(runs))}" if runs else "it has no reports of runs"
        raise BadInput(f"{dataset.name} has no run {selection.run[:80]!r}: {there}")
    failed = {failure.explainer for one in reports for failure in one.failed_units}
    for name in selection.explainers or ():
        if name not in found.explainers | failed:
            there = f"there are {', '.join(sorted(found.explainers))}" if found.explainers else "it has none at all"
            raise BadInput(f"{dataset.name} has no explanations by {name[:80]!r}: {there}")


def _missing(runs: Iterable[RunReport], selection: Selection, layers: Sequence[int]) -> list[Missing]:
    """The most frequent first."""
    by_kind: dict[tuple[str, str], list[str]] = {}
    for failure in (failure for one in runs for failure in one.failed_units):
        wanted = selection.explainers is None or failure.explainer in selection.explainers
        if wanted and failure.layer in layers:
            by_kind.setdefault((failure.explainer, failure.kind), []).append(failure.reason)
    found = [Missing(*key, why.text, why.count) for key, reasons in by_kind.items() for why in alike(reasons)]
    return sorted(found, key=lambda one: (-one.count, one.explainer, one.kind, one.text))


def _cost(report: RunReport) -> RunCost:
    return RunCost(**{field.name: getattr(report, field.name) for field in fields(RunCost)})


def _total(runs: Sequence[RunReport]) -> TotalCost:
    """Costs are added only where every run knows its own."""
    unknown = sum(one.cost is None for one in runs)
    reason = None if runs else "no reports of runs"
    if unknown:
        reason = f"{unknown} of {len(runs)} runs were given no prices"
    return TotalCost(
        runs=len(runs),
        seconds=sum(one.seconds for one in runs),
        requests=sum(one.requests for one in runs),
        retries=sum(one.retries for one in runs),
        cached=sum(one.cached for one in runs),
        prompt_tokens=sum(one.prompt_tokens for one in runs),
        completion_tokens=sum(one.completion_tokens for one in runs),
        uncounted=sum(one.uncounted for one in runs),
        cost=None if reason else sum(one.cost or 0.0 for one in runs),
        cost_reason=reason,
        failures=_added(one.failures for one in runs),
    )


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total.most_common())


def _notes(dataset: Dataset, found: _Found, runs: Sequence[RunReport], selection: Selection) -> list[str]:
    notes = [f"run {one.run}: {note}" for one in runs for note in one.notes]
    if not found.groups:
        notes.append(
            f"{dataset.name} has no explanations here. Write some with "
            f"neuronscope explain {dataset.root} --explainer pairs --llm MODEL, "
            f"or without a language model with neuronscope explain {dataset.root} --llm none"
        )
    elif not runs:
        notes.append("No reports of runs are there, so nothing is known of requests, failures and cost.")
    if selection.run is not None and found.groups and not runs:
        notes.append(f"reports/{selection.run}.json is not there.")
    if any(not origin.explainer for origin in found.groups):
        notes.append(
            "Some explanations do not say where they came from: they have no baselines, no intervals of their own and "
            "no word on how reliable they are."
        )
    return notes
