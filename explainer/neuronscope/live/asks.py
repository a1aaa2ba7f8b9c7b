"""What is asked of a live model: plain dataclasses that refuse what cannot be."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any, Literal

from neuronscope.errors import BadInput
from neuronscope.messages import Message

Operation = Literal["add", "set", "scale", "ablate"]
Among = Literal["all", "stored", "explained"]
SpliceMode = Literal["reconstruct", "reconstruct+error"]
OfPair = Literal["instruct", "base"]

LARGEST = 1e6  # of what an intervention adds, sets or multiplies by; far beyond any activation
_MOST_UNITS, _MOST_K, _MOST_ANSWERS, _MOST_INTERVENTIONS = 64, 100, 32, 64
_MOST_GENERATED, _MOST_STOPS, _LONGEST_STOP = 2048, 8, 1000
_MOST_SEED = 2**31 - 1


@dataclass(frozen=True)
class UnitPlace:
    """A unit by layer and index; ``source`` names a registered SAE where it is not one of the dataset's own."""

    layer: int
    unit: int
    source: str | None = None


@dataclass(frozen=True)
class Intervention:
    """What is done to one unit while the model runs.

    * ``add``: ``value`` is added to the activation; of a direction, ``value`` times the direction to the stream.
    * ``set``: the activation becomes ``value``. ``scale``: it is multiplied by ``value``.
    * ``ablate``: it becomes 0, or with the value "mean" the unit's mean over the dataset.

    ``positions``: tokens of the text, counted from 0; None: all of them, and those that are generated. Never BOS.

    :raises BadInput: a value that is missing, not finite or too large, or negative positions.
    """

    layer: int
    unit: int
    op: Operation
    value: float | Literal["zero", "mean"] | None = None
    positions: list[int] | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if self.op == "ablate":
            if self.value not in (None, 0, "zero", "mean"):
                raise BadInput(f'ablate takes the value "zero" or "mean", not {self.value!r}; set gives any number')
        elif not isinstance(self.value, (int, float)):
            raise BadInput(f"{self.op} needs a number as its value, not {self.value!r}")
        elif not abs(self.value) <= LARGEST:  # NaN is not either
            raise BadInput(
                f"{self.op} by {self.value!r} is beyond what is taken here, {-LARGEST:,.0f} to {LARGEST:,.0f}"
            )
        if self.positions is not None and any(position < 0 for position in self.positions):
            raise BadInput("positions are counted from 0, the first token of the text")

    @property
    def place(self) -> UnitPlace:
        """The unit."""
        return UnitPlace(self.layer, self.unit, self.source)


@dataclass(frozen=True)
class Splice:
    """SAEs put into the model: what they make of what they read takes its place, or that and their error beside it."""

    saes: list[str]  # names that were registered at the start
    mode: SpliceMode = "reconstruct"


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A text or messages, one of the two.

    ``text`` with ``<eot>`` in it is a conversation, the user first; an even number of turns makes the last one the
    beginning of the assistant's. With ``plain`` those characters are text as any other.

    ``template``: arguments of the tokenizer's chat template, ``enable_thinking`` and the like. ``bos``: whether BOS
    goes first; None: as the dataset was collated or, without one, as the tokenizer does it.
    """

    text: str | None = None
    messages: list[Message] | None = None
    template: dict[str, Any] | None = None
    bos: bool | None = None
    plain: bool = False


@dataclass(frozen=True, kw_only=True)
class Changed(Prompt):
    """A prompt, and what is changed in the model while it runs."""

    interventions: list[Intervention] = field(default_factory=list)
    splice: Splice | None = None

    def __post_init__(self) -> None:
        _within("interventions", len(self.interventions), 0, _MOST_INTERVENTIONS)

    @property
    def changes(self) -> bool:
        """Whether anything is changed."""
        return bool(self.interventions) or self.splice is not None


@dataclass(frozen=True, kw_only=True)
class AskActivations(Changed):
    """Activations of some units, one per token."""

    units: list[UnitPlace]

    def __post_init__(self) -> None:
        super().__post_init__()
        _within("units", len(self.units), 1, _MOST_UNITS)


@dataclass(frozen=True, kw_only=True)
class AskTopUnits(Changed):
    """The strongest units, of each token or of the whole text.

    ``by``: the activation, or its share of the unit's stored maximum. ``layers`` None: all. ``max_density``: units that
    fire on a larger share of tokens are left out, ``min_activation``: weaker ones. ``among``: all units of the model,
    those that the dataset has, or those with an explanation. ``source`` names a registered SAE; None: the dataset's
    units.
    """

    k: int = 5
    layers: list[int] | None = None
    per: Literal["token", "text"] = "token"
    by: Literal["activation", "share"] = "activation"
    max_density: float | None = None
    min_activation: float | None = None
    among: Among = "all"
    source: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _within("k", self.k, 1, _MOST_K)
        for name in ("max_density", "min_activation"):
            value = getattr(self, name)
            if value is not None and not abs(value) <= sys.float_info.max:  # as there are integers beyond it
                raise BadInput(f"{name} is {value}; give a number")


@dataclass(frozen=True, kw_only=True)
class AskPredictions(Changed):
    """What the model expects: ``top_k`` alternatives per token, and how it sees each of ``answers`` as what follows.

    ``model``: of a pair the one that is asked; the base model reads the same tokens, and nothing is changed in it.
    """

    top_k: int = 10
    answers: list[str] = field(default_factory=list)
    model: OfPair = "instruct"

    def __post_init__(self) -> None:
        super().__post_init__()
        _within("top_k", self.top_k, 0, _MOST_K)
        _within("answers", len(self.answers), 0, _MOST_ANSWERS)
        if self.model == "base" and self.changes:
            raise BadInput(
                "units are changed and SAEs put in in the instruct model only: leave them out to ask the base"
            )


@dataclass(frozen=True, kw_only=True)
class AskGeneration(Changed):
    """Tokens that follow: at most ``max_tokens``, until one of ``stop`` stands there or the model ends its turn.

    ``temperature`` 0 takes the most likely token each time; above it ``seed`` draws. With changes both the model as it
    is and as it is changed go on, each with the same seed.
    """

    max_tokens: int = 64
    temperature: float = 0.0
    seed: int = 0
    stop: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        _within("max_tokens", self.max_tokens, 1, _MOST_GENERATED)
        _within("stop", len(self.stop), 0, _MOST_STOPS)
        _within("seed", self.seed, 0, _MOST_SEED)
        if not 0 <= self.temperature <= 10:
            raise BadInput(f"temperature is {self.temperature}; give a number from 0 to 10")
        if (longest := max(map(len, self.stop), default=0)) > _LONGEST_STOP:  # each token is compared with all of it
            raise BadInput(f"a text in stop has {longest:,} characters; at most {_LONGEST_STOP:,} are taken")
        if "" in self.stop:
            raise BadInput("an empty text stands everywhere, so nothing can stop at it: leave it out of stop")


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise BadInput(f"{name}: {value:,} is not from {least} to {most:,}")
