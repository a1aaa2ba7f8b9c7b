"""Which files a dataset says it has: its manifest's, and in the folder form those of its list of files."""

from __future__ import annotations

from neuronscope.dataset import layout
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.filelist import read_file_list
from neuronscope.dataset.manifest import FileInfo


def listed_files(dataset: Dataset) -> dict[str, FileInfo]:
    """Size and SHA-256 by path, dataset.json apart; none of a dataset that lists none.

    :raises BrokenData: the list cannot be read.
    """
    files = dict(dataset.manifest.files)
    if layout.FILE_LIST in files:
        files |= read_file_list(dataset.file(layout.FILE_LIST) or b"")
    return files
