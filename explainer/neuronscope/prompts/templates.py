"""The words around what is shown: texts with slots, and sets of examples, by name. Pure; files are read elsewhere.

A slot is a lower-case name in braces, ``{explanation}``; other braces are text. Which slots a text has is fixed here,
so that a text of somebody's own that lacks one, or has one more, is refused when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from neuronscope.errors import BadInput

# Every text with its slots.
SLOTS: Mapping[str, frozenset[str]] = {
    name: frozenset(slots.split())
    for name, slots in {
        "pairs-system": "",
        "pairs-user": "unit listings task",
        "listings-without-zeros": "listings",
        "token-space-system": "",
        "token-space-user": "unit tokens task",
        "peak-system": "",
        "peak-user": "unit peaks following promoted task",
        "contrastive-system": "",
        "contrastive-user": "unit positives negatives task",
        "no-tokens": "",
        "answer-prefix": "",
        "task-one": "prefix",
        "task-several": "prefix count",
        "label-one": "",
        "label-several": "count",
        "simulate-system": "",
        "simulate-user": "unit explanation",
        "one-at-a-time-system": "",
        "one-at-a-time-user": "unit explanation listing",
        "structured-system": "",
        "structured-user": "unit explanation tokens",
        "detection-system": "",
        "detection-user": "explanation texts",
        "detection-one-system": "",
        "detection-one-user": "explanation text",
        "fuzzing-system": "",
        "fuzzing-user": "explanation texts",
        "fuzzing-one-system": "",
        "fuzzing-one-user": "explanation text",
    }.items()
}

_SLOT = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Listed:
    """A sequence as it is listed: tokens, and a whole number from 0 to 10 for each."""

    tokens: tuple[str, ...]
    numbers: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.tokens) != len(self.numbers):
            raise ValueError(f"{len(self.tokens)} tokens but {len(self.numbers)} numbers")
        if any(not 0 <= number <= 10 for number in self.numbers):
            raise ValueError("a number is outside 0 to 10")


@dataclass(frozen=True)
class ExplainExample:
    """Records of an invented unit, and explanations of it, the best one first."""

    records: tuple[Listed, ...]
    explanations: tuple[str, ...]


@dataclass(frozen=True)
class TokenSpaceExample:
    """The strongest tokens of an invented unit, strongest first, and explanations of it, the best one first."""

    tokens: tuple[str, ...]
    explanations: tuple[str, ...]


@dataclass(frozen=True)
class PeakExample:
    """The tokens at the peaks of an invented unit, those after them, those it makes likely, and labels for it."""

    peaks: tuple[str, ...]
    following: tuple[str, ...]
    promoted: tuple[str, ...]
    explanations: tuple[str, ...]


@dataclass(frozen=True)
class ContrastiveExample:
    """Records of an invented unit, records on which it is silent, and explanations of it, the best one first."""

    positives: tuple[Listed, ...]
    negatives: tuple[Listed, ...]
    explanations: tuple[str, ...]


@dataclass(frozen=True)
class SimulateExample:
    """An explanation and a sequence to it; the numbers before position ``first_known`` are shown as unknown."""

    explanation: str
    tokens: tuple[str, ...]
    numbers: tuple[int, ...]
    first_known: int

    def __post_init__(self) -> None:
        Listed(self.tokens, self.numbers)
        if not 0 <= self.first_known < len(self.tokens):
            raise ValueError(f"first_known is {self.first_known} of {len(self.tokens)} tokens")

    def shown_numbers(self) -> list[int | None]:
        """The numbers, None where they are shown as unknown."""
        return [None if place < self.first_known else number for place, number in enumerate(self.numbers)]


@dataclass(frozen=True)
class JudgeExample:
    """An explanation, texts as their tokens, which positions of each are marked, and whether each text fits.

    ``marks`` holds a list of positions for each text; all are empty for detection.
    """

    explanation: str
    texts: tuple[tuple[str, ...], ...]
    marks: tuple[tuple[int, ...], ...]
    answers: tuple[bool, ...]

    def __post_init__(self) -> None:
        if not len(self.texts) == len(self.marks) == len(self.answers):
            raise ValueError(f"{len(self.texts)} texts, {len(self.marks)} marks and {len(self.answers)} answers")
        for tokens, marked in zip(self.texts, self.marks, strict=True):
            if any(not 0 <= position < len(tokens) for position in marked):
                raise ValueError(f"marks {list(marked)} of {len(tokens)} tokens")


@dataclass(frozen=True)
class FewShot:
    """One named set of examples, for every job."""

    pairs: tuple[ExplainExample, ...] = ()
    token_space: tuple[TokenSpaceExample, ...] = ()
    peak: tuple[PeakExample, ...] = ()
    contrastive: tuple[ContrastiveExample, ...] = ()
    simulate: tuple[SimulateExample, ...] = ()
    detection: tuple[JudgeExample, ...] = ()
    fuzzing: tuple[JudgeExample, ...] = ()


@dataclass(frozen=True)
class Templates:
    """Texts by name, as many as ``SLOTS`` has, and sets of examples by name."""

    texts: Mapping[str, str]
    few_shot_sets: Mapping[str, FewShot] = field(default_factory=dict)

    def text(self, name: str, values: Mapping[str, str] | None = None) -> str:
        """The text of that name with its slots filled; what is filled in is not looked through for slots."""
        filled = values or {}
        return _SLOT.sub(lambda slot: filled[slot.group(1)], self.texts[name])

    def few_shot(self, name: str | None) -> FewShot:
        """The set of that name; None is the set without examples.

        :raises BadInput: there is no such set.
        """
        if name is None:
            return FewShot()
        if name not in self.few_shot_sets:
            raise BadInput(f"no set of examples is called {name}: choose {', '.join(sorted(self.few_shot_sets))}, none")
        return self.few_shot_sets[name]


def slots_in(text: str) -> frozenset[str]:
    """The names of the slots in a text."""
    return frozenset(_SLOT.findall(text))
