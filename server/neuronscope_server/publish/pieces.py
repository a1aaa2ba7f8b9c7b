"""What a static site is made of: plain data, and how a folder of files that is never overwritten gets its name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from neuronscope.dataset.manifest import FileInfo

RELEASES = "r"  # the folder of all releases
SITE = "api/site.json"
FORM = "2"  # of what is in them, but for words; another one gives every release another name
LIST = "release.json"  # the last file of a release: without it, it is not whole


@dataclass(frozen=True)
class Piece:
    """One file: ``path`` is relative to what it belongs to, ``read`` gives its bytes in pieces, each time anew.

    ``known``: what a dataset says of a file of its own that becomes this one as it is.
    """

    path: str
    read: Callable[[], Iterable[bytes]]
    known: FileInfo | None = None


class Planned:
    """Groups of a release, each looked at when it is first come to: the first are written while others are planned."""

    def __init__(self, looks: Iterable[Callable[[], list[Piece]]]) -> None:
        self._looks = [cache(look) for look in looks]

    def __iter__(self) -> Iterator[list[Piece]]:
        """All of them, any number of times; raises what looking at one raises, and looks at that one again later."""
        return (look() for look in self._looks)


@dataclass(frozen=True)
class Release:
    """Files that lie together under ``folder`` (``r/{hash}``), which says what is in them.

    Those of one group are made one after the other (a zip, and then its index); groups are independent, and are gone
    through more than once.
    """

    folder: str
    groups: Iterable[list[Piece]]

    def paths(self) -> Iterator[str]:
        """Of all its files, ``release.json`` last."""
        yield from (piece.path for group in self.groups for piece in group)
        yield LIST


Begin = Callable[[Release], object]  # begins to write a release


@dataclass(frozen=True)
class SitePlan:
    """A whole site: its releases, the viewer's files that are named after their content, and what is written last, in
    this order: what keeps its name."""

    releases: list[Release]
    assets: list[Piece]
    heads: list[Piece]


def whole(path: str, data: bytes) -> Piece:
    """A file whose bytes are there."""
    return Piece(path, lambda: [data])


def release_folder(kind: str, sources: Iterable[tuple[str, str]]) -> str:
    """The folder of what is made in this way from files with these digests (path, SHA-256)."""
    digest = hashlib.sha256(kind.encode())
    for path, sha256 in sources:
        digest.update(f"\n{path} {sha256}".encode())
    return f"{RELEASES}/{digest.hexdigest()[:16]}"


def release_of(files: dict[str, bytes]) -> Release:
    """A release of files whose bytes are there."""
    digests = ((path, hashlib.sha256(data).hexdigest()) for path, data in sorted(files.items()))
    return Release(release_folder("files", digests), [[whole(path, data)] for path, data in files.items()])
