"""A site visited: its page, what it says is published, and units of every dataset, read as a browser reads them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from neuronscope.codec import loads
from neuronscope.dataset import layout
from neuronscope.dataset.manifest import Manifest
from neuronscope.errors import BrokenData, StorageFailed
from neuronscope_server.shapes import Site, SiteDataset
from neuronscope_server.sitecheck import rules
from neuronscope_server.sitecheck.nouns import Answer, Ask, Finding, fault, ok, summed
from neuronscope_server.sitecheck.page import asset_names, base_of, folders_of, may_ask, names_base, page_text
from neuronscope_server.sitecheck.releases import Host, check_release

_SITE = "api/site.json"
_AGAIN = "Upload the site again, all of it."


def check_site(ask: Ask, address: str, *, every: bool = False) -> Iterator[Finding]:
    """What is found, in the order in which a browser meets it; with ``every`` file asked for, not some of each folder.

    :raises BadInput: there is no site at the address.
    :raises StorageFailed: nobody answers there.
    """
    page = ask("GET", address, {})
    text = page_text(page)
    asked = Host(ask, base_of(text, page.url), {})
    host = _moved(asked, text, page.url) or asked
    yield rules.transport(host.base)
    if host is not asked:
        yield _other_base(asked.base, host.base, text, page.url)
    yield ok("index.html", "is the page of a published site")
    yield rules.content_type(page, "index.html")
    yield rules.kept(page, "index.html", forever=False)
    yield rules.own_policy(page)
    yield from _viewer(host, text)
    site, findings = _site(host)
    yield from findings
    for dataset in site.datasets if site else []:
        yield from _dataset(_host_of(host, dataset), dataset, text, every=every)


def _moved(host: Host, text: str, url: str) -> Host | None:
    """The same, asked about the folder that the viewer's files are in, where the page asks for them in another one."""
    names = asset_names(text)
    if not names or _has(host, names[0]):
        return None
    others = (Host(host.ask, folder, {}) for folder in folders_of(url) if folder != host.base)
    return next((other for other in others if _has(other, names[0])), None)


def _has(host: Host, name: str) -> bool:
    """Whether a file is there; a page in its place is the host's answer for everything."""
    try:
        answer = host.head(name)
    except StorageFailed:
        return False
    return answer.status == 200 and not answer.headers.get("content-type", "").startswith("text/html")


def _other_base(asked: str, found: str, text: str, url: str) -> Finding:
    wrong, right = urlsplit(asked).path, urlsplit(found).path
    alone = names_base(text) and found == urljoin(url, "./")
    remedy = f"Publish it again with --base-path {right}" + (", or without it." if alone else ".")
    return fault("index.html", f"it asks for its files under {wrong}, and the site is at {right}.", remedy)


def _viewer(host: Host, page: str) -> Iterator[Finding]:
    names = asset_names(page)
    answers, findings = [], []
    for name in names:
        try:
            answers.append((name, host.get(name)))
        except StorageFailed as error:
            findings.append(fault(name, str(error), _AGAIN))
    findings += [rules.there(answer, name) for name, answer in answers]
    came = [(name, answer) for name, answer in answers if answer.status == 200]
    yield from summed(findings, "viewer", f"its {len(names)} files are there")
    yield from summed([rules.content_type(one, name) for name, one in came], "viewer", "they have their types")
    yield from summed([rules.kept(one, name, forever=True) for name, one in came], "viewer", "may be kept for ever")
    text = [rules.compressed(one, name) for name, one in came if name.endswith((".js", ".css"))]
    yield from summed(text, "viewer", "travels compressed")


def _site(host: Host) -> tuple[Site | None, list[Finding]]:
    answer = host.get(_SITE)
    found = rules.there(answer, _SITE)
    if found.level == "fault":
        return None, [found]
    try:
        site = loads(answer.body, Site)
    except BrokenData as error:
        return None, [fault(_SITE, f"it does not say what is published ({error}).", _AGAIN)]
    told = "; ".join(_told(dataset) for dataset in site.datasets) or "no dataset"
    headers = [rules.content_type(answer, _SITE), rules.kept(answer, _SITE, forever=False)]
    return site, [ok(_SITE, f"publishes {told}"), *headers]


def _told(dataset: SiteDataset) -> str:
    form = "packed" if dataset.packed else "a file for each unit"
    return f"{dataset.name} ({dataset.layers or 0:,} layers, {dataset.units or 0:,} units, {form})"


def _host_of(host: Host, dataset: SiteDataset) -> Host:
    """Where a dataset is; on another host than the page's, every request says whose page asks."""
    page, data = urlsplit(host.base), urlsplit(urljoin(host.base, dataset.root))
    if (page.scheme, page.netloc) == (data.scheme, data.netloc):
        return host
    return _elsewhere(host)


def _elsewhere(host: Host) -> Host:
    """Who says with every request whose page asks."""
    page = urlsplit(host.base)
    return Host(host.ask, host.base, {"Origin": f"{page.scheme}://{page.netloc}"})


def _dataset(host: Host, dataset: SiteDataset, page: str, *, every: bool) -> Iterator[Finding]:
    if host.origin:
        yield may_ask(page, host.url(dataset.root))
        yield rules.transport(host.url(dataset.root))
    try:
        yield from _root(host, dataset)
    except StorageFailed as error:
        yield fault(dataset.name, str(error), "Look whether the host of its data answers.")
        return
    places = dict.fromkeys([dataset.root, *dataset.places.values()])
    for address in dict.fromkeys(urljoin(place, "/") for place in places if _stayed(place, dataset)):
        yield may_ask(page, address)
        yield rules.transport(address)
    for folder in (place for place in places if not _stayed(place, dataset)):
        try:
            yield from check_release(host, folder, every=every)
        except StorageFailed as error:
            yield fault(folder, str(error), _AGAIN)


def _root(host: Host, dataset: SiteDataset) -> Iterator[Finding]:
    """The files of a dataset that are about more than one unit, and in the form of files one unit."""
    path = f"{dataset.root}/{layout.MANIFEST}"
    answer = host.get(path)
    yield from _json(host, answer, path)
    absent = f"{dataset.root}/no-such-file.json"
    yield rules.missing(host.get(absent), absent)
    if dataset.packed or answer.status != 200 or layout.RECORDS not in dataset.parts:
        return
    try:
        (layer, *_) = loads(answer.body, Manifest).layers
    except (BrokenData, ValueError) as error:
        yield fault(path, f"it is no manifest ({error}).", _AGAIN)
        return
    unit = (layer.unit_ids or [0])[0]
    folder = dataset.places.get(layout.RECORDS, f"{dataset.root}/{layout.RECORDS}")
    path = f"{folder}/{layer.index}/{unit}.json"
    if _stayed(folder, dataset):
        there = _elsewhere(host)
        yield from _readable(there, there.get(path), path)
    else:
        yield from _json(host, host.get(f"{path}.gz"), f"{path}.gz")


def _stayed(place: str, dataset: SiteDataset) -> bool:
    """Whether a part is not where the dataset's release is, but stayed on another host as it was published there."""
    return "://" in place and urlsplit(place).netloc != urlsplit(dataset.root).netloc


def _readable(host: Host, answer: Answer, path: str) -> Iterator[Finding]:
    """A file of JSON that the page may read; a gzip file may come unpacked."""
    found = rules.there(answer, path)
    if found.level == "ok" and not _plain(answer.body).lstrip().startswith(b"{"):
        found = fault(path, "something else than its JSON came.", _AGAIN)
    yield found
    if found.level != "fault" and host.origin:
        yield rules.shared(answer, path, host.origin)


def _plain(body: bytes) -> bytes:
    try:
        return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    except (OSError, EOFError, zlib.error):
        return b""


def _json(host: Host, answer: Answer, path: str) -> Iterator[Finding]:
    """A file of JSON under r/."""
    found = list(_readable(host, answer, path))
    yield from found
    if found[0].level == "fault":
        return
    yield rules.content_type(answer, path)
    yield rules.kept(answer, path, forever=True)
    if not path.endswith(".gz"):
        yield rules.compressed(answer, path)
    yield rules.has_version(answer, path)
