"""Sites and datasets in a bucket of a server of Google's protocol: what lies there, resumed, read back; refusals."""

from __future__ import annotations

import gc
import random
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import Forbidden, ServiceUnavailable, Unauthorized

from neuronscope.dataset import change_dataset, layout, open_dataset
from neuronscope.dataset.blob import BlobStore
from neuronscope.dataset.store import FileChanged
from neuronscope.dataset.target import PLAIN, FolderTarget, open_target
from neuronscope.dataset.uploads import google_sentence
from neuronscope.errors import BadInput, StorageFailed
from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog
from neuronscope_server.publish.pieces import LIST, SitePlan
from neuronscope_server.publish.plan import plan_site
from neuronscope_server.publish.writing import write_site

from .conftest import LAYERS, write_dataset
from .googlestore import google_store


@pytest.fixture(scope="module", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with google_store(tmp_path_factory.mktemp("google")):
        yield


@pytest.fixture
def bucket(request: pytest.FixtureRequest) -> Any:
    """An empty one for each test."""
    from google.cloud import storage

    return storage.Client().create_bucket(request.node.name.replace("_", "-")[:60])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A dataset that a test may change."""
    return write_dataset(tmp_path / "tiny", packed=True)


def planned(root: Path, viewer: Path) -> SitePlan:
    return plan_site(open_catalog({"tiny": str(root)}), title="Tiny", packed=True, static=viewer)


def address(bucket: Any, below: str = "a/site") -> str:
    return f"gs://{bucket.name}/{below}"


def test_a_bucket_holds_what_a_folder_does(root: Path, built_viewer: Path, tmp_path: Path, bucket: Any) -> None:
    plan, target = planned(root, built_viewer), open_target(address(bucket))
    write_site(plan, FolderTarget(tmp_path / "site"))
    outcome = write_site(plan, target)
    assert outcome.written == outcome.files
    settings = {blob.name.removeprefix("a/site/"): blob for blob in bucket.list_blobs()}
    assert len(settings) == outcome.files
    forever, asked = "public, max-age=31536000, immutable", "no-cache"
    for name, blob in settings.items():
        lasting = name not in ("index.html", "icon.svg", "api/site.json")
        assert blob.cache_control == (forever if lasting else asked), name
        packed = blob.content_encoding == "gzip"  # which downloading forgets
        data = blob.download_as_bytes(raw_download=True)
        if packed:
            data = zlib.decompress(data, 31)
        if not name.endswith(LIST):
            assert data == (tmp_path / "site" / name).read_bytes(), name
    assert settings["index.html"].content_type == "text/html; charset=utf-8"
    again = write_site(planned(root, built_viewer), target)
    assert (again.written, again.files, again.bytes, again.old) == (0, outcome.files, outcome.bytes, [])


def test_cut_off_anywhere_the_site_is_the_old_one_and_goes_on(root: Path, built_viewer: Path, bucket: Any) -> None:
    target = open_target(address(bucket))
    write_site(planned(root, built_viewer), target)
    old = target.read("api/site.json")
    with change_dataset(root) as dataset:
        dataset.add_layer(layout.LOGITS, 0, [])
        dataset.finish()
    left = [random.randrange(1, 8)]

    def told(_: str) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_site(planned(root, built_viewer), target, told=told)
    assert target.read("api/site.json") == old
    outcome = write_site(planned(root, built_viewer), target)
    assert target.read("api/site.json") != old
    target.remove(outcome.old)
    assert len(target.sizes()) == outcome.files


def test_a_server_of_a_bucket_answers_as_one_of_a_folder(root: Path, built_viewer: Path, bucket: Any) -> None:
    target = open_target(address(bucket, "tiny"))
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        target.write(path.relative_to(root).as_posix(), [path.read_bytes()])
    here, there = (
        create_app(open_catalog({"tiny": place}), static=built_viewer).test_client()
        for place in (str(root), address(bucket, "tiny"))
    )
    units = [(layer, unit) for layer in LAYERS for unit in [LAYERS[layer][0], 999]]
    for path in [*(f"{layout.RECORDS}/{layer}/{unit}.json" for layer, unit in units), "dataset.json", "lists.json"]:
        one, other = (client.get(f"/api/datasets/tiny/{path}") for client in (here, there))
        assert (one.status_code, one.json) == (other.status_code, other.json), path
    assert open_dataset(address(bucket, "tiny")).layers() == sorted(LAYERS)


def test_a_file_that_changed_is_not_read_in_two_halves(bucket: Any) -> None:
    target, store = open_target(address(bucket)), BlobStore(address(bucket))
    target.write("big.zip", [bytes(9 * 2**20)], PLAIN)  # more than one block
    stat = store.stat("big.zip")
    assert stat is not None
    assert stat.size == 9 * 2**20
    target.write("big.zip", [b"1" * 100], PLAIN)
    with pytest.raises(FileChanged):
        store.read_range("big.zip", 0, 10, version=stat.version)


def test_what_a_bucket_refuses_is_said(bucket: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"there is no bucket nowhere. Make it first.*gcloud storage buckets create"):
        open_target("gs://nowhere/site").check()
    target = open_target(address(bucket))
    target.write("x.json", [b"{}"])
    target.remove(["x.json", "never-was.json"])
    assert target.sizes() == {}
    bucket.delete()
    with pytest.raises(StorageFailed, match=r"x.json: there is no such bucket"):
        target.write("x.json", [b"{}"])
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    with pytest.raises(BadInput, match=r"needs credentials: gcloud auth application-default login"):
        open_target(address(bucket))


def test_what_was_refused_is_not_written_later(bucket: Any) -> None:
    """Google's client would try again whenever Python clears away what it wrote with."""
    from google.cloud import storage

    target = open_target(address(bucket))
    bucket.delete()
    with pytest.raises(StorageFailed, match=r"x.json: there is no such bucket"):
        target.write("x.json", [b"{}"])
    again = storage.Client().create_bucket(bucket.name)
    gc.collect()
    assert list(again.list_blobs()) == []
    target.write("x.json", [b"{}"])
    assert [blob.name for blob in again.list_blobs()] == ["a/site/x.json"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unauthorized("no"), "have expired. Log in again"),
        (Forbidden("no"), "do not allow this. The role Storage Object Admin"),
        (ServiceUnavailable("no"), "the store is busy"),
        (ConnectionError("reset"), r"cannot be used \(reset\)"),
    ],
)
def test_an_answer_becomes_a_sentence(error: Exception, said: str) -> None:
    assert re.search(said, google_sentence(error))
