"""An append-only file of answers: digests and answers in, and out again after the process was killed.

Each line stands for itself and ends with its own check: a line that broke off when the process died is cut off, and its
answer is not known. A line is handed to the system before its answer is used, so only a power cut can lose one.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from neuronscope.codec import dumps, loads
from neuronscope.errors import BadInput, BrokenData, StorageFailed
from neuronscope.llm.accounting import Totals

_SYNCED_EVERY = 5.0  # seconds; what a power cut may lose
_HEADER, _KEPT, _PASSING = b"header", b"answer", b"passing"  # a passing answer is a failure to be asked for again


@dataclass(frozen=True)
class Standing:
    """What one part of a run has asked of one model so far, and for how many seconds it has worked."""

    seconds: float
    totals: Totals


class Journal:
    """Made by ``begin_journal`` or ``reopen_journal``; no other process can open the file meanwhile."""

    def __init__(self, file: BinaryIO, path: Path, header: bytes) -> None:
        self._file, self._path, self._lock = file, path, threading.Lock()
        self._end = file.seek(0, os.SEEK_END)
        self._places: dict[bytes, tuple[int, int]] = {}
        self._earlier: dict[bytes, Standing] = {}
        self._part = 0
        self._began = self._synced = time.monotonic()
        self.header = header

    @property
    def answered(self) -> int:
        """How many answers it holds."""
        return len(self._places)

    def find(self, key: str) -> bytes | None:
        """The answer that was kept for ``key``.

        :raises BrokenData: the file changed under way.
        """
        place = self._places.get(key.encode())
        if place is None:
            return None
        data = os.pread(self._file.fileno(), place[1], place[0])
        if len(data) != place[1]:
            raise BrokenData(f"{self._path} became shorter while it was in use: remove it and begin again")
        return data

    def add(self, key: str, answer: bytes, *, model: str, totals: Totals, passing: bool) -> None:
        """Append an answer of ``model``, whose totals are now those; a ``passing`` one is not found again.

        :raises StorageFailed: the disk is full or failed.
        """
        standing = dumps(Standing(time.monotonic() - self._began, totals))
        kind, who = _PASSING if passing else _KEPT, f"{self._part}.{model}".encode()
        head = b"\t".join([kind, key.encode(), who, standing, b""])
        with self._lock:
            self._append(head + answer)
            if not passing:
                self._places[key.encode()] = (self._end - 1 - len(answer), len(answer))

    def earlier(self) -> dict[str, Standing]:
        """What earlier parts of the run asked, by part and model."""
        return {who.decode(): standing for who, standing in self._earlier.items()}

    def close(self) -> None:
        """Force everything to the disk and let the file go."""
        with _disk(self._path), self._file:
            os.fsync(self._file.fileno())

    def _append(self, body: bytes) -> None:
        line = b"%08x\t%s\n" % (zlib.crc32(body), body)
        with _disk(self._path):
            written = os.write(self._file.fileno(), line)
            while written < len(line):
                written += os.write(self._file.fileno(), line[written:])
            if time.monotonic() - self._synced > _SYNCED_EVERY:
                os.fsync(self._file.fileno())
                self._synced = time.monotonic()
        self._end += len(line)

    def _take(self, start: int, body: bytes) -> None:
        """Learn what a line of an earlier part says; ``start`` is where its body stands."""
        kind, key, who, standing, answer = body.split(b"\t", 4)
        self._earlier[who] = loads(standing, Standing)
        self._part = max(self._part, int(who.partition(b".")[0]) + 1)
        if kind == _KEPT:
            self._places[key] = (start + len(body) - len(answer), len(answer))


def begin_journal(path: Path, header: bytes) -> Journal:
    """A new journal; ``header`` is one line without tabs.

    :raises BadInput: another process has it open.
    :raises StorageFailed: the file cannot be written.
    """
    with _disk(path):
        file = path.open("a+b", buffering=0)
        _lock(file, path)
        file.truncate(0)
    journal = Journal(file, path, header)
    journal._append(b"\t".join([_HEADER, header]))
    return journal


def reopen_journal(path: Path) -> Journal | None:
    """The journal that was begun there, with what it holds; None where not even its header was written.

    :raises BadInput: another process has it open.
    :raises StorageFailed: the file cannot be read or written.
    """
    if not path.exists():
        return None
    with _disk(path):
        file = path.open("a+b", buffering=0)
        _lock(file, path)
    whole = _whole_lines(path)
    _, first = next(whole, (0, b""))
    if not first.startswith(_HEADER + b"\t"):
        file.close()
        return None
    journal = Journal(file, path, first.partition(b"\t")[2])
    for start, body in whole:
        journal._take(start, body)
    _cut_off(journal)
    return journal


def _lock(file: BinaryIO, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise BadInput(f"{path} is in use by another run: wait until it has ended") from error


def _whole_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """``(where the body starts, body)`` of every line whose check holds."""
    at = 0
    with _disk(path), path.open("rb") as file:
        for line in file:
            check, _, body = line.rstrip(b"\n").partition(b"\t")
            if line.endswith(b"\n") and check == b"%08x" % zlib.crc32(body):
                yield at + len(check) + 1, body
            at += len(line)


def _cut_off(journal: Journal) -> None:
    """Remove a last line that has no end, so that the next one begins a line."""
    with _disk(journal._path):
        end, at = journal._end, journal._end
        while at > 0:
            start = max(0, at - 2**16)
            piece = os.pread(journal._file.fileno(), at - start, start)
            if b"\n" in piece:
                end = start + piece.rindex(b"\n") + 1
                break
            at = start
        if end < journal._end:
            journal._file.truncate(end)
        journal._end = end


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFailed(f"the journal {path} cannot be used: {error.strerror or error}") from error
