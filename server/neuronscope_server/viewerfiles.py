"""The built viewer: a folder of files in; out, each as it goes out. Without one, a page says how to get it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from neuronscope.dataset.stored import StoredFile
from neuronscope_server.outgoing import FOREVER, REVALIDATE, pack

STATIC = Path(__file__).with_name("static")
INDEX = "index.html"
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
}

_HASHED = re.compile(r"\.[0-9a-f]{8}\.\w+(\.map)?$")  # the builder's names: index.1a2b3c4d.js
_NO_VIEWER = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Neuronscope</title>
<p>The API is here (<a href="api/site.json">api/site.json</a>), but this copy has no viewer:
run <code>make build</code> in a checkout, which needs Node 20, and start the server again.</p></html>
"""


@dataclass(frozen=True)
class Asset:
    """One file of the viewer, ready to go out."""

    file: StoredFile
    content_type: str
    cache: str


def is_hashed(name: str) -> bool:
    """Whether a file is named after its content, as the builder names them."""
    return _HASHED.search(name) is not None


def viewer_files(folder: Path = STATIC) -> dict[str, bytes]:
    """Every file under ``folder`` by its path there; none where the viewer is not built."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return found if INDEX in found else {}


def read_viewer(folder: Path = STATIC) -> dict[str, Asset]:
    """The same, each as it goes out; without a viewer the page that says so."""
    return {name: _asset(name, data) for name, data in (viewer_files(folder) or {INDEX: _NO_VIEWER}).items()}


def inline_script_hashes(page: bytes) -> list[str]:
    """``'sha256-...'`` for every script that stands in the page itself, for the content security policy."""
    parser = _InlineScripts()
    parser.feed(page.decode())
    digests = [hashlib.sha256(script.encode()).digest() for script in parser.scripts]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


class _InlineScripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and "src" not in dict(attrs)
        if self._inside:
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"


def _asset(name: str, data: bytes) -> Asset:
    content_type = CONTENT_TYPES.get(Path(name).suffix, "application/octet-stream")
    return Asset(pack(data), content_type, FOREVER if is_hashed(name) else REVALIDATE)
