"""A model hub on loopback: folders in, what Hugging Face's client asks of its hub out. It counts what was asked."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """Repositories of models by their names; ``asked``: methods and paths; ``gated``: names that nobody may read."""

    folders: dict[str, Path]
    url: str = ""
    asked: list[str] = field(default_factory=list)
    gated: set[str] = field(default_factory=set)

    def environment(self, home: Path) -> dict[str, str]:
        """What a process needs to ask this hub and no other, with a cache of its own."""
        return {"HF_ENDPOINT": self.url, "HF_HOME": str(home), "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_XET": "1"}

    def fetched(self) -> list[str]:
        """Names of the files whose bytes were sent."""
        return [one.rsplit("/", 1)[1] for one in self.asked if one.startswith("GET") and "/resolve/" in one]


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self._answer()

        def _answer(self) -> None:
            path = unquote(urlsplit(self.path).path)
            hub.asked.append(f"{self.command} {path}")
            for name, folder in hub.folders.items():
                if name in hub.gated and f"/{name}/" in path:
                    return self._absent("GatedRepo", 403)
                if path.startswith((f"/api/models/{name}/revision/", f"/api/models/{name}/tree/")):
                    return self._send(200, json.dumps(_told(name, folder, path)).encode(), {})
                if path.startswith(f"/{name}/resolve/"):
                    file = folder / path.removeprefix(f"/{name}/resolve/").split("/", 1)[1]
                    return self._file(file) if file.is_file() else self._absent("EntryNotFound")
            return self._absent("RepoNotFound")

        def _file(self, file: Path) -> None:
            content = file.read_bytes()
            tag = hashlib.sha256(content).hexdigest()
            self._send(200, content, {"ETag": f'"{tag}"', "X-Repo-Commit": COMMIT})

        def _absent(self, code: str, status: int = 404) -> None:
            self._send(status, b"{}", {"X-Error-Code": code, "X-Error-Message": "it is not here"})

        def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _told(name: str, folder: Path, path: str) -> object:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    if "/tree/" in path:
        return [
            {"type": "file", "path": str(file.relative_to(folder)), "size": file.stat().st_size, "oid": "0" * 40}
            for file in files
        ]
    return {
        "id": name,
        "modelId": name,
        "sha": COMMIT,
        "private": False,
        "tags": [],
        "downloads": 0,
        "likes": 0,
        "siblings": [{"rfilename": str(file.relative_to(folder))} for file in files],
    }


@contextmanager
def hub_of(folders: dict[str, Path]) -> Iterator[Hub]:
    """The hub, while it runs."""
    hub = Hub(folders)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
