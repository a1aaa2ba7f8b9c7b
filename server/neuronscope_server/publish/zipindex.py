"""Where the members of a layer's zip lie, as a browser reads it: a central directory in, a few bytes for each unit out.

The file is a raw deflate stream of little-endian 32-bit numbers: how many members there are, then four columns with one
number a member, in the order in which they lie: the unit's number less the one before (modulo 2^32), the bytes between
the end of the data before and the beginning of this one, the length of the data, and the CRC-32 of what it inflates to.
Every member is deflated. ``viewer/src/packed.ts`` reads it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from neuronscope.dataset import layout
from neuronscope.dataset.central import Directory, Member, read_directory
from neuronscope.dataset.store import Store, place
from neuronscope.errors import BrokenData

_LOCAL = struct.Struct("<26x2H")  # of a member's header, the lengths of its name and extra field
_DEFLATED = 8
_LEVEL = 6  # of zlib: isal gave one index now these bytes and now those, and names of releases are made of them
_MOST = 2**32 - 1


class Found(NamedTuple):
    """Where the data of a unit's member begins and how long it is, and the CRC-32 of what it inflates to."""

    unit: int
    start: int
    length: int
    crc: int


def index_of_zip(store: Store, path: str, directory: Directory | None = None) -> bytes:
    """The index of the zip at ``path``, of which the directory may have been read.

    :raises BrokenData: it is no zip of units, or a member is not deflated.
    """
    stat = store.stat(path)
    if stat is None:
        raise BrokenData(f"{place(store, path)} is not there any more.")
    directory = directory or read_directory(store, path, stat)
    where = place(store, path)
    members = sorted(directory.members.values(), key=lambda member: member.offset)
    for member in members:
        if member.method != _DEFLATED:
            raise BrokenData(f"{where}, member {member.name!r}: it is not deflated, as browsers have to find it.")
    starts = [member.offset + _LOCAL.size + len(member.name.encode()) for member in members]
    for at, (start, member) in enumerate(zip(starts, members, strict=True)):
        if start + member.compressed != member.end:  # something more may stand before its data
            header = store.read_range(path, member.offset, _LOCAL.size, version=directory.version)
            starts[at] = member.offset + _LOCAL.size + sum(_LOCAL.unpack(header))
    units = [_unit(member.name, where) for member in members]
    found = map(Found, units, starts, [member.compressed for member in members], [member.crc for member in members])
    return index_of(list(found), where)


def index_of(members: Sequence[Found], where: str) -> bytes:
    """The index of a zip with these members, in the order in which they lie.

    :raises BrokenData: they lie too far apart.
    """
    import numpy as np  # here: nothing that is copied need wait for it

    columns = zip(*members, strict=True) if members else ([],) * 4
    units, starts, lengths, crcs = (np.array(column, np.int64) for column in columns)
    ends = np.concatenate([[0], starts + lengths])[:-1]
    rows = np.stack([np.diff(units, prepend=0) % 2**32, starts - ends, lengths, crcs])
    if rows.size and (rows.max() > _MOST or rows.min() < 0):
        raise BrokenData(f"{where} has members that lie too far apart for a browser to find.")
    numbers = np.concatenate([[len(members)], rows.ravel()]).astype("<u4")
    return zlib.compress(numbers.tobytes(), _LEVEL, -15)


def can_be_indexed(members: dict[str, Member]) -> bool:
    """Whether a zip with these members may stand in a site as it is."""
    return all(member.method == _DEFLATED and not member.flags & 1 for member in members.values())


def _unit(name: str, where: str) -> int:
    number = layout.number(name, ".json")
    if number is None:
        number = layout.number(name, PurePosixPath(name).suffix)
    if number is None or number > _MOST:
        raise BrokenData(f"{where} has a member {name!r}, which is not named after a unit.")
    return number
