"""Explanations as somebody else's file gives them: the noun that readers of formats fill and that datasets take."""

from __future__ import annotations

import re
from dataclasses import dataclass

from neuronscope.dataset.manifest import NeuronpediaIds
from neuronscope.errors import BadInput

UNNAMED = "imported"  # the way of making explanations, and the score, that a file does not name

_INDEX = re.compile(r"0|[1-9][0-9]{0,17}")
_LAYER = re.compile(r"(0|[1-9][0-9]{0,17})(?:-(.+))?", re.DOTALL)
_SHOWN = 80  # characters of what cannot be read


@dataclass(frozen=True, slots=True)
class GivenExplanation:
    """One explanation; ``where`` is its file and its place there, for messages. What the file does not say is None."""

    layer: int
    unit: int
    text: str
    file: str
    where: str
    model_id: str | None = None  # of the subject model, as Neuronpedia calls it
    source: str | None = None  # "6-res-jb", where the layer is written with what reads its units
    kind: str | None = None  # how it was made, such as "oai_token-act-pair"
    model: str | None = None  # that wrote it
    author: str | None = None
    correlation: float | None = None  # of simulated with real activations
    score: float | None = None  # by a measure that the file does not name


@dataclass(frozen=True)
class GivenExplanations:
    """All explanations of some files; ``empty`` entries had no words, and ``units_are`` says what kind of unit."""

    explanations: list[GivenExplanation]
    files: int
    empty: int
    ids: NeuronpediaIds | None
    units_are: str  # a kind of SourceInfo


def layer_and_source(text: str | int, where: str) -> tuple[int, str | None]:
    """``6-res-jb`` as (6, "6-res-jb"), and ``6`` as (6, None).

    :raises BadInput: it does not begin with the layer's number.
    """
    match = None if isinstance(text, bool) else _LAYER.fullmatch(str(text).strip())
    if match is None:
        raise BadInput(
            f"{where}: the layer is {str(text)[:_SHOWN]!r}; a layer is a number from 0, such as 6, or 6-res-jb"
        )
    return int(match[1]), match[0] if match[2] else None


def unit_number(text: str | int, where: str) -> int:
    """``650`` as 650.

    :raises BadInput: it is no whole number from 0.
    """
    match = None if isinstance(text, bool) else _INDEX.fullmatch(str(text).strip())
    if match is None:
        raise BadInput(f"{where}: the unit is {str(text)[:_SHOWN]!r}; a unit is a whole number from 0")
    return int(match[0])
