"""The options of a run of explaining, simulating and scoring, as one value that travels into every provenance."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal, get_args

from neuronscope.errors import BadInput
from neuronscope.explain.calibration import Method
from neuronscope.explain.parts import ExplainerKind, SimulatorKind

ScorerKind = Literal["correlation", "detection", "fuzzing"]
Split = Literal["valid", "test"]
_WRITERS = tuple(kind for kind in get_args(ExplainerKind) if kind != "person")
_SIMULATORS = tuple(kind for kind in get_args(SimulatorKind) if kind != "lookup")


@dataclass(frozen=True)
class ExplainOptions:
    """What is asked for each unit.

    ``samples`` explanations per explainer and unit; with ``numbered`` above 1 each of them is a list of so many.
    ``few_shot`` names a set of examples of the templates, None uses none. ``simulator`` None simulates nothing, and so
    has no correlation. ``per_split`` records of each kind stand in each split (METHOD section 3), None takes as many as
    every split can have; ``split`` is the one that is scored. ``seed`` draws baselines, items and intervals.
    """

    explainers: tuple[ExplainerKind, ...] = ("pairs",)
    simulator: SimulatorKind | None = "all-at-once"
    calibration: Method = "none"
    scorers: tuple[ScorerKind, ...] = ("correlation",)
    samples: int = 1
    numbered: int = 1
    few_shot: str | None = "default"
    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 60
    context_tokens: int | None = None
    per_split: int | None = 5
    split: Split = "test"
    shuffled: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        checks = {
            f"explainers are {', '.join(self.explainers) or 'none'}: choose of {', '.join(_WRITERS)}": (
                bool(self.explainers) and set(self.explainers) <= set(_WRITERS)
            ),
            f"simulator is {self.simulator}: choose {', '.join(_SIMULATORS)}": (
                self.simulator is None or self.simulator in _SIMULATORS
            ),
            f"scorers are {', '.join(self.scorers)}: choose of {', '.join(get_args(ScorerKind))}": (
                set(self.scorers) <= set(get_args(ScorerKind))
            ),
            f"calibration is {self.calibration}: choose {', '.join(get_args(Method))}": (
                self.calibration in get_args(Method)
            ),
            f"split is {self.split}: choose {', '.join(get_args(Split))}": self.split in get_args(Split),
            f"samples is {self.samples}: ask for at least 1": self.samples >= 1,
            f"numbered is {self.numbered}: ask for 1 to 20": 1 <= self.numbered <= 20,
            f"per_split is {self.per_split}: give at least 1": self.per_split is None or self.per_split >= 1,
            f"context_tokens is {self.context_tokens}: give at least 256": (
                self.context_tokens is None or self.context_tokens >= 256
            ),
            f"seed is {self.seed}: give 0 or more": self.seed >= 0,
        }
        if wrong := [sentence for sentence, fine in checks.items() if not fine]:
            raise BadInput(wrong[0])

    def plain(self) -> dict[str, bool | int | float | str | list[str] | None]:
        """The options as they stand in a provenance."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in dataclasses.asdict(self).items()
        }
