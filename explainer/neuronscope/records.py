"""The nouns: what was seen of a unit, what was simulated, how it scored. Plain dataclasses, no input or output.

Field names are those of the public GPT-2 neuron datasets; fields marked *extension* are ours and always optional.
Construction checks what the types cannot say (equal lengths, indices from 0) and raises ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

ActivationScale = Literal["neuron_activations", "simulated_normalized_activations"]

# Upper ends of all rank ranges but the last, which is the top group's own (METHOD: quantiles of rank).
QUANTILE_BOUNDARIES = (0.0, 0.5, 0.9, 0.99, 0.999)


@dataclass(frozen=True)
class NeuronId:
    """Which unit, whatever its kind (MLP neuron, SAE latent, direction); both indices count from 0."""

    layer_index: int
    neuron_index: int

    def __post_init__(self) -> None:
        if self.layer_index < 0 or self.neuron_index < 0:
            raise ValueError("layer_index and neuron_index must be 0 or greater")


@dataclass(frozen=True)
class TextSource:
    """Where a sequence came from: the document's number in the corpus, and the sequence's first token in it."""

    document: int
    offset: int


@dataclass(frozen=True)
class ActivationRecord:
    """One sequence and one activation per token; joining ``tokens`` gives the text.

    An empty token is a later part of the character that stands in the token before it.
    """

    tokens: list[str]
    activations: list[float]
    source: TextSource | None = None  # extension
    ignored: list[int] | None = None  # extension: positions left out of ranking, statistics, colour and scores

    def __post_init__(self) -> None:
        if len(self.tokens) != len(self.activations):
            raise ValueError(f"{len(self.tokens)} tokens but {len(self.activations)} activations")


@dataclass(frozen=True)
class Histogram:
    """Counts of tokens per bin of equal width; bin i covers ``[lowest + i * width, lowest + (i + 1) * width)``.

    The range is symmetric about 0 and a power of two, so that partial histograms merge exactly.
    """

    lowest: float
    width: float
    counts: list[int]


@dataclass(frozen=True)
class GroupCount:
    """One group's denominator: of ``sequences`` it could choose from, ``fired`` ones fired, ``kept`` are shown."""

    group: str  # "top", "negative", "random", or "quantile 0.5-0.9"
    sequences: int
    fired: int
    kept: int
    note: str | None = None  # why fewer were kept than asked for


@dataclass(frozen=True)
class Statistics:
    """One unit over every counted token of the corpus (ignored positions are not counted)."""

    tokens: int
    sequences: int
    sequences_fired: int  # sequences with an activation above 0
    sequences_fired_negative: int  # sequences with an activation below 0
    dead: bool  # never fired with either sign
    min: float | None
    max: float | None
    density: float | None  # share of tokens above density_threshold
    density_threshold: float | None  # in activation units
    density_definition: str  # "above zero" or "from about 10% of the maximum on"
    histogram: Histogram | None = None
    groups: list[GroupCount] = field(default_factory=list)


@dataclass(frozen=True)
class Splits:
    """A record's sequences dealt out so that scoring never sees what the explainer saw; no sequence stands twice."""

    train: list[ActivationRecord]
    calibration: list[ActivationRecord]
    valid: list[ActivationRecord]
    test: list[ActivationRecord]
    notes: list[str]  # a sentence per shortfall


@dataclass(frozen=True)
class NeuronRecord:
    """What one unit responds to: sequences by group, and moments over all tokens (population; kurtosis not excess)."""

    neuron_id: NeuronId
    random_sample: list[ActivationRecord] = field(default_factory=list)
    random_sample_by_quantile: list[list[ActivationRecord]] | None = None  # a list per range, ascending
    quantile_boundaries: list[float] | None = None
    mean: float | None = None
    variance: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None
    most_positive_activation_records: list[ActivationRecord] = field(default_factory=list)  # strongest first
    most_negative_activation_records: list[ActivationRecord] | None = None  # extension; most negative first
    statistics: Statistics | None = None  # extension

    def splits(self, n_per_split: int | None = 5) -> Splits:
        """Deal the records into train, calibration, valid and test (method, section 3).

        Top records go in turn to the four splits, random ones to the last three; ``n_per_split`` of each kind per
        split, or with None the largest number that every split can have. Where there are fewer, what exists is used.

        :raises ValueError: ``n_per_split`` is below 1.
        """
        if n_per_split is not None and n_per_split < 1:
            raise ValueError(f"n_per_split is {n_per_split}; it must be 1 or more, or None")
        ranked = sorted(self.most_positive_activation_records, key=_peak, reverse=True)
        top, top_repeats = _without_repeats(ranked, [])
        random, random_repeats = _without_repeats(self.random_sample, top)
        n = _largest_split(len(top), len(random)) if n_per_split is None else n_per_split
        repeats = top_repeats + random_repeats
        notes = [f"{repeats} records repeat another one and are left out"] if repeats else []
        if len(top) < 4 * n:
            notes.append(f"{len(top)} top records, {4 * n} needed for {n} per split")
        if len(random) < 3 * n:
            notes.append(f"{len(random)} random records, {3 * n} needed for {n} per split")
        held_out = [top[i::4][:n] + random[i - 1 :: 3][:n] for i in (1, 2, 3)]
        return Splits(top[0::4][:n], held_out[0], held_out[1], held_out[2], notes)


def _peak(record: ActivationRecord) -> float:
    """The sequence's figure of merit: its largest activation outside the ignored positions."""
    skipped = set(record.ignored or ())
    return max((value for i, value in enumerate(record.activations) if i not in skipped), default=-math.inf)


def _largest_split(top: int, random: int) -> int:
    """How many of each kind every split can have; a kind that is not there at all does not hold back the other."""
    shares = [count // splits for count, splits in ((top, 4), (random, 3)) if count]
    return max(1, min(shares, default=1))


def _without_repeats(
    records: Sequence[ActivationRecord], seen: Sequence[ActivationRecord]
) -> tuple[list[ActivationRecord], int]:
    """The records whose tokens stand neither in ``seen`` nor earlier in ``records``, and how many were left out."""
    met = {tuple(record.tokens) for record in seen}
    kept = []
    for record in records:
        key = tuple(record.tokens)
        if key not in met:
            met.add(key)
            kept.append(record)
    return kept, len(records) - len(kept)


@dataclass(frozen=True)
class SequenceSimulation:
    """What a simulator expects each token's activation to be, on the scale it names."""

    tokens: list[str]
    expected_activations: list[float | None]  # extension: None where no number could be read from the reply
    activation_scale: ActivationScale
    distribution_values: list[list[float]]
    distribution_probabilities: list[list[float]]
    uncalibrated_simulation: SequenceSimulation | None = None

    def __post_init__(self) -> None:
        if len(self.tokens) != len(self.expected_activations):
            raise ValueError(f"{len(self.tokens)} tokens but {len(self.expected_activations)} expected_activations")


@dataclass(frozen=True)
class ScoredSequenceSimulation:
    """One simulated sequence beside the true activations; scores are None where undefined."""

    simulation: SequenceSimulation
    true_activations: list[float]
    ev_correlation_score: float | None = None
    rsquared_score: float | None = None
    absolute_dev_explained_score: float | None = None
    group: Literal["top", "random"] | None = None  # extension
    ignored: list[int] | None = None  # extension: the record's own, positions left out of the scores

    def __post_init__(self) -> None:
        if len(self.simulation.tokens) != len(self.true_activations):
            raise ValueError(f"{len(self.simulation.tokens)} tokens but {len(self.true_activations)} true_activations")


@dataclass(frozen=True)
class ScoredSimulation:
    """All simulated sequences of one explanation, and the scores over their tokens together."""

    scored_sequence_simulations: list[ScoredSequenceSimulation]
    ev_correlation_score: float | None = None
    rsquared_score: float | None = None
    absolute_dev_explained_score: float | None = None


@dataclass(frozen=True)
class Score:
    """One score of one explanation, with what it was computed over.

    ``interval`` is a 95% interval for the value that more sequences of the same kind would give.
    """

    value: float | None
    interval: tuple[float, float] | None
    reason: str | None  # why there is no value
    sequences: int  # sequences with at least one scored token or answer
    tokens: int | None  # scored tokens; None where whole texts are judged
    unparsed: int  # positions or answers without a usable reply
    reliable: bool
    note: str | None = None  # why there is no interval, or why the value is not reliable
    interval_method: str | None = None
    ignored: int = 0  # positions that are left out of every score (the first token of some models)
    answers: int | None = None  # detection and fuzzing: answers judged, unparsed ones among them
    model: str | None = None  # that simulated or judged; None where none did (the token lookup)
    prompt_hash: str | None = None  # SHA-256 over what the prompts of all texts have in common


@dataclass(frozen=True)
class Provenance:
    """How one explanation and its scores came about: enough to make them again, and to doubt them."""

    explainer: str  # "pairs", "token-space", "tokens", "peak", "contrastive", "person"
    model: str | None = None  # that wrote it; None for a person's and for token lookup
    simulator: str | None = None  # "all-at-once", "one-at-a-time", "structured", "lookup"; None: not simulated
    simulator_model: str | None = None
    calibration: str | None = None  # "none", "linear", "percentile"
    not_calibrated: str | None = None  # why the calibration asked for was not made
    prompts: dict[str, str] = field(default_factory=dict)  # SHA-256 by job: "explain", "simulate", "detection", ...
    options: dict[str, bool | int | float | str | list[str] | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # what was left out of a prompt, shortfalls of the splits
    failures: dict[str, int] = field(default_factory=dict)  # requests without a usable answer, by kind
    shuffled_from: NeuronId | None = None  # whose explanation is the shuffled baseline
    split: str | None = None  # the split that was scored
    run: str | None = None  # the report of the run, reports/{run}.json
    created: str | None = None  # ISO 8601, UTC
    version: str | None = None  # of this software


@dataclass(frozen=True)
class ScoredExplanation:
    """One explanation in words; ``scored_simulation`` is None when it was never simulated."""

    explanation: str
    scored_simulation: ScoredSimulation | None = None
    author: str | None = None  # extension
    scores: dict[str, Score] | None = None  # extension: "correlation", "correlation_top", "detection_auc", ...
    baselines: dict[str, dict[str, Score]] | None = None  # extension: the same scores of "shuffled" and of "lookup"
    provenance: Provenance | None = None  # extension


@dataclass(frozen=True)
class ScoredText:
    """A person's text as an explanation of a unit, and how well it does; an answer to who asked, in no file."""

    unit: NeuronId
    text: str
    scores: dict[str, Score]
    baselines: dict[str, dict[str, Score]]
    provenance: Provenance
    sequences: list[ScoredSequenceSimulation] | None = None  # what was scored, without distributions; where asked for


@dataclass(frozen=True)
class NeuronSimulationResults:
    """All explanations of one unit."""

    neuron_id: NeuronId
    scored_explanations: list[ScoredExplanation]
