"""A text and a unit in; how well the text explains the unit, beside its baselines, out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from neuronscope import __version__
from neuronscope.dataset import Dataset, layout
from neuronscope.dataset.unittables import best_explanation, stored_table
from neuronscope.errors import BadInput
from neuronscope.explain.judging import make_judge
from neuronscope.explain.lookup import lookup_simulator
from neuronscope.explain.material import NoMaterial, read_material
from neuronscope.explain.measuring import Scorers
from neuronscope.explain.options import ExplainOptions
from neuronscope.explain.parts import (
    Judge,
    Judged,
    JudgeItem,
    JudgeTask,
    Simulated,
    Simulator,
    SimulatorKind,
    UnitMaterial,
)
from neuronscope.explain.simulators import make_simulator
from neuronscope.explain.templates import load_templates
from neuronscope.explain.unitscoring import NOT_SHUFFLED, Made, Shuffled, UnitScorer, Written
from neuronscope.llm.protocol import LanguageModel
from neuronscope.prompts.nouns import Excerpt
from neuronscope.prompts.templates import Templates
from neuronscope.records import (
    NeuronId,
    NeuronSimulationResults,
    ScoredExplanation,
    ScoredSequenceSimulation,
    ScoredSimulation,
    ScoredText,
)

NOBODY = "the dataset has no other explained unit"
_USUAL, _NOT_SHUFFLED = ExplainOptions(), Shuffled(reason=NOT_SHUFFLED)
_MOST_LOOKED_AT = 200  # units, where no table says which ones have explanations

Progress = Callable[[int, int], None]  # questions answered, of how many


async def score_text(
    dataset: Dataset,
    unit: NeuronId | tuple[int, int],
    text: str,
    *,
    model: LanguageModel | None,
    options: ExplainOptions = _USUAL,
    templates: Templates | None = None,
    progress: Progress | None = None,
    sequences: bool = False,
) -> ScoredText:
    """Score ``text`` on the unit's held-out records, beside its token lookup and another unit's explanation.

    The other unit is drawn by ``options.seed`` among those of the dataset that have an explanation. Without a model
    only the token lookup is scored. With ``sequences`` the answer has what was simulated for each token of them: an
    empty list where no number came.

    :raises BadInput: an empty text, no such unit, or a model that cannot be asked at all.
    :raises BrokenData: a file of the dataset cannot be used.
    """
    place = unit if isinstance(unit, NeuronId) else NeuronId(*unit)
    if not text.strip():
        raise BadInput("the text is empty: write what the unit responds to")
    material = read_material(dataset, place.layer_index, place.neuron_index, per_split=options.per_split)
    if isinstance(material, NoMaterial):
        raise BadInput(f"{material.reason}; choose one that it has")
    shuffled = _partner(dataset, place, options.seed) if options.shuffled else Shuffled(reason=NOT_SHUFFLED)
    scorers = make_scorers(model, options, templates or load_templates())
    counting = _Counting(_questions(scorers, options) * (1 if shuffled.text is None else 2), progress)
    made = Made(datetime.now(UTC).isoformat(timespec="seconds"), __version__)
    scorer = UnitScorer(material, counting.around(scorers), options, lookup=lookup_simulator(material), made=made)
    found = await scorer.score(Written(text, "person"), shuffled)
    assert found.provenance is not None
    return ScoredText(
        place,
        text,
        found.scores or {},
        found.baselines or {},
        found.provenance,
        sequences=_sequences(found.scored_simulation) if sequences else None,
    )


def _sequences(simulation: ScoredSimulation | None) -> list[ScoredSequenceSimulation]:
    """Without the distributions behind each number, which are nine tenths of them."""
    scored = [] if simulation is None else simulation.scored_sequence_simulations
    return [
        replace(
            one,
            simulation=replace(
                one.simulation, distribution_values=[], distribution_probabilities=[], uncalibrated_simulation=None
            ),
        )
        for one in scored
    ]


async def score_explanation(
    material: UnitMaterial,
    explanation: str,
    *,
    scorers: Scorers,
    options: ExplainOptions = _USUAL,
    shuffled: Shuffled = _NOT_SHUFFLED,
) -> ScoredExplanation:
    """One person's explanation of a unit, scored, with its baselines.

    :raises BadInput: a model cannot be asked at all.
    """
    made = Made(version=__version__)
    scorer = UnitScorer(material, scorers, options, lookup=lookup_simulator(material), made=made)
    return await scorer.score(Written(explanation, "person"), shuffled)


def _questions(scorers: Scorers, options: ExplainOptions) -> int:
    simulations = 1 if options.calibration == "none" else 2
    return (simulations if scorers.simulator else 0) + len(scorers.judges)


def make_scorers(model: LanguageModel | None, options: ExplainOptions, templates: Templates) -> Scorers:
    """Who simulates and judges, by what the options ask for.

    :raises BadInput: no such set of examples, or a score that needs a model where there is none.
    """
    if model is None:
        return Scorers()
    simulator = None
    if options.simulator is not None and "correlation" in options.scorers:
        simulator = make_simulator(
            options.simulator,
            model,
            templates=templates,
            few_shot=options.few_shot,
            context_tokens=options.context_tokens,
        )
    tasks: list[JudgeTask] = [name for name in options.scorers if name != "correlation"]
    judges = [
        make_judge(task, model, templates=templates, few_shot=options.few_shot, context_tokens=options.context_tokens)
        for task in tasks
    ]
    return Scorers(simulator, tuple(judges))


def _partner(dataset: Dataset, unit: NeuronId, seed: int) -> Shuffled:
    """Another unit's best explanation."""
    candidates = [place for place in _explained(dataset) if place != unit]
    order = np.random.default_rng([seed, unit.layer_index, unit.neuron_index]).permutation(len(candidates))
    for index in order[:_MOST_LOOKED_AT]:
        place = candidates[index]
        best = best_explanation(_in_words(dataset.explanations(place.layer_index, place.neuron_index)))
        if best is not None:
            return Shuffled(best.explanation, place)
    return Shuffled(reason=NOBODY)


def _in_words(found: NeuronSimulationResults | None) -> NeuronSimulationResults | None:
    """Without lists of tokens, where there is something else."""
    if found is None:
        return None
    said = [one for one in found.scored_explanations if one.explanation.strip()]
    words = [one for one in said if one.provenance is None or one.provenance.explainer != "tokens"]
    return replace(found, scored_explanations=words or said)


def _explained(dataset: Dataset) -> list[NeuronId]:
    """The units that tables say have explanations; all units of layers without a table."""
    if not dataset.has(layout.EXPLANATIONS):
        return []
    found = []
    for layer in dataset.layers():
        data = dataset.file(layout.units_path(layer))
        table = None if data is None else stored_table(data, f"{dataset.name}/{layout.units_path(layer)}")
        counts = None if table is None else table.explanations
        rows: Sequence[int] = dataset.units(layer) if table is None else table.unit
        found += [
            NeuronId(layer, unit)
            for row, unit in enumerate(rows)
            if not counts or row >= len(counts) or counts[row] is None or counts[row]
        ]
    return found


class _Counting:
    """Says how many questions are answered."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress = 0, total, progress
        self.say(0)

    def say(self, more: int) -> None:
        """``more`` are answered."""
        self._done += more
        if self._progress is not None:
            self._progress(self._done, self._total)

    def around(self, scorers: Scorers) -> Scorers:
        """The same scorers, counted."""
        simulator = None if scorers.simulator is None else _CountedSimulator(scorers.simulator, self)
        return Scorers(simulator, tuple(_CountedJudge(judge, self) for judge in scorers.judges))


class _CountedSimulator:
    """A Simulator in front of another."""

    def __init__(self, simulator: Simulator, counting: _Counting) -> None:
        self._simulator, self._counting = simulator, counting

    @property
    def kind(self) -> SimulatorKind:
        """The other's."""
        return self._simulator.kind

    @property
    def model(self) -> str | None:
        """The other's."""
        return self._simulator.model

    async def simulate(self, explanation: str, excerpts: Sequence[Excerpt]) -> Simulated:
        """As the other does."""
        found = await self._simulator.simulate(explanation, excerpts)
        self._counting.say(1)
        return found


class _CountedJudge:
    """A Judge in front of another."""

    def __init__(self, judge: Judge, counting: _Counting) -> None:
        self._judge, self._counting = judge, counting

    @property
    def task(self) -> JudgeTask:
        """The other's."""
        return self._judge.task

    @property
    def model(self) -> str | None:
        """The other's."""
        return self._judge.model

    async def judge(self, explanation: str, items: Sequence[JudgeItem]) -> Judged:
        """As the other does."""
        found = await self._judge.judge(explanation, items)
        self._counting.say(1)
        return found
