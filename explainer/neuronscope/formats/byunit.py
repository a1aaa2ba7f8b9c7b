"""Given explanations by layer and unit, each once, and as the file of their unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from neuronscope.codec import dumps
from neuronscope.formats.given import GivenExplanation
from neuronscope.formats.scored import Importing, as_scored, likeness
from neuronscope.records import NeuronId, NeuronSimulationResults, ScoredExplanation

ByUnit = dict[int, dict[int, list[GivenExplanation]]]  # by layer, then by unit, both ascending


def by_unit(given: Iterable[GivenExplanation]) -> ByUnit:
    """Of equal explanations of a unit the first; in the order of the files otherwise."""
    found: ByUnit = {}
    for one in given:
        found.setdefault(one.layer, {}).setdefault(one.unit, []).append(one)
    return {layer: {unit: _once(found[layer][unit]) for unit in sorted(found[layer])} for layer in sorted(found)}


def counted(found: ByUnit) -> tuple[int, int]:
    """How many explanations there are, and of how many units."""
    return sum(len(some) for units in found.values() for some in units.values()), sum(map(len, found.values()))


def unit_file(
    unit: NeuronId, there: Sequence[ScoredExplanation], new: Iterable[GivenExplanation], importing: Importing
) -> bytes:
    """The bytes of a unit's file: what is there, and new ones after it."""
    every = [*there, *(as_scored(one, importing) for one in new)]
    return dumps(NeuronSimulationResults(unit, every)) + b"\n"


def _once(some: Iterable[GivenExplanation]) -> list[GivenExplanation]:
    first: dict[object, GivenExplanation] = {}
    for one in some:
        first.setdefault(likeness(one), one)
    return list(first.values())
