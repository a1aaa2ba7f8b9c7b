"""Reading documents: each kind of file, and what is wrong with a file in a sentence."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neuronscope.collate import read_documents
from neuronscope.errors import BadInput


def written(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def test_a_text_file_is_one_document(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "\ufeffnaïve\n\n你好".encode())
    assert list(read_documents([path])) == ["naïve\n\n你好"]


def test_jsonl_gives_a_document_per_line(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", b'{"text": "one"}\n\n{"text": "two", "n": 1}\n')
    assert list(read_documents([path])) == ["one", "two"]


def test_parquet_gives_a_document_per_row(tmp_path: Path) -> None:
    pq.write_table(pa.table({"body": ["one", "two"], "ids": [[1, 2], [3]]}), tmp_path / "a.parquet")
    assert list(read_documents([tmp_path / "a.parquet"], field="body")) == ["one", "two"]
    assert list(read_documents([tmp_path / "a.parquet"], field="ids")) == [[1, 2], [3]]


def test_files_are_read_in_the_order_given(tmp_path: Path) -> None:
    paths = [written(tmp_path, f"{name}.txt", name.encode()) for name in "ba"]
    assert list(read_documents(paths)) == ["b", "a"]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "a.txt is empty"),
        ("a.txt", b"ab\xff", "a.txt is not UTF-8 text: byte 2"),
        ("a.pdf", b"x", "unknown kind of file; these are read: .jsonl, .md"),
        ("a.jsonl", b"", "a.jsonl is empty"),
        ("a.jsonl", b'{"text": "x"}\nnot json\n', "a.jsonl, line 2: not JSON"),
        ("a.jsonl", b"[1]\n", "a.jsonl, line 1: an object with fields is expected, not list"),
        ("a.jsonl", b'{"body": "x", "n": 1}\n', "a.jsonl, line 1: no field 'text'; it has 'body', 'n'"),
        ("a.jsonl", b'{"text": 3}\n', "line 1: field 'text' must hold a text, or a list of token ids, not int"),
        ("a.jsonl", b'{"text": [1, -2]}\n', "must hold a text, or a list of token ids, not list"),
        ("a.jsonl", b'{"text": [true]}\n', "must hold a text, or a list of token ids, not list"),
        (
            "a.jsonl",
            rb'{"text": "a\ud800"}',
            "line 1: field 'text' is no text: it holds half a surrogate pair, U+D800 at",
        ),
        ("a.jsonl", b'{"text":' + b"[" * 100_000, "a.jsonl, line 1: nested too deeply"),
        ("a.parquet", b"not parquet", "a.parquet is not a Parquet file"),
    ],
)
def test_what_is_wrong_with_a_file_is_a_sentence(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    path = written(tmp_path, name, data)
    with pytest.raises(BadInput) as caught:
        list(read_documents([path]))
    assert message in str(caught.value)


def test_a_parquet_file_without_the_field_lists_its_own(tmp_path: Path) -> None:
    pq.write_table(pa.table({"body": ["one"]}), tmp_path / "a.parquet")
    with pytest.raises(BadInput, match="has no field 'text'; it has 'body'"):
        list(read_documents([tmp_path / "a.parquet"]))


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no such text file"):
        list(read_documents([tmp_path / "none.txt"]))
    with pytest.raises(BadInput, match="is a folder"):
        list(read_documents([tmp_path]))
