"""Building the index: a dataset, or a stream of entries, in; a folder that appears whole out."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from neuronscope import codec
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.newfile import NewFile, disk, sync_folder
from neuronscope.dataset.search.entries import Entry, Explained, entries
from neuronscope.dataset.search.fragments import CommonFragments
from neuronscope.dataset.search.schema import (
    FIELD,
    FIRST_AUTHOR,
    NO_AUTHOR,
    NO_EXPLANATION,
    TOKENS,
    WORDS,
    analyzer,
    new_index,
    one_line,
)
from neuronscope.dataset.search.stamp import stamp
from neuronscope.errors import StorageFailed

if TYPE_CHECKING:
    import tantivy

ABOUT = "about.json"
_NAME = "search-"
_HEAP = 500_000_000  # bytes at most: what a million explanations take, so that the index is one piece
_SAMPLE = 50_000  # entries whose words say which fragments are common
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class About:
    """What stands beside the index; the first of ``authors`` has the number FIRST_AUTHOR in it, and so on."""

    stamp: str
    authors: list[str]


def build_search_index(dataset: Dataset, folder: Path, progress: Progress | None = None) -> Path:
    """Build the index of ``dataset`` in ``folder`` and give its own folder; one that is still right is left as it is.

    ``progress`` is called with the number of layers done and of all layers. Indexes of earlier states of the dataset
    are removed. Two processes that build at the same time wait for each other.

    :raises BrokenData: a file of the dataset cannot be used.
    :raises StorageFailed: the disk is full or failed.
    """
    with disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        mark = stamp(dataset)
        target = folder / f"{_NAME}{mark}"
        if not (target / ABOUT).exists():
            write_index(target, _all_entries(dataset, progress), mark=mark)
        for old in set(folder.glob(f"{_NAME}*")) - {target}:
            shutil.rmtree(old, ignore_errors=True)
    return target


def find_search_index(dataset: Dataset, folder: Path) -> Path | None:
    """The folder of the index for the dataset as it is now, if it has been built."""
    target = folder / f"{_NAME}{stamp(dataset)}"
    return target if (target / ABOUT).exists() else None


def write_index(target: Path, found: Iterable[Entry], *, mark: str) -> None:
    """Write the index of a stream of entries; ``target`` is there whole afterwards or, with an error, not at all.

    :raises StorageFailed: the disk is full or failed.
    """
    with disk(target), tempfile.TemporaryDirectory(prefix=".building-", dir=target.parent) as made:
        folder = Path(made) / "index"
        folder.mkdir()
        authors = _write_entries(folder, found)
        with NewFile(folder / ABOUT) as file:
            file.write(codec.dumps(About(mark, authors)))
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
        sync_folder(target.parent)


def _all_entries(dataset: Dataset, progress: Progress | None) -> Iterator[Entry]:
    layers = dataset.layers()
    for done, layer in enumerate(layers):
        yield from entries(dataset, layer)
        if progress:
            progress(done + 1, len(layers))


def _write_entries(folder: Path, found: Iterable[Entry]) -> list[str]:
    """Write with one thread, so that the entries stay in their order; gives the authors in that of their numbers."""
    authors: dict[str, int] = {}
    words, coming = analyzer(FIELD[WORDS]), iter(found)
    sample = list(islice(coming, _SAMPLE))
    texts = (entry.text for entry in sample if isinstance(entry, Explained))
    fragments = CommonFragments({word for text in texts for word in words.analyze(text)})
    with _writable(folder), _writer(folder) as writer:
        for row, entry in enumerate(chain(sample, coming)):
            document = _document(entry, row, authors)
            if isinstance(entry, Explained):
                for fragment in fragments.of(words.analyze(entry.text)):
                    document.add_text("fragment", fragment)
            writer.add_document(document)
        writer.commit()
    return list(authors)


@contextmanager
def _writer(folder: Path) -> Iterator[tantivy.IndexWriter]:
    """A writer of a new index; nothing is written to the folder afterwards."""
    writer = new_index(folder).writer(heap_size=_HEAP, num_threads=1)
    try:
        yield writer
    finally:
        with suppress(ValueError):  # a failure that the writer has reported already
            writer.wait_merging_threads()


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Turn tantivy's errors into a sentence; a full disk is a ValueError there."""
    try:
        yield
    except ValueError as error:
        raise StorageFailed(f"The search index cannot be written to {folder.parent.parent}: {error}") from error


def _document(entry: Entry, row: int, authors: dict[str, int]) -> tantivy.Document:
    import tantivy

    document = tantivy.Document()
    if isinstance(entry, Explained):
        kind, author = WORDS, _author(entry.author, authors)
        document.add_text("text", entry.text)
        document.add_unsigned("number", entry.number)
    else:
        kind, author = TOKENS, NO_EXPLANATION
        for token in filter(None, map(one_line, entry.tokens)):
            document.add_text("token", token)
        document.add_bytes("shown", codec.dumps({"tokens": entry.tokens, "explanation": entry.explanation}))
    for name, value in (("kind", kind), ("author", author), ("row", row), ("layer", entry.layer), ("unit", entry.unit)):
        document.add_unsigned(name, value)
    for name, number in (("score", entry.score), ("max", entry.max)):
        if number is not None:
            document.add_float(name, number)
    return document


def _author(name: str | None, numbers: dict[str, int]) -> int:
    return NO_AUTHOR if name is None else numbers.setdefault(name, len(numbers) + FIRST_AUTHOR)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While it lasts no other process builds in ``folder``."""
    with disk(folder):
        lock = (folder / ".lock").open("w")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
