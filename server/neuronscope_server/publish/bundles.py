"""The zips of a packed site that a dataset does not have in this form: a layer of units in, the bytes of a zip out.

What stands beside a unit's texts (related tokens and units, logits) lies together, one JSON object a unit with a field
for each part, so that a page asks for it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from neuronscope.codec import dumps
from neuronscope.dataset import Dataset, layout
from neuronscope.dataset.zipwriter import Deflated, ZipWriter, deflate
from neuronscope_server.related import JOINED, joined
from neuronscope_server.tables import Tables

RELATIONS = "relations"  # the name of what lies together
BESIDE = tuple(part for part in layout.PARTS if part not in (layout.RECORDS, layout.EXPLANATIONS))


def zipped(members: Iterable[tuple[str, Deflated]]) -> Iterator[bytes]:
    """A zip of these members, piece by piece."""
    pieces: list[bytes] = []
    writer = ZipWriter(pieces.append)
    for name, member in members:
        writer.add_deflated(name, member)
        yield from pieces
        pieces.clear()
    writer.finish()
    yield from pieces


def part_members(dataset: Dataset, part: str, layer: int) -> Iterator[tuple[str, Deflated]]:
    """The files of a part; raises as ``Dataset.stored``."""
    for unit in dataset.units(layer):
        file = dataset.stored(part, layer, unit)
        if file is None:
            continue
        packed = Deflated(file.data, file.crc, file.size) if file.deflated else deflate(file.bytes())
        yield layout.unit_name(part, unit), packed


def relation_members(
    dataset: Dataset, parts: Sequence[str], layer: int, tables: Tables, name: str
) -> Iterator[tuple[str, Deflated]]:
    """What stands beside each unit of a layer, as the API answers it; raises as ``Dataset.read``."""
    for unit in dataset.units(layer):
        found = [(part, data) for part in parts if (data := answered(dataset, part, (layer, unit), tables, name))]
        if found:
            yield f"{unit}.json", deflate(b"{" + b",".join(b'"%s":%s' % (p.encode(), d) for p, d in found) + b"}")


def answered(dataset: Dataset, part: str, place: tuple[int, int], tables: Tables, name: str) -> bytes | None:
    """One part of a unit as the API answers it, or None."""
    data = dataset.read(part, *place)
    if data is None or part not in JOINED:
        return data
    return dumps(joined(data, part, tables, name))
