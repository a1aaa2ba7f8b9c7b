"""What an unfinished run left behind: a dataset's folder in; what stands there under a dataset's own names, removed.

Those names are the manifest's, the list of files', the tables of units', the figures of merit's, and those of every
part's layers, as zips or as folders. Whatever else stands there is somebody else's, and is never touched.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from neuronscope.dataset import layout
from neuronscope.dataset.discover import layer_of
from neuronscope.dataset.newfile import disk, temporary

_UNITS = Path(layout.units_path(0)).parent
_FIGURES = Path(layout.FIGURES)
_FOLDERS = (Path(), _UNITS, _FIGURES, *map(Path, layout.PARTS))


def set_aside(path: Path) -> Path:
    """The name of something old while what replaces it gets its own."""
    return temporary(path.with_name(f"{path.name}.old"))


def remove_temporary(root: Path) -> None:
    """Remove what has the temporary name of one of a dataset's own.

    :raises StorageFailed: it cannot be removed.
    """
    for folder, path in _entries(root):
        name = path.name.removeprefix(".").removesuffix(".partial").removesuffix(".old")
        own = path.with_name(name)
        if path in (temporary(own), set_aside(own)) and _is_own(folder, name):
            remove(path)


def remove_others(root: Path, written: Collection[Path]) -> None:
    """Remove what has one of a dataset's own names and is not among ``written``; then parts' folders that are empty.

    :raises StorageFailed: it cannot be removed.
    """
    for folder, path in _entries(root):
        if path not in written and _is_own(folder, path.name):
            remove(path)
    for folder in _FOLDERS[1:]:
        with suppress(OSError):  # not empty, or not there
            (root / folder).rmdir()
            (root / folder).parent.rmdir()  # of related-tokens/weight-based; the root holds something


def remove(path: Path) -> None:
    """Remove a file or a folder with all that it holds.

    :raises StorageFailed: it cannot be removed.
    """
    with disk(path):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _entries(root: Path) -> Iterator[tuple[Path, Path]]:
    """``(folder within the dataset, path)`` of everything in the folders that hold a dataset's own names."""
    for folder in _FOLDERS:
        if (root / folder).is_dir():
            yield from ((folder, path) for path in sorted((root / folder).iterdir()))


def _is_own(folder: Path, name: str) -> bool:
    if folder == Path():
        return name in (layout.MANIFEST, layout.FILE_LIST)
    if folder in (_UNITS, _FIGURES):
        return layout.number(name, ".json" if folder == _UNITS else ".safetensors") is not None
    return layer_of(name) is not None
