"""A simulator, and perhaps a judge and explainers, put to puzzles: whether the true explanation scores best.

Every explanation of a puzzle is simulated on its sentences; the rank of the true one by correlation score is the
simulator's mark. A judge of detection gets its own mark from the same sentences. Explainers are shown every other
firing sentence and nothing else; then all explanations, their own among them, are scored on the sentences that were
not shown.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from neuronscope.errors import BadInput
from neuronscope.explain.aggregate import SimulatedRecord, score_records
from neuronscope.explain.classification import score_answers
from neuronscope.explain.material import scale_of
from neuronscope.explain.nouns import ClassificationScores, Group
from neuronscope.explain.parts import Explainer, Judge, JudgeItem, Simulator, UnitMaterial
from neuronscope.explain.puzzlefile import Puzzle
from neuronscope.llm.protocol import Failure
from neuronscope.prompts.nouns import excerpt_of
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord, Score, Splits

Progress = Callable[[int, int], None]
DetectionMeasure = Literal["auc", "balanced_accuracy"]


@dataclass(frozen=True)
class Candidate:
    """One explanation of a puzzle and its scores; ``origin`` is true, false, or the explainer's name.

    ``score`` is the correlation score; ``detection`` what a judge made of it, None where none was asked.
    """

    explanation: str
    origin: str
    score: Score
    detection: Score | None = None


@dataclass(frozen=True)
class SolvedPuzzle:
    """What one puzzle's explanations scored, the true one first.

    ``rank`` is that of the true explanation among all ``candidates`` that the puzzle comes with, 1 the best; equal
    scores share their mean rank. It is None, with the ``reason``, where the true explanation has no score; wrong ones
    without a score rank below it. ``detection_rank`` is the same by detection, measured by ``detected_by``: the AUC
    where all its candidates have one, the balanced accuracy otherwise; both are None where no judge was asked.
    """

    name: str
    rank: float | None
    candidates: int
    reason: str | None
    scored: tuple[Candidate, ...]
    failures: tuple[Failure, ...] = ()
    detection_rank: float | None = None
    detected_by: DetectionMeasure | None = None

    def own(self) -> tuple[Candidate, ...]:
        """Those that explainers made."""
        return tuple(one for one in self.scored if one.origin not in ("true", "false"))

    def unscored(self) -> int:
        """How many wrong explanations have no correlation score, and rank last for that."""
        return sum(one.origin == "false" and one.score.value is None for one in self.scored)


class _Tally:
    """Counts explanations that are scored; explainers add theirs as they come."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def expect(self, more: int) -> None:
        """So many more have come."""
        self._total += more

    def count(self) -> None:
        """One more is scored."""
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._total)


@dataclass(frozen=True)
class _Solver:
    """Who is put to the puzzles."""

    simulator: Simulator
    judge: Judge | None
    explainers: Sequence[Explainer]
    seed: int
    tally: _Tally


async def solve_puzzles(
    puzzles: Sequence[Puzzle],
    simulator: Simulator,
    *,
    judge: Judge | None = None,
    explainers: Sequence[Explainer] = (),
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[SolvedPuzzle, ...]:
    """Score all explanations of all puzzles, in the order given; ``progress`` hears how many are scored, of how many.

    :raises BadInput: the judge is not one of detection, or a model cannot be asked at all.
    """
    if judge is not None and judge.task != "detection":
        raise BadInput(f"puzzles are judged by detection, not by {judge.task}: give a judge of detection")
    tally = _Tally(sum(1 + len(puzzle.false_explanations) for puzzle in puzzles), progress)
    solver = _Solver(simulator, judge, explainers, seed, tally)
    numbered = enumerate(puzzles)
    return tuple(await asyncio.gather(*(_solve(puzzle, NeuronId(0, number), solver) for number, puzzle in numbered)))


def mean_rank(solved: Sequence[SolvedPuzzle]) -> float | None:
    """Over the puzzles whose true explanation has a rank; None where there is none."""
    ranks = [one.rank for one in solved if one.rank is not None]
    return math.fsum(ranks) / len(ranks) if ranks else None


async def _solve(puzzle: Puzzle, unit: NeuronId, solver: _Solver) -> SolvedPuzzle:
    shown = puzzle.firing()[::2] if solver.explainers else []
    scored_on = [sentence for sentence in puzzle.sentences if sentence not in shown]
    texts = [(puzzle.explanation, "true"), *((text, "false") for text in puzzle.false_explanations)]
    own, failures = await _explained(_material(unit, shown, scored_on), solver.explainers)
    texts += own
    solver.tally.expect(len(own))
    parts = await asyncio.gather(*(_scored(scored_on, text, solver) for text, _ in texts))
    failures += [failure for part in parts for failure in part.failures]
    measure, detected = _detected([part.judged for part in parts])
    every = zip(texts, parts, detected, strict=True)
    scored = [Candidate(*text, part.score, detection) for text, part, detection in every]
    given = [one for one in scored if one.origin in ("true", "false")]
    rank = _rank([one.score.value for one in given])
    return SolvedPuzzle(
        puzzle.name,
        rank,
        len(given),
        None if rank is not None else f"the true explanation has no score: {scored[0].score.reason}",
        tuple(scored),
        tuple(failures),
        _rank([one.detection.value if one.detection else None for one in given]),
        measure,
    )


def _material(unit: NeuronId, shown: list[ActivationRecord], scored_on: list[ActivationRecord]) -> UnitMaterial:
    """What explainers get: a record of the shown sentences alone, so that none can read a scored one."""
    record = NeuronRecord(unit, [], most_positive_activation_records=shown)
    return UnitMaterial(unit, record, Splits(shown, [], [], scored_on, []), scale_of(shown))


async def _explained(
    material: UnitMaterial, explainers: Sequence[Explainer]
) -> tuple[list[tuple[str, str]], list[Failure]]:
    """Explanations, each with its explainer's name, and what failed."""
    made = await asyncio.gather(*(explainer.explain(material) for explainer in explainers))
    pairs = zip(explainers, made, strict=True)
    texts = [(text, str(explainer.kind)) for explainer, explained in pairs for text in explained.explanations]
    return texts, [failure for explained in made for failure in explained.failures]


@dataclass(frozen=True)
class _Scored:
    """What one explanation scored, and what failed."""

    score: Score
    judged: ClassificationScores | None
    failures: tuple[Failure, ...]


async def _scored(sentences: Sequence[ActivationRecord], text: str, solver: _Solver) -> _Scored:
    score, failures = await _score(sentences, text, solver)
    judged, more = await _judged(sentences, text, solver)
    solver.tally.count()
    return _Scored(score, judged, failures + more)


async def _score(
    sentences: Sequence[ActivationRecord], text: str, solver: _Solver
) -> tuple[Score, tuple[Failure, ...]]:
    """The correlation over all tokens of all these sentences together."""
    said = await solver.simulator.simulate(text, [excerpt_of(sentence) for sentence in sentences])
    both = zip(sentences, said.simulations, strict=True)
    records = [SimulatedRecord(record, simulation, _group(record.activations)) for record, simulation in both]
    _, scores = score_records(records, seed=solver.seed)
    return replace(scores.correlation, model=solver.simulator.model, prompt_hash=said.prompt_hash), said.failures


async def _judged(
    sentences: Sequence[ActivationRecord], text: str, solver: _Solver
) -> tuple[ClassificationScores | None, tuple[Failure, ...]]:
    """On which of these sentences something fires, as the judge says."""
    if solver.judge is None:
        return None, ()
    numbered = enumerate(sentences)
    items = [JudgeItem(excerpt_of(one), _group(one.activations) == "top", number) for number, one in numbered]
    judged = await solver.judge.judge(text, items)
    scores = score_answers(judged.answers, seed=solver.seed)
    auc, balanced = (
        replace(score, model=solver.judge.model, prompt_hash=judged.prompt_hash)
        for score in (scores.auc, scores.balanced_accuracy)
    )
    return replace(scores, auc=auc, balanced_accuracy=balanced), judged.failures


def _detected(
    scores: Sequence[ClassificationScores | None],
) -> tuple[DetectionMeasure | None, list[Score | None]]:
    """One measure for all, so that they can be compared."""
    known = [one for one in scores if one is not None]
    if not known:
        return None, [None] * len(scores)
    if all(one.auc.value is not None for one in known):
        return "auc", [one.auc for one in known]
    return "balanced_accuracy", [one.balanced_accuracy for one in known]


def _group(activations: Sequence[float]) -> Group:
    return "top" if max(activations) > 0 else "random"


def _rank(values: Sequence[float | None]) -> float | None:
    """The first one's among all, from 1; equal values share their mean rank."""
    true = values[0]
    if true is None:
        return None
    others = [value for value in values[1:] if value is not None]
    better = sum(value > true for value in others)
    return 1 + better + sum(value == true for value in others) / 2
