"""One text put to the test: a unit's held-out records and an explanation in, its simulation and its scores out.

What could not be measured is None with the reason; what failed is counted, and never stored as data.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from neuronscope.errors import BadInput
from neuronscope.explain.aggregate import SimulatedRecord, pairs_of, score_records
from neuronscope.explain.calibration import (
    Calibration,
    LinearCalibration,
    NoCalibration,
    NotCalibrated,
    PercentileCalibration,
    calibrate,
    fit,
)
from neuronscope.explain.classification import score_answers
from neuronscope.explain.judgeitems import judge_items
from neuronscope.explain.nouns import Group
from neuronscope.explain.options import ExplainOptions
from neuronscope.explain.parts import Judge, Simulated, Simulator, UnitMaterial
from neuronscope.explain.scores import correlation_score
from neuronscope.explain.together import gathered
from neuronscope.llm.protocol import Failure
from neuronscope.prompts.nouns import excerpt_of
from neuronscope.records import ActivationRecord, Score, ScoredSimulation

CORRELATIONS = ("correlation", "correlation_top", "correlation_random")
NOT_SIMULATED = "nothing was simulated: no simulator was chosen"
NOTHING_PARSED = "no position was parsed"
_UNCALIBRATED = "not reliable: the simulated numbers are on the scale 0 to 10, not on that of the activations"
_AnyCalibration = NoCalibration | LinearCalibration | PercentileCalibration | NotCalibrated


@dataclass(frozen=True)
class Scorers:
    """Who simulates and who judges; None and () where nobody does."""

    simulator: Simulator | None = None
    judges: tuple[Judge, ...] = ()


@dataclass(frozen=True)
class Measurements:
    """What one text scored on one unit, and how that was done; ``simulation`` is None where no number came."""

    scores: dict[str, Score]
    simulation: ScoredSimulation | None = None
    calibration: str | None = None  # that was applied
    not_calibrated: str | None = None  # why the one that was asked for was not
    prompts: dict[str, str] = dataclasses.field(default_factory=dict)
    notes: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()


async def measure(
    material: UnitMaterial, text: str, scorers: Scorers, options: ExplainOptions, *, whole: bool = True
) -> Measurements:
    """Simulate the scored split's records and put its texts to the judges, all at once.

    Of a baseline not the ``whole`` is wanted but the correlations alone, without the simulation.

    :raises BadInput: a model cannot be asked at all.
    """
    parts = [_judged(material, text, judge, options) for judge in scorers.judges]
    if scorers.simulator is not None:
        parts.insert(0, _simulated(material, text, scorers.simulator, options, whole=whole))
    found = await gathered(parts)
    if scorers.simulator is None and "correlation" in options.scorers:
        found.insert(0, Measurements({name: undefined(NOT_SIMULATED) for name in CORRELATIONS}))
    return _together(found)


def undefined(reason: str) -> Score:
    """A score that is not there, and why."""
    return Score(value=None, interval=None, reason=reason, sequences=0, tokens=0, unparsed=0, reliable=False)


def _together(parts: Sequence[Measurements]) -> Measurements:
    simulated = next((part for part in parts if part.calibration is not None), Measurements({}))
    return Measurements(
        scores={name: score for part in parts for name, score in part.scores.items()},
        simulation=simulated.simulation,
        calibration=simulated.calibration,
        not_calibrated=simulated.not_calibrated,
        prompts={job: digest for part in parts for job, digest in part.prompts.items()},
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        failures=tuple(failure for part in parts for failure in part.failures),
    )


async def _simulated(
    material: UnitMaterial, text: str, simulator: Simulator, options: ExplainOptions, *, whole: bool
) -> Measurements:
    """The scored split and, where a calibration is asked for, the calibration split."""
    records = material.splits.test if options.split == "test" else material.splits.valid
    wanted = [records] if options.calibration == "none" else [records, material.splits.calibration]
    answers = await gathered([_simulate(simulator, text, split) for split in wanted])
    found = [_beside(material, split, said) for split, said in zip(wanted, answers, strict=True)]
    calibration = fit(options.calibration, [pairs_of(one) for one in found[-1]])
    calibrated, why_not = _calibrated(found[0], calibration)
    simulation, scores = _scored(calibrated, options.seed) if whole else (None, _correlations(calibrated, options.seed))
    return Measurements(
        _by(scores, simulator.model, answers[0].prompt_hash),
        simulation,
        calibration="none" if why_not else options.calibration,
        not_calibrated=why_not,
        prompts={} if answers[0].prompt_hash is None else {"simulate": answers[0].prompt_hash},
        notes=tuple(dict.fromkeys(note for said in answers for note in said.notes)),
        failures=tuple(failure for said in answers for failure in said.failures),
    )


async def _simulate(simulator: Simulator, text: str, records: Sequence[ActivationRecord]) -> Simulated:
    return await simulator.simulate(text, [excerpt_of(record) for record in records]) if records else Simulated(())


def _beside(material: UnitMaterial, records: Sequence[ActivationRecord], said: Simulated) -> list[SimulatedRecord]:
    top = {tuple(record.tokens) for record in material.record.most_positive_activation_records}
    return [
        SimulatedRecord(record, simulation, _group(record, top))
        for record, simulation in zip(records, said.simulations, strict=True)
    ]


def _group(record: ActivationRecord, top: set[tuple[str, ...]]) -> Group:
    """The splits hold no random record whose tokens are a top one's."""
    return "top" if tuple(record.tokens) in top else "random"


def _calibrated(
    simulated: Sequence[SimulatedRecord], calibration: _AnyCalibration
) -> tuple[list[SimulatedRecord], str | None]:
    """The simulations on the activations' scale, or as they are with the reason."""
    if isinstance(calibration, NotCalibrated):
        return list(simulated), calibration.reason
    try:
        return [_apply(one, calibration) for one in simulated], None
    except BadInput as error:
        return list(simulated), str(error)


def _apply(simulated: SimulatedRecord, calibration: Calibration) -> SimulatedRecord:
    return dataclasses.replace(simulated, simulation=calibrate(simulated.simulation, calibration))


def _scored(simulated: Sequence[SimulatedRecord], seed: int) -> tuple[ScoredSimulation | None, dict[str, Score]]:
    scored, scores = score_records(simulated, seed=seed)
    own = any(one.simulation.activation_scale == "simulated_normalized_activations" for one in simulated)
    named = {
        name: _doubted(score) if own and name not in CORRELATIONS else score for name, score in scores.by_name().items()
    }
    parsed = bool(scores.correlation.tokens)
    return scored if parsed else None, {name: _nothing_parsed(score) for name, score in named.items()}


def _correlations(simulated: Sequence[SimulatedRecord], seed: int) -> dict[str, Score]:
    pairs = [pairs_of(one) for one in simulated]
    groups = (pairs, *([pair for pair in pairs if pair.group == group] for group in ("top", "random")))
    return {
        name: _nothing_parsed(correlation_score(some, seed=seed))
        for name, some in zip(CORRELATIONS, groups, strict=True)
    }


def _nothing_parsed(score: Score) -> Score:
    """Where tokens were asked for and none of them has a number."""
    return dataclasses.replace(score, reason=NOTHING_PARSED) if score.unparsed and not score.tokens else score


def _doubted(score: Score) -> Score:
    """A score that depends on the scale, over numbers that are not on the activations' own."""
    if score.value is None:
        return score
    note = "; ".join(sentence for sentence in (_UNCALIBRATED, score.note) if sentence)
    return dataclasses.replace(score, reliable=False, note=note)


async def _judged(material: UnitMaterial, text: str, judge: Judge, options: ExplainOptions) -> Measurements:
    items = judge_items(material, judge.task, options.split, seed=options.seed)
    if isinstance(items, str):
        names = score_answers([]).by_name(judge.task)
        return Measurements({name: undefined(items) for name in names})
    said = await judge.judge(text, items)
    scores = score_answers(said.answers, seed=options.seed).by_name(judge.task)
    named = _by(scores, judge.model, said.prompt_hash)
    prompts: dict[str, str] = {} if said.prompt_hash is None else {judge.task: said.prompt_hash}
    return Measurements(named, prompts=prompts, notes=said.notes, failures=said.failures)


def _by(scores: dict[str, Score], model: str | None, prompt: str | None) -> dict[str, Score]:
    return {name: dataclasses.replace(score, model=model, prompt_hash=prompt) for name, score in scores.items()}
