"""Documents in, sequences of equal length out: cut without overlap, never across documents, no two the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.duplicates import SeenRows
from neuronscope.collate.store import Counts, FolderRows, MemoryRows, open_arrays, read_counts
from neuronscope.collate.tokens import TokenIds
from neuronscope.errors import BadInput

# Rows that are looked up and written at once: a few MB, and several reports of progress a second.
_ROWS = 4096
_TOKENS = 1 << 20


@dataclass(frozen=True)
class Sequences:
    """A corpus ready to be run: row i of ``ids`` came from ``documents[i]``, starting at its token ``offsets[i]``.

    The arrays are read-only memory maps where the text was cut into a folder.
    """

    ids: NDArray[np.int32]  # [sequence, position]
    documents: NDArray[np.int64]  # [sequence]
    offsets: NDArray[np.int64]  # [sequence]
    name: str
    documents_read: int
    duplicates_dropped: int
    tail_tokens_dropped: int

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def length(self) -> int:
        """Tokens per sequence."""
        return int(self.ids.shape[1])

    def hash(self) -> str:
        """SHA-256 of the token ids, little-endian int32 in row order."""
        digest = hashlib.sha256()
        for first in range(0, len(self), _ROWS):
            digest.update(np.ascontiguousarray(self.ids[first : first + _ROWS], dtype="<i4").data)
        return "sha256:" + digest.hexdigest()


def cut(
    documents: Iterable[TokenIds],
    *,
    length: int = 64,
    limit: int | None = None,
    name: str = "text",
    folder: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> Sequences:
    """Cut documents (token ids) into sequences of ``length`` tokens; at most ``limit``, the first ones.

    Tails shorter than a sequence, and sequences that occurred before, are dropped and counted. With a ``folder``
    the sequences are written there as they come, for ``open_sequences``, and come back memory mapped; memory then
    grows by the 16 bytes per sequence that tell duplicates. ``progress`` hears the number of sequences so far.

    :raises BadInput: no document is long enough, or a length or limit below 1.
    :raises StorageFailed: the folder cannot be written.
    """
    if length < 1 or (limit is not None and limit < 1):
        raise BadInput(f"sequence length and number of sequences must be 1 or greater, not {length} and {limit}")
    with MemoryRows() if folder is None else FolderRows(folder) as rows:
        cutter = _Cutter(rows, length, limit, progress)
        for document in documents:
            cutter.add(document if isinstance(document, Iterator) else iter([np.asarray(document, dtype=np.int32)]))
            if cutter.full:
                break
        counts = cutter.finish(name)
        return _sequences(rows.finish(counts), counts)


def open_sequences(folder: Path) -> Sequences:
    """The sequences that ``cut`` wrote into a folder, memory mapped.

    :raises BadInput: there is no complete cut in this folder.
    :raises BrokenData: there is one, but it cannot be trusted.
    """
    counts = read_counts(folder)
    return _sequences(open_arrays(folder, counts), counts)


def _sequences(arrays: list[NDArray[Any]], counts: Counts) -> Sequences:
    ids, documents, offsets = arrays
    return Sequences(
        ids=ids,
        documents=documents,
        offsets=offsets,
        name=counts.name,
        documents_read=counts.documents_read,
        duplicates_dropped=counts.duplicates_dropped,
        tail_tokens_dropped=counts.tail_tokens_dropped,
    )


class _Cutter:
    """What was cut so far, and the rows that wait for being looked up together.

    Never do more rows wait than may still be taken, so that none is ever taken back.
    """

    def __init__(
        self, rows: MemoryRows | FolderRows, length: int, limit: int | None, progress: Callable[[int], None] | None
    ) -> None:
        self._rows, self._length, self._limit, self._progress = rows, length, limit, progress
        self._capacity = max(1, min(_ROWS, _TOKENS // length))
        self._ids = np.empty((self._capacity, length), dtype=np.int32)
        self._documents = np.empty(self._capacity, dtype=np.int64)
        self._offsets = np.empty(self._capacity, dtype=np.int64)
        self._waiting = 0
        self._seen = SeenRows()
        self._sequences = self._read = self._duplicates = self._tails = self._longest = 0

    @property
    def full(self) -> bool:
        """Whether the limit is reached."""
        return self._sequences == self._limit

    def add(self, parts: Iterable[NDArray[np.int32]]) -> None:
        """Cut one document, which comes in consecutive parts; what follows the last sequence of all is left."""
        rest, offset = np.empty(0, dtype=np.int32), 0
        for part in parts:
            ids = np.concatenate([rest, part]) if len(rest) else part
            whole = len(ids) - len(ids) % self._length
            rest = ids[whole:]
            if not self._take(ids[:whole].reshape(-1, self._length), offset):
                break
            offset += whole
        else:
            self._tails += len(rest)
        self._longest = max(self._longest, offset + len(rest))
        self._read += 1

    def _take(self, rows: NDArray[np.int32], offset: int) -> bool:
        """Whether there was room for all of the rows, which start at a token of the document at hand."""
        while len(rows) and not self.full:
            taken = rows[: self._room()]
            place = slice(self._waiting, self._waiting + len(taken))
            self._ids[place] = taken
            self._documents[place] = self._read
            self._offsets[place] = offset + self._length * np.arange(len(taken))
            self._waiting += len(taken)
            rows, offset = rows[len(taken) :], offset + self._length * len(taken)
            if not self._room():
                self._look_up()
        return not len(rows)

    def _room(self) -> int:
        left = self._capacity if self._limit is None else min(self._capacity, self._limit - self._sequences)
        return left - self._waiting

    def _look_up(self) -> None:
        waiting, self._waiting = self._waiting, 0
        new = self._seen.first_seen(self._ids[:waiting])
        self._rows.append([column[:waiting][new] for column in (self._ids, self._documents, self._offsets)])
        self._sequences += int(new.sum())
        self._duplicates += int(waiting - new.sum())
        if self._progress is not None:
            self._progress(self._sequences)

    def finish(self, name: str) -> Counts:
        """:raises BadInput: there is no sequence."""
        if self._waiting:
            self._look_up()
        if not self._read:
            raise BadInput(f"{name} is empty: there is no document in it")
        if not self._sequences:
            raise BadInput(
                f"no document of {name} is as long as a sequence: the longest has {self._longest} tokens, "
                f"a sequence {self._length}; give longer text or a smaller sequence length"
            )
        return Counts(name, self._sequences, self._length, self._read, self._duplicates, self._tails)
