"""Files in, documents out: text files (one document each), JSONL and Parquet (one per line or row)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from neuronscope.errors import BadInput

# A text, or token ids where a field holds those.
Document = str | list[int]

DEFAULT_FIELD = "text"


def read_documents(paths: Iterable[Path], *, field: str | None = None) -> Iterator[Document]:
    """Documents of all files in the order given; ``field`` is the one of JSONL and Parquet ("text" by default).

    A field that holds a list of whole numbers is taken as token ids.

    :raises BadInput: no such file, an unknown kind of file, a field that is not there, not UTF-8, or no text at all.
    """
    for path in paths:
        read = _reader(path)
        empty = True
        for document in read(path, field or DEFAULT_FIELD):
            empty = empty and not document
            yield document
        if empty:
            raise BadInput(f"{path} is empty: there is no text in it")


def check_files(paths: Iterable[Path]) -> None:
    """Look at the names alone, before anything slow starts.

    :raises BadInput: no such file, or an unknown kind of file.
    """
    for path in paths:
        _reader(path)


def _reader(path: Path) -> Callable[[Path, str], Iterator[Document]]:
    if path.is_dir():
        raise BadInput(f"{path} is a folder: name its files")
    if not path.is_file():
        raise BadInput(f"{path}: there is no such text file")
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise BadInput(f"{path}: unknown kind of file; these are read: {', '.join(sorted(_READERS))}")
    return read


def _text(path: Path, _field: str) -> Iterator[Document]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:  # line ends stay as they are
            yield file.read()
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text: byte {error.start} is not part of a character") from error


def _jsonl(path: Path, field: str) -> Iterator[Document]:
    with path.open("rb") as file:
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

    names = columns(path)
    if field not in names:
        raise BadInput(f"{path} has no field {field!r}; it has {_listed(names)}")
    for number, value in enumerate(read_column(path, field), 1):
        yield _document({field: value}, field, where=f"{path}, row {number}")


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


_READERS: dict[str, Callable[[Path, str], Iterator[Document]]] = {
    ".txt": _text,
    ".md": _text,
    ".text": _text,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".parquet": _parquet,
}
