"""Names and datasets, near and far."""

from __future__ import annotations

import http.server
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from neuronscope.dataset import PUBLISHED_GPT2_XL, open_dataset
from neuronscope.errors import BadInput
from neuronscope_server.app import create_app
from neuronscope_server.catalog import Catalog, open_catalog
from neuronscope_server.refused import Refused
from neuronscope_server.shapes import SiteDataset


class Silent(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and writes no log; the library asks for ranges, which the whole file answers too."""

    def log_message(self, format: str, *args: object) -> None:
        pass


class Counting(Silent):
    """Notes each path that is asked for in ``asked``."""

    def __init__(self, asked: list[str], *args: Any, **kwargs: Any) -> None:
        self.asked = asked
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()


@contextmanager
def serving(folder: Path, handler: Callable[..., Silent] = Silent) -> Iterator[http.server.ThreadingHTTPServer]:
    """The folder on "another machine"."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
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


def settled(catalog: Catalog, name: str, *, past: str = "opening") -> SiteDataset:
    """The look at a dataset once it is no longer ``past``."""
    deadline = time.monotonic() + 10
    while (look := catalog.look(name)).status == past:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return look


def test_local_dataset_is_ready_at_once(catalog: Catalog) -> None:
    tiny, old = (catalog.look(name) for name in catalog.names())
    assert (tiny.status, tiny.title, tiny.model, tiny.source) == ("ready", "A tiny model", "tiny-gpt2", "mlp")
    assert (tiny.layers, tiny.units, tiny.root) == (2, 5, "api/datasets/tiny")
    assert {"collated-activations", "logits", "units", "lists"} <= set(tiny.parts)
    assert (old.layers, old.units, old.parts) == (1, 2, ["collated-activations"])


def test_without_a_manifest_the_title_is_the_name_and_the_model_is_not_known(public: Path) -> None:
    catalog = open_catalog({"one": str(public), "two": str(public)})
    looks = [catalog.look(name) for name in catalog.names()]
    assert [(look.title, look.model) for look in looks] == [("one", None), ("two", None)]
    client = create_app(catalog).test_client()
    assert [item["model"] for item in client.get("/api/datasets.json").json["datasets"]] == [None, None]
    assert client.get("/api/datasets/two/dataset.json").json["title"] == "two"


def test_published_dataset_keeps_its_title_and_model() -> None:
    manifest = open_catalog({"xl": PUBLISHED_GPT2_XL}).dataset("xl")._assumed
    assert manifest is not None
    assert (manifest.title, manifest.model.name) == ("GPT-2 XL, as published", "GPT-2 XL")


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
        assert catalog.look("far") == look  # until the new look has an answer
        assert settled(catalog, "far", past="failed").status == "ready"


def test_first_requests_wait_for_one_look(tmp_path: Path) -> None:
    asked: list[str] = []
    with serving(tmp_path, partial(Counting, asked)) as empty:
        address = f"http://127.0.0.1:{empty.server_port}"
        settled(open_catalog({"far": address}), "far")
        one_look = len(asked)
        client = create_app(open_catalog({"far": address})).test_client()
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(client.get, ["/api/datasets/far/dataset.json"] * 4))
    assert [answer.status_code for answer in answers] == [503] * 4
    assert len(asked) == 2 * one_look


def test_far_dataset_that_failed_is_refused_at_once_until_it_is_there(packed: Path, tmp_path: Path) -> None:
    now = [100.0]
    asked: list[str] = []
    with serving(tmp_path, partial(Counting, asked)) as empty:
        far = open_dataset(f"http://127.0.0.1:{empty.server_port}")
        catalog = Catalog({"far": far}, clock=lambda: now[0])
        client = create_app(catalog).test_client()
        detail = settled(catalog, "far").detail
        before, now[0] = len(asked), 110.5
        for path in ("dataset.json", "lists.json", "units/3.json", "collated-activations/3/17.json"):
            answer = client.get(f"/api/datasets/far/{path}")
            assert (answer.status_code, answer.json["detail"]) == (503, detail)
            assert answer.headers["Retry-After"] == "20"
        assert len(asked) == before
        shutil.copytree(packed, tmp_path, dirs_exist_ok=True)
        now[0] = 140.0
        assert client.get("/api/datasets/far/dataset.json").status_code == 503  # and it is looked at again
        settled(catalog, "far", past="failed")
        assert client.get("/api/datasets/far/dataset.json").status_code == 200


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
