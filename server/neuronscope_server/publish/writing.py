"""A planned site into a folder or a bucket: whole at every moment the old site or the new one.

Releases come first and are never overwritten, then the viewer's files, then the page, and api/site.json last. What is
there already is not written again, so an interrupted run goes on when it is repeated. Files are written side by side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

import orjson

from neuronscope.codec import dumps
from neuronscope.dataset.manifest import FileInfo
from neuronscope.dataset.target import Target
from neuronscope.errors import BadInput, BrokenData, StorageFailed
from neuronscope_server.publish.headers import sent
from neuronscope_server.publish.pieces import LIST, RELEASES, Piece, Release, SitePlan, whole
from neuronscope_server.viewer import is_hashed

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
    there = check_target(target)
    done: dict[str, _Done] = {}

    def tell(one: _Done) -> None:
        done[one.path] = one
        told(one.path)

    kept = [release for release in plan.releases if f"{release.folder}/{LIST}" in there]
    new = [release for release in plan.releases if release not in kept]
    for release in kept:
        for path, info in _listed(release, target, there).items():
            tell(_Done(path, info, written=False))
    groups = [_below(release.folder, group) for release in new for group in release.groups]
    groups.sort(key=_is_copied)  # what has to be made takes a processor while the rest waits for the disk
    for one in _side_by_side([*groups, *([asset] for asset in plan.assets)], target, there):
        tell(one)
    for release in new:
        listing = {path: done[f"{release.folder}/{path}"].info for path in release.paths() if path != LIST}
        tell(_put(whole(f"{release.folder}/{LIST}", dumps({"files": listing})), target))
    for head in plan.heads:
        tell(_replaced(head, target))
    sizes, written = [one.info.bytes for one in done.values()], [one.written for one in done.values()]
    return Outcome(len(done), sum(sizes), sum(written), _old(there, done))


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


def _is_copied(group: list[Piece]) -> bool:
    return group[0].known is not None


def _below(folder: str, group: Iterable[Piece]) -> list[Piece]:
    return [Piece(f"{folder}/{piece.path}", piece.read, piece.known) for piece in group]


def _side_by_side(groups: Iterable[list[Piece]], target: Target, there: Mapping[str, int]) -> Iterator[_Done]:
    """Files as they are there. One that cannot be written does not keep the others from it, but some do."""
    failed: list[str] = []
    with ThreadPoolExecutor(target.lanes) as lanes:
        futures = [lanes.submit(_group, group, target, there) for group in groups]
        try:
            for future in as_completed(futures):
                yield from _given(future, failed)
                if len(failed) >= _MOST_FAILURES:
                    break
        finally:
            lanes.shutdown(wait=True, cancel_futures=True)
    if failed:
        more = f" ({len(failed)} files)" if len(failed) > 1 else ""
        raise StorageFailed(f"Not everything could be written{more}, so the site is the older one. {failed[0]}")


def _given(future: Future[list[_Done]], failed: list[str]) -> list[_Done]:
    try:
        return future.result()
    except StorageFailed as error:
        failed.append(str(error))
        return []


def _group(group: Iterable[Piece], target: Target, there: Mapping[str, int]) -> list[_Done]:
    return [_kept(piece, target, there) for piece in group]


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
