"""Azure through blobfile, against a server on loopback that speaks the few verbs it needs; and who has credentials."""

from __future__ import annotations

import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import blobfile
import pytest
import urllib3

from neuronscope.dataset import discover
from neuronscope.dataset.blob import BlobStore, has_credentials, public_address, split
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.store import FileChanged
from neuronscope.errors import BadInput, StorageFailed

ROOT = "az://someone/container/data"


@dataclass
class Azure:
    """Blobs by name; ``private`` answers everything with 403."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    port: int = 0
    private: bool = False

    def request(self, method: str, url: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """What blobfile asks of its connection pool; the host's name leads to this machine instead."""
        parts = urllib.parse.urlsplit(url)
        assert parts.hostname == "someone.blob.core.windows.net"
        local = parts._replace(scheme="http", netloc=f"127.0.0.1:{self.port}").geturl()
        return self.pool.request(method, local, **options)

    def __post_init__(self) -> None:
        self.pool = urllib3.PoolManager()


def handler(azure: Azure) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = urllib.parse.urlsplit(self.path)
            query = dict(urllib.parse.parse_qsl(address.query))
            if azure.private:
                self.answer(403, b"<Error><Code>AuthorizationFailure</Code><Message>no</Message></Error>")
            elif query.get("comp") == "list":
                self.answer(200, listing(azure.blobs, query.get("prefix", "")))
            else:
                self.blob(urllib.parse.unquote(address.path).removeprefix("/container/"))

        do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

        def blob(self, name: str) -> None:
            data = azure.blobs.get(name)
            tag = f'"{hash(data)}"'
            if data is None:
                self.answer(404, b"")
            elif self.headers.get("If-Match", tag) != tag:
                self.answer(412, b"<Error><Code>ConditionNotMet</Code><Message>changed</Message></Error>")
            elif "Range" in self.headers:
                first, last = map(int, self.headers["Range"].removeprefix("bytes=").split("-"))
                self.answer(206, data[first : last + 1], tag)
            else:
                self.answer(200, data, tag)

        def answer(self, status: int, body: bytes, tag: str = '"-"') -> None:
            self.send_response(status)
            self.send_header("Etag", tag)
            self.send_header("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT")
            self.send_header("x-ms-creation-time", "Thu, 01 Jan 1970 00:00:00 GMT")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    return Handler


def listing(blobs: dict[str, bytes], prefix: str) -> bytes:
    """Azure's answer to a listing of one folder."""
    below = sorted(name.removeprefix(prefix) for name in blobs if name.startswith(prefix))
    folders = sorted({name.split("/")[0] for name in below if "/" in name})
    times = "<Creation-Time>Thu, 01 Jan 1970 00:00:00 GMT</Creation-Time>"
    times += "<Last-Modified>Thu, 01 Jan 1970 00:00:00 GMT</Last-Modified>"
    items = [f"<BlobPrefix><Name>{prefix}{name}/</Name></BlobPrefix>" for name in folders]
    for name in below:
        if "/" not in name:
            properties = f"<Properties>{times}<Etag>1</Etag><Content-Length>1</Content-Length></Properties>"
            items.append(f"<Blob><Name>{prefix}{name}</Name>{properties}</Blob>")
    return f"<EnumerationResults><Blobs>{''.join(items)}</Blobs><NextMarker/></EnumerationResults>".encode()


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Azure]:
    monkeypatch.setenv("AZURE_STORAGE_KEY", "c2VjcmV0")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT", "someone")
    state = Azure()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(state))
    state.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield state
    state.pool.clear()
    server.shutdown()
    server.server_close()


@pytest.fixture
def store(azure: Azure) -> BlobStore:
    context = blobfile.create_context(retry_limit=1, save_access_token_to_disk=False, get_http_pool=lambda: azure)
    return BlobStore(ROOT, context=context)


def test_a_file_its_size_and_a_part_of_it(store, azure):
    azure.blobs["data/a.json"] = b"0123456789"
    stat = store.stat("a.json")
    assert (stat.size, store.read("a.json")) == (10, b"0123456789")
    assert store.read_range("a.json", 2, 3, version=stat.version) == b"234"


def test_a_missing_file_is_none(store):
    assert (store.read("b.json"), store.stat("b.json"), store.list("nothing")) == (None, None, [])


def test_a_replaced_file_is_noticed_by_its_etag(store, azure):
    azure.blobs["data/a.json"] = b"0123456789"
    stat = store.stat("a.json")
    azure.blobs["data/a.json"] = b"other"
    with pytest.raises(FileChanged):
        store.read_range("a.json", 2, 3, version=stat.version)
    del azure.blobs["data/a.json"]
    with pytest.raises(FileChanged):
        store.read_range("a.json", 2, 3, version=stat.version)


@pytest.mark.parametrize("packed", [True, False])
def test_a_dataset_without_a_manifest_is_found_by_listing(store, azure, write, record_of, packed):
    root = write(packed=packed)
    for path in root.rglob("*"):
        if path.is_file() and path.name != "dataset.json":
            azure.blobs[f"data/{path.relative_to(root)}"] = path.read_bytes()
    dataset = Dataset(store, name="x")
    assert [(layer, list(dataset.units(layer))) for layer in dataset.layers()] == [
        (0, [0, 1, 2, 3, 4]),
        (1, [0, 1, 2, 3, 4]),
    ]
    assert dataset.has("explanations")
    assert not dataset.has("logits")
    assert list(dataset.records([(0, 1), (1, 4), (1, 9)])) == [record_of(0, 1), record_of(1, 4), None]


def test_nothing_there_is_bad_input(store):
    with pytest.raises(BadInput, match="holds no dataset"):
        discover.look(store, name="x")


def test_a_place_that_refuses_is_storage_failed(store, azure):
    azure.blobs["data/a.json"] = b"0"
    store.stat("a.json")
    azure.private = True
    with pytest.raises(StorageFailed, match=r"data/a\.json cannot be read"):
        store.read("a.json")


def test_public_addresses():
    assert public_address("az://openaipublic/neuron-explainer/data") == (
        "https://openaipublic.blob.core.windows.net/neuron-explainer/data"
    )
    assert public_address("gs://bucket/some/data/") == "https://storage.googleapis.com/bucket/some/data"


@pytest.mark.parametrize("root", ["az://", "az://account", "az://account/", "gs://", "gs:///path"])
def test_an_incomplete_address_names_the_form(root):
    with pytest.raises(BadInput, match=r"the form is"):
        split(root)


@pytest.mark.parametrize(
    ("root", "environ", "expected"),
    [
        (ROOT, {}, False),
        (ROOT, {"AZURE_STORAGE_KEY": "k"}, True),
        (ROOT, {"AZURE_STORAGE_KEY": "k", "AZURE_STORAGE_ACCOUNT": "someone"}, True),
        (ROOT, {"AZURE_STORAGE_KEY": "k", "AZURE_STORAGE_ACCOUNT": "another"}, False),
        (ROOT, {"AZURE_STORAGE_CONNECTION_STRING": "AccountName=someone;AccountKey=k"}, True),
        (ROOT, {"AZURE_STORAGE_CONNECTION_STRING": "AccountName=someone2;AccountKey=k"}, False),
        (ROOT, {"AZURE_CLIENT_ID": "i"}, True),
        (ROOT, {"AZURE_USE_IDENTITY": "1"}, True),
        (ROOT, {"GOOGLE_APPLICATION_CREDENTIALS": "f"}, False),
        ("gs://bucket/data", {"GOOGLE_APPLICATION_CREDENTIALS": "f"}, True),
        ("gs://bucket/data", {"AZURE_STORAGE_KEY": "k"}, False),
    ],
)
def test_credentials_count_when_they_are_meant_for_the_address(root, environ, expected, tmp_path: Path):
    assert has_credentials(root, environ, tmp_path) is expected


def test_credentials_in_the_home_folder_count(tmp_path: Path):
    (tmp_path / ".azure").mkdir()
    (tmp_path / ".azure/msal_token_cache.json").touch()
    (tmp_path / ".config/gcloud").mkdir(parents=True)
    (tmp_path / ".config/gcloud/application_default_credentials.json").touch()
    assert has_credentials(ROOT, {}, tmp_path)
    assert has_credentials("gs://bucket/data", {}, tmp_path)
