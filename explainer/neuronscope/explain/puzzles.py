"""A simulator, and perhaps explainers, put to puzzles: whether the true explanation scores best among wrong ones.

Every explanation of a puzzle is simulated on its sentences; the rank of the true one by correlation score is the
simulator's mark. Explainers are shown every other firing sentence; then all explanations, their own among them, are
scored on the sentences that were not shown.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from neuronscope.explain.aggregate import SimulatedRecord, score_records
from neuronscope.explain.material import scale_of
from neuronscope.explain.nouns import Group
from neuronscope.explain.parts import Explainer, Simulator, UnitMaterial
from neuronscope.explain.puzzlefile import Puzzle
from neuronscope.llm.protocol import Failure
from neuronscope.prompts.nouns import excerpt_of
from neuronscope.records import ActivationRecord, NeuronId, Score, Splits

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Candidate:
    """One explanation of a puzzle and its correlation score; ``origin`` is true, false, or the explainer's name."""

    explanation: str
    origin: str
    score: Score


@dataclass(frozen=True)
class SolvedPuzzle:
    """What one puzzle's explanations scored, the true one first.

    ``rank`` is that of the true explanation among all ``candidates`` that the puzzle comes with, 1 the best; equal
    scores share their mean rank. It is None, with the ``reason``, where the true explanation has no score; wrong ones
    without a score rank below it.
    """

    name: str
    rank: float | None
    candidates: int
    reason: str | None
    scored: tuple[Candidate, ...]
    failures: tuple[Failure, ...] = ()

    def own(self) -> tuple[Candidate, ...]:
        """Those that explainers made."""
        return tuple(one for one in self.scored if one.origin not in ("true", "false"))


async def solve_puzzles(
    puzzles: Sequence[Puzzle],
    simulator: Simulator,
    *,
    explainers: Sequence[Explainer] = (),
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[SolvedPuzzle, ...]:
    """Score all explanations of all puzzles, in the order given.

    :raises BadInput: the simulator or an explainer cannot be asked at all.
    """
    done = 0

    async def solve(number: int, puzzle: Puzzle) -> SolvedPuzzle:
        nonlocal done
        solved = await _solve(puzzle, NeuronId(0, number), simulator, explainers, seed)
        done += 1
        if progress is not None:
            progress(done, len(puzzles))
        return solved

    return tuple(await asyncio.gather(*(solve(number, puzzle) for number, puzzle in enumerate(puzzles))))


def mean_rank(solved: Sequence[SolvedPuzzle]) -> float | None:
    """Over the puzzles whose true explanation has a rank; None where there is none."""
    ranks = [one.rank for one in solved if one.rank is not None]
    return math.fsum(ranks) / len(ranks) if ranks else None


async def _solve(
    puzzle: Puzzle, unit: NeuronId, simulator: Simulator, explainers: Sequence[Explainer], seed: int
) -> SolvedPuzzle:
    shown = puzzle.firing()[::2] if explainers else []
    scored_on = [sentence for sentence in puzzle.sentences if sentence not in shown]
    material = UnitMaterial(unit, puzzle.record(unit), Splits(shown, [], [], [], []), scale_of(shown))
    made = await asyncio.gather(*(explainer.explain(material) for explainer in explainers))
    texts = [(puzzle.explanation, "true"), *((text, "false") for text in puzzle.false_explanations)]
    pairs = zip(explainers, made, strict=True)
    texts += [(text, explainer.kind) for explainer, explained in pairs for text in explained.explanations]
    parts = await asyncio.gather(*(_score(scored_on, text, simulator, seed) for text, _ in texts))
    scored = [Candidate(*text, score) for text, (score, _) in zip(texts, parts, strict=True)]
    failures = [failure for explained in made for failure in explained.failures]
    failures += [failure for _, failed in parts for failure in failed]
    given = [one.score.value for one in scored if one.origin in ("true", "false")]
    rank = _rank(given)
    reason = None if rank is not None else f"the true explanation has no score: {scored[0].score.reason}"
    return SolvedPuzzle(puzzle.name, rank, len(given), reason, tuple(scored), tuple(failures))


async def _score(
    sentences: Sequence[ActivationRecord], text: str, simulator: Simulator, seed: int
) -> tuple[Score, tuple[Failure, ...]]:
    """The correlation over all tokens of all these sentences together."""
    said = await simulator.simulate(text, [excerpt_of(sentence) for sentence in sentences])
    both = zip(sentences, said.simulations, strict=True)
    records = [SimulatedRecord(record, simulation, _group(record.activations)) for record, simulation in both]
    _, scores = score_records(records, seed=seed)
    return replace(scores.correlation, model=simulator.model, prompt_hash=said.prompt_hash), said.failures


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
