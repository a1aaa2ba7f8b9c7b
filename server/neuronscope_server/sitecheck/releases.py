"""The folders below ``r/``: whether what their lists name is there, whole, and can be read by its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import orjson

from neuronscope.errors import BrokenData
from neuronscope_server.publish.pieces import LIST
from neuronscope_server.sitecheck import rules
from neuronscope_server.sitecheck.nouns import Answer, Ask, Finding, advice, fault, ok, summed
from neuronscope_server.sitecheck.packed import Member, inflate_member, read_index

_SOME = 12  # files of a folder that are asked for, spread over it
_AGAIN = "Upload the site again, all of it."


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
        sizes = {name: int(info["bytes"]) for name, info in orjson.loads(answer.body)["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        yield fault(path, "it does not list the files of its folder.", _AGAIN)
        return
    yield from _files(host, folder, sizes, every=every)
    zips = [name for name in sizes if name.endswith(".zip")]
    for name in dict.fromkeys([*zips[:1], *zips[-1:]]):
        read = list(_zip(host, f"{folder}/{name}"))
        yield from read
        if any(finding.level == "fault" for finding in read):
            return


def _files(host: Host, folder: str, sizes: Mapping[str, int], *, every: bool) -> Iterator[Finding]:
    """Whether files have the sizes that are listed, and come with the right headers."""
    names = list(sizes) if every else _spread(list(sizes))
    if not names:
        return
    answers = {name: host.head(f"{folder}/{name}") for name in names}
    if answers[names[0]].status in (403, 405, 501) and host.get(f"{folder}/{names[0]}").status == 200:
        said = "the host does not answer HEAD, so sizes of files were not compared."
        yield advice(folder, said, "Allow HEAD: programs that read the dataset from there ask for sizes.")
        return
    paths = {f"{folder}/{name}": (answer, sizes[name]) for name, answer in answers.items()}
    came = [(path, answer) for path, (answer, _) in paths.items() if answer.status == 200]
    kinds = [
        [_whole(answer, path, size) for path, (answer, size) in paths.items()],
        [rules.content_type(answer, path) for path, answer in came],
        [rules.kept(answer, path, forever=True) for path, answer in came],
        [rules.has_version(answer, path) for path, answer in came],
    ]
    said = f"{len(names):,} of its {len(sizes):,} files were asked for: whole, with their types, to be kept for ever"
    wrong = [finding for kind in kinds if (finding := summed(kind, folder, said)).level != "ok"]
    yield from wrong or [ok(folder, said)]


def _spread(names: list[str]) -> list[str]:
    """Some of the names, the first and the last among them."""
    if len(names) <= _SOME:
        return names
    return [names[at * (len(names) - 1) // (_SOME - 1)] for at in range(_SOME)]


def _whole(answer: Answer, path: str, size: int) -> Finding:
    found = rules.there(answer, path)
    length = answer.headers.get("content-length", "")
    packed = "content-encoding" in answer.headers  # as it lies in a bucket: the length is another one
    if found.level == "fault" or packed or not length.isdigit() or int(length) == size:
        return found
    return fault(path, f"it has {int(length):,} bytes there and {size:,} in the list.", _AGAIN)


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
