"""One column of an Arrow file, in both formats, and what is wrong with one that is cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from neuronscope.dataset.arrow import columns, read_column
from neuronscope.errors import BadInput

TABLE = pa.table({"text": [f"text {row}" for row in range(1000)], "ids": [[row, 1] for row in range(1000)]})


def written(path: Path, opened: Any) -> Path:
    with opened(str(path), TABLE.schema) as writer:
        for batch in TABLE.to_batches(max_chunksize=300):
            writer.write_batch(batch)
    return path


@pytest.mark.parametrize("opened", [pa.ipc.new_stream, pa.ipc.new_file])
def test_streams_and_files_are_read_column_by_column(tmp_path: Path, opened: Any) -> None:
    path = written(tmp_path / "a.arrow", opened)
    assert columns(path) == ["text", "ids"]
    assert list(read_column(path, "text")) == TABLE["text"].to_pylist()
    assert list(read_column(path, "ids")) == TABLE["ids"].to_pylist()


@pytest.mark.parametrize("opened", [pa.ipc.new_stream, pa.ipc.new_file])
def test_a_file_that_is_cut_off_is_a_sentence(tmp_path: Path, opened: Any) -> None:
    path = written(tmp_path / "a.arrow", opened)
    path.write_bytes(path.read_bytes()[:-4000])
    with pytest.raises(BadInput, match=r"a\.arrow (cannot be read to its end|is not an Arrow file)"):
        list(read_column(path, "text"))


@pytest.mark.parametrize("data", [b"", b"ARROW1", b"no table at all"])
def test_what_is_no_arrow_file_is_a_sentence(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.arrow").write_bytes(data)
    with pytest.raises(BadInput, match="is not an Arrow file that can be read"):
        columns(tmp_path / "a.arrow")
