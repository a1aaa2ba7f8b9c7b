"""The nouns of scoring: numbers paired up, what was measured, scores with their intervals. Plain dataclasses only.

An undefined number is None, and a sentence beside it says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from neuronscope.records import NeuronId, Score

Floats = NDArray[np.float64]
Group = Literal["top", "random"]


@dataclass(frozen=True)
class Measured:
    """A number, or the reason why it is undefined."""

    value: float | None
    reason: str | None = None


@dataclass(frozen=True)
class Pairs:
    """One sequence's scored positions: ``true`` and ``simulated`` are float64 [token], finite, of equal length."""

    true: Floats
    simulated: Floats
    unparsed: int = 0
    ignored: int = 0
    group: Group | None = None


@dataclass(frozen=True)
class SimulationScores:
    """Scores of one explanation over all tokens of all its simulated sequences together."""

    correlation: Score
    correlation_top: Score  # over the sequences of the top group alone
    correlation_random: Score
    explained_variance: Score  # 1 - mean((a - s)^2) / mean(a^2): the published "R squared"
    r_squared: Score  # 1 - mean((a - s)^2) / variance(a): the usual one
    absolute_deviation_explained: Score

    def by_name(self) -> dict[str, Score]:
        """The scores under the names they are stored and printed with."""
        return dict(vars(self))


@dataclass(frozen=True)
class Answer:
    """One judged text: does the unit fire on it (detection), are its tokens marked rightly (fuzzing)?"""

    truth: bool
    said: bool | None  # None: the reply could not be parsed
    probability: float | None = None  # that the model gives to yes, 0 to 1
    sequence: int | None = None  # texts made of one sequence share its number; None: a sequence of its own


@dataclass(frozen=True)
class Confusion:
    """Counts of answers; an unparsed one counts as the wrong answer, so the four add up to all answers."""

    true_positive: int
    false_negative: int
    true_negative: int
    false_positive: int


@dataclass(frozen=True)
class ClassificationScores:
    """Scores of detection or of fuzzing."""

    balanced_accuracy: Score
    accuracy: Score
    precision: Score
    recall: Score
    f1: Score
    auc: Score
    confusion: Confusion

    def by_name(self, task: Literal["detection", "fuzzing"]) -> dict[str, Score]:
        """The scores under the names they are stored and printed with: ``detection_auc`` and so on."""
        return {f"{task}_{name}": score for name, score in vars(self).items() if isinstance(score, Score)}


@dataclass(frozen=True)
class Partner:
    """Whose explanation scores ``unit`` as the shuffled baseline; None with the reason where there is nobody."""

    unit: NeuronId
    partner: NeuronId | None
    reason: str | None = None
