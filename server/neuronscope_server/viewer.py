"""The built viewer: a folder of files in, routes for them out. Without one, ``/`` says how to get it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from neuronscope.dataset.stored import StoredFile
from neuronscope_server.answers import FOREVER, REVALIDATE, pack, send

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


def read_viewer(folder: Path = STATIC) -> dict[str, Asset]:
    """Every file under ``folder`` by its path there; a folder that is not there gives the page that says so."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    assets = {name: _asset(name, path.read_bytes()) for name, path in found.items()}
    return assets if INDEX in assets else {INDEX: _asset(INDEX, _NO_VIEWER)}


def viewer(assets: Mapping[str, Asset], elsewhere: Callable[[str], Response | None] = lambda _: None) -> Blueprint:
    """``/`` and the viewer's files. They were read at the start, so no request can name another file.

    ``elsewhere``: the answer to an address that is no file of the viewer's, where there is one.
    """
    routes = Blueprint("viewer", __name__)

    def index() -> Response:
        return file(INDEX)

    def file(name: str) -> Response:
        """:raise 404: if the viewer has no such file."""
        asset = assets.get(name)
        if asset is None:
            other = None if name.startswith("api/") else elsewhere(name)
            if other is None:
                raise NotFound
            return other
        return send(request, asset.file, content_type=asset.content_type, cache=asset.cache)

    routes.add_url_rule("/", view_func=index)
    routes.add_url_rule("/<path:name>", view_func=file)
    return routes


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
