"""The nouns of the report, field for field what ``neuronscope report --json`` prints. Plain dataclasses only.

No field has a default, so that what is undefined is written as null; a sentence beside it says why.
"""

from __future__ import annotations

from dataclasses import dataclass

from neuronscope.layerscores import LayerScores

Interval = tuple[float, float]


@dataclass(frozen=True)
class Average:
    """One score over units; where a unit has several explanations by one explainer, its score is their mean."""

    units: int  # with a defined score: the denominator of everything here
    mean: float | None
    mean_interval: Interval | None  # 95%, for the mean that more units like these would have
    median: float | None
    median_interval: Interval | None  # 95%, the same for the median
    reason: str | None  # why a number or an interval is not there


@dataclass(frozen=True)
class Reason:
    """Why something is not there or not to be relied on; numbers in the sentence are left out where they vary."""

    text: str
    count: int


@dataclass(frozen=True)
class Above:
    """How many units score more than ``threshold``; ``share`` is of the units with a defined score."""

    threshold: float
    units: int
    share: float | None


@dataclass(frozen=True)
class Comparison:
    """An explainer's score minus a baseline's on the same excerpts of the same unit, over ``pairs`` units."""

    baseline: str  # "lookup" or "shuffled"
    pairs: int  # units where both are defined
    baseline_mean: float | None  # over the same units
    difference: float | None  # mean of the differences
    interval: Interval | None  # 95%
    wins: int  # units where the explainer scores more
    ties: int
    losses: int
    share_won: float | None
    reason: str | None  # why there is no difference or no interval


@dataclass(frozen=True)
class LayerAverage:
    """One layer's units."""

    layer: int
    average: Average


@dataclass(frozen=True)
class ScoreReport:
    """One kind of score of one explainer."""

    name: str  # as it is stored: "correlation", "correlation_random", "detection_auc", ...
    average: Average
    above: list[Above]
    undefined: int  # units that were scored without a number coming of it
    undefined_reasons: list[Reason]
    unreliable: int  # units with a number that is flagged as not reliable; they are in the average
    unreliable_reasons: list[Reason]
    reliable: Average  # the average without them
    comparisons: list[Comparison]
    layers: list[LayerAverage]


@dataclass(frozen=True)
class UnitScores:
    """The correlation of every explained unit with its two baselines, as columns of equal length."""

    layer: list[int]
    unit: list[int]
    score: list[float | None]
    lookup: list[float | None]
    shuffled: list[float | None]


@dataclass(frozen=True)
class Example:
    """One explanation and its correlation."""

    layer: int
    unit: int
    explanation: str
    score: float
    interval: Interval | None
    reliable: bool


@dataclass(frozen=True)
class ExplainerReport:
    """All explanations of one origin: who explained, who simulated, and how it was calibrated."""

    label: str  # what people call it, of the fields below
    explainer: str | None  # None: the dataset does not say
    author: str | None
    model: str | None  # that explained
    simulator: str | None
    simulator_model: str | None
    calibration: str | None
    units: int  # with an explanation
    explanations: int
    unscored: int  # units whose explanations were never scored
    scores: list[ScoreReport]  # the correlations first
    by_unit: UnitScores
    highest: list[Example]
    lowest: list[Example]  # without those that stand in ``highest``
    positions: int  # simulated for the correlation
    unparsed: int  # of them without a number that could be read
    failures: dict[str, int]  # requests for these explanations and scores without a usable answer, by kind


@dataclass(frozen=True)
class Missing:
    """Explanations that an explainer was asked for and did not give."""

    explainer: str
    kind: str
    text: str
    count: int


@dataclass(frozen=True)
class RunCost:
    """What one run did and what it cost; the fields of ``RunReport``."""

    run: str
    created: str
    version: str
    seconds: float
    units: int
    explained: int
    scored: int
    requests: int
    retries: int
    cached: int
    prompt_tokens: int
    completion_tokens: int
    uncounted: int
    cost: float | None  # US dollars
    failures: dict[str, int]


@dataclass(frozen=True)
class TotalCost:
    """All runs of the report together."""

    runs: int
    seconds: float
    requests: int
    retries: int
    cached: int
    prompt_tokens: int
    completion_tokens: int
    uncounted: int
    cost: float | None
    cost_reason: str | None  # why there is no sum
    failures: dict[str, int]


@dataclass(frozen=True)
class ReferencePoint:
    """A number that others published, about other units explained by other models."""

    name: str
    value: float
    about: str


@dataclass(frozen=True)
class ExplanationReport:
    """How good the explanations of a dataset are."""

    dataset: str
    title: str
    model: str  # the subject
    run: str | None  # None: explanations of all runs
    layers: list[int]  # looked at
    units: int  # in these layers
    explained: int  # units with an explanation
    explainers: list[ExplainerReport]
    best_by_layer: list[LayerScores] | None  # of every run and explainer; None without tables of units
    missing: list[Missing]
    runs: list[RunCost]
    total: TotalCost
    reference: list[ReferencePoint]
    methods: dict[str, str]  # how numbers were computed, by what they are called here
    notes: list[str]
