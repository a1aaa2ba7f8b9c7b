"""What stands beside units' texts (related tokens and units, logits), as the API answers it: a layer in, its files out.

It lies together, one JSON object a unit with a field for each part, so that a page asks for it once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from neuronscope.codec import dumps
from neuronscope.dataset import Dataset, layout
from neuronscope.dataset.zipwriter import Deflated, deflate
from neuronscope_server.related import JOINED, joined
from neuronscope_server.tables import Tables

RELATIONS = "relations"  # the name of what lies together
BESIDE = tuple(part for part in layout.PARTS if part not in (layout.RECORDS, layout.EXPLANATIONS))


def relation_members(
    dataset: Dataset, parts: Sequence[str], layer: int, tables: Tables, name: str
) -> Iterator[tuple[int, Deflated]]:
    """What stands beside each unit of a layer, as the API answers it; raises as ``Dataset.read``."""
    for unit in dataset.units(layer):
        found = [(part, data) for part in parts if (data := answered(dataset, part, (layer, unit), tables, name))]
        if found:
            yield unit, deflate(b"{" + b",".join(b'"%s":%s' % (p.encode(), d) for p, d in found) + b"}")


def answered(dataset: Dataset, part: str, place: tuple[int, int], tables: Tables, name: str) -> bytes | None:
    """One part of a unit as the API answers it, or None."""
    data = dataset.read(part, *place)
    if data is None or part not in JOINED:
        return data
    return dumps(joined(data, part, tables, name))
