"""Puzzles of a dataset, ``puzzles.json``, and how models did, ``puzzle-results.json``: their nouns and their faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from neuronscope import codec
from neuronscope.dataset.consistency import undefined_numbers
from neuronscope.errors import BrokenData
from neuronscope.records import Score

_SHOWN = 3  # faults of one kind that are spelt out

SentenceItem = str | list[str | float]  # a token of activation 0, or [token, activation]


@dataclass(frozen=True)
class StoredPuzzle:
    """A made-up unit with a known rule: sentences, the explanation that made their activations, and wrong ones."""

    explanation: str
    sentences: list[list[SentenceItem]]
    false_explanations: list[str]
    name: str | None = None  # that under which it stands, where it has none of its own


@dataclass(frozen=True)
class PuzzleCandidate:
    """One explanation as a model scored it; ``origin`` is "true", "false" or the name of the explainer that made it."""

    explanation: str
    origin: str
    correlation: Score
    detection: Score | None = None  # where a judge was asked


@dataclass(frozen=True)
class PuzzleAnswer:
    """What a model made of one puzzle.

    ``rank`` is that of the true explanation among the ``candidates`` that the puzzle has, 1 the best; equal ones share
    their mean rank. None, with the ``reason``, where it has no score. ``detection_rank`` is the same by detection.
    """

    name: str
    rank: float | None
    candidates: int
    reason: str | None
    scored: list[PuzzleCandidate]
    detection_rank: float | None = None
    detected_by: Literal["auc", "balanced_accuracy"] | None = None  # the score in ``detection``


@dataclass(frozen=True)
class Picked:
    """How often the true explanation came first, alone, among ``ranked`` puzzles; ``value`` is the share.

    ``interval`` is the 95% interval of Wilson (1927); ``chance`` what picking blindly would give.
    """

    first: int
    ranked: int
    value: float | None
    interval: tuple[float, float] | None
    chance: float | None


@dataclass(frozen=True)
class PuzzleRun:
    """A model put to puzzles: who simulated, and how that went."""

    models: list[str]  # that simulated; several shared the work
    simulator: str
    seed: int
    version: str  # of this software
    created: str | None  # ISO 8601, UTC
    picked: Picked
    mean_rank: float | None
    puzzles: list[PuzzleAnswer]
    picked_by_detection: Picked | None = None  # where a judge was asked


@dataclass(frozen=True)
class PuzzleResults:
    """How models did on the puzzles of a dataset (puzzle-results.json)."""

    runs: list[PuzzleRun]


def puzzle_faults(data: bytes) -> Iterator[str]:
    """The faults of a ``puzzles.json``."""
    yield from undefined_numbers(data)
    try:
        puzzles = codec.loads(data, dict[str, StoredPuzzle])
    except BrokenData as error:
        yield str(error)
        return
    faults = [f"$.{name}: {fault}" for name, puzzle in puzzles.items() for fault in _faults(puzzle)]
    yield from faults[:_SHOWN]
    if len(faults) > _SHOWN:
        yield f"{len(faults) - _SHOWN} more faults like these"


def result_faults(data: bytes, puzzles: bytes | None) -> Iterator[str]:
    """The faults of a ``puzzle-results.json`` beside the ``puzzles.json`` that it is about."""
    yield from undefined_numbers(data)
    try:
        results = codec.loads(data, PuzzleResults)
        known = codec.loads(puzzles, dict[str, StoredPuzzle]) if puzzles is not None else {}
    except BrokenData as error:
        yield str(error)
        return
    unknown = {answer.name for run in results.runs for answer in run.puzzles} - named(known)
    yield from (f"$.runs: there is no puzzle {name[:80]!r}" for name in sorted(unknown)[:_SHOWN])


def named(puzzles: dict[str, StoredPuzzle]) -> set[str]:
    """What the puzzles are called."""
    return {puzzle.name or name for name, puzzle in puzzles.items()}


def _faults(puzzle: StoredPuzzle) -> Iterator[str]:
    if not puzzle.sentences or not all(puzzle.sentences):
        yield "a puzzle needs sentences, and a sentence needs tokens"
    for place, sentence in enumerate(puzzle.sentences):
        if not all(isinstance(item, str) or is_pair(item) for item in sentence):
            yield f"sentences[{place}]: an item is neither a token nor a token with its activation"


def is_pair(item: SentenceItem) -> bool:
    """Whether it is a token with its activation."""
    return len(item) == 2 and isinstance(item[0], str) and isinstance(item[1], (int, float))
