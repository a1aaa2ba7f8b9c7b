"""Names and datasets, near and far."""

from __future__ import annotations

import http.server
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from neuronscope.dataset import open_dataset
from neuronscope.errors import BadInput
from neuronscope_server.app import create_app
from neuronscope_server.catalog import Catalog, open_catalog
from neuronscope_server.problems import Refused
from neuronscope_server.shapes import SiteDataset


class Silent(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and writes no log; the library asks for ranges, which the whole file answers too."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[http.server.ThreadingHTTPServer]:
    """The folder on "another machine"."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def far(packed: Path) -> Iterator[http.server.ThreadingHTTPServer]:
    with serving(packed) as server:
        yield server


def settled(catalog: Catalog, name: str) -> SiteDataset:
    """The look at a dataset once it is no longer opening."""
    deadline = time.monotonic() + 10
    while (look := catalog.look(name)).status == "opening":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return look


def test_local_dataset_is_ready_at_once(catalog: Catalog) -> None:
    tiny, old = (catalog.look(name) for name in catalog.names())
    assert (tiny.status, tiny.title, tiny.model, tiny.source) == ("ready", "A tiny model", "tiny-gpt2", "mlp")
    assert (tiny.layers, tiny.units, tiny.root) == (2, 5, "api/datasets/tiny")
    assert {"collated-activations", "logits", "units", "lists"} <= set(tiny.parts)
    assert (old.layers, old.units, old.parts) == (1, 2, ["collated-activations"])


def test_unknown_name_is_refused_with_the_known_ones(catalog: Catalog) -> None:
    with pytest.raises(Refused, match="there is tiny, old"):
        catalog.dataset("other")


@pytest.mark.parametrize("name", ["", "A", "a/b", "..", ".a", "-a", "a b", "é"])
def test_name_that_cannot_stand_in_an_address_is_refused(packed: Path, name: str) -> None:
    with pytest.raises(BadInput, match="cannot name a dataset"):
        Catalog({name: open_dataset(packed)})


def test_far_dataset_is_looked_at_in_the_background_and_served(
    packed: Path, far: http.server.ThreadingHTTPServer
) -> None:
    catalog = open_catalog({"far": f"http://127.0.0.1:{far.server_port}"})
    assert catalog.look("far").status == "opening"
    look = settled(catalog, "far")
    assert (look.status, look.title, look.units) == ("ready", "A tiny model", 5)
    answer = create_app(catalog).test_client().get("/api/datasets/far/units/3.json")
    assert answer.data == (packed / "units/3.json").read_bytes()


def test_far_file_is_fetched_once(packed: Path, far: http.server.ThreadingHTTPServer) -> None:
    client = create_app(open_catalog({"far": f"http://127.0.0.1:{far.server_port}"})).test_client()
    url = "/api/datasets/far/units/3.json"
    first = client.get(url)
    far.shutdown()
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get(f"{url}?later").data == (packed / "units/3.json").read_bytes()


def test_far_dataset_that_fails_says_why_and_is_tried_again(packed: Path, tmp_path: Path) -> None:
    now = [0.0]
    with serving(tmp_path) as empty:
        far = open_dataset(f"http://127.0.0.1:{empty.server_port}")
        catalog = Catalog({"far": far, "near": open_dataset(packed)}, clock=lambda: now[0])
        look = settled(catalog, "far")
        assert look.status == "failed"
        assert look.detail
        assert catalog.look("near").status == "ready"
        assert catalog.look("far").status == "failed"
        shutil.copytree(packed, tmp_path, dirs_exist_ok=True)
        now[0] = 31.0
        assert catalog.look("far").status == "opening"
        assert settled(catalog, "far").status == "ready"


def test_broken_local_dataset_does_not_take_the_lists_with_it(own: Path, packed: Path) -> None:
    catalog = open_catalog({"own": str(own), "tiny": str(packed)})
    (own / "dataset.json").write_text("{")
    client = create_app(catalog).test_client()
    broken, fine = client.get("/api/site.json").json["datasets"]
    assert (broken["status"], fine["status"]) == ("failed", "ready")
    assert "own/dataset.json" in broken["detail"]
    assert str(own) not in broken["detail"]
    assert [item["name"] for item in client.get("/api/datasets.json").json["datasets"]] == ["own", "tiny"]


def test_places_are_taken_out_of_sentences(own: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(own)
    catalog = open_catalog({"mine": str(link)})
    sentence = f"{link}/a.json and {own}/b.json"
    assert catalog.public(sentence) == "mine/a.json and mine/b.json"
