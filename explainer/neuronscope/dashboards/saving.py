"""A page to a file that appears whole or not at all."""

from __future__ import annotations

from pathlib import Path

from neuronscope.dataset.newfile import NewFile, check_place


def save_text(path: Path | str, text: str) -> Path:
    """Write it; where that is.

    :raises BadInput: the folder is not there, or the name is a folder's.
    :raises StorageFailed: the disk is full or failed.
    """
    where = Path(path).expanduser()
    check_place(where)
    with NewFile(where, digested=False) as file:
        file.write(text.encode())
    return where
