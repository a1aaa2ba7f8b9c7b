"""The folders below ``r/``: whether what their lists name is there, whole, and can be read by its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import orjson

from neuronscope.dataset.manifest import FileInfo
from neuronscope.errors import BrokenData
from neuronscope_server.publish.pieces import LIST
from neuronscope_server.sitecheck import rules
from neuronscope_server.sitecheck.nouns import Answer, Ask, Finding, advice, fault, ok, summed
from neuronscope_server.sitecheck.packed import Member, inflate_member, read_index

_DIGITS = 12  # of a digest that are shown
_SOME = 12  # files of a folder that are asked for, spread over it
_AGAIN = "Upload the site again, all of it."
_THIS_AGAIN = (
    "Upload it again, and let nothing on the way change it. If it is damaged where the site was written, remove it "
    "there, and neuronscope export site writes it again."
)


@dataclass(frozen=True)
class Host:
    """Whom to ask, about a site whose page lies in ``base``; ``headers`` go with every request."""

    ask: Ask
    base: str
    headers: Mapping[str, str]

    @property
    def origin(self) -> str:
        """The page's, where data lies on another host; else ""."""
        return self.headers.get("Origin", "")

    def url(self, path: str) -> str:
        """The address of a file of the site; ``path`` may be a whole address."""
        return urljoin(self.base, path)

    def get(self, path: str) -> Answer:
        """The file."""
        return self.ask("GET", self.url(path), self.headers)

    def digested(self, path: str) -> Answer:
        """Size and digest of the file, which may come compressed and be of any size."""
        return self.ask("GET", self.url(path), self.headers, kept=False)

    def part(self, path: str, member: Member, encoding: str = "identity") -> Answer:
        """A unit's part of a file. Browsers ask for parts as they lie in it (``identity``)."""
        ranged = {"Range": f"bytes={member.start}-{member.last}", "Accept-Encoding": encoding}
        return self.ask("GET", self.url(path), {**self.headers, **ranged})

    def head(self, path: str) -> Answer:
        """The headers of the file as it lies, not compressed."""
        return self.ask("HEAD", self.url(path), {**self.headers, "Accept-Encoding": "identity"})


def check_release(host: Host, folder: str, *, every: bool) -> Iterator[Finding]:
    """Files of one release, and units of its first and last zip; raises ``StorageFailed`` where no answer comes."""
    path = f"{folder}/{LIST}"
    answer = host.get(path)
    found = rules.there(answer, path)
    if found.level == "fault":
        yield found
        return
    try:
        infos = {
            name: FileInfo(int(info["bytes"]), str(info["sha256"]))
            for name, info in orjson.loads(answer.body)["files"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        yield fault(path, "it does not list the files of its folder.", _AGAIN)
        return
    yield from _files(host, folder, infos, every=every)
    zips = [name for name in infos if name.endswith(".zip")]
    for name in dict.fromkeys([*zips[:1], *zips[-1:]]):
        read = list(_zip(host, f"{folder}/{name}"))
        yield from read
        if any(finding.level == "fault" for finding in read):
            return


def _files(host: Host, folder: str, infos: Mapping[str, FileInfo], *, every: bool) -> Iterator[Finding]:
    """Whether files are those that are listed, and come with the right headers: some by their sizes, all by digests."""
    names = list(infos) if every else _spread(list(infos))
    if not names:
        return
    ask = host.digested if every else host.head
    answers = {name: ask(f"{folder}/{name}") for name in names}
    first = f"{folder}/{names[0]}"
    head = host.head(first) if every else answers[names[0]]
    if head.status in (403, 405, 501) and host.get(first).status == 200:
        said = "the host does not answer HEAD" + ("." if every else ", so sizes of files were not compared.")
        yield advice(folder, said, "Allow HEAD: programs that read the dataset from there ask for sizes.")
        if not every:
            return
    paths = {f"{folder}/{name}": (answer, infos[name]) for name, answer in answers.items()}
    came = [(path, answer) for path, (answer, _) in paths.items() if answer.status == 200]
    kinds = [
        [_whole(answer, path, info) for path, (answer, info) in paths.items()],
        [rules.content_type(answer, path) for path, answer in came],
        [rules.kept(answer, path, forever=True) for path, answer in came],
        [rules.has_version(answer, path) for path, answer in came],
    ]
    how = "with the SHA-256 of the list" if every else "whole"
    said = f"{len(names):,} of its {len(infos):,} files were asked for: {how}, with their types, to be kept for ever"
    yield from summed([finding for kind in kinds for finding in kind], folder, said)


def _spread(names: list[str]) -> list[str]:
    """Some of the names, the first and the last among them."""
    if len(names) <= _SOME:
        return names
    return [names[at * (len(names) - 1) // (_SOME - 1)] for at in range(_SOME)]


def _whole(answer: Answer, path: str, info: FileInfo) -> Finding:
    found = rules.there(answer, path)
    if found.level == "fault" or info in answer.infos:
        return found
    sizes = [one.bytes for one in answer.infos] or _length(answer)
    if sizes and info.bytes not in sizes:
        return fault(path, f"it has {sizes[0]:,} bytes there and {info.bytes:,} in the list.", _THIS_AGAIN)
    if answer.infos:
        there = answer.infos[sizes.index(info.bytes)].sha256
        said = (
            f"its bytes are others than those of the list: SHA-256 {there[:_DIGITS]}..., not {info.sha256[:_DIGITS]}..."
        )
        return fault(path, said, _THIS_AGAIN)
    return found


def _length(answer: Answer) -> list[int]:
    """What the host says of the size of the file; nothing where it lies compressed there, with another one."""
    length = answer.headers.get("content-length", "")
    return [int(length)] if length.isdigit() and "content-encoding" not in answer.headers else []


def _zip(host: Host, path: str) -> Iterator[Finding]:
    """The first and the last unit of a zip, by their ranges."""
    index = path.removesuffix(".zip") + ".idx"
    answer = host.get(index)
    found = rules.there(answer, index)
    if found.level == "fault":
        yield found
        return
    try:
        members = read_index(answer.body)
    except BrokenData as error:
        remedy = "Upload it again, as it is: no host and no upload may compress .idx."
        yield fault(index, f"{error}.", remedy)
        return
    if encoding := answer.headers.get("content-encoding"):
        yield advice(
            index, f"it is compressed a second time ({encoding}).", "Let the host compress no .zip and no .idx."
        )
    for member in dict.fromkeys([*members[:1], *members[-1:]]):
        found = _member(host, path, member)
        yield found
        if found.level == "fault":
            return
    for member in members[:1]:
        if encoding := host.part(path, member, "gzip").headers.get("content-encoding"):
            said = f"parts are compressed again ({encoding}) for whoever does not refuse it."
            yield advice(path, said, "Let the host compress no .zip and no .idx.")
        if host.origin:
            yield from _elsewhere(host, path, member)


def _member(host: Host, path: str, member: Member) -> Finding:
    answer = host.part(path, member)
    found = rules.part(answer, member.start, member.last, path)
    if found.level == "fault":
        return found
    try:
        data = inflate_member(answer.body, member)
    except BrokenData as error:
        return fault(path, f"unit {member.unit}: {error}.", _AGAIN)
    said = f"unit {member.unit} came by its range, {member.size:,} of {len(data):,} bytes, with its checksum"
    return ok(path, said)


def _elsewhere(host: Host, path: str, member: Member) -> Iterator[Finding]:
    """What a page on another host needs in order to read parts."""
    answer = host.part(path, member)
    yield rules.shared(answer, path, host.origin)
    yield rules.range_exposed(answer, path)
    asks = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
    yield rules.range_allowed(host.ask("OPTIONS", host.url(path), {**host.headers, **asks}), path)
