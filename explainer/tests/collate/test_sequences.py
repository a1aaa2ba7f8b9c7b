"""Cutting documents: stride, tails, duplicates, sources, limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.collate import cut, tokenise
from neuronscope.errors import BadInput
from neuronscope.subject import load_subject


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


@given(st.lists(st.lists(st.integers(0, 3), max_size=12), max_size=8), st.integers(1, 4))
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
    assert cut([[1, 2]], length=2).hash() == cut([[1, 2, 9]], length=2, name="other").hash()
    assert cut([[1, 2]], length=2).hash() != cut([[1, 3]], length=2).hash()


def test_texts_are_tokenised_without_bos_and_ids_pass_through(tiny_llama: Path) -> None:
    subject = load_subject(str(tiny_llama))
    text, ids = list(tokenise(["the cat", [5, 6]], subject))
    assert subject.tokenizer.decode(text) == "the cat"
    assert ids == [5, 6]


def test_ids_that_the_model_lacks_are_refused_in_ids_and_in_text(tiny_llama: Path) -> None:
    subject = load_subject(str(tiny_llama))
    with pytest.raises(BadInput, match="document 0 holds token id 300, but llama0 has 300 tokens"):
        list(tokenise([[300]], subject))
    smaller = replace(subject, info=replace(subject.info, vocabulary=20))
    with pytest.raises(BadInput, match="the tokenizer does not belong to this one"):
        list(tokenise(["the cat"], smaller))
