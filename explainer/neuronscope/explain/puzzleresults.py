"""Solved puzzles in; how often the true explanation came first, with an interval, as a dataset keeps it, out."""

from __future__ import annotations

import math
from collections.abc import Sequence

from neuronscope import __version__
from neuronscope.dataset.puzzles import Picked, PuzzleAnswer, PuzzleCandidate, PuzzleRun
from neuronscope.explain.puzzles import Candidate, SolvedPuzzle, mean_rank

_NORMAL = 1.959963984540054  # two-sided 95%


def puzzle_run(solved: Sequence[SolvedPuzzle], *, simulator: str, seed: int, created: str | None) -> PuzzleRun:
    """What a run of puzzles found; the scores say which models simulated."""
    models = [candidate.score.model for one in solved for candidate in one.scored]
    judged = any(one.detected_by for one in solved)
    return PuzzleRun(
        models=list(dict.fromkeys(model for model in models if model is not None)),
        simulator=simulator,
        seed=seed,
        version=__version__,
        created=created,
        picked=picked([(one.rank, one.candidates) for one in solved]),
        mean_rank=mean_rank(solved),
        puzzles=[_answer(one) for one in solved],
        picked_by_detection=picked([(one.detection_rank, one.candidates) for one in solved]) if judged else None,
    )


def picked(ranks: Sequence[tuple[float | None, int]]) -> Picked:
    """Of pairs (rank of the true explanation, candidates): how often it is first; those without a rank do not count."""
    ranked = [(rank, candidates) for rank, candidates in ranks if rank is not None]
    first, count = sum(rank == 1 for rank, _ in ranked), len(ranked)
    if not count:
        return Picked(first, count, None, None, None)
    chance = math.fsum(1 / candidates for _, candidates in ranked) / count
    return Picked(first, count, first / count, wilson(first, count), chance)


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The 95% score interval for a proportion; it holds its rate with few trials and near 0 and 1."""
    share, weight = hits / trials, _NORMAL**2 / trials
    middle = (share + weight / 2) / (1 + weight)
    reach = _NORMAL * math.sqrt(share * (1 - share) / trials + weight / (4 * trials)) / (1 + weight)
    # At 0 and at all of them an end is the share itself, but for rounding.
    return (0.0 if hits == 0 else middle - reach), (1.0 if hits == trials else middle + reach)


def _answer(one: SolvedPuzzle) -> PuzzleAnswer:
    return PuzzleAnswer(
        name=one.name,
        rank=one.rank,
        candidates=one.candidates,
        reason=one.reason,
        scored=[_candidate(candidate) for candidate in one.scored],
        detection_rank=one.detection_rank,
        detected_by=one.detected_by,
    )


def _candidate(one: Candidate) -> PuzzleCandidate:
    return PuzzleCandidate(one.explanation, one.origin, one.score, one.detection)
