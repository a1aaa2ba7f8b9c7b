"""Small datasets on disk, and a server of ranges to read them from."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from neuronscope import codec
from neuronscope.dataset import DatasetWriter
from neuronscope.dataset.layout import EXPLANATIONS, RECORDS, units_path
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.records import (
    ActivationRecord,
    NeuronId,
    NeuronRecord,
    NeuronSimulationResults,
    ScoredExplanation,
)


def a_record(layer: int, unit: int) -> NeuronRecord:
    """A record with two top sequences and two random ones, different for each unit."""
    top = [ActivationRecord(["a", f"{layer}_{unit}", str(i)], [0.0, 2.0 - i, 0.5]) for i in range(2)]
    random = [ActivationRecord(["b", f"{layer}_{unit}", str(i)], [0.0, 0.25, -1.0]) for i in range(2)]
    return NeuronRecord(NeuronId(layer, unit), random_sample=random, most_positive_activation_records=top, mean=0.5)


@pytest.fixture
def record_of() -> Callable[[int, int], NeuronRecord]:
    """The record that the datasets of ``write`` hold for a unit."""
    return a_record


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a dataset of ``layers`` times ``units`` under tmp_path and give its folder."""

    def write_dataset(name: str = "tiny", *, layers: int = 2, units: int = 5, packed: bool = True) -> Path:
        root = tmp_path / name
        with DatasetWriter(root, packed=packed) as writer:
            for layer in range(layers):
                files = [(unit, codec.dumps(a_record(layer, unit))) for unit in range(units)]
                writer.add_layer(RECORDS, layer, files)
                writer.add_file(units_path(layer), codec.dumps({"layer": layer, "unit": list(range(units))}))
            explained = NeuronSimulationResults(NeuronId(0, 1), [ScoredExplanation("words about time")])
            writer.add_layer(EXPLANATIONS, 0, [(1, codec.dumps(explained) + b"\n")])
            infos = [LayerInfo(layer, units) for layer in range(layers)]
            writer.finish(Manifest(name, name.title(), ModelInfo("tiny"), SourceInfo("mlp"), infos))
        return root

    return write_dataset


@dataclass
class RangeServer:
    """A folder over HTTP. ``requests`` lists what was asked; each of ``faults`` is the answer to one coming request."""

    address: str = ""
    ranges: bool = True
    tags: bool = True
    forbid_missing: bool = False
    requests: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[int, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def serve() -> Iterator[Callable[..., RangeServer]]:
    """Serve a folder on loopback until the test ends."""
    running = []

    def start(folder: Path, tls: ssl.SSLContext | None = None) -> RangeServer:
        state = RangeServer()
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(folder, state))
        state.address = f"http://127.0.0.1:{server.server_port}"
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
            state.address = f"https://localhost:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        running.append(server)
        return state

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def _handler(folder: Path, state: RangeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            state.requests.append((self.command, self.path))
            if state.faults:
                status, headers = state.faults.pop(0)
                self.answer(status, headers, b"fault")
                return
            path = folder / self.path.lstrip("/")
            if not path.is_file():
                self.answer(403 if state.forbid_missing else 404, {}, b"nothing")
                return
            data = path.read_bytes()
            status = path.stat()
            tag = {"ETag": f'"{status.st_ino}-{status.st_mtime_ns}"'} if state.tags else {"Last-Modified": "now"}
            asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", "")) if state.ranges else None
            if asked is None:
                self.answer(200, tag, data)
            elif int(asked[1]) >= len(data):
                self.answer(416, tag, b"")
            else:
                part = data[int(asked[1]) : int(asked[2]) + 1]
                said = f"bytes {asked[1]}-{int(asked[1]) + len(part) - 1}/{len(data)}"
                self.answer(206, tag | {"Content-Range": said}, part)

        do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests read ``requests`` instead."""

    return Handler
