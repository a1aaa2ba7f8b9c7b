"""Reading members of a zip by range: in, a store and a path; out, one member's bytes as they lie.

The central directory is read once per version of the file; a member costs one range read.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterable, Iterator, Sequence

from neuronscope.dataset.central import Directory, Member, read_directory
from neuronscope.dataset.store import FileChanged, Stat, Store, place
from neuronscope.dataset.stored import StoredFile, plain_bytes
from neuronscope.errors import BrokenData, StorageFailed

# A record is some 90 kB; what says it is larger than this is a mistake or an attack.
MAX_MEMBER_BYTES = 64 * 2**20

_TOGETHER = 8 * 2**20  # bytes of neighbouring members that are read at a time
_LOOKS = 10  # at a file that changes while it is read
_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1 | 0x40


class Archive:
    """One zip in a store, possibly replaced while it is being read from. Safe to use from many threads."""

    def __init__(self, store: Store, path: str, *, max_member_bytes: int = MAX_MEMBER_BYTES) -> None:
        self._store = store
        self._path = path
        self._max = max_member_bytes
        self._known: Directory | None = None
        self._lock = threading.Lock()

    def exists(self) -> bool:
        """Whether the zip is there.

        :raises BrokenData: it is there and its central directory cannot be used.
        """
        return self._directory() is not None

    def directory(self) -> Directory | None:
        """Where its members lie in the version that is there; None where there is no zip. Raises as ``exists``."""
        return self._directory()

    def names(self) -> list[str]:
        """The members' names in the directory's order; empty where there is no zip."""
        directory = self._directory()
        return list(directory.members) if directory else []

    def __contains__(self, name: str) -> bool:
        """Whether the zip has a member of that name."""
        directory = self._directory_with(name)
        return directory is not None and name in directory.members

    def read(self, name: str) -> StoredFile | None:
        """One member as it lies, or None; inflated once per version of the zip, to verify its CRC.

        :raises BrokenData: the zip or this member cannot be used; the message names both.
        """
        found = self._fetch(name)
        if found is None:
            return None
        directory, member, data = found
        if name not in directory.verified:
            self._inflate(data, member)
            directory.verified.add(name)
        return StoredFile(data, deflated=member.method == _DEFLATED, crc=member.crc, size=member.size)

    def plain(self, name: str) -> bytes | None:
        """One member's plain bytes, or None; verified each time, since they are inflated anyway. Raises as ``read``."""
        found = self._fetch(name)
        return None if found is None else self._inflate(found[2], found[1])

    def plains(self, names: Iterable[str]) -> Iterator[bytes | None]:
        """What :meth:`plain` gives for each name, in order; members that lie one after the other are read together."""
        directory = self._directory()
        members = directory.members if directory else {}
        for run in _runs(members.get(name) for name in names):
            if directory is None or not run:
                yield None
                continue
            chunk = self._together(directory, run)
            for member in run:
                if chunk is None:
                    yield self.plain(member.name)
                else:
                    data = self._after_local_header(chunk, member, member.offset - run[0].offset)
                    yield self._inflate(data, member)

    def _together(self, directory: Directory, run: Sequence[Member]) -> bytes | None:
        """From the beginning of the first member to the end of the last; None where the zip was replaced meanwhile."""
        for member in run:
            self._refuse_unreadable(member)
        start = run[0].offset
        length = run[-1].offset + _extent(run[-1]) - start
        try:
            return self._store.read_range(self._path, start, length, version=directory.version)
        except FileChanged:
            return None

    def _fetch(self, name: str) -> tuple[Directory, Member, bytes] | None:
        for _ in range(_LOOKS):
            directory = self._directory_with(name)
            member = directory.members.get(name) if directory else None
            if directory is None or member is None:
                return None
            try:
                return directory, member, self._read(directory, member)
            except FileChanged:
                self._known = None
        raise self._unsettled()

    def _directory_with(self, name: str) -> Directory | None:
        """The directory; looked at anew where the one that is known lacks ``name``."""
        directory = self._directory()
        return directory if directory and name in directory.members else self._directory(trusting=False)

    def _directory(self, *, trusting: bool = True) -> Directory | None:
        """The directory of the version that is there now; a remote one is, ``trusting``, the one that was last seen."""
        known = self._known
        if known is not None and trusting and not self._store.local:
            return known
        for _ in range(_LOOKS):
            stat = self._store.stat(self._path)
            if stat is None:
                return None
            try:
                return self._directory_of(stat)
            except FileChanged:
                continue
        raise self._unsettled()

    def _directory_of(self, stat: Stat) -> Directory:
        with self._lock:
            if self._known is None or self._known.version != stat.version:
                self._known = read_directory(self._store, self._path, stat)
            return self._known

    def _read(self, directory: Directory, member: Member) -> bytes:
        """The member's data as it lies."""
        self._refuse_unreadable(member)
        chunk = self._store.read_range(self._path, member.offset, _extent(member), version=directory.version)
        return self._after_local_header(chunk, member)

    def _refuse_unreadable(self, member: Member) -> None:
        if member.flags & _ENCRYPTED:
            raise self._broken(member.name, "it is encrypted")
        if member.method not in (_STORED, _DEFLATED):
            raise self._broken(member.name, f"compression method {member.method} is not stored or deflate")
        if max(member.size, member.compressed) > self._max:
            raise self._broken(member.name, f"it says it holds {member.size:,} bytes; {self._max:,} is the limit")
        if member.method == _STORED and member.size != member.compressed:
            raise self._broken(member.name, "it is stored uncompressed, and yet its two sizes differ")

    def _after_local_header(self, chunk: bytes, member: Member, at: int = 0) -> bytes:
        """The data of the member that begins at ``at``."""
        if len(chunk) - at < _LOCAL.size or not chunk.startswith(b"PK\x03\x04", at):
            raise self._broken(member.name, "the central directory points where no member begins")
        name_length, extra_length = _LOCAL.unpack_from(chunk, at)[9:]
        name = at + _LOCAL.size
        if chunk[name : name + name_length] != member.name.encode():
            raise self._broken(member.name, "the central directory points to another member")
        start = name + name_length + extra_length
        data = chunk[start : min(start + member.compressed, at + _extent(member))]
        if len(data) != member.compressed:
            raise self._broken(member.name, f"it ends after {len(data):,} of {member.compressed:,} bytes")
        return data

    def _inflate(self, data: bytes, member: Member) -> bytes:
        try:
            return plain_bytes(data, deflated=member.method == _DEFLATED, crc=member.crc, size=member.size)
        except BrokenData as error:
            raise self._broken(member.name, str(error)) from error

    def _unsettled(self) -> StorageFailed:
        return StorageFailed(f"{place(self._store, self._path)} keeps changing while it is read; try again.")

    def _broken(self, name: str, fault: str) -> BrokenData:
        return BrokenData(f"{place(self._store, self._path)}, member {name!r}: {fault}.")


def _extent(member: Member) -> int:
    """Bytes from the member's beginning that hold all of it: at most those up to the next one."""
    return min(member.end - member.offset, _LOCAL.size + 2 * 0xFFFF + member.compressed)


def _runs(members: Iterable[Member | None]) -> Iterator[list[Member]]:
    """Members that lie one right after the other, as many as are read together; an empty list for each None."""
    run: list[Member] = []
    for member in members:
        if run and (member is None or member.offset != run[-1].end or member.end - run[0].offset > _TOGETHER):
            yield run
            run = []
        if member is None:
            yield []
        else:
            run.append(member)
    if run:
        yield run
