"""One column of a Parquet file, row by row; and rows as the bytes of such a file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from neuronscope.errors import BadInput


def columns(path: Path) -> list[str]:
    """The names of a Parquet file's columns.

    :raises BadInput: it is not a Parquet file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except pa.ArrowException as error:
        raise BadInput(f"{path} is not a Parquet file that can be read: {error}") from error


def read_column(path: Path, column: str) -> Iterator[object]:
    """The values of one column as Python objects, a batch of rows in memory at a time.

    :raises BadInput: a part of the file cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(columns=[column]):
                yield from batch.column(0).to_pylist()
    except pa.ArrowException as error:
        raise BadInput(f"{path} cannot be read to its end: {error}") from error


def as_parquet(rows: Sequence[dict[str, Any]]) -> bytes:
    """The bytes of a table with the keys of the rows as its columns; types are those of the values, None is null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), out, compression="zstd")
    return out.getvalue()
