"""The nouns of what a unit is connected to: tokens, other units, output logits. Plain dataclasses, no input or output.

Field names are those of the public GPT-2 neuron datasets; fields marked *extension* are ours and always optional.
"""

from __future__ import annotations

from dataclasses import dataclass

from neuronscope.records import Histogram


@dataclass(frozen=True)
class TokensAndWeights:
    """Tokens, strongest first, and the strength of each; a strength that is undefined is None."""

    tokens: list[str]
    strengths: list[float | None]

    def __post_init__(self) -> None:
        if len(self.tokens) != len(self.strengths):
            raise ValueError(f"{len(self.tokens)} tokens but {len(self.strengths)} strengths")


@dataclass(frozen=True)
class WeightBasedSummaryOfNeuron:
    """Tokens the weights connect a unit to: those that drive it (input) and those it promotes (output), by sign.

    Of a gated MLP the input is that of the gate, which decides whether the neuron fires.
    """

    input_positive: TokensAndWeights
    input_negative: TokensAndWeights
    output_positive: TokensAndWeights
    output_negative: TokensAndWeights
    up_positive: TokensAndWeights | None = None  # extension: input of a gated MLP's up projection
    up_negative: TokensAndWeights | None = None  # extension
    folded: bool | None = None  # extension: whether the norms' gains are folded in


@dataclass(frozen=True)
class TokenLookupTableSummaryOfNeuron:
    """Tokens with the highest mean activation of the unit, highest first."""

    tokens: list[str]
    average_activations: list[float | None]
    counts: list[int] | None = None  # extension: over how many occurrences each mean is taken
    minimum_count: int | None = None  # extension: tokens that occur less often are left out

    def __post_init__(self) -> None:
        if len(self.tokens) != len(self.average_activations):
            raise ValueError(f"{len(self.tokens)} tokens but {len(self.average_activations)} average_activations")
        if self.counts is not None and len(self.counts) != len(self.tokens):
            raise ValueError(f"{len(self.tokens)} tokens but {len(self.counts)} counts")


@dataclass(frozen=True)
class UnitGlance:
    """What a list says of a related unit, so that nobody has to fetch it; None is not known."""

    explanation: str | None  # the best one
    score: float | None
    max: float | None


@dataclass(frozen=True)
class ConnectedNeurons:
    """Units named ``layer_unit`` with the strongest weights of either sign to or from one unit."""

    top_positive_neurons: list[str]
    top_positive_weights: list[float]
    top_negative_neurons: list[str]
    top_negative_weights: list[float]
    top_positive_units: list[UnitGlance] | None = None  # extension, in answers of a server: the same units
    top_negative_units: list[UnitGlance] | None = None  # extension


@dataclass(frozen=True)
class RelatedNeurons:
    """Units upstream (``c_fc``; None in the first layer) and downstream (``c_proj``; None in the last). Untagged."""

    c_fc: ConnectedNeurons | None
    c_proj: ConnectedNeurons | None
    c_fc_up: ConnectedNeurons | None = None  # extension: upstream of a gated MLP's up projection
    c_proj_up: ConnectedNeurons | None = None  # extension: downstream ones, by what their up projections read
    folded: bool | None = None  # extension: whether the norms' gains are folded in


@dataclass(frozen=True)
class Neighbour:
    """One related unit; ``value`` is the measure's, such as a correlation or a cosine."""

    layer: int
    unit: int
    value: float | None
    measure: str  # "pearson", "jaccard", "decoder cosine"
    about: UnitGlance | None = None  # in answers of a server


@dataclass(frozen=True)
class Neighbours:
    """The units most like one unit, most alike first."""

    neighbours: list[Neighbour]


@dataclass(frozen=True)
class UnitMatch:
    """One unit of another dataset, and how its activations correlate with those of a unit of this one."""

    layer: int
    unit: int
    correlation: float


@dataclass(frozen=True)
class LayerMatches:
    """The units of another dataset that act most like the units of one layer, over the text that both were made of.

    ``matches`` has a list for each of ``unit``, most alike first; that of a unit that never changes is empty.
    """

    layer: int
    other: str  # the name of the other dataset
    tokens: int  # over how many the correlations are
    unit: list[int]
    matches: list[list[UnitMatch]]

    def __post_init__(self) -> None:
        if len(self.unit) != len(self.matches):
            raise ValueError(f"{len(self.unit)} units but {len(self.matches)} lists of matches")


@dataclass(frozen=True)
class LogitTable:
    """Tokens that a unit makes more (``top``) and less (``bottom``) likely, and the moments over the vocabulary."""

    top: TokensAndWeights
    bottom: TokensAndWeights
    mean: float | None = None
    variance: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None  # not excess
    folded: bool | None = None  # whether the final norm's gain is folded in
    tokens: int | None = None  # extension: of how many tokens the moments and the histogram are
    histogram: Histogram | None = None  # extension
