"""A dataset as it lies: its files in, the same files in a folder or a bucket out; what is there is not copied again.

Of a dataset that lists its files every byte is compared with the list's SHA-256, and dataset.json comes last. One that
lists none (the published ones) is copied unit by unit; each of its files is looked at whether it can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from neuronscope import codec
from neuronscope.dataset import Dataset, layout
from neuronscope.dataset.bulk import in_order
from neuronscope.dataset.listed import listed_files
from neuronscope.dataset.manifest import FileInfo
from neuronscope.dataset.store import Pieces, place
from neuronscope.dataset.target import Target
from neuronscope.errors import BadInput, BrokenData, StorageFailed

T = TypeVar("T")
Told = Callable[[], object]  # a file is done

_FAR = 16  # files at a time from another machine, where most of the time is waiting
_MOST_FAILURES = 10


@dataclass(frozen=True)
class Copied:
    """What copying did: files that are there now, their bytes, how many of them it wrote.

    ``unreadable``: unit files that were copied as they lie though their content cannot be used.
    """

    files: int
    bytes: int
    written: int
    unreadable: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _One:
    path: str
    bytes: int
    written: bool
    readable: bool = True


def copy_files(dataset: Dataset, target: Target, *, told: Told = lambda: None) -> Copied:
    """All files of a dataset that lists them.

    :raises BadInput: another dataset is at the target, or nothing can be put there.
    :raises BrokenData: a file is not what the dataset says of it, or is not there.
    :raises StorageFailed: reading or writing failed; the next run goes on.
    """
    files, there = listed_files(dataset), _room(dataset, target)

    def one(path: str) -> _One:
        info = files[path]
        if there.get(path) == info.bytes and (target.encodes or target.info(path) == info):
            return _One(path, info.bytes, written=False)
        return _One(path, _verified(dataset, target, path, info).bytes, written=True)

    done = list(_each(one, sorted(files), _lanes(dataset, target), told))
    manifest = dataset.file(layout.MANIFEST) or b""
    if target.read(layout.MANIFEST) != manifest:
        target.write(layout.MANIFEST, [manifest])
        done.append(_One(layout.MANIFEST, len(manifest), written=True))
    else:
        done.append(_One(layout.MANIFEST, len(manifest), written=False))
    told()
    return _copied(done)


def copy_units(
    dataset: Dataset, units: Sequence[tuple[int, int]], target: Target, *, told: Told = lambda: None
) -> Copied:
    """The files of some units, ``(layer, unit)``, of a dataset that lists none, as they lie.

    :raises BadInput: a dataset that lists its files is at the target, or nothing can be put there; or the dataset has a
        dataset.json that lists no files, so that nobody knows what else is to be copied.
    :raises StorageFailed: reading or writing failed; the next run goes on.
    """
    if dataset.file(layout.MANIFEST) is not None:
        raise BadInput(f"{dataset.root} has a dataset.json that lists no files: copy it with --normalise.")
    target.check()
    there = target.sizes()
    if layout.MANIFEST in there:
        raise BadInput(f"{target.root} holds a dataset that lists its files. Name a new place.")
    parts = [part for part in layout.PARTS if part in dataset.manifest.artefacts]
    wanted = [(part, unit) for part in parts for unit in units]

    def one(which: tuple[str, tuple[int, int]]) -> _One | None:
        path = layout.unit_path(which[0], *which[1])
        if path in there:
            return _One(path, there[path], written=False)
        data = dataset.read(which[0], *which[1])
        if data is None:
            return None
        target.write(path, [data])
        return _One(path, len(data), written=True, readable=_reads(data, which[0]))

    return _copied(_each(one, wanted, _lanes(dataset, target), told))


def _each(one: Callable[[T], _One | None], items: Sequence[T], lanes: int, told: Callable[[], object]) -> list[_One]:
    """``one`` of each item, several at a time. What fails does not keep the others from it, but much does."""
    failed: list[str] = []

    def tried(item: T) -> _One | None:
        try:
            return None if len(failed) >= _MOST_FAILURES else one(item)
        except StorageFailed as error:
            failed.append(str(error))
            return None

    done = []
    for found in in_order(tried, items, concurrency=lanes):
        told()
        if found is not None:
            done.append(found)
    if failed:
        raise StorageFailed(
            f"{len(failed)} files or more could not be copied; run it again, and it goes on. {failed[0]}"
        )
    return done


def _room(dataset: Dataset, target: Target) -> dict[str, int]:
    target.check()
    there = target.sizes()
    if there and layout.MANIFEST in there and target.read(layout.MANIFEST) != dataset.file(layout.MANIFEST):
        raise BadInput(f"{target.root} holds another dataset. Name a new place.")
    if there and not set(there) & {layout.MANIFEST, *listed_files(dataset)}:
        raise BadInput(f"{target.root} holds something else. Name a new place.")
    return there


def _lanes(dataset: Dataset, target: Target) -> int:
    return max(target.lanes, 1 if dataset.store.local else _FAR)


def _verified(dataset: Dataset, target: Target, path: str, info: FileInfo) -> FileInfo:
    where = place(dataset.store, path)
    stat = dataset.store.stat(path)
    if stat is None:
        raise BrokenData(f"{where} is listed in dataset.json, and not there: copy with --normalise, which reads units.")
    found = target.write(path, Pieces(dataset.store, path, stat))
    if found != info:
        target.remove([path])
        raise BrokenData(f"{where} is not what dataset.json says of it: neuronscope check names all damaged files.")
    return found


def _reads(data: bytes, part: str) -> bool:
    try:
        codec.loads(data, layout.PART_NOUN[part])
    except BrokenData:
        return False
    return True


def _copied(done: Iterable[_One]) -> Copied:
    every = list(done)
    unreadable = [one.path for one in every if not one.readable]
    return Copied(len(every), sum(one.bytes for one in every), sum(one.written for one in every), unreadable)
