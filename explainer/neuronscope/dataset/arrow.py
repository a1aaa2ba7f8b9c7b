"""One column of an Arrow file, row by row: the stream format that ``datasets`` writes, or the file format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

_MAGIC = b"ARROW1"  # what the file format, not the stream format, begins with
_ROWS = 256  # a batch may hold many long texts: so many become Python objects at a time


def columns(path: Path) -> list[str]:
    """The names of an Arrow file's columns.

    :raises BadInput: it is not an Arrow file.
    """
    with _opened(path, "is not an Arrow file that can be read") as reader:
        return list(reader.schema.names)


def read_column(path: Path, column: str) -> Iterator[object]:
    """The values of one column as Python objects; the file is mapped into memory, not read as a whole.

    :raises BadInput: a part of the file cannot be read.
    """
    with _opened(path, "cannot be read to its end") as reader:
        index = reader.schema.names.index(column)
        for batch in _batches(reader):
            values = batch.column(index)
            for first in range(0, len(values), _ROWS):
                yield from values.slice(first, _ROWS).to_pylist()


def _batches(reader: pa.RecordBatchReader | pa.RecordBatchFileReader) -> Iterator[pa.RecordBatch]:
    if hasattr(reader, "num_record_batches"):
        yield from map(reader.get_batch, range(reader.num_record_batches))
    else:
        yield from reader


@contextmanager
def _opened(path: Path, trouble: str) -> Iterator[pa.RecordBatchReader | pa.RecordBatchFileReader]:
    import pyarrow as pa

    with path.open("rb") as file:
        kind = pa.ipc.open_file if file.read(len(_MAGIC)) == _MAGIC else pa.ipc.open_stream
    try:
        with pa.memory_map(str(path)) as source, kind(source) as reader:
            yield reader
    except (pa.ArrowException, OSError) as error:  # a stream that ends too early is an OSError
        raise BadInput(f"{path} {trouble}: {error}") from error
