"""Files in, documents out: text files (one document each), JSONL, Parquet and Arrow (one per line or row).

A folder in a file's place is a Hugging Face dataset: saved by ``Dataset.save_to_disk``, or its repository.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from neuronscope.collate.folders import files_of
from neuronscope.collate.textfile import TextFile, opened, read_text
from neuronscope.errors import BadInput

# A text, token ids where a field holds those, or a text that is read when it is needed.
Document = str | list[int] | TextFile

DEFAULT_FIELD = "text"


def read_documents(paths: Iterable[Path], *, field: str | None = None) -> Iterator[Document]:
    """Documents of all files in the order given; ``field`` is the one of tables and JSONL ("text" by default).

    A field that holds a list of whole numbers is taken as token ids. The files of a folder stand in name order.

    :raises BadInput: no such file, an unknown kind of file, a field that is not there, not UTF-8, or no text at all.
    """
    for path in paths:
        empty = True
        for file in files_of(path):
            for document in _reader(file)(file, field or DEFAULT_FIELD):
                empty = empty and not document
                yield document
        if empty:
            raise BadInput(f"{path} is empty: there is no text in it")


def check_files(paths: Iterable[Path]) -> None:
    """Look at the names alone, before anything slow starts.

    :raises BadInput: no such file, an unknown kind of file, or a folder without files to read.
    """
    for path in paths:
        for file in files_of(path):
            _reader(file)


def file_digests(paths: Iterable[Path]) -> dict[str, str]:
    """Of each file its SHA-256 ("sha256:..."), in the order of reading; a folder gives the files read for it.

    Two runs read the same text if these are equal, their order included.

    :raises BadInput: as ``check_files``.
    """
    return {str(file): _digest(file) for path in paths for file in files_of(path)}


def _digest(path: Path) -> str:
    _reader(path)
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def _reader(path: Path) -> Callable[[Path, str], Iterator[Document]]:
    if not path.is_file():
        raise BadInput(f"{path}: there is no such text file")
    suffix = path.suffix.lower()
    read = _PACKED.get(path.with_suffix("").suffix.lower()) if suffix == ".gz" else _READERS.get(suffix)
    if read is None:
        remedy = _REMEDIES.get(suffix, f"these are read: {', '.join(sorted(_READERS))}, and text and JSONL as .gz")
        raise BadInput(f"{path}: unknown kind of file; {remedy}")
    return read


def _text(path: Path, _field: str) -> Iterator[Document]:
    yield read_text(path)


def _jsonl(path: Path, field: str) -> Iterator[Document]:
    with opened(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _document(_json_object(line, f"{path}, line {number}"), field, where=f"{path}, line {number}")


def _json_object(line: bytes, where: str) -> dict[str, object]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise BadInput(f"{where}: not JSON ({error})") from error
    except RecursionError as error:
        raise BadInput(f"{where}: nested too deeply") from error
    if not isinstance(value, dict):
        raise BadInput(f"{where}: an object with fields is expected, not {type(value).__name__}")
    return value


def _parquet(path: Path, field: str) -> Iterator[Document]:
    from neuronscope.dataset.parquet import columns, read_column

    return _column(path, field, columns(path), read_column(path, field))


def _arrow(path: Path, field: str) -> Iterator[Document]:
    from neuronscope.dataset.arrow import columns, read_column

    return _column(path, field, columns(path), read_column(path, field))


def _column(path: Path, field: str, names: list[str], values: Iterator[object]) -> Iterator[Document]:
    if field not in names:
        raise BadInput(f"{path} has no field {field!r}; it has {_listed(names)}")
    number = 0
    try:
        for number, value in enumerate(values, 1):
            yield _document({field: value}, field, where=f"{path}, row {number}")
    except UnicodeDecodeError as error:  # tables do not check their texts, and are read many rows at a time
        raise BadInput(f"{path}, after row {number}: field {field!r} is not UTF-8 text") from error


def _document(fields: dict[str, object], field: str, *, where: str) -> Document:
    if field not in fields:
        raise BadInput(f"{where}: no field {field!r}; it has {_listed(fields)}")
    value = fields[field]
    if isinstance(value, str):
        return _text_of(value, field, where)
    if isinstance(value, list) and all(type(item) is int and item >= 0 for item in value):
        return value
    raise BadInput(f"{where}: field {field!r} must hold a text, or a list of token ids, not {type(value).__name__}")


def _text_of(value: str, field: str, where: str) -> str:
    """JSON can spell half of a surrogate pair, which is no character, and no tokenizer takes it."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        broken = f"U+{ord(value[error.start]):04X} at character {error.start}"
        raise BadInput(f"{where}: field {field!r} is no text: it holds half a surrogate pair, {broken}") from error
    return value


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names)) or "none"


_PACKED: dict[str, Callable[[Path, str], Iterator[Document]]] = {
    ".txt": _text,
    ".md": _text,
    ".text": _text,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
}
_READERS = _PACKED | {".parquet": _parquet, ".arrow": _arrow}
_REMEDIES = {
    ".json": "JSON is read line by line, an object in each: turn it into that and name it .jsonl",
    **dict.fromkeys((".zst", ".xz", ".bz2", ".zip"), "unpack it first"),
}
