"""Documents in, sequences of equal length out: cut without overlap, never across documents, no two the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.text import Document
from neuronscope.errors import BadInput
from neuronscope.subject import Subject, encode


@dataclass(frozen=True)
class Sequences:
    """A corpus ready to be run: row i of ``ids`` came from ``documents[i]``, starting at its token ``offsets[i]``."""

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
        return "sha256:" + hashlib.sha256(np.ascontiguousarray(self.ids, dtype="<i4").tobytes()).hexdigest()


def tokenise(documents: Iterable[Document], subject: Subject) -> Iterator[list[int]]:
    """Token ids of each document, nothing put before or after; documents that are token ids already pass through.

    :raises BadInput: a token id that the model or the tokenizer does not have.
    """
    known = subject.info.vocabulary
    for number, document in enumerate(documents):
        ids = encode(subject.tokenizer, document) if isinstance(document, str) else document
        if ids and max(ids) >= known:
            raise BadInput(
                f"document {number} holds token id {max(ids)}, but {subject.info.name} has {known} tokens: "
                "the text is for another model, or the tokenizer does not belong to this one"
            )
        yield ids


def cut(
    documents: Iterable[Sequence[int]], *, length: int = 64, limit: int | None = None, name: str = "text"
) -> Sequences:
    """Cut documents (token ids) into sequences of ``length`` tokens; at most ``limit``, the first ones.

    Tails shorter than a sequence, and sequences that occurred before, are dropped and counted.

    :raises BadInput: no document is long enough, or a length or limit below 1.
    """
    if length < 1 or (limit is not None and limit < 1):
        raise BadInput(f"sequence length and number of sequences must be 1 or greater, not {length} and {limit}")
    cutter = _Cutter(length)
    for document in documents:
        cutter.add(np.asarray(document, dtype=np.int32), limit)
        if limit is not None and len(cutter.rows) >= limit:
            break
    return cutter.finish(name)


class _Cutter:
    """What was cut so far."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.rows: list[NDArray[np.int32]] = []
        self.sources: list[tuple[int, int]] = []
        self.documents = self.duplicates = self.tails = self.longest = 0
        self._seen: set[bytes] = set()

    def add(self, ids: NDArray[np.int32], limit: int | None) -> None:
        whole = len(ids) - len(ids) % self.length
        for offset in range(0, whole, self.length):
            if limit is not None and len(self.rows) >= limit:
                break
            self._add_row(ids[offset : offset + self.length], offset)
        else:
            self.tails += len(ids) - whole
        self.longest = max(self.longest, len(ids))
        self.documents += 1

    def _add_row(self, row: NDArray[np.int32], offset: int) -> None:
        # 16 bytes per sequence instead of its ids: a chance match among 10^9 sequences has odds of 10^-21.
        digest = hashlib.blake2b(row.tobytes(), digest_size=16).digest()
        if digest in self._seen:
            self.duplicates += 1
            return
        self._seen.add(digest)
        self.rows.append(row)
        self.sources.append((self.documents, offset))

    def finish(self, name: str) -> Sequences:
        if not self.documents:
            raise BadInput(f"{name} is empty: there is no document in it")
        if not self.rows:
            raise BadInput(
                f"no document of {name} is as long as a sequence: the longest has {self.longest} tokens, "
                f"a sequence {self.length}; give longer text or a smaller sequence length"
            )
        source = np.asarray(self.sources, dtype=np.int64)
        return Sequences(
            ids=np.stack(self.rows),
            documents=source[:, 0],
            offsets=source[:, 1],
            name=name,
            documents_read=self.documents,
            duplicates_dropped=self.duplicates,
            tail_tokens_dropped=self.tails,
        )
