"""Neuronpedia's explanations, as it exports them: lists of JSON objects, or batches with one object a line; both ways.

An object names a unit by ``modelId``, ``layer`` and ``index``, and has the words, who wrote them and how. Of its other
fields (embeddings, votes, scores by other measures) nothing is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from neuronscope import codec
from neuronscope.errors import BadInput, BrokenData
from neuronscope.formats.given import UNNAMED, GivenExplanation, layer_and_source, unit_number
from neuronscope.records import Provenance


@dataclass(frozen=True)
class NeuronpediaExplanation:
    """One object, with the names of the format; ``layer`` is "6" or "6-res-jb"."""

    modelId: str | None  # noqa: N815 - the format's own names
    layer: str | int
    index: str | int
    description: str | None
    explanationModelName: str | None = None  # noqa: N815
    typeName: str | None = None  # noqa: N815


class Words(Protocol):
    """What an export tells of an explanation."""

    @property
    def explanation(self) -> str:
        """The words."""

    @property
    def author(self) -> str | None:
        """Who or what wrote them."""

    @property
    def provenance(self) -> Provenance | None:
        """How they came about."""


def read_list(data: bytes, name: str) -> Iterator[GivenExplanation]:
    """The explanations of a JSON list; ``name`` stands for the file in messages. Empty words are given too.

    :raises BadInput: it is no such list; the message says where.
    """
    try:
        found = codec.loads(data, list[NeuronpediaExplanation])
    except BrokenData as error:
        raise BadInput(f"{name} is not a list of explanations as Neuronpedia exports them: {error}") from error
    for number, one in enumerate(found, start=1):
        yield _given(one, name, f"{name}, object {number}")


def read_lines(lines: Iterable[bytes], name: str) -> Iterator[GivenExplanation]:
    """The same of a batch with an object a line; empty lines are passed over.

    :raises BadInput: a line is no such object; the message gives its number.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            one = codec.loads(line, NeuronpediaExplanation)
        except BrokenData as error:
            raise BadInput(f"{where} is not an explanation as Neuronpedia exports them: {error}") from error
        yield _given(one, name, where)


def exported(explanation: Words, *, model: str, source: str, unit: int) -> NeuronpediaExplanation:
    """One explanation of a unit as an object of the list; what the dataset does not name is None."""
    made = explanation.provenance
    return NeuronpediaExplanation(
        model,
        source,
        str(unit),
        explanation.explanation.strip(),
        explanationModelName=(made.model if made else None) or explanation.author,
        typeName=made.explainer if made and made.explainer != UNNAMED else None,
    )


def _given(one: NeuronpediaExplanation, name: str, where: str) -> GivenExplanation:
    layer, source = layer_and_source(one.layer, where)
    return GivenExplanation(
        layer,
        unit_number(one.index, where),
        (one.description or "").strip(),
        name,
        where,
        model_id=(one.modelId or "").strip() or None,
        source=source or str(layer),
        kind=one.typeName or None,
        model=one.explanationModelName or None,
    )
