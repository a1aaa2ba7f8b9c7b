"""Sites in a bucket of a real server of Azure's protocol: what lies there, resumed, brought up to date; refusals."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from neuronscope.cli.app import build_app
from neuronscope.dataset import change_dataset, layout, open_dataset
from neuronscope.dataset.readcache import Kept
from neuronscope.dataset.target import FolderTarget, open_target
from neuronscope.errors import BadInput, StorageFailed
from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog
from neuronscope_server.publish.pieces import LIST, SitePlan
from neuronscope_server.publish.plan import plan_site
from neuronscope_server.publish.writing import Outcome, missing, write_site
from neuronscope_server.sitecheck.fetching import Web
from neuronscope_server.sitecheck.visit import check_site

from .azurite import ACCOUNT, KEY, PROGRAM, Azurite, azurite
from .conftest import LAYERS, write_dataset

if not PROGRAM.is_file():
    pytest.skip(
        "Azurite is not installed: make .cache/azurite/node_modules/azurite/package.json", allow_module_level=True
    )

SEED = random.randrange(10**6)


class Cut(Exception):
    """What stops a run in its middle."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with azurite(tmp_path_factory.mktemp("azurite")) as found:
        yield found


@pytest.fixture
def container(store: Azurite, request: pytest.FixtureRequest) -> Any:
    """An empty one for each test."""
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name.lower()).strip("-")
    return store.container(name[-60:].strip("-").replace("--", "-"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A dataset that a test may change."""
    return write_dataset(tmp_path / "tiny", packed=True)


def planned(root: Path, viewer: Path, *, packed: bool = True) -> SitePlan:
    return plan_site(open_catalog({"tiny": str(root)}), title="Tiny", packed=packed, static=viewer)


def address(container: Any, below: str = "/a/site") -> str:
    return f"az://{container.account_name}/{container.container_name}{below}"


def written(root: Path, viewer: Path, container: Any, *, packed: bool = True) -> Outcome:
    return write_site(planned(root, viewer, packed=packed), open_target(address(container)))


def blobs(container: Any) -> dict[str, bytes]:
    """What lies in the container, as a browser gets it."""
    found = {}
    for blob in container.list_blobs():
        data = container.download_blob(blob.name).readall()
        found[blob.name.removeprefix("a/site/")] = data  # the client unpacks what is encoded
    return found


def change(root: Path) -> None:
    with change_dataset(root) as dataset:
        dataset.add_layer(layout.LOGITS, 0, [])
        dataset.finish()


@pytest.mark.parametrize("packed", [True, False])
def test_a_bucket_holds_what_a_folder_does(
    root: Path, built_viewer: Path, tmp_path: Path, container: Any, packed: bool
) -> None:
    plan = planned(root, built_viewer, packed=packed)
    write_site(plan, FolderTarget(tmp_path / "site"))
    outcome = write_site(plan, open_target(address(container)))
    there = blobs(container)
    assert {name: data for name, data in there.items() if not name.endswith(LIST)} == {
        path.relative_to(tmp_path / "site").as_posix(): path.read_bytes()
        for path in (tmp_path / "site").rglob("*")
        if path.is_file() and path.name != LIST
    }
    assert outcome.written == outcome.files == len(there)
    again = written(root, built_viewer, container, packed=packed)
    assert (again.written, again.files, again.bytes, again.old) == (0, outcome.files, outcome.bytes, [])


def test_types_caches_and_encodings_are_those_that_browsers_need(
    root: Path, built_viewer: Path, container: Any
) -> None:
    written(root, built_viewer, container)
    found = {blob.name.removeprefix("a/site/"): blob.content_settings for blob in container.list_blobs()}
    forever, asked = "public, max-age=31536000, immutable", "no-cache"
    for name, settings in found.items():
        lasting = name not in ("index.html", "icon.svg", "api/site.json")
        assert settings.cache_control == (forever if lasting else asked), name
        raw = name.endswith((".zip", ".idx", ".words", ".texts", "index.html", "icon.svg", "site.json", LIST))
        assert (settings.content_encoding is None) == raw, name
    kinds = {name.rpartition(".")[2]: settings.content_type for name, settings in found.items()}
    assert kinds["html"] == "text/html; charset=utf-8"
    assert kinds["js"] == "text/javascript; charset=utf-8"
    assert (kinds["json"], kinds["zip"], kinds["idx"]) == (
        "application/json",
        "application/zip",
        "application/octet-stream",
    )


@pytest.mark.parametrize("packed", [True, False])
def test_check_site_has_nothing_to_say_of_a_site_in_a_bucket(
    root: Path, built_viewer: Path, container: Any, packed: bool
) -> None:
    written(root, built_viewer, container, packed=packed)
    container.set_container_access_policy(signed_identifiers={}, public_access="blob")
    with Web() as web:
        found = list(
            check_site(web, f"https://{ACCOUNT}.blob.core.windows.net/{container.container_name}/a/site/index.html")
        )
    assert [one for one in found if one.level != "ok"] == []


def test_what_changed_is_written_and_the_older_site_stays_until_it_is_pruned(
    root: Path, built_viewer: Path, container: Any
) -> None:
    written(root, built_viewer, container)
    old = blobs(container)
    change(root)
    target = open_target(address(container))
    would = {one.path for one in missing(planned(root, built_viewer), target)}
    assert blobs(container) == old
    outcome = written(root, built_viewer, container)
    new = blobs(container)
    assert would == {name for name in new if new[name] != old.get(name)}
    assert {name: new[name] for name in old if name != "api/site.json"} == {
        name: data for name, data in old.items() if name != "api/site.json"
    }
    assert outcome.old
    target.remove(outcome.old)
    assert set(blobs(container)) == set(new) - set(outcome.old)
    assert written(root, built_viewer, container).written == 0


def whole(there: dict[str, bytes]) -> bool:
    """Whether everything is there that the site names, as its lists say."""
    (dataset,) = json.loads(there["api/site.json"])["datasets"]
    return all(
        len(there[f"{folder}/{name}"]) == info["bytes"]
        for folder in {dataset["root"], *dataset["places"].values()}
        for name, info in json.loads(there[f"{folder}/{LIST}"])["files"].items()
    )


def test_cut_off_anywhere_the_site_is_the_old_one_and_goes_on(root: Path, built_viewer: Path, container: Any) -> None:
    written(root, built_viewer, container)
    old = blobs(container)
    change(root)
    for steps in (1, 2, 3, 5, 8, 13, 100):
        left = [steps]

        def told(_: str, left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise Cut

        try:
            write_site(planned(root, built_viewer), open_target(address(container)), told=told)
        except Cut:
            now = blobs(container)
            assert now["api/site.json"] == old["api/site.json"]
            assert whole(now)
        else:
            break
    now = blobs(container)
    assert now["api/site.json"] != old["api/site.json"]
    assert whole(now)


def test_what_is_missing_or_of_another_size_is_written_again(root: Path, built_viewer: Path, container: Any) -> None:
    written(root, built_viewer, container)
    before = blobs(container)
    (dataset,) = json.loads(before["api/site.json"])["datasets"]
    folder = dataset["places"][layout.RECORDS]
    gone = {f"{folder}/0.idx", f"{dataset['root']}/{layout.MANIFEST}"}
    cut = {f"{folder}/3.zip", f"{dataset['places']['relations']}/0.zip", f"{dataset['places']['rows']}/{LIST}"}
    for path in gone:
        container.delete_blob(f"a/site/{path}")
    for path in cut:
        container.upload_blob(f"a/site/{path}", b"PK", overwrite=True)
    would = {one.path for one in missing(planned(root, built_viewer), open_target(address(container)))}
    outcome = written(root, built_viewer, container)
    assert would == gone | cut
    assert (outcome.written, outcome.repaired) == (len(would), len(would))
    assert blobs(container) == before


@pytest.mark.nightly
def test_killed_at_ten_moments_it_is_always_the_old_site_or_the_new_one(
    root: Path, store: Azurite, container: Any
) -> None:
    choose = random.Random(SEED)
    command = store.command("export", "site", f"tiny={root}", "--out", address(container), "--title", "Tiny")
    begun = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    takes = time.monotonic() - begun
    killed = 0
    for turn in itertools.count():
        old = blobs(container)["api/site.json"]
        rename(root, f"state {turn}")
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(choose.uniform(0.3, 1) * takes)
            run.kill()
        killed += run.returncode == -signal.SIGKILL
        there = blobs(container)
        assert whole(there), f"seed {SEED}, kill {killed}"
        assert run.returncode != 0 or there["api/site.json"] != old
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        there = blobs(container)
        assert whole(there), f"seed {SEED}, after kill {killed}"
        assert there["api/site.json"] != old
        if killed == 10:
            break


def rename(root: Path, title: str) -> None:
    """A new state, so that there is something to interrupt."""
    lists = {"lists": [{"title": title, "units": []}]}
    with change_dataset(root) as dataset:
        dataset.add_file(layout.LISTS, json.dumps(lists).encode())
        dataset.add_layer(layout.LOGITS, 0, [(0, json.dumps({"title": title}).encode())])
        dataset.finish()


def test_what_a_bucket_refuses_is_said(
    root: Path,
    built_viewer: Path,
    container: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = planned(root, built_viewer)
    with pytest.raises(BadInput, match=r"has no container nowhere. Make it first.*az storage container create"):
        write_site(plan, open_target("az://lab/nowhere/site"))
    with pytest.raises(BadInput, match="incomplete; the form is az://ACCOUNT/CONTAINER/PATH"):
        open_target("az://lab")
    with pytest.raises(BadInput, match=r"s3:// cannot be written to. Give a folder, or an az:// or gs:// address"):
        open_target("s3://bucket/site")
    container.upload_blob("thesis/chapter.tex", b"years of work")
    with pytest.raises(BadInput, match="holds something else than a site"):
        write_site(plan, open_target(address(container, "/thesis")))
    monkeypatch.setenv("AZURE_STORAGE_KEY", KEY[:-4] + "AAA=")
    with pytest.raises(StorageFailed, match="credentials are wrong or have expired"):
        write_site(plan, open_target(address(container)))
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT", "other")
    with pytest.raises(
        BadInput, match=r"needs credentials: set AZURE_STORAGE_KEY.*that is set is of the account other"
    ):
        open_target(address(container))


def test_the_command_writes_to_a_bucket(runner: CliRunner, commands: typer.Typer, root: Path, container: Any) -> None:
    ask = ["export", "site", f"tiny={root}", "--out", address(container), "--title", "Tiny"]
    dry = runner.invoke(commands, [*ask, "--dry-run", "--json"])
    assert dry.exit_code == 0, dry.output
    assert blobs(container) == {}
    told = json.loads(runner.invoke(commands, [*ask, "--json"]).stdout)
    would = json.loads(dry.stdout)
    assert (would["files"], would["bytes"], sorted(would["missing"])) == (
        told["written"],
        told["bytes"],
        sorted(blobs(container)),
    )


def test_a_server_of_a_bucket_answers_as_one_of_a_folder_and_keeps_what_it_read(
    root: Path, built_viewer: Path, tmp_path: Path, container: Any
) -> None:
    target = open_target(address(container, "/data/tiny"))
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        target.write(path.relative_to(root).as_posix(), [path.read_bytes()])
    kept = Kept(tmp_path / "kept")
    far = open_catalog({"tiny": address(container, "/data/tiny")}, kept)
    here, there = (
        create_app(catalog, static=built_viewer).test_client() for catalog in (open_catalog({"tiny": str(root)}), far)
    )
    units = [(layer, unit) for layer in LAYERS for unit in [*LAYERS[layer], 999]]
    paths = [f"{part}/{layer}/{unit}.json" for part in layout.PARTS for layer, unit in units]
    paths += ["dataset.json", "lists.json"]
    for path in paths:
        one, other = (client.get(f"/api/datasets/tiny/{path}") for client in (here, there))
        assert (one.status_code, one.json) == (other.status_code, other.json), path
    assert any((tmp_path / "kept").iterdir())


def test_a_dataset_is_copied_into_a_bucket_and_back(
    runner: CliRunner, root: Path, tmp_path: Path, container: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    there = address(container, "/data/tiny")

    def copied(*words: str) -> dict[str, Any]:
        found = runner.invoke(build_app(), ["copy", *words, "--json"])
        assert found.exit_code == 0, (found.output, found.exception)
        return dict(json.loads(found.stdout))

    first = copied(str(root), there)
    assert first["written"] == first["files"] == len(list(container.list_blobs()))
    assert copied(str(root), there)["written"] == 0
    copied(there, str(tmp_path / "back"))
    back = {path.relative_to(tmp_path / "back"): path.read_bytes() for path in (tmp_path / "back").rglob("*.*")}
    assert back == {path: (root / path).read_bytes() for path in back}
    assert len(back) == first["files"]
    part = address(container, "/data/part")
    assert copied(there, part, "--units", "3:17")["files"] > 2
    with open_dataset(part) as made, open_dataset(root) as dataset:
        assert list(made.units(3)) == [17]
        assert made.record(3, 17) == dataset.record(3, 17)
    refused = runner.invoke(build_app(), ["copy", str(root), part])
    assert isinstance(refused.exception, BadInput)
