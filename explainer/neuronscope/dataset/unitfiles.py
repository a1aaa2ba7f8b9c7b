"""A selection of units as one file that other programs read: Arrow tables in, pieces of CSV, Parquet or JSON out.

Undefined numbers are empty fields in CSV and null elsewhere. A text that a spreadsheet would run as a formula gets an
apostrophe before it in CSV, which is for spreadsheets; Parquet and JSON have every text as it is.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuronscope import codec
from neuronscope.dataset.newfile import NewFile, check_place
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

# What spreadsheets take for the beginning of a formula, in the full width of East Asian type too.
_FORMULA = "^([=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20])"


class _Pieces(io.RawIOBase):
    """A file that a writer fills and from which what was written is taken away piece by piece."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._written.append(piece)
        self._size += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last time."""
        piece, self._written = b"".join(self._written), []
        return piece


def csv_pieces(tables: Iterable[pa.Table]) -> Iterator[bytes]:
    """A header and a row per unit; texts stand in quotes, and a missing one is empty without them."""
    import pyarrow.csv

    return _written(map(_harmless, tables), pyarrow.csv.CSVWriter)


def parquet_pieces(tables: Iterable[pa.Table]) -> Iterator[bytes]:
    """Typed columns; a row group for each of the tables."""
    import pyarrow.parquet

    return _written(tables, lambda sink, schema: pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd"))


def json_pieces(tables: Iterable[pa.Table]) -> Iterator[bytes]:
    """One object, ``{"units": [...]}``."""
    yield b'{"units":['
    separator = b""
    for table in tables:
        rows = codec.dumps_plain(table.to_pylist())[1:-1]
        yield separator + rows
        separator = b"," if rows else separator
    yield b"]}"


PIECES: dict[str, Callable[[Iterable[pa.Table]], Iterator[bytes]]] = {
    "csv": csv_pieces,
    "parquet": parquet_pieces,
    "json": json_pieces,
}


def kind_of(path: Path) -> str:
    """Which of ``PIECES`` the file's name asks for.

    :raises BadInput: none of them, or there cannot be a file at this place.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in PIECES:
        raise BadInput(f"{path} is no name for a table of units: let it end with .{', .'.join(PIECES)}")
    check_place(path)
    return kind


def write_selection(tables: Iterable[pa.Table], path: Path) -> None:
    """Write the file whole or not at all.

    :raises BadInput: as :func:`kind_of`.
    :raises StorageFailed: the disk is full or failed.
    """
    pieces = PIECES[kind_of(path)](tables)
    with NewFile(path, digested=False) as file:
        for piece in pieces:
            file.write(piece)


def _written(tables: Iterable[pa.Table], writer: Callable[[_Pieces, pa.Schema], Any]) -> Iterator[bytes]:
    """What ``writer`` makes of the tables, each of them as soon as it is there; there is one at least."""
    sink, rest = _Pieces(), iter(tables)
    first = next(rest)
    with closing(writer(sink, first.schema)) as file:
        for table in chain([first], rest):
            file.write_table(table)
            yield sink.take()
    yield sink.take()


def _harmless(table: pa.Table) -> pa.Table:
    """With an apostrophe before each text that a spreadsheet would run."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for place, field in enumerate(table.schema):
        if field.type == pa.string():
            texts = pc.replace_substring_regex(table[field.name], pattern=_FORMULA, replacement="'\\1")
            table = table.set_column(place, field, texts)
    return table
