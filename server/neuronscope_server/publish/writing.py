"""A planned site into a folder or a bucket: whole at every moment the old site or the new one.

Releases come first and are never overwritten, then the viewer's files, then the page, and api/site.json last. What is
there already is not written again, so an interrupted run goes on when it is repeated. Files are written side by side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field

import orjson

from neuronscope.codec import dumps
from neuronscope.dataset.manifest import FileInfo
from neuronscope.dataset.target import Target
from neuronscope.errors import BadInput, BrokenData, StorageFailed
from neuronscope_server.publish.headers import sent
from neuronscope_server.publish.pieces import LIST, RELEASES, Piece, Release, SitePlan, whole
from neuronscope_server.viewerfiles import is_hashed

Told = Callable[[str], object]  # a file of the site is there; its path

_MOST_FAILURES = 3  # files that may fail before no other is begun


@dataclass(frozen=True)
class Outcome:
    """What writing a site did; ``old`` are files that nothing refers to any more."""

    files: int
    bytes: int
    written: int
    old: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Missing:
    """A file that writing a site would write, and its size in bytes."""

    path: str
    bytes: int


@dataclass(frozen=True)
class _Done:
    path: str
    info: FileInfo
    written: bool


def count_files(plan: SitePlan) -> int:
    """How many files a site has."""
    return sum(1 for release in plan.releases for _ in release.paths()) + len(plan.assets) + len(plan.heads)


def check_target(target: Target) -> dict[str, int]:
    """The files that are there, with their sizes.

    :raises BadInput: something that is no site is there, or nothing can be put there.
    """
    target.check()
    there = target.sizes()
    if there and not any(path.startswith(f"{RELEASES}/") for path in there):
        raise BadInput(f"{target.root} holds something else than a site. Name a new place, or one with an older site.")
    return there


def write_site(plan: SitePlan, target: Target, *, told: Told = lambda _: None) -> Outcome:
    """Write what is not there yet; ``told`` is called for every file once it is there.

    :raises BadInput: as :func:`check_target`.
    :raises BrokenData: a file of a dataset or of the older site is damaged.
    :raises StorageFailed: the disk or the network failed; the site is the older one, and the next run goes on.
    """
    with begin_site(target, told=told) as writing:
        for release in plan.releases:
            writing.begin(release)
        return writing.finish(plan)


@contextmanager
def begin_site(target: Target, *, told: Told = lambda _: None) -> Iterator[SiteWriting]:
    """A site that is written while the rest of it is still being planned; left early, it stays the older one.

    :raises BadInput: as :func:`check_target`.
    """
    there = check_target(target)
    with ThreadPoolExecutor(target.lanes) as copying, ThreadPoolExecutor(target.lanes) as making:
        writing = SiteWriting(target, there, told, _Lanes(copying, making))
        try:
            yield writing
        finally:
            writing.stop()


@dataclass(frozen=True)
class _Lanes:
    """Files that are copied wait for the disk, those that are made for a processor: neither holds up the other. In a
    bucket both take from the same connections."""

    copying: Executor
    making: Executor


class SiteWriting:
    """The releases that were begun, and those of them that are there already."""

    def __init__(self, target: Target, there: Mapping[str, int], told: Told, lanes: _Lanes) -> None:
        self._target, self._there, self._told, self._lanes = target, there, told, lanes
        self._futures: list[Future[list[_Done]]] = []
        self._begun: dict[str, Release] = {}  # what is written now, by its folder
        self._done: dict[str, _Done] = {}

    def begin(self, release: Release) -> None:
        """Write the files of a release in the background, unless they are there.

        :raises BrokenData: they are, and damaged.
        """
        if f"{release.folder}/{LIST}" in self._there:
            for path, info in _listed(release, self._target, self._there).items():
                self._tell(_Done(path, info, written=False))
        elif release.folder not in self._begun:  # two datasets may hold the same
            self._begun[release.folder] = release
            for group in release.groups:
                self._begin(_below(release.folder, group))

    def finish(self, plan: SitePlan) -> Outcome:
        """The rest of a site of which every release was begun, what changes last.

        :raises BrokenData: a file of a dataset is damaged.
        :raises StorageFailed: something could not be written.
        """
        for asset in plan.assets:
            self._begin([asset])
        self._wait()
        for folder, release in self._begun.items():
            listing = {path: self._done[f"{folder}/{path}"].info for path in release.paths() if path != LIST}
            self._tell(_put(whole(f"{folder}/{LIST}", dumps({"files": listing})), self._target))
        for head in plan.heads:
            self._tell(_replaced(head, self._target))
        done = self._done.values()
        sizes, written = [one.info.bytes for one in done], [one.written for one in done]
        return Outcome(len(done), sum(sizes), sum(written), _old(self._there, self._done))

    def stop(self) -> None:
        """Begin no other file."""
        for future in self._futures:
            future.cancel()

    def _begin(self, group: list[Piece]) -> None:
        lane = self._lanes.making if group[0].known is None else self._lanes.copying
        self._futures.append(lane.submit(self._write, group))

    def _write(self, group: list[Piece]) -> list[_Done]:
        return [_kept(piece, self._target, self._there) for piece in group]

    def _wait(self) -> None:
        """Until all that was begun is there. One file that cannot be written does not keep others from it, but some do.

        :raises StorageFailed: one or more could not be written.
        """
        failed: list[str] = []
        for future in as_completed(self._futures):
            for one in _given(future, failed):
                self._tell(one)
            if len(failed) >= _MOST_FAILURES:
                break
        if failed:
            more = f" ({len(failed)} files)" if len(failed) > 1 else ""
            raise StorageFailed(f"Not everything could be written{more}, so the site is the older one. {failed[0]}")

    def _tell(self, one: _Done) -> None:
        self._done[one.path] = one
        self._told(one.path)


def missing(plan: SitePlan, target: Target) -> Iterator[Missing]:
    """The files that :func:`write_site` would write; each is made for its size, and put nowhere."""
    there = check_target(target)
    for release in plan.releases:
        if f"{release.folder}/{LIST}" not in there:
            made = {}
            for piece in (piece for group in release.groups for piece in group):
                made[piece.path] = info = _info(piece)
                if f"{release.folder}/{piece.path}" not in there:
                    yield Missing(f"{release.folder}/{piece.path}", info.bytes)
            yield Missing(f"{release.folder}/{LIST}", len(dumps({"files": made})))
    for asset in plan.assets:
        if asset.path not in there:
            yield Missing(asset.path, _info(asset).bytes)
    for head in plan.heads:
        data = b"".join(head.read())
        if target.read(head.path) != data:
            yield Missing(head.path, len(data))


def _below(folder: str, group: Iterable[Piece]) -> list[Piece]:
    return [Piece(f"{folder}/{piece.path}", piece.read, piece.known) for piece in group]


def _given(future: Future[list[_Done]], failed: list[str]) -> list[_Done]:
    try:
        return future.result()
    except StorageFailed as error:
        failed.append(str(error))
        return []


def _kept(piece: Piece, target: Target, there: Mapping[str, int]) -> _Done:
    """One that is there holds what it should, since it was named after its content or written whole before."""
    return _Done(piece.path, _info(piece), written=False) if piece.path in there else _put(piece, target)


def _put(piece: Piece, target: Target) -> _Done:
    info = target.write(piece.path, piece.read(), sent(piece.path), known=piece.known)
    return _Done(piece.path, info, written=True)


def _replaced(piece: Piece, target: Target) -> _Done:
    """A file that may change, unless it is what it should be."""
    if target.read(piece.path) == b"".join(piece.read()):
        return _Done(piece.path, _info(piece), written=False)
    return _put(piece, target)


def _info(piece: Piece) -> FileInfo:
    if piece.known is not None:
        return piece.known
    digest, size = hashlib.sha256(), 0
    for data in piece.read():
        digest.update(data)
        size += len(data)
    return FileInfo(size, digest.hexdigest())


def _listed(release: Release, target: Target, there: Mapping[str, int]) -> dict[str, FileInfo]:
    """Every file of a release that is there.

    :raises BrokenData: its list cannot be read, or a file is not as it says.
    """
    path = f"{release.folder}/{LIST}"
    place, again = f"{target.root}/{release.folder}", "and it is written again"
    data = target.read(path) or b""
    try:
        files = {name: FileInfo(**info) for name, info in orjson.loads(data)["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenData(f"{place}/{LIST} is damaged: remove {place}, {again}.") from error
    found = {f"{release.folder}/{name}": info for name, info in files.items()}
    for name, info in found.items():
        packed = sent(name).encoding is not None and target.encodes  # lies there with another size
        if name not in there or (there[name] != info.bytes and not packed):
            raise BrokenData(f"{target.root}/{name} is not what was written: remove {place}, {again}.")
    return found | {path: FileInfo(len(data), hashlib.sha256(data).hexdigest())}


def _old(there: Iterable[str], done: Iterable[str]) -> list[str]:
    """What was there and is no part of this site; what this program did not name is left alone."""
    ours = (path for path in there if path.startswith(f"{RELEASES}/") or ("/" not in path and is_hashed(path)))
    return sorted(set(ours) - set(done))
