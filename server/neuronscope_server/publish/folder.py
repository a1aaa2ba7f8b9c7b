"""A planned site into a folder of this machine: whole at every moment the old site or the new one.

Releases come first and are never overwritten, then the viewer's files, then the page, and api/site.json last. What is
there already is not written again, so an interrupted run goes on when it is repeated.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import orjson

from neuronscope.codec import dumps
from neuronscope.dataset.folder import FolderStore
from neuronscope.dataset.manifest import FileInfo
from neuronscope.dataset.newfile import NewFile, disk
from neuronscope.errors import BadInput, BrokenData
from neuronscope_server.publish.pieces import LIST, RELEASES, Piece, Release, SitePlan
from neuronscope_server.publish.zipindex import index_of_zip

Told = Callable[[str], object]  # a file of the site is there; its path


@dataclass(frozen=True)
class Outcome:
    """What writing a site did; ``old`` are files that nothing refers to any more."""

    files: int
    bytes: int
    written: int
    old: list[str] = field(default_factory=list)


def count_files(plan: SitePlan) -> int:
    """How many files a site has."""
    return sum(1 for release in plan.releases for _ in _names(release)) + len(plan.assets) + len(plan.heads)


def check_target(out: Path) -> None:
    """:raises BadInput: something that is no site is there."""
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} is a file. Name a folder for the site.")
    if out.is_dir() and any(out.iterdir()) and not (out / RELEASES).is_dir():
        raise BadInput(f"{out} holds something else than a site. Name a new folder, or one with an older site.")


def write_site(plan: SitePlan, out: Path, *, told: Told = lambda _: None) -> Outcome:
    """Write what is not there yet; ``told`` is called for every file once it is there.

    :raises BadInput: as :func:`check_target`.
    :raises StorageFailed: the disk is full or failed.
    """
    check_target(out)
    done: dict[str, tuple[int, bool]] = {}

    def tell(path: str, size: int, *, written: bool) -> None:
        done[path] = size, written
        told(path)

    for release in plan.releases:
        for path, info, written in _write_release(release, out):
            tell(path, info.bytes, written=written)
    for piece in (*plan.assets, *plan.heads):
        info, written = _write(piece, out / piece.path, keep=piece in plan.assets)
        tell(piece.path, info.bytes, written=written)
    sizes = [size for size, _ in done.values()]
    return Outcome(len(done), sum(sizes), sum(written for _, written in done.values()), _old(out, done))


def missing(plan: SitePlan, out: Path) -> Iterator[str]:
    """The files that :func:`write_site` would write."""
    check_target(out)
    for release in plan.releases:
        if not _is_whole(out / release.folder):
            yield from (f"{release.folder}/{name}" for name in _names(release))
    for piece in plan.assets:
        if not (out / piece.path).exists():
            yield piece.path
    for piece in plan.heads:
        path = out / piece.path
        if not path.exists() or path.read_bytes() != b"".join(piece.read()):
            yield piece.path


def remove(out: Path, old: Iterable[str]) -> None:
    """Remove files of older sites, and the folders that are empty then."""
    for name in old:
        path = out / name
        with disk(path):
            path.unlink(missing_ok=True)
            for folder in path.relative_to(out).parents:
                if folder.parts and not any((out / folder).iterdir()):
                    shutil.rmtree(out / folder)


def _names(release: Release) -> Iterator[str]:
    for piece in release.pieces:
        yield piece.path
        if piece.path.endswith(".zip"):
            yield _index(piece.path)
    yield LIST


def _index(path: str) -> str:
    return path.removesuffix(".zip") + ".idx"


def _write_release(release: Release, out: Path) -> Iterator[tuple[str, FileInfo, bool]]:
    folder = out / release.folder
    if _is_whole(folder):
        for name, info in _listed(folder).items():
            yield f"{release.folder}/{name}", info, False
        return
    made: dict[str, FileInfo] = {}
    for piece in _with_indexes(release, FolderStore(folder)):
        info, written = _write(piece, folder / piece.path, keep=True)
        made[piece.path] = info
        yield f"{release.folder}/{piece.path}", info, written
    listing = Piece(LIST, lambda: [dumps({"files": made})])
    info, written = _write(listing, folder / LIST, keep=False)
    yield f"{release.folder}/{LIST}", info, written


def _with_indexes(release: Release, store: FolderStore) -> Iterator[Piece]:
    for piece in release.pieces:
        yield piece
        if piece.path.endswith(".zip"):
            yield Piece(_index(piece.path), partial(_index_pieces, store, piece.path))


def _index_pieces(store: FolderStore, path: str) -> list[bytes]:
    return [index_of_zip(store, path)]


def _write(piece: Piece, path: Path, *, keep: bool) -> tuple[FileInfo, bool]:
    """The file, and whether it was written; ``keep``: one that is there holds what it should, since it was named after
    its content or written whole before."""
    if keep and path.exists():
        return _info(path), False
    with disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    if not keep and path.exists():
        data = b"".join(piece.read())
        if path.read_bytes() == data:
            return _info(path), False
    with NewFile(path) as file:
        for data in piece.read():
            file.write(data)
    return file.info(), True


def _info(path: Path) -> FileInfo:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return FileInfo(path.stat().st_size, digest.hexdigest())


def _is_whole(folder: Path) -> bool:
    return (folder / LIST).is_file()


def _listed(folder: Path) -> dict[str, FileInfo]:
    """Every file of a release that is there.

    :raises BrokenData: its list cannot be read, or a file is not as it says.
    """
    path = folder / LIST
    try:
        files = {name: FileInfo(**info) for name, info in orjson.loads(path.read_bytes())["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenData(f"{path} is damaged: remove {folder}, and it is written again.") from error
    for name, info in files.items():
        there = folder / name
        if not there.is_file() or there.stat().st_size != info.bytes:
            raise BrokenData(f"{there} is not what was written: remove {folder}, and it is written again.")
    return files | {LIST: _info(path)}


def _old(out: Path, done: Iterable[str]) -> list[str]:
    """What is there and no part of this site; what this program did not name is left alone."""
    site = set(done)
    releases = {path.relative_to(out).as_posix() for path in (out / RELEASES).rglob("*") if path.is_file()}
    assets = {path.name for path in out.glob("*.*.*") if path.is_file()}
    return sorted((releases | assets) - site)
