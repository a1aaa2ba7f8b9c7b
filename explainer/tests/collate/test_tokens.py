"""Tokenising: as one document at a time, read little ahead, whatever the lengths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.collate import longtext, textfile, tokens
from neuronscope.collate.text import Document, read_documents
from neuronscope.collate.tokens import TokenIds, tokenise
from neuronscope.errors import BadInput
from neuronscope.subject import Subject, encode, load_subject


@pytest.fixture(scope="module")
def subject(tiny_llama: Path) -> Subject:
    """A model whose tokenizer would put BOS before a text."""
    return load_subject(str(tiny_llama))


def together(ids: TokenIds) -> list[int]:
    return list(np.concatenate(list(ids)) if isinstance(ids, Iterator) else ids)


def test_texts_are_tokenised_without_bos_and_ids_pass_through(subject: Subject) -> None:
    text, ids = map(together, tokenise(["the cat", [5, 6]], subject))
    assert subject.tokenizer.decode(text) == "the cat"
    assert ids == [5, 6]


@settings(max_examples=40)
@given(documents=st.lists(st.text("the catsd 你🙂\n", max_size=60) | st.lists(st.integers(0, 299)), max_size=30))
def test_batches_and_parts_give_what_each_document_gives(subject: Subject, documents: list[Document]) -> None:
    expected = [encode(subject.tokenizer, text) if isinstance(text, str) else text for text in documents]
    with patch.multiple(tokens, _DOCUMENTS=4, _CHARACTERS=40), patch.multiple(longtext, _PIECE=24, _OVERLAP=18):
        assert [together(ids) for ids in tokenise(documents, subject)] == expected


def test_a_long_file_is_one_document_of_many_parts(subject: Subject, prose: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(prose, encoding="utf-8")
    (tmp_path / "b.txt").write_text("the cat", encoding="utf-8")
    with patch.object(textfile, "_PART", 1000), patch.multiple(longtext, _PIECE=2000, _OVERLAP=300):
        long, short = list(tokenise(read_documents([tmp_path / "a.txt", tmp_path / "b.txt"]), subject))
        parts = list(long)
    assert len(parts) > 10
    assert list(np.concatenate(parts)) == encode(subject.tokenizer, prose)
    assert together(short) == encode(subject.tokenizer, "the cat")


def test_a_tokenizer_that_does_not_say_where_tokens_stand_gets_a_long_text_whole(subject: Subject) -> None:
    class Plain:
        is_fast = False

        def __call__(self, texts: list[str], **_options: object) -> dict[str, list[list[int]]]:
            return {"input_ids": [[len(word) for word in text.split()] for text in texts]}

    plain = replace(subject, tokenizer=Plain())
    with patch.object(tokens, "_CHARACTERS", 5):
        assert [together(ids) for ids in tokenise(["the cat sees", "a"], plain)] == [[3, 3, 4], [1]]


def test_little_is_read_ahead(subject: Subject) -> None:
    read = 0

    def documents() -> Iterator[Document]:
        nonlocal read
        while True:
            read += 1
            yield "the cat sees the tree"

    found = tokenise(documents(), subject)
    for _ in range(100):
        next(found)
    assert read == 128


def test_what_stands_before_a_broken_document_is_given_out_first(subject: Subject, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "the"}\n{"text": "cat"}\n{')
    found = tokenise(read_documents([tmp_path / "a.jsonl"]), subject)
    assert [subject.tokenizer.decode(next(found)) for _ in range(2)] == ["the", "cat"]
    with pytest.raises(BadInput, match=r"a\.jsonl, line 3: not JSON"):
        next(found)


def test_ids_that_the_model_lacks_are_refused_in_ids_and_in_text(subject: Subject) -> None:
    with pytest.raises(BadInput, match=r"document 0 holds token id 300, but llama\d+ has 300 tokens"):
        list(tokenise([[300]], subject))
    with pytest.raises(BadInput, match=f"document 1 holds token id {2**70}"):
        list(tokenise([[1], [2**70]], subject))
    smaller = replace(subject, info=replace(subject.info, vocabulary=20))
    with pytest.raises(BadInput, match="the tokenizer does not belong to this one"):
        list(tokenise(["the cat"], smaller))
    with patch.object(tokens, "_CHARACTERS", 3):
        long, _later = tokenise(["the cat", "the cat"], smaller)
        with pytest.raises(BadInput, match="document 0 holds token id"):
            together(long)


def test_a_process_forked_afterwards_tokenises_too_and_says_nothing(
    subject: Subject, capfd: pytest.CaptureFixture[str]
) -> None:
    texts: list[Document] = ["the cat"] * 100
    before = [together(ids) for ids in tokenise(texts, subject)]
    child = os.fork()
    if child == 0:  # nothing of the test run may be left behind by the child
        os._exit(0 if [together(ids) for ids in tokenise(texts, subject)] == before else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert capfd.readouterr().err == ""
