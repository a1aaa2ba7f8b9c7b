"""The zips of a packed site that a dataset does not have in this form: a layer of units in, the bytes of a zip out."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator

from neuronscope.dataset import Dataset
from neuronscope.dataset.zipwriter import Deflated, ZipWriter, deflate
from neuronscope_server.publish.pieces import Piece
from neuronscope_server.publish.zipindex import Found, index_of

_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # deflated, no name, no time, unknown system


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


def indexed(layer: int | str, made: MadeZip) -> list[Piece]:
    """A zip that is made, and where its units lie in it."""
    return [Piece(f"{layer}.zip", made.read), Piece(f"{layer}.idx", made.index)]


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
