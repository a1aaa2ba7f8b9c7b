"""The zips of a packed site that a dataset does not have in this form: a layer of units in, the bytes of a zip out.

What stands beside a unit's texts (related tokens and units, logits) lies together, one JSON object a unit with a field
for each part, so that a page asks for it once.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence

from neuronscope.codec import dumps
from neuronscope.dataset import Dataset, layout
from neuronscope.dataset.zipwriter import Deflated, ZipWriter, deflate
from neuronscope_server.publish.zipindex import Found, index_of
from neuronscope_server.related import JOINED, joined
from neuronscope_server.tables import Tables

_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # deflated, no name, no time, unknown system

RELATIONS = "relations"  # the name of what lies together
BESIDE = tuple(part for part in layout.PARTS if part not in (layout.RECORDS, layout.EXPLANATIONS))


class MadeZip:
    """A zip of units' files that is made while it is read, and its index, which is known then."""

    def __init__(self, members: Callable[[], Iterable[tuple[int, Deflated]]]) -> None:
        """``members``: units with what they hold, each time anew."""
        self._members = members
        self._found: list[Found] | None = None

    def read(self) -> Iterator[bytes]:
        """The zip, piece by piece."""
        pieces: list[bytes] = []
        found: list[Found] = []
        writer = ZipWriter(pieces.append)
        for unit, member in self._members():
            start = writer.add_deflated(f"{unit}.json", member)
            found.append(Found(unit, start, len(member.stream), member.crc))
            yield from pieces
            pieces.clear()
        writer.finish()
        yield from pieces
        self._found = found

    def index(self) -> Iterator[bytes]:
        """The zip is made once more where it has not been read to its end."""
        if self._found is None:
            for _ in self.read():
                pass
        yield index_of(self._found or [], "A zip of this site")


def gzipped(data: bytes | Deflated) -> bytes:
    """A gzip file (RFC 1952) of what is deflated already, or is now."""
    member = data if isinstance(data, Deflated) else deflate(data)
    return _GZIP + member.stream + struct.pack("<2L", member.crc, member.size)


def part_members(dataset: Dataset, part: str, layer: int) -> Iterator[tuple[int, Deflated]]:
    """The files of a part; raises as ``Dataset.stored``."""
    for unit in dataset.units(layer):
        file = stored_deflated(dataset, part, (layer, unit))
        if file is not None:
            yield unit, file


def stored_deflated(dataset: Dataset, part: str, place: tuple[int, int]) -> Deflated | None:
    """A unit's file as it lies deflated in its zip, or deflated now."""
    file = dataset.stored(part, *place)
    if file is None:
        return None
    return Deflated(file.data, file.crc, file.size) if file.deflated else deflate(file.bytes())


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
