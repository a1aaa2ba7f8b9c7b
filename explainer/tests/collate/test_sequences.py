"""Cutting documents: stride, tails, duplicates, sources, limits; in memory and into a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.collate import sequences
from neuronscope.collate.sequences import Sequences, cut, open_sequences
from neuronscope.errors import BadInput, StorageFailed

DOCUMENTS = st.lists(st.lists(st.integers(0, 3), max_size=12), max_size=8)


def one_by_one(documents: list[list[int]], length: int, limit: int | None) -> dict[str, object]:
    """The same, a sequence at a time."""
    rows: dict[tuple[int, ...], tuple[int, int]] = {}
    read = duplicates = tails = 0
    for number, document in enumerate(documents):
        if limit is not None and len(rows) == limit:
            break
        read += 1
        offset = 0
        while offset + length <= len(document) and (limit is None or len(rows) < limit):
            row = tuple(document[offset : offset + length])
            duplicates += row in rows
            rows.setdefault(row, (number, offset))
            offset += length
        left = len(document) - offset
        tails += left if left < length else 0
    sources = list(rows.values())
    return {"ids": list(map(list, rows)), "sources": sources, "counts": (read, duplicates, tails)}


def found_in(cut: Sequences) -> dict[str, object]:
    sources = list(zip(cut.documents.tolist(), cut.offsets.tolist(), strict=True))
    counts = (cut.documents_read, cut.duplicates_dropped, cut.tail_tokens_dropped)
    return {"ids": cut.ids.tolist(), "sources": sources, "counts": counts}


def test_sequences_never_cross_documents_and_tails_are_counted() -> None:
    found = cut([[1, 2, 3, 4, 5], [6], [7, 8, 9]], length=2)
    assert found.ids.tolist() == [[1, 2], [3, 4], [7, 8]]
    assert list(zip(found.documents.tolist(), found.offsets.tolist(), strict=True)) == [(0, 0), (0, 2), (2, 0)]
    assert (found.documents_read, found.tail_tokens_dropped, found.length, len(found)) == (3, 3, 2, 3)


def test_exact_duplicates_are_dropped_and_counted() -> None:
    found = cut([[1, 2, 1, 2], [1, 2], [2, 1]], length=2)
    assert found.ids.tolist() == [[1, 2], [2, 1]]
    assert found.duplicates_dropped == 2


def test_a_limit_takes_the_first_sequences_and_reads_no_further() -> None:
    def documents() -> Iterator[list[int]]:
        yield [1, 2, 3]
        yield [4, 5, 6]
        raise AssertionError("read too far")

    found = cut(documents(), length=1, limit=4)
    assert found.ids.ravel().tolist() == [1, 2, 3, 4]
    assert (found.documents_read, found.tail_tokens_dropped) == (2, 0)


@given(
    documents=DOCUMENTS.filter(lambda documents: any(len(document) >= 3 for document in documents)),
    length=st.integers(1, 3),
    limit=st.none() | st.integers(1, 9),
    rows=st.integers(1, 5),
    part=st.integers(1, 5),
)
def test_chunks_and_parts_change_nothing(
    documents: list[list[int]], length: int, limit: int | None, rows: int, part: int
) -> None:
    def parts(document: list[int]) -> Iterator[np.ndarray]:
        return (np.array(document[first : first + part], np.int32) for first in range(0, len(document), part))

    expected = one_by_one(documents, length, limit)
    with patch.object(sequences, "_ROWS", rows):
        assert found_in(cut(documents, length=length, limit=limit)) == expected
        assert found_in(cut(map(parts, documents), length=length, limit=limit)) == expected
    assert found_in(cut(documents, length=length, limit=limit)) == expected


@given(DOCUMENTS, st.integers(1, 4))
def test_every_token_is_in_a_sequence_a_duplicate_or_a_tail(documents: list[list[int]], length: int) -> None:
    if not any(len(document) >= length for document in documents):
        with pytest.raises(BadInput):
            cut(documents, length=length)
        return
    found = cut(documents, length=length)
    counted = (len(found) + found.duplicates_dropped) * length + found.tail_tokens_dropped
    assert counted == sum(map(len, documents))
    for row, document, offset in zip(found.ids.tolist(), found.documents, found.offsets, strict=True):
        assert documents[document][offset : offset + length] == row
    assert len({tuple(row) for row in found.ids.tolist()}) == len(found)


def test_text_shorter_than_a_sequence_says_how_long_it_is() -> None:
    with pytest.raises(BadInput, match=r"no document of book\.txt is as long as a sequence: the longest has 3 tokens"):
        cut([[1, 2, 3]], length=64, name="book.txt")


def test_no_documents_and_no_length_are_refused() -> None:
    with pytest.raises(BadInput, match="is empty"):
        cut([], length=2)
    with pytest.raises(BadInput, match="must be 1 or greater"):
        cut([[1]], length=0)


def test_the_hash_is_of_the_token_ids() -> None:
    ids = np.arange(30, dtype="<i4")
    with patch.object(sequences, "_ROWS", 4):
        assert cut([ids], length=2).hash() == "sha256:" + hashlib.sha256(ids.tobytes()).hexdigest()
    assert cut([[1, 2]], length=2).hash() == cut([[1, 2, 9]], length=2, name="other").hash()
    assert cut([[1, 2]], length=2).hash() != cut([[1, 3]], length=2).hash()


def test_a_limit_reads_no_further_in_a_long_document_either() -> None:
    def parts() -> Iterator[np.ndarray]:
        yield np.array([1, 2, 3], np.int32)
        yield np.array([4, 5], np.int32)
        raise AssertionError("read too far")

    found = cut([parts()], length=2, limit=1)
    assert found_in(found) == {"ids": [[1, 2]], "sources": [(0, 0)], "counts": (1, 0, 0)}


def test_a_folder_holds_what_memory_would(tmp_path: Path) -> None:
    documents = np.random.default_rng(0).integers(0, 3, size=(40, 57)).tolist()
    kept = cut(documents, length=4, name="book.txt")
    with patch.object(sequences, "_ROWS", 8):
        written = cut(documents, length=4, name="book.txt", folder=tmp_path / "deep" / "cut")
    for found in (written, open_sequences(tmp_path / "deep" / "cut")):
        assert found_in(found) == found_in(kept)
        assert (found.name, found.hash(), found.ids.dtype) == ("book.txt", kept.hash(), np.int32)
        assert isinstance(found.ids, np.memmap)
        assert not found.ids.flags.writeable
    names = sorted(path.name for path in (tmp_path / "deep" / "cut").iterdir())
    assert names == ["documents.npy", "ids.npy", "offsets.npy", "sequences.json"]


def test_a_cut_that_fails_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    def documents() -> Iterator[list[int]]:
        yield list(range(100))
        raise BadInput("a.jsonl, line 2: not JSON")

    folder = tmp_path / "cut"
    with pytest.raises(BadInput, match="is as long as a sequence"):
        cut([[1]], length=2, folder=folder)
    assert not folder.exists()
    for _ in range(2):
        with patch.object(sequences, "_ROWS", 8), pytest.raises(BadInput, match="not JSON"):
            cut(documents(), length=2, folder=folder)
        kept = {path.name: path.read_bytes() for path in folder.iterdir()}
        cut([[1, 2, 3, 4]], length=2, folder=folder)
    assert set(kept) == {"documents.npy", "ids.npy", "offsets.npy", "sequences.json"}
    assert open_sequences(folder).ids.tolist() == [[1, 2], [3, 4]]


def test_arrays_in_use_outlive_the_next_cut(tmp_path: Path) -> None:
    first = cut([[1, 2, 3, 4]], length=2, folder=tmp_path)
    cut([[7]], length=1, folder=tmp_path)
    assert first.ids.tolist() == [[1, 2], [3, 4]]


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed, match="Cannot write"):
        cut([[1, 2]], length=2, folder=tmp_path / "file" / "cut")


def test_progress_hears_the_sequences_so_far() -> None:
    heard: list[int] = []
    with patch.object(sequences, "_ROWS", 3):
        cut([[1, 2, 3, 4], [1, 1], [5, 6]], length=1, progress=heard.append)
    assert heard == [3, 4, 6]
