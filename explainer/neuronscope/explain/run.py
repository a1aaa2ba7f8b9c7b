"""Many units explained and scored: a dataset and options in, the same dataset with explanations and a report out.

All units are explained first, so that each is also scored with another one's explanation. What models answer is in a
journal before it is used: a run that was ended, however that was, goes on without asking anything twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from neuronscope import __version__
from neuronscope.dataset import Dataset, open_dataset
from neuronscope.dataset.runs import RunModel, RunReport
from neuronscope.explain.explainers import make_explainer
from neuronscope.explain.options import ExplainOptions
from neuronscope.explain.parts import ExplainerKind
from neuronscope.explain.planning import (
    EVERYTHING,
    UnitRange,
    changeable,
    chosen_units,
    dataset_digest,
    templates_digest,
    units_digest,
)
from neuronscope.explain.scoring import make_scorers
from neuronscope.explain.spill import Spill
from neuronscope.explain.stages import Stages, UnitExplained
from neuronscope.explain.tally import Tally, earlier_seconds, whole_totals
from neuronscope.explain.templates import load_templates
from neuronscope.explain.together import in_flight
from neuronscope.explain.unitscoring import Made
from neuronscope.explain.working import RunHeader, Working, finish_run, open_run
from neuronscope.explain.writing import write_results
from neuronscope.llm.journaled import Budget, BudgetSpent, Journaled
from neuronscope.llm.protocol import LanguageModel, Sampling
from neuronscope.prompts.templates import Templates
from neuronscope.records import NeuronId, NeuronSimulationResults

Stage = Literal["explaining", "scoring", "writing"]


@dataclass(frozen=True)
class RunModels:
    """Who explains, and who simulates and judges; None where nobody does. They may be one and the same."""

    explainer: LanguageModel | None = None
    simulator: LanguageModel | None = None

    def different(self) -> list[LanguageModel]:
        """Each of them once."""
        known = [model for model in (self.explainer, self.simulator) if model is not None]
        return known[:1] if len(known) == 2 and known[0] is known[1] else known


@dataclass(frozen=True)
class RunSettings:
    """How a run goes about it; what it finds depends on ``units`` and ``templates`` alone.

    ``at_once`` is how many requests may be under way. ``budget`` is US dollars that this part of the run may cost:
    what is under way when they are spent is still paid for.
    """

    units: tuple[UnitRange, ...] = EVERYTHING
    templates: Templates | None = None
    at_once: int = 8
    budget: float | None = None
    resume: bool = False
    created: datetime | None = None


@dataclass(frozen=True)
class RunProgress:
    """How far a run is. ``failures`` and ``cost`` are of this part of the run."""

    stage: Stage
    done: int
    total: int
    requests: int
    known: int  # answers that were in the journal or the cache
    failures: int
    cost: float | None


@dataclass(frozen=True)
class RunSummary:
    """What a run did; ``stopped`` says why it did not come to its end, and then nothing was written."""

    dataset: str
    report: RunReport
    resumed: bool
    stopped: str | None = None


async def explain_units(
    root: Path | str,
    options: ExplainOptions,
    *,
    models: RunModels,
    settings: RunSettings = RunSettings(),
    progress: Callable[[RunProgress], None] | None = None,
) -> RunSummary:
    """Explain units of the dataset at ``root``, score the explanations, and write both into the dataset.

    Every run explains and scores by token lookup too. The models are not closed.

    :raises BadInput: a dataset that cannot be written to, no such units, an explainer without a model, a model that
        cannot be asked at all, or an unfinished run that was not asked for or is about something else.
    :raises BrokenData: a file of the dataset cannot be used.
    :raises StorageFailed: the disk or the network failed. What was answered until then is kept.
    """
    with open_dataset(root) as dataset:
        folder = changeable(dataset)
        units = chosen_units(dataset, settings.units)
        asked = _Asked(dataset, units, options, settings.templates or load_templates())
        _refuse_early(asked, models)
        header = _header(asked, models, settings.created)
        with open_run(folder, header, resume=settings.resume) as working:
            return await _Run(asked, working, models, settings, progress).go(folder)


@dataclass(frozen=True)
class _Asked:
    """What the run is about."""

    dataset: Dataset
    units: Sequence[NeuronId]
    options: ExplainOptions
    templates: Templates


def _refuse_early(asked: _Asked, models: RunModels) -> None:
    """What can be known before a journal is begun."""
    options = asked.options
    Sampling(temperature=options.temperature, top_p=options.top_p, max_tokens=options.max_tokens)
    for kind in options.explainers:
        make_explainer(kind, models.explainer, options, asked.templates)
    make_scorers(models.simulator, options, asked.templates)


def _header(asked: _Asked, models: RunModels, created: datetime | None) -> RunHeader:
    moment = created or datetime.now(UTC)
    which = units_digest(asked.units)
    return RunHeader(
        run=f"{moment:%Y%m%dT%H%M%SZ}-{which[:8]}",
        created=moment.isoformat(timespec="seconds"),
        options=asked.options.plain(),
        units=which,
        dataset=dataset_digest(asked.dataset),
        templates=templates_digest(asked.templates),
        models=_jobs(models),
    )


def _jobs(models: RunModels) -> list[RunModel]:
    explainer, simulator = models.explainer, models.simulator
    if explainer is not None and explainer is simulator:
        return [RunModel(("explain", "simulate"), explainer.describe())]
    found = [] if explainer is None else [RunModel(("explain",), explainer.describe())]
    return found if simulator is None else [*found, RunModel(("simulate",), simulator.describe())]


class _Run:
    """One part of a run, from opening the journal to writing what was found."""

    def __init__(
        self,
        asked: _Asked,
        working: Working,
        models: RunModels,
        settings: RunSettings,
        progress: Callable[[RunProgress], None] | None,
    ) -> None:
        self._asked, self._working, self._models = asked, working, models
        self._settings, self._progress = settings, progress
        self._began = time.monotonic()
        self._tally = Tally()
        budget = None if settings.budget is None else Budget(settings.budget, models.different())
        self._journaled = {
            id(model): Journaled(model, working.journal, name=str(number), budget=budget, at_once=settings.at_once)
            for number, model in enumerate(models.different())
        }

    async def go(self, folder: Path) -> RunSummary:
        """All stages."""
        with (
            Spill(self._working.folder / "explained", UnitExplained) as explained,
            Spill(self._working.folder / "scored", NeuronSimulationResults) as scored,
        ):
            stages = self._stages()
            try:
                if self._is_elsewhere(self._models.simulator):
                    await stages.try_out(self._asked.units)
                await self._explain(stages, explained)
                await self._score(stages, explained, scored)
            except BudgetSpent as spent:
                for model in self._journaled.values():
                    await model.settle()
                return RunSummary(str(folder), self._report(), self._working.resumed, str(spent))
            report = self._report()
            write_results(folder, scored, report, lambda done, of: self._say("writing", done, of))
        finish_run(self._working)
        return RunSummary(str(folder), report, self._working.resumed)

    def _stages(self) -> Stages:
        options, templates, header = self._asked.options, self._asked.templates, self._working.header
        explainer, simulator = (self._journal_of(model) for model in (self._models.explainer, self._models.simulator))
        kinds: list[ExplainerKind] = list(dict.fromkeys((*options.explainers, "tokens")))
        return Stages(
            self._asked.dataset,
            options,
            [make_explainer(kind, explainer, options, templates) for kind in kinds],
            make_scorers(simulator, options, templates),
            Made(header.created, __version__, header.run),
        )

    async def _explain(self, stages: Stages, explained: Spill[UnitExplained]) -> None:
        total = len(self._asked.units)
        self._say("explaining", 0, total)
        async for unit, found in in_flight(self._asked.units, stages.explain, limit=self._in_flight):
            explained.put(unit, found)
            self._say("explaining", len(explained), total)
        for unit in explained.units():
            stages.learn(unit, explained[unit], self._tally)

    async def _score(
        self, stages: Stages, explained: Spill[UnitExplained], scored: Spill[NeuronSimulationResults]
    ) -> None:
        wanted, done = stages.explained_units(), 0
        self._say("scoring", 0, len(wanted))
        work = stages.scoring(explained)
        async for unit, (results, failures) in in_flight(wanted, work, limit=self._in_flight):
            scored.put(unit, results)
            self._tally.add_failures(failures)
            self._tally.scored += sum(bool(one.scores) for one in results.scored_explanations)
            done += 1
            self._say("scoring", done, len(wanted))

    def _is_elsewhere(self, model: LanguageModel | None) -> bool:
        """Whether what the model can do shows only when it is asked."""
        return model is not None and model.describe().kind in ("server", "balanced")

    @property
    def _in_flight(self) -> int:
        """Enough units that requests wait for a place and not the other way round."""
        return max(4, 2 * self._settings.at_once)

    def _journal_of(self, model: LanguageModel | None) -> Journaled | None:
        return None if model is None else self._journaled[id(model)]

    def _say(self, stage: Stage, done: int, total: int) -> None:
        if self._progress is None:
            return
        totals = whole_totals(list(self._journaled.values()), {})
        failures = sum(self._tally.all_failures(totals).values())
        self._progress(RunProgress(stage, done, total, totals.requests, totals.cached, failures, totals.cost))

    def _report(self) -> RunReport:
        earlier = self._working.journal.earlier()
        totals = whole_totals(list(self._journaled.values()), earlier)
        header, tally = self._working.header, self._tally
        return RunReport(
            run=header.run,
            created=header.created,
            version=__version__,
            seconds=round(earlier_seconds(earlier) + time.monotonic() - self._began, 3),
            options=header.options,
            units=len(self._asked.units),
            explained=tally.explained,
            scored=tally.scored,
            requests=totals.requests,
            retries=totals.retries,
            cached=totals.cached,
            prompt_tokens=totals.prompt_tokens,
            completion_tokens=totals.completion_tokens,
            uncounted=totals.uncounted,
            cost=totals.cost,
            failures=tally.all_failures(totals),
            failed_units=tally.failed,
            models=header.models,
            reasons=tally.reasons(),
        )
