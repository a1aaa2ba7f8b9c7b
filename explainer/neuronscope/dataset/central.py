"""A zip's central directory: in, a store and a path; out, where each member lies.

Nothing that a zip claims about itself is believed: offsets and sizes are held against the file's size and against
each other here, so that what is read later is never more than what can be there.
"""

from __future__ import annotations

import struct
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from neuronscope.dataset.store import Stat, Store, place
from neuronscope.errors import BrokenData

_TAIL_BYTES = 128 * 2**10  # holds the end records, and the whole directory of some 2,000 members
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<8x2H4x3L3H8xL")  # what is used of an entry: not its signature, times, attributes
_ENTRY = b"PK\x01\x02"
_EXTRA = struct.Struct("<HH")
_LOCAL_BYTES = 30
_UTF8 = 0x800
_ZIP64_EXTRA = 1
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_OFFSET = itemgetter(6)  # of a member


class Member(NamedTuple):
    """One entry of the directory; ``end`` is where the next member, or the directory, begins.

    The order of the fields is known below, where members are made by the ten thousand.
    """

    name: str
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    offset: int
    end: int = 0


@dataclass(frozen=True)
class Directory:
    """The members of one version of a zip, and the names of those whose CRC was found right."""

    version: Hashable
    members: dict[str, Member]
    verified: set[str] = field(default_factory=set)


class _Place(NamedTuple):
    """Where the directory lies: ``entries`` of them in ``size`` bytes from ``offset``."""

    entries: int
    size: int
    offset: int


def read_directory(store: Store, path: str, stat: Stat) -> Directory:
    """Read the directory of the version of the file that ``stat`` saw.

    :raises BrokenData: not a zip, cut short, or the directory contradicts itself or the file.
    :raises FileChanged: the file was replaced meanwhile.
    """
    where = place(store, path)
    tail_start = max(0, stat.size - _TAIL_BYTES)
    tail = store.read_range(path, tail_start, stat.size - tail_start, version=stat.version)
    found = _find(tail, tail_start, where)
    if found.offset >= tail_start:
        data = tail[found.offset - tail_start :][: found.size]
    else:
        data = store.read_range(path, found.offset, found.size, version=stat.version)
    if len(data) != found.size:
        raise BrokenData(f"{where} is cut short: its central directory is incomplete.")
    return Directory(stat.version, _with_ends(list(_members(data, found.entries, where)), found.offset, where))


def _find(tail: bytes, tail_start: int, where: str) -> _Place:
    """Where the directory lies, from the end record (and its 64-bit form where a number does not fit)."""
    at = tail.rfind(b"PK\x05\x06", 0, len(tail) - _END.size + 4)
    while at >= 0 and at + _END.size + _END.unpack_from(tail, at)[7] != len(tail):
        at = tail.rfind(b"PK\x05\x06", 0, at + 3)  # those four bytes stood inside a comment
    if at < 0:
        raise BrokenData(f"{where} is not a zip file, or is cut short: no end record at its end.")
    _, _, _, _, count, size, offset, _ = _END.unpack_from(tail, at)
    end = tail_start + at
    if count == _FULL16 or size == _FULL32 or offset == _FULL32:
        found, end = _find64(tail, tail_start, at) or (_Place(count, size, offset), end)
    else:
        found = _Place(count, size, offset)
    if found.offset + found.size > end or found.entries * _CENTRAL.size > found.size:
        raise BrokenData(f"{where} is damaged: its central directory does not fit where its end record says it is.")
    return found


def _find64(tail: bytes, tail_start: int, end_at: int) -> tuple[_Place, int] | None:
    """The 64-bit end record and where it begins; None where there is none, as in a zip of exactly 65,535 members."""
    locator_at = end_at - _END64_LOCATOR.size
    if locator_at < 0 or tail[locator_at : locator_at + 4] != b"PK\x06\x07":
        return None
    _, _, begin, _ = _END64_LOCATOR.unpack_from(tail, locator_at)
    at = begin - tail_start
    if not 0 <= at <= locator_at - _END64.size or tail[at : at + 4] != b"PK\x06\x06":
        return None
    *_, count, size, offset = _END64.unpack_from(tail, at)
    return _Place(count, size, offset), begin


def _members(data: bytes, count: int, where: str) -> Iterator[Member]:
    """The entries; where each ends is not known yet. Written for speed: a dataset may have some 100,000."""
    at, new = 0, tuple.__new__
    for _ in range(count):
        if len(data) - at < _CENTRAL.size or not data.startswith(_ENTRY, at):
            raise BrokenData(f"{where} is damaged: its central directory breaks off.")
        flags, method, crc, packed, size, name_n, extra_n, comment_n, offset = _CENTRAL.unpack_from(data, at)
        at += _CENTRAL.size
        raw = data[at : at + name_n]
        name = raw.decode() if raw.isascii() else raw.decode("utf-8" if flags & _UTF8 else "cp437", errors="replace")
        if packed == _FULL32 or size == _FULL32 or offset == _FULL32:
            size, packed, offset = _wide(
                data[at + name_n :][:extra_n], [size, packed, offset], f"{where}, member {name!r}"
            )
        at += name_n + extra_n + comment_n
        if name.startswith(("/", "\\")) or (".." in name and ".." in name.replace("\\", "/").split("/")):
            raise BrokenData(f"{where} has a member named {name!r}, which points outside its folder: do not unpack it.")
        yield new(Member, (name, flags, method, crc, packed, size, offset, 0))


def _wide(extra: bytes, narrow: list[int], where: str) -> list[int]:
    """``narrow`` with each number that did not fit replaced by the next one of the zip64 extra field."""
    at = 0
    while at + _EXTRA.size <= len(extra):
        kind, length = _EXTRA.unpack_from(extra, at)
        at += _EXTRA.size
        if kind == _ZIP64_EXTRA and at + length <= len(extra):
            wide = iter(struct.unpack_from(f"<{length // 8}Q", extra, at))
            try:
                return [next(wide) if value == _FULL32 else value for value in narrow]
            except StopIteration:
                break
        at += length
    raise BrokenData(f"{where}: a 64-bit size or offset is missing.")


def _with_ends(members: list[Member], directory_offset: int, where: str) -> dict[str, Member]:
    """The members by name, in the directory's order, each with its ``end``; refuses those that overlap."""
    found: dict[str, Member] = {}
    end, new = directory_offset, tuple.__new__
    in_place = sorted(members, key=_OFFSET)
    for name, flags, method, crc, packed, size, offset, _ in reversed(in_place):
        if name in found:
            raise BrokenData(f"{where} is damaged: it names the member {name!r} twice.")
        if offset + _LOCAL_BYTES + len(name) + packed > end:
            raise BrokenData(f"{where}, member {name!r}: it is said to lie where something else lies.")
        found[name] = new(Member, (name, flags, method, crc, packed, size, offset, end))
        end = offset
    return {member.name: found[member.name] for member in members}
