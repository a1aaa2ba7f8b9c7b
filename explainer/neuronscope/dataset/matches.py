"""Partners of units in other datasets, ``matches/{other}/{layer}.json``: which files there are, and their faults."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from neuronscope import codec
from neuronscope.dataset import layout
from neuronscope.dataset.consistency import undefined_numbers
from neuronscope.errors import BrokenData
from neuronscope.relations import LayerMatches, UnitMatch

_PATH = re.compile(rf"{layout.MATCHES}/([a-z0-9][a-z0-9._-]*)/(0|[1-9][0-9]{{0,17}})\.json")
_SHOWN = 3  # units that are spelt out


def matched(files: Iterable[str]) -> list[tuple[str, int]]:
    """The other datasets and the layers that a manifest's files have partners for."""
    found = (_PATH.fullmatch(path) for path in files)
    return sorted((match[1], int(match[2])) for match in found if match)


def match_faults(data: bytes, other: str, layer: int, units: Sequence[int]) -> Iterator[str]:
    """The faults of one file: the layer's units in order, each with partners that become less alike."""
    yield from undefined_numbers(data)
    try:
        found = codec.loads(data, LayerMatches)
    except BrokenData as error:
        yield str(error)
        return
    if (found.layer, found.other) != (layer, other):
        yield f"says layer {found.layer} and {found.other!r}, but it lies at layer {layer} of {other!r}"
    if found.unit != list(units):
        yield "$.unit: not the units of this layer, in order"
    wrong = [i for i, partners in enumerate(found.matches) if not _in_order(partners)]
    yield from (f"$.matches[{i}]: not correlations from -1 to 1, largest first" for i in wrong[:_SHOWN])
    if len(wrong) > _SHOWN:
        yield f"the same of {len(wrong) - _SHOWN} more units"


def _in_order(partners: Sequence[UnitMatch]) -> bool:
    values = [partner.correlation for partner in partners]
    return all(-1 <= value <= 1 for value in values) and all(a >= b for a, b in pairwise(values))
