"""Reading documents: each kind of file, and what is wrong with a file in a sentence."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neuronscope.collate import textfile
from neuronscope.collate.text import check_files, file_digests, read_documents
from neuronscope.collate.textfile import TextFile
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
        ("a.pdf", b"x", "unknown kind of file; these are read: .arrow, .jsonl, .md"),
        ("a.json", b"[]", "unknown kind of file; JSON is read line by line"),
        ("a.jsonl.zst", b"x", "unknown kind of file; unpack it first"),
        ("a.parquet.gz", b"x", "unknown kind of file; these are read"),
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
        ("a.arrow", b"not arrow", "a.arrow is not an Arrow file"),
        ("a.jsonl.gz", b"not gzip", "a.jsonl.gz cannot be unpacked to its end"),
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


def test_missing_files_and_folders_without_text_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no such text file"):
        list(read_documents([tmp_path / "none.txt"]))
    for refused in (list, check_files, file_digests):
        with pytest.raises(BadInput, match=r"holds no \.parquet, \.jsonl or \.txt files"):
            refused(read_documents([tmp_path]) if refused is list else [tmp_path])


def test_gzip_is_undone(tmp_path: Path) -> None:
    text = written(tmp_path, "a.txt.gz", gzip.compress(b"one"))
    lines = written(tmp_path, "b.jsonl.GZ", gzip.compress(b'{"text": "two"}\n{"text": "three"}\n'))
    assert list(read_documents([text, lines])) == ["one", "two", "three"]


def test_a_long_text_file_is_read_when_it_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textfile, "_PART", 4)
    [document] = read_documents([written(tmp_path, "a.txt", b"longer")])
    assert isinstance(document, TextFile)
    assert "".join(document) == "longer"


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_text_of_a_table_that_is_not_utf_8_is_a_sentence(tmp_path: Path, kind: str) -> None:
    broken = pa.Array.from_buffers(pa.string(), 2, pa.array([b"fine", b"\xff"]).buffers())
    table, path = pa.table({"text": broken}), tmp_path / f"a.{kind}"
    if kind == "parquet":
        pq.write_table(table, path)
    else:
        with pa.ipc.new_stream(str(path), table.schema) as writer:
            writer.write_table(table)
    with pytest.raises(BadInput, match=r"after row 0: field 'text' is not UTF-8 text"):
        list(read_documents([path]))


def test_digests_tell_whether_any_file_that_is_read_changed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("b.txt", "a.txt", "note.md"):
        written(folder, name, name.encode())
    alone = written(tmp_path, "z.txt", b"z")
    before = file_digests([alone, folder])
    assert list(before) == [str(alone), str(folder / "a.txt"), str(folder / "b.txt")]
    assert before[str(alone)] == "sha256:" + hashlib.sha256(b"z").hexdigest()
    written(folder, "note.md", b"changed, but not read")
    assert file_digests([alone, folder]) == before
    written(folder, "b.txt", b"b,txt")
    assert file_digests([alone, folder]) != before
