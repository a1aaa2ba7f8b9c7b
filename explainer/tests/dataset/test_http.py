"""Plain HTTP against a real server on loopback, with its faults."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx2
import pytest
import trustme

from neuronscope.dataset import open_dataset
from neuronscope.dataset.http import HttpStore
from neuronscope.dataset.store import FileChanged
from neuronscope.errors import BadInput, StorageFailed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.json").write_bytes(b"0123456789")
    return tmp_path


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def server(serve, folder):
    return serve(folder)


@pytest.fixture
def store(server, waits) -> HttpStore:
    return HttpStore(server.address, sleep=waits.append)


def test_a_file_its_size_and_a_part_of_it(store):
    stat = store.stat("a.json")
    assert (store.read("a.json"), stat.size) == (b"0123456789", 10)
    assert store.read_range("a.json", 2, 3, version=stat.version) == b"234"
    assert store.read_range("a.json", 8, 9, version=stat.version) == b"89"
    assert store.list("") is None


def test_a_missing_file_is_none(store):
    assert (store.read("b.json"), store.stat("b.json")) == (None, None)
    with pytest.raises(FileChanged):
        store.read_range("b.json", 0, 1, version="1")


@pytest.mark.parametrize("tags", [True, False])
def test_a_replaced_file_is_noticed_by_its_etag_or_its_size(store, server, folder, tags):
    server.tags = tags
    stat = store.stat("a.json")
    (folder / "a.json").write_bytes(b"01234567890")
    with pytest.raises(FileChanged):
        store.read_range("a.json", 0, 1, version=stat.version)


def test_a_whole_file_in_answer_to_a_range_is_a_sentence(store, server):
    server.ranges = False
    with pytest.raises(StorageFailed, match="ignores Range and sends whole files"):
        store.read_range("a.json", 0, 1, version=store.stat("a.json").version)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_fault_is_waited_out(store, server, waits, status):
    server.faults = [(status, {}), (status, {})]
    assert store.read("a.json") == b"0123456789"
    assert len(waits) == 2
    assert 0.3 < waits[0] < waits[1] < 1.5


def test_retry_after_is_honoured_in_seconds_and_as_a_date(store, server, waits):
    server.faults = [(429, {"Retry-After": "7"}), (503, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"})]
    assert store.read("a.json") == b"0123456789"
    assert waits[0] == 7
    assert waits[1] < 2


def test_a_server_that_asks_to_wait_long_is_not_waited_for(store, server, waits):
    server.faults = [(503, {"Retry-After": "3600"})]
    with pytest.raises(StorageFailed, match="answered 503 and asks to wait 3600 seconds"):
        store.read("a.json")
    assert waits == []


def test_a_lasting_fault_ends_after_five_attempts(store, server, waits):
    server.faults = [(500, {})] * 9
    with pytest.raises(StorageFailed, match=r"a\.json is not available now: the server answered 500"):
        store.read("a.json")
    assert len(waits) == 4


def test_no_server_is_storage_failed(waits):
    with pytest.raises(StorageFailed, match=r"127\.0\.0\.1:9/a\.json cannot be read"):
        HttpStore("http://127.0.0.1:9", sleep=waits.append).read("a.json")


@pytest.mark.parametrize("status", [401, 403, 409])
def test_a_private_place_is_a_sentence(store, server, status):
    server.faults = [(status, {})]
    with pytest.raises(StorageFailed, match=f"may not be read \\({status}\\)"):
        store.stat("a.json")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/data",
        "ftp://example.org",
        "https://",
        "https://me:secret@example.org/d",
        "https://e.org/?sig=secret",
    ],
)
def test_an_address_that_is_not_plain_https_is_refused_without_its_secrets(address):
    with pytest.raises(BadInput) as caught:
        HttpStore(address)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_plain_http_on_this_machine_is_allowed(host):
    assert HttpStore(f"http://{host}:8000/api/datasets/x/").root.endswith("/x/")


def test_a_redirect_to_plain_http_elsewhere_is_not_followed(store, server):
    server.faults = [(302, {"Location": "http://example.org/a.json"})]
    with pytest.raises(BadInput, match=r"http://example\.org is not https"):
        store.read("a.json")


def test_https(folder, serve, waits):
    """The server of the other tests behind TLS, with a certificate made for it."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    server = serve(folder, tls=context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    store = HttpStore(server.address, client=httpx2.Client(verify=trusting), sleep=waits.append)
    assert store.read_range("a.json", 2, 3, version=store.stat("a.json").version) == b"234"
    store.close()
    with pytest.raises(StorageFailed, match="certificate"):
        HttpStore(server.address, sleep=waits.append).read("a.json")


@pytest.mark.parametrize("packed", [True, False])
def test_a_dataset_over_http_is_the_dataset(serve, write, record_of, packed):
    server = serve(write(packed=packed))
    with open_dataset(server.address) as dataset:
        assert server.requests == []
        assert dataset.record(1, 3) == record_of(1, 3)
        assert dataset.record(1, 9) is None
        assert (1, 4) in dataset
        assert (1, 5) not in dataset
        assert list(dataset.units(0)) == [0, 1, 2, 3, 4]
        assert dataset.explanations(0, 1).scored_explanations[0].explanation == "words about time"


def test_a_second_record_of_a_remote_zip_costs_one_request(serve, write):
    server = serve(write())
    with open_dataset(server.address) as dataset:
        dataset.record(0, 1)
        server.requests.clear()
        dataset.record(0, 2)
    assert server.requests == [("GET", "/collated-activations/0.zip")]


def test_a_remote_zip_that_is_replaced_is_read_anew(serve, write, record_of):
    root, other = write(), write("other", units=3)
    with open_dataset(serve(root).address) as dataset:
        assert dataset.record(0, 4) == record_of(0, 4)
        (other / "collated-activations/0.zip").replace(root / "collated-activations/0.zip")
        assert dataset.record(0, 2) == record_of(0, 2)
        assert dataset.record(0, 4) is None
