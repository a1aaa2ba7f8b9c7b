"""The list of files of a dataset in the folder form, files.parquet: columns path, bytes and sha256."""

from __future__ import annotations

import io

from neuronscope.dataset.manifest import FileInfo
from neuronscope.errors import BrokenData


def write_file_list(files: dict[str, FileInfo]) -> bytes:
    """The bytes of a files.parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        "path": list(files),
        "bytes": [info.bytes for info in files.values()],
        "sha256": [info.sha256 for info in files.values()],
    }
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression="zstd")
    return out.getvalue()


def read_file_list(data: bytes) -> dict[str, FileInfo]:
    """Size and digest by path.

    :raises BrokenData: not a Parquet file with these columns.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows = pq.read_table(io.BytesIO(data)).to_pylist()
        listed = {row["path"]: FileInfo(row["bytes"], row["sha256"]) for row in rows}
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise BrokenData("not a Parquet file with the columns path, bytes and sha256") from error
    if not all(isinstance(path, str) for path in listed):
        raise BrokenData("not a Parquet file with the columns path, bytes and sha256")
    return listed
