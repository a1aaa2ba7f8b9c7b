"""What the page's script is given, in a notebook and in one file: plain dataclasses. Undefined is None.

A script of another ``form`` refuses to read; a field that is added does not change the form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from neuronscope.dataset.manifest import Manifest
from neuronscope.records import NeuronRecord, ScoredExplanation
from neuronscope.relations import LogitTable, TokenLookupTableSummaryOfNeuron, WeightBasedSummaryOfNeuron

FORM = 1
BLOCK = 20  # units in one block of a file: few enough to be inflated unnoticed, enough to deflate well

Scale = Literal["unit", "shared"]


@dataclass(frozen=True)
class Look:
    """How it is drawn. ``scale`` "unit": full colour is each unit's own maximum; "shared": the largest of all units."""

    scale: Scale = "unit"
    colours: list[tuple[str, str]] | None = None  # "#rrggbb" above and below zero, of the first unit and of a second
    css: str | None = None  # rules to come after our own


@dataclass(frozen=True)
class Entry:
    """One line of the list of units; ``key`` is "12:345", or "7" where there are no layers."""

    key: str
    name: str | None = None  # the caller's, or the best explanation
    max: float | None = None


@dataclass(frozen=True)
class ShownUnit:
    """All that a page shows of one unit.

    Simulated sequences are left out of ``explanations``: their ``scored_sequence_simulations`` are empty.
    ``tips`` holds what the caller's tooltip says of each token (None: nothing), a list per text, in the order most
    positive, most negative, random, each quantile's.
    """

    key: str
    record: NeuronRecord
    name: str | None = None
    explanations: list[ScoredExplanation] | None = None  # None: nobody wrote any
    tokens_by_activation: TokenLookupTableSummaryOfNeuron | None = None
    tokens_by_weight: WeightBasedSummaryOfNeuron | None = None
    logits: LogitTable | None = None
    tips: list[list[str | None]] | None = None


@dataclass(frozen=True)
class OnlineUnit:
    """One unit on a typed text: an activation per token, None where there is no number.

    ``max`` is where its colour scale ends, above 0; None: nothing to colour.
    """

    key: str
    name: str | None
    max: float | None
    activations: list[float | None]


@dataclass(frozen=True)
class OnlineAnswer:
    """The units that were asked for, in that order, on the tokens of ``text``."""

    text: str
    tokens: list[str]
    units: list[OnlineUnit]
    ignored: list[int] | None = None  # positions that stay uncoloured


@dataclass(frozen=True)
class Online:
    """What a view of typed text begins with; units are named by their keys."""

    text: str
    units: list[str]  # computed
    highlighted: list[str]  # coloured: one or two of them
    tooltip: list[str]  # whose numbers the tooltip shows
    responds: bool  # whether a model can answer the chat
    answer: OnlineAnswer | None = None  # of ``text``; a saved page has it and nobody to ask


@dataclass(frozen=True)
class Head:
    """What comes first. Of ``total`` units ``directory`` lists the first; they stand in blocks of ``block`` units."""

    title: str
    form: int = FORM
    kind: Literal["records", "online"] = "records"
    look: Look = field(default_factory=Look)
    directory: list[Entry] = field(default_factory=list)
    total: int = 0
    block: int = BLOCK
    provenance: Manifest | None = None  # of the dataset, without files and layers
    online: Online | None = None
    version: str | None = None  # of this software


@dataclass(frozen=True)
class Payload:
    """What a widget is given: ``units`` are the first of the directory; others have to be asked for."""

    head: Head
    units: list[ShownUnit] = field(default_factory=list)
