"""check-site against real hosts on this machine: one that does all well, and the same with one thing wrong each."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from neuronscope.dataset.target import FolderTarget
from neuronscope.errors import BadInput, StorageFailed
from neuronscope_server.catalog import open_catalog
from neuronscope_server.publish.plan import plan_site
from neuronscope_server.publish.writing import write_site
from neuronscope_server.sitecheck.fetching import Web
from neuronscope_server.sitecheck.nouns import Finding
from neuronscope_server.sitecheck.visit import check_site

BELOW = "/lab/neurons/"
FOREVER = "public, max-age=31536000, immutable"
TYPES = {
    "html": "text/html; charset=utf-8", "js": "text/javascript", "css": "text/css", "json": "application/json",
    "svg": "image/svg+xml", "zip": "application/zip", "idx": "application/octet-stream",
}  # fmt: skip


class Told:
    """An answer that a trick may change before it is sent; ``path`` is the file's in the site."""

    def __init__(self, path: str, asked: dict[str, str], status: int, headers: dict[str, str], body: bytes) -> None:
        self.path, self.asked, self.status, self.headers, self.body = path, asked, status, headers, body


Trick = Callable[[Told], object]


def well_told(folder: Path, path: str, asked: dict[str, str]) -> Told:
    """What a host that does all well sends of a file."""
    file = folder / (path or "index.html")
    if not file.is_file():
        return Told(path, asked, 404, {"Content-Type": "text/plain"}, b"not found")
    body, name = file.read_bytes(), file.name
    headers = {
        "Content-Type": TYPES.get(file.suffix[1:], "application/octet-stream"),
        "Cache-Control": FOREVER if path.startswith("r/") or name.count(".") == 2 else "no-cache",
        "ETag": f'"{len(body)}"',
    }
    if ranged := re.fullmatch(r"bytes=(\d+)-(\d+)", asked.get("range", "")):
        first, last = int(ranged[1]), int(ranged[2])
        headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
        return Told(path, asked, 206, headers, body[first : last + 1])
    if file.suffix in (".js", ".css", ".json") and "gzip" in asked.get("accept-encoding", ""):
        return Told(path, asked, 200, headers | {"Content-Encoding": "gzip"}, gzip.compress(body))
    return Told(path, asked, 200, headers, body)


@contextmanager
def host(folder: Path, trick: Trick = lambda _: None) -> Iterator[str]:
    """The address of a site's folder on a host of its own; ``trick`` changes what it sends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet

        def do_GET(self) -> None:
            asked = {name.lower(): value for name, value in self.headers.items()} | {"method": self.command}
            path = self.path.removeprefix(BELOW) if self.path.startswith(BELOW) else "../nothing"
            told = well_told(folder, path, asked)
            trick(told)
            self.send_response(told.status)
            for name, value in ({"Content-Length": str(len(told.body))} | told.headers).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD" and told.body:
                self.wfile.write(told.body)

        do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - as the library names them

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{BELOW}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def sites(packed: Path, built_viewer: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The dataset that has every part, published in both forms."""
    found = {}
    for form in ("packed", "files"):
        catalog = open_catalog({"tiny": str(packed)})
        found[form] = tmp_path_factory.mktemp("sites") / form
        write_site(
            plan_site(catalog, title="Tiny", packed=form == "packed", static=built_viewer), FolderTarget(found[form])
        )
    return found


def findings(url: str, *, every: bool = False) -> list[Finding]:
    with Web() as web:
        return list(check_site(web, url, every=every))


def wrong(url: str) -> list[Finding]:
    return [finding for finding in findings(url) if finding.level != "ok"]


@pytest.mark.parametrize("every", [True, False])
@pytest.mark.parametrize("form", ["packed", "files"])
def test_of_a_host_that_does_all_well_there_is_nothing_to_say(sites: dict[str, Path], form: str, every: bool) -> None:
    with host(sites[form]) as url:
        found = findings(url, every=every)
    assert [finding for finding in found if finding.level != "ok"] == []
    said = " ".join(finding.said for finding in found)
    assert "publishes tiny (2 layers, 5 units, " in said
    assert ("came by its range" in said) == (form == "packed")


@pytest.mark.parametrize("form", ["packed", "files"])
def test_every_file_is_asked_for_where_that_is_wanted(sites: dict[str, Path], form: str) -> None:
    asked: set[str] = set()
    with host(sites[form], lambda told: asked.add(told.path)) as url:
        findings(url, every=True)
    there = {path.relative_to(sites[form]).as_posix() for path in sites[form].rglob("*") if path.is_file()}
    assert there - asked == {"index.html", "icon.svg"}  # the page has the folder's name; the icon has no hash in tests


def header(name: str, value: str | None, ending: str = "") -> Trick:
    """Files whose names end so are sent with another header, or without one."""

    def trick(told: Told) -> None:
        if told.status in (200, 206) and (told.path or "index.html").endswith(ending):
            told.headers.pop(name, None)
            if value is not None:
                told.headers[name] = value

    return trick


def status(code: int, ending: str = "", method: str = "") -> Trick:
    """Files whose names end so are refused."""

    def trick(told: Told) -> None:
        if told.path.endswith(ending) and method in ("", told.asked["method"]):
            told.status, told.headers, told.body = code, {"Content-Type": "text/plain"}, b"no"

    return trick


def whole_files(told: Told) -> None:
    if told.status == 206:
        told.status, told.body = 200, b"whole" * 99


def compressed_parts(told: Told) -> None:
    if told.status == 206:
        told.headers["Content-Encoding"], told.body = "gzip", gzip.compress(told.body)


def compressed_where_accepted(told: Told) -> None:
    if "gzip" in told.asked.get("accept-encoding", ""):
        compressed_parts(told)


def changed_parts(told: Told) -> None:
    if told.status == 206:
        told.body = told.body[:5] + b"\0\0\0" + told.body[8:]


def shorter_parts(told: Told) -> None:
    if told.status == 206:
        told.body = told.body[:-1]


def other_parts(told: Told) -> None:
    if told.status == 206:
        told.headers["Content-Range"] = "bytes 0-1/2"


def page_for_everything(told: Told) -> None:
    if told.status == 404:
        told.status, told.headers["Content-Type"], told.body = 200, "text/html", b"<!doctype html>"


def forbidden_where_missing(told: Told) -> None:
    if told.status == 404:
        told.status = 403


def uncompressed(told: Told) -> None:
    if told.headers.pop("Content-Encoding", None):
        told.body = gzip.decompress(told.body)


def half_zips(told: Told) -> None:
    if told.path.endswith("3.zip") and told.asked["method"] == "HEAD":
        told.headers["Content-Length"] = "7"


def not_what_it_says(told: Told) -> None:
    if told.path.endswith("/dataset.json"):
        told.headers["Content-Encoding"], told.body = "gzip", b"{}"


def body(ending: str, data: bytes) -> Trick:
    """Another content of a file."""

    def trick(told: Told) -> None:
        if told.path.endswith(ending) and told.asked["method"] == "GET":
            told.headers.pop("Content-Encoding", None)
            told.body = data

    return trick


@pytest.mark.parametrize(
    ("trick", "level", "what", "said", "remedy"),
    [
        (whole_files, "fault", r"\.zip$", "ignores Range", "--files"),
        (compressed_parts, "fault", r"\.zip$", "Content-Encoding: gzip", "compress no .zip"),
        (compressed_where_accepted, "advice", r"\.zip$", "does not refuse it", "compress no .zip"),
        (changed_parts, "fault", r"\.zip$", "cannot be inflated|checksum|cut off", "Upload"),
        (shorter_parts, "fault", r"\.zip$", "bytes came and", "Upload"),
        (other_parts, "fault", r"\.zip$", "Content-Range is 'bytes 0-1/2'", "parts that are asked for"),
        (status(416, ".zip", "GET"), "fault", r"\.zip$", "answered 416", "Upload"),
        (half_zips, "fault", r"3\.zip", "it has 7 bytes there and", "Upload"),
        (body(".idx", b"\3\0"), "fault", r"\.idx$", "no index", "compress .idx"),
        (body(".idx", b"\xff\xff"), "fault", r"\.idx$", "cannot be inflated", "compress .idx"),
        (status(404, ".idx", "GET"), "fault", r"\.idx$", "answered 404", "Upload"),
        (page_for_everything, "fault", r"no-such-file", "a page where there is no file", "404"),
        (forbidden_where_missing, "fault", r"no-such-file", "answers 403 where there is no file", "404"),
        (not_what_it_says, "fault", "^tiny$", "says that it is compressed", "Look"),
        (status(403, "dataset.json"), "fault", "dataset.json", r"may not be read .* 403", "Let everyone read"),
        (body("dataset.json", b"<html>"), "fault", "dataset.json", "something else than its JSON", "Upload"),
        (status(404, "release.json"), "fault", "release.json", "answered 404", "Upload"),
        (body("release.json", b"[]"), "fault", "release.json", "does not list", "Upload"),
        (status(404, "site.json"), "fault", "api/site.json", "answered 404", "Upload"),
        (body("site.json", b'{"title": 1}'), "fault", "api/site.json", "does not say what is published", "Upload"),
        (status(404, ".js"), "fault", r"\.js$", "answered 404", "Upload"),
        (header("Content-Type", "text/plain", ".js"), "fault", r"\.js$", "goes out as text/plain", "text/javascript"),
        (header("Content-Type", None, ".json"), "advice", r"\.json", "nothing in particular", "application/json"),
        (header("Content-Type", "text/html", ".zip"), "advice", r"\.zip", "text/html", "application/zip"),
        (header("Cache-Control", FOREVER, "index.html"), "fault", "index.html", "go on seeing", "no-cache"),
        (header("Cache-Control", "max-age=600", "index.html"), "advice", "index.html", "up to 600 seconds", "no-cache"),
        (header("Cache-Control", None, "site.json"), "advice", "api/site.json", "each browser chooses", "no-cache"),
        (header("Cache-Control", "max-age=60", ".zip"), "advice", r"\.zip", "asked for again", "immutable"),
        (header("Cache-Control", None, ".js"), "advice", r"\.js", "no Cache-Control", "immutable"),
        (header("Content-Security-Policy", "x"), "advice", "index.html", "both apply", "console"),
        (header("ETag", None), "advice", r"r/.*", "no ETag and no date", "ETag"),
        (uncompressed, "advice", r"\.js$", "travels as it is", "gzip or Brotli"),
        (status(405, "", "HEAD"), "advice", r"r/.*", "does not answer HEAD", "Allow HEAD"),
    ],
)  # fmt: skip
def test_what_a_host_does_wrong_is_said(
    sites: dict[str, Path], trick: Trick, level: str, what: str, said: str, remedy: str
) -> None:
    with host(sites["packed"], trick) as url:
        found = wrong(url)
    matching = [one for one in found if re.search(what, one.what) and re.search(said, one.said)]
    assert matching, found
    assert {one.level for one in matching} == {level}
    assert all(remedy in one.remedy for one in matching)
    if level == "advice":
        assert {one.level for one in found} == {"advice"}


def other_bytes(*endings: str) -> Trick:
    """Files of the same size with another byte in them."""

    def trick(told: Told) -> None:
        if told.path.endswith(endings) and told.status == 200:
            packed = "Content-Encoding" in told.headers
            data = bytearray(gzip.decompress(told.body) if packed else told.body)
            data[len(data) // 2] ^= 1
            told.body = gzip.compress(bytes(data)) if packed else bytes(data)

    return trick


def packed_there(*endings: str) -> Trick:
    """Files that lie compressed in a bucket, and come so whether that is accepted or not."""

    def trick(told: Told) -> None:
        if told.path.endswith(endings) and told.status == 200 and "Content-Encoding" not in told.headers:
            told.headers["Content-Encoding"], told.body = "gzip", gzip.compress(told.body)

    return trick


def said_to_be_packed(told: Told) -> None:
    """What lies as a gzip file goes out as one that browsers unpack."""
    if told.path.endswith(".json.gz"):
        told.headers["Content-Encoding"] = "gzip"


def faults(url: str, *, every: bool) -> list[Finding]:
    return [one for one in findings(url, every=every) if one.level == "fault"]


@pytest.mark.parametrize("form", ["packed", "files"])
def test_every_file_with_other_bytes_is_named_where_all_are_read(sites: dict[str, Path], form: str) -> None:
    endings = ("0.zip", "0.words", "scores.json") if form == "packed" else ("0.json.gz", "scores.json")
    there = (path.relative_to(sites[form]).as_posix() for path in sites[form].rglob("*"))
    wrong = {path for path in there if path.endswith(endings)}
    with host(sites[form], other_bytes(*endings)) as url:
        found = faults(url, every=True)
        some = faults(url, every=False)
    named = {one.what: one for one in found if "SHA-256" in one.said}
    assert set(named) == wrong
    assert len(wrong) > 3
    for path, one in named.items():
        assert one.more == 0
        _, release, name = path.split("/", 2)
        info = json.loads((sites[form] / "r" / release / "release.json").read_bytes())["files"][name]
        assert f"not {info['sha256'][:12]}..." in one.said
        assert "export site writes it again" in one.remedy
    assert not [one for one in some if "SHA-256" in one.said]


def test_digests_are_of_what_was_published_however_it_is_sent(sites: dict[str, Path]) -> None:
    with host(sites["packed"], packed_there(".json")) as url:
        assert faults(url, every=True) == []
    with host(sites["files"], said_to_be_packed) as url:
        assert faults(url, every=True) == []

    def both(told: Told) -> None:
        other_bytes("scores.json")(told)
        packed_there(".json")(told)

    with host(sites["packed"], both) as url:
        (found,) = faults(url, every=True)
    assert found.what.endswith("/scores.json")

    def cut(told: Told) -> None:
        packed_there("scores.json")(told)
        if told.path.endswith("scores.json"):
            told.body = told.body[:-9]

    with host(sites["packed"], cut) as url:
        (found,) = faults(url, every=True)
    assert found.what.endswith("/scores.json")


def test_a_file_of_another_size_is_named_where_all_are_read(sites: dict[str, Path]) -> None:
    with host(sites["packed"], body("scores.json", b"{}")) as url:
        (found,) = faults(url, every=True)
    assert re.search(r"it has 2 bytes there and [\d,]+ in the list", found.said)


def test_a_host_that_answers_no_HEAD_is_read_all_the_same(sites: dict[str, Path]) -> None:  # noqa: N802 - the method
    def trick(told: Told) -> None:
        other_bytes("scores.json")(told)
        status(405, "", "HEAD")(told)

    with host(sites["packed"], trick) as url:
        found = findings(url, every=True)
    assert [one.what.rpartition("/")[2] for one in found if one.level == "fault"] == ["scores.json"]
    assert any(one.said == "the host does not answer HEAD." for one in found)


def test_a_site_of_files_needs_no_ranges_and_misses_its_units(sites: dict[str, Path]) -> None:
    with host(sites["files"], whole_files) as url:
        assert wrong(url) == []
    with host(sites["files"], status(404, "/0/0.json.gz")) as url:
        assert any("/0/0.json" in one.what and one.level == "fault" for one in wrong(url))


def test_a_table_of_one_finding_for_many_files(sites: dict[str, Path]) -> None:
    with host(sites["files"], header("Cache-Control", None)) as url:
        found = wrong(url)
    assert any(re.fullmatch(r"r/\S+ and \d+ more", one.where) for one in found)
    assert len(found) < 20


def elsewhere(folder: Path, data: str, into: Path) -> Path:
    """The page of a site alone, whose data is at another address."""
    shutil.copytree(folder, into)
    shutil.rmtree(into / "r")
    site = into / "api/site.json"
    site.write_text(re.sub(r'"(r/[0-9a-f]{16})"', rf'"{data}\1"', site.read_text()))
    page = into / "index.html"
    origin = data.removesuffix(BELOW)
    page.write_text(page.read_text().replace("connect-src 'self'", f"connect-src 'self' {origin}"))
    return into


def cors(**changed: str) -> Trick:
    """Headers that let pages of other hosts read, but for those that are changed."""
    headers = {"allow_origin": "*", "allow_headers": "Range", "expose_headers": "Content-Range, ETag"} | changed

    def trick(told: Told) -> None:
        if "origin" in told.asked:
            told.headers |= {f"Access-Control-{name.replace('_', '-')}": value for name, value in headers.items()}
        if told.asked["method"] == "OPTIONS":
            told.status, told.body = 204, b""

    return trick


@pytest.mark.parametrize(
    ("trick", "level", "said"),
    [
        (cors(), None, None),
        (lambda _: None, "fault", "may not read it"),
        (cors(allow_origin="https://else.example"), "fault", "may not read it"),
        (cors(allow_headers="Authorization"), "fault", "may send Range"),
        (cors(expose_headers="ETag"), "advice", "cannot see Content-Range"),
    ],
)  # fmt: skip
def test_data_on_another_host(
    sites: dict[str, Path], tmp_path: Path, trick: Trick, level: str | None, said: str | None
) -> None:
    with host(sites["packed"], trick) as data, host(elsewhere(sites["packed"], data, tmp_path / "page")) as url:
        found = wrong(url)
    assert ((level, True) in {(one.level, said in one.said) for one in found}) if said else found == []


def test_a_policy_that_does_not_name_the_host_of_the_data(sites: dict[str, Path], tmp_path: Path) -> None:
    with host(sites["packed"], cors()) as data:
        folder = elsewhere(sites["packed"], data, tmp_path / "page")
        shutil.copy(sites["packed"] / "index.html", folder)
        with host(folder) as url:
            found = wrong(url)
    assert [(one.level, one.what) for one in found] == [("fault", "index.html")]
    assert "content security policy" in found[0].said


def test_data_on_a_host_that_does_not_answer(sites: dict[str, Path], tmp_path: Path) -> None:
    with host(sites["packed"]) as gone:
        pass
    with host(elsewhere(sites["packed"], gone, tmp_path / "page")) as url:
        found = wrong(url)
    assert [(one.level, one.what) for one in found] == [("fault", "tiny")]
    assert "No answer from 127.0.0.1" in found[0].said


@pytest.mark.parametrize(
    ("trick", "said"),
    [
        (body("", b"<title>Neuronscope</title>"), "is a running server"),
        (body("", b"It works!"), "its page is another one"),
        (status(403), r"answered 403\. If the host opens no folders, name the page"),
    ],
)
def test_a_page_that_is_no_site_is_one_sentence(sites: dict[str, Path], trick: Trick, said: str) -> None:
    with host(sites["packed"], trick) as url, pytest.raises(BadInput, match=said):
        findings(url)
    with host(sites["packed"]) as url, pytest.raises(BadInput, match=r"answered 404\.$"):
        findings(f"{url}nothing.html")


def test_a_redirect_is_followed_and_a_page_may_be_named(sites: dict[str, Path]) -> None:
    def moved(told: Told) -> None:
        if told.path == "../nothing":
            told.status, told.headers = 301, {"Location": BELOW}

    with host(sites["packed"], moved) as url:
        assert wrong(url.replace(BELOW, "/old/")) == []
        assert wrong(f"{url}index.html") == []


def test_a_host_that_is_not_there(sites: dict[str, Path]) -> None:
    with host(sites["packed"]) as url:
        pass
    with pytest.raises(StorageFailed, match=r"No answer from 127\.0\.0\.1:\d+: .*[^.]\.$"):
        findings(url)


def test_the_command(runner: CliRunner, commands: typer.Typer, sites: dict[str, Path]) -> None:
    with host(sites["packed"]) as url:
        well = runner.invoke(commands, ["check-site", url])
        told = json.loads(runner.invoke(commands, ["check-site", url, "--json"]).stdout)
    assert well.exit_code == 0, well.output
    assert all(line.startswith("ok      ") for line in well.stdout.splitlines())
    assert "faults: none, advice: none" in well.stderr
    assert (told["url"], told["faults"], told["advice"]) == (url, 0, 0)
    assert len(told["checks"]) >= len(well.stdout.splitlines())
    assert all(f": {check['said']}" in well.stdout for check in told["checks"])
    with host(sites["packed"], whole_files) as url:
        bad = runner.invoke(commands, ["check-site", url])
        told = json.loads(runner.invoke(commands, ["check-site", url, "--json"]).stdout)
    assert bad.exit_code == 1
    assert "fault   r/" in bad.stdout
    assert told["faults"] == sum(check["level"] == "fault" for check in told["checks"]) > 0
    assert isinstance(runner.invoke(commands, ["check-site", "nowhere"]).exception, BadInput)
    shown = runner.invoke(commands, ["check-site", "--help"]).output
    assert "Example: neuronscope check-site https://" in shown


def test_what_a_host_says_is_no_command_of_the_terminal(
    runner: CliRunner, commands: typer.Typer, sites: dict[str, Path]
) -> None:
    site = (sites["packed"] / "api/site.json").read_bytes().replace(b'"name":"tiny"', b'"name":"\\u001b[2J"')
    with host(sites["packed"], body("site.json", site)) as url:
        shown = runner.invoke(commands, ["check-site", url]).stdout
    assert "\x1b" not in shown
    assert "\\x1b[2J" in shown


def test_faults_come_first_then_advice_and_each_sentence_once(
    runner: CliRunner, commands: typer.Typer, sites: dict[str, Path]
) -> None:
    def trick(told: Told) -> None:
        whole_files(told)
        header("Cache-Control", "max-age=60")(told)

    with host(sites["packed"], trick) as url:
        shown = runner.invoke(commands, ["check-site", url])
        told = json.loads(runner.invoke(commands, ["check-site", url, "--json"]).stdout)
    lines = shown.stdout.splitlines()
    levels = [line.split()[0] for line in lines]
    assert levels == sorted(levels, key=["fault", "advice", "ok"].index)
    assert set(levels) == {"fault", "advice", "ok"}
    (ranges,) = [line for line in lines if "ignores Range" in line]
    of = [check for check in told["checks"] if "ignores Range" in check["said"]]
    assert len(of) > 2
    assert ranges.startswith(f"fault   {of[0]['what']} and {len(of) - 1} more: the host ignores Range")
    forever = [check for check in told["checks"] if "though it never changes" in check["said"]]
    assert len([line for line in lines if "though it never changes" in line]) == 1
    count = sum(1 + check["more"] for check in forever)
    assert f"advice  {forever[0]['what']} and {count - 1} more: Cache-Control is 'max-age=60'" in shown.stdout
    assert count > 20
    assert told["faults"] == len(of)
    assert f"faults: {levels.count('fault')}, advice: {levels.count('advice')}" in shown.stderr


def test_what_was_found_is_said_where_the_host_stops_answering(
    runner: CliRunner, commands: typer.Typer, sites: dict[str, Path]
) -> None:
    def cut(told: Told) -> None:
        if told.path.endswith("site.json"):
            told.headers["Content-Encoding"], told.body = "gzip", b"none"

    with host(sites["packed"], cut) as url:
        shown = runner.invoke(commands, ["check-site", url])
    assert isinstance(shown.exception, StorageFailed)
    assert "ok      index.html" in shown.stdout


def based(folder: Path, base: str, into: Path) -> Path:
    """A site that was published with --base-path."""
    shutil.copytree(folder, into)
    page = into / "index.html"
    page.write_text(page.read_text().replace("data-static>", f'data-static><base href="{base}">'))
    return into


@pytest.mark.parametrize("trick", [lambda _: None, page_for_everything])
@pytest.mark.parametrize("base", ["/x/", "/lab/", "/lab/neurons/more/"])
def test_a_page_that_was_published_for_another_path_is_said_to_be(
    sites: dict[str, Path], tmp_path: Path, base: str, trick: Trick
) -> None:
    with host(based(sites["packed"], base, tmp_path / "site"), trick) as url:
        found = [one for one in wrong(url) if "no-such-file" not in one.what]
    assert [(one.level, one.what) for one in found] == [("fault", "index.html")]
    assert found[0].said == f"it asks for its files under {base}, and the site is at {BELOW}."
    assert found[0].remedy == f"Publish it again with --base-path {BELOW}, or without it."


def test_a_page_that_a_host_gives_out_below_its_site_needs_its_path(sites: dict[str, Path]) -> None:
    page = (sites["packed"] / "index.html").read_bytes()

    def everywhere(told: Told) -> None:
        if told.path == "units/":
            told.status, told.body, told.headers["Content-Type"] = 200, page, TYPES["html"]
            told.headers["Cache-Control"] = "no-cache"

    with host(sites["packed"], everywhere) as url:
        (found,) = wrong(f"{url}units/")
    assert found.said == f"it asks for its files under {BELOW}units/, and the site is at {BELOW}."
    assert found.remedy == f"Publish it again with --base-path {BELOW}."


def test_a_page_with_the_path_that_it_is_at_is_well(sites: dict[str, Path], tmp_path: Path) -> None:
    with host(based(sites["packed"], BELOW, tmp_path / "site")) as url:
        assert wrong(url) == []


def test_files_that_are_nowhere_are_said_to_be_gone(sites: dict[str, Path], tmp_path: Path) -> None:
    with host(based(sites["packed"], "/x/", tmp_path / "site"), status(404, ".js")) as url:
        found = wrong(url)
    assert any(one.said == "the host answered 404." and "Upload" in one.remedy for one in found)
