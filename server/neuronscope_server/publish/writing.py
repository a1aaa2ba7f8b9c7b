"""A planned site into a folder or a bucket: whole at every moment the old site or the new one.

Releases come first, then the viewer's files, then the page, and api/site.json last. What is there already is not
written again, so an interrupted run goes on when it is repeated. Files are written side by side.

A release is named after what is in it, so its files never change, and one that is missing or damaged is written again.
Where it has its list, the sizes of its files are compared and no more. Where it has none it was interrupted, and who
knows by what: in a folder each of its files is read and compared; a store has no half files, so sizes do there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field

from neuronscope.codec import dumps
from neuronscope.dataset.manifest import FileInfo
from neuronscope.dataset.target import Target
from neuronscope.errors import BadInput, StorageFailed
from neuronscope_server.publish.headers import sent
from neuronscope_server.publish.pieces import LIST, RELEASES, SITE, Piece, Release, SitePlan, whole
from neuronscope_server.publish.there import There, digested
from neuronscope_server.viewerfiles import is_hashed

Told = Callable[[str], object]  # a file of the site is there; its path

_MOST_FAILURES = 3  # files that may fail before no other is begun


@dataclass(frozen=True)
class Outcome:
    """What writing a site did; ``old`` are files that nothing refers to any more.

    ``repaired``: how many of those written took the place of a damaged one, or of one that a whole release lacked.
    """

    files: int
    bytes: int
    written: int
    repaired: int = 0
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
    :raises BrokenData: a file of a dataset is damaged.
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
        self._target, self._there, self._told, self._lanes = target, There(target, there), told, lanes
        self._futures: list[Future[list[_Done]]] = []
        self._begun: dict[str, Release] = {}  # what is written now, by its folder
        self._listed: dict[str, FileInfo] = {}  # what lists say of the files of releases that are there
        self._done: dict[str, _Done] = {}

    def begin(self, release: Release) -> None:
        """Write the files of a release in the background, unless they are there."""
        if release.folder in self._begun or f"{release.folder}/{LIST}" in self._done:
            return  # two datasets may hold the same
        listed = self._there.listed(release.folder)
        if self._there.fit(listed):
            for path, info in listed.items():
                self._tell(_Done(path, info, written=False))
            return
        self._listed |= listed
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
            self._tell(_replaced(whole(f"{folder}/{LIST}", dumps({"files": listing})), self._target))
        for head in plan.heads:
            self._tell(_replaced(head, self._target))
        done = self._done.values()
        sizes, written = [one.info.bytes for one in done], [one.path for one in done if one.written]
        before = {*self._there.sizes, *self._listed} - {head.path for head in plan.heads}
        old = _old(self._there.sizes, self._done)
        return Outcome(len(done), sum(sizes), len(written), sum(path in before for path in written), old)

    def stop(self) -> None:
        """Begin no other file."""
        for future in self._futures:
            future.cancel()

    def _begin(self, group: list[Piece]) -> None:
        lane = self._lanes.making if group[0].known is None else self._lanes.copying
        self._futures.append(lane.submit(self._write, group))

    def _write(self, group: list[Piece]) -> list[_Done]:
        listed = _listed(group, self._listed)
        if self._there.fit(listed):
            return [_Done(path, info, written=False) for path, info in listed.items()]
        return [_kept(piece, self._there) for piece in group]

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
            site = "the site is the older one" if SITE in self._there.sizes else "there is no site yet"
            raise StorageFailed(f"Not everything could be written{more}, so {site}. {failed[0]}")

    def _tell(self, one: _Done) -> None:
        self._done[one.path] = one
        self._told(one.path)


def missing(plan: SitePlan, target: Target) -> Iterator[Missing]:
    """The files that :func:`write_site` would write; each is made for its size, and put nowhere."""
    there = There(target, check_target(target))
    for release in plan.releases:
        listed = there.listed(release.folder)
        if not there.fit(listed):
            yield from _missing_of(release, there, listed)
    for asset in plan.assets:
        info = _info(asset)
        if not there.holds(asset.path, info):
            yield Missing(asset.path, info.bytes)
    for head in plan.heads:
        yield from _missing_head(head, target)


def _missing_of(release: Release, there: There, listed: Mapping[str, FileInfo]) -> Iterator[Missing]:
    made: dict[str, FileInfo] = {}
    for group in release.groups:
        pieces = _below(release.folder, group)
        found = _listed(pieces, listed)
        infos = found if there.fit(found) else {piece.path: _info(piece) for piece in pieces}
        made |= infos
        yield from (Missing(path, info.bytes) for path, info in infos.items() if not there.holds(path, info))
    files = {path.removeprefix(f"{release.folder}/"): info for path, info in made.items()}
    yield from _missing_head(whole(f"{release.folder}/{LIST}", dumps({"files": files})), there.target)


def _missing_head(head: Piece, target: Target) -> Iterator[Missing]:
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


def _listed(group: Sequence[Piece], listed: Mapping[str, FileInfo]) -> dict[str, FileInfo]:
    """What a list says of these files; nothing where it does not say it of all: one is made to go with the others."""
    found = {piece.path: listed[piece.path] for piece in group if piece.path in listed}
    return found if len(found) == len(group) else {}


def _kept(piece: Piece, there: There) -> _Done:
    """Written, unless it is there already."""
    if piece.path in there.sizes:
        info = _info(piece)
        if there.holds(piece.path, info):
            return _Done(piece.path, info, written=False)
    return _put(piece, there.target)


def _put(piece: Piece, target: Target) -> _Done:
    info = target.write(piece.path, piece.read(), sent(piece.path), known=piece.known)
    return _Done(piece.path, info, written=True)


def _replaced(piece: Piece, target: Target) -> _Done:
    """A file that may change, unless it is what it should be."""
    if target.read(piece.path) == b"".join(piece.read()):
        return _Done(piece.path, _info(piece), written=False)
    return _put(piece, target)


def _info(piece: Piece) -> FileInfo:
    return piece.known or digested(piece.read())


def _old(there: Iterable[str], done: Iterable[str]) -> list[str]:
    """What was there and is no part of this site; what this program did not name is left alone."""
    ours = (path for path in there if path.startswith(f"{RELEASES}/") or ("/" not in path and is_hashed(path)))
    return sorted(set(ours) - set(done))
