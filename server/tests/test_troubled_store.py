"""A store that is busy, that refuses, or that lacks its container: what goes on, and what is said where nothing can.

The store is real; a host before it answers some requests itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from neuronscope.cli import main
from neuronscope.dataset import layout
from neuronscope.dataset.readcache import Kept
from neuronscope.dataset.target import open_target
from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog
from neuronscope_server.publish.plan import plan_site

from .azurite import ACCOUNT, PROGRAM, Azurite, azurite
from .conftest import write_dataset
from .faultproxy import Fault, Troubles, troubled

if not PROGRAM.is_file():
    pytest.skip(
        "Azurite is not installed: make .cache/azurite/node_modules/azurite/package.json", allow_module_level=True
    )

ALWAYS = 10**9
NUMBERS = itertools.count()
BUSY = (503, "ServerBusy")
MANY = (429, "TooManyRequests")
EXPIRED = (403, "AuthenticationFailed")
DENIED = (403, "AuthorizationFailure")
NOWHERE = (404, "ContainerNotFound")
RENEW = "the credentials are wrong or have expired. Renew the key (AZURE_STORAGE_KEY), or log in again: az login."
ROLE = "the credentials do not allow this."
SHUT = "no credentials found here open it: they are wrong, have expired, or do not allow reading."
SENTENCES = [(EXPIRED, 3, RENEW), (DENIED, 3, ROLE), (NOWHERE, 2, "has no container {name}. Make it first")]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with azurite(tmp_path_factory.mktemp("azurite")) as found:
        yield found


@pytest.fixture(scope="module")
def troubles(store: Azurite) -> Iterator[Troubles]:
    with troubled(store) as found:
        yield found


@pytest.fixture
def container(store: Azurite, troubles: Troubles) -> Any:
    """An empty one for each test, with a store that is well."""
    troubles.now()
    return store.container(f"container-{next(NUMBERS)}")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "tiny", packed=True)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def address(container: Any, below: str) -> str:
    return f"az://{ACCOUNT}/{container.container_name}/{below}"


def names(container: Any, troubles: Troubles) -> set[str]:
    troubles.now()
    return {blob.name for blob in container.list_blobs()}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """A command's exit code, and what it said of a failure."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        main(list(words))
    return int(left.value.code or 0), " ".join(capsys.readouterr().err.split())


def fill(root: Path, there: str) -> None:
    target = open_target(there)
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        target.write(path.relative_to(root).as_posix(), [path.read_bytes()])


def is_upload(method: str, path: str) -> bool:
    return method == "PUT" and "/r/" in path


def is_put(method: str, path: str) -> bool:
    return method == "PUT" and "/data/" in path


def is_read(method: str, path: str) -> bool:
    return method == "GET" and "comp=" not in path


def is_asked(method: str, path: str) -> bool:  # noqa: ARG001 - as all that match
    return method in ("GET", "HEAD")


@pytest.fixture
def site_words(root: Path, built_viewer: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command that publishes, with a viewer that is built."""
    monkeypatch.setitem(plan_site.__kwdefaults__, "static", built_viewer)
    return ["export", "site", f"tiny={root}"]


@pytest.mark.nightly
def test_an_export_survives_a_busy_store(
    site_words: list[str], container: Any, troubles: Troubles, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = [Fault(*kind, times=1, matches=is_upload) for kind in (BUSY, MANY)]
    listing = [Fault(*kind, times=1, matches=lambda _, path: "comp=list" in path) for kind in (BUSY, MANY)]
    troubles.now(*faults, *listing)
    assert run(capsys, *site_words, "--out", address(container, "site")) == (0, "")
    assert [fault.given for fault in (*faults, *listing)] == [1, 1, 1, 1]
    assert "site/api/site.json" in names(container, troubles)


@pytest.mark.nightly
def test_a_copy_survives_a_busy_store_on_either_side(
    root: Path, tmp_path: Path, container: Any, troubles: Troubles, capsys: pytest.CaptureFixture[str]
) -> None:
    writing = [Fault(*kind, times=1, matches=is_put) for kind in (BUSY, MANY)]
    troubles.now(*writing)
    assert run(capsys, "copy", str(root), address(container, "data"))[0] == 0
    reading = [Fault(*kind, times=2, matches=is_read) for kind in (BUSY, MANY)]
    troubles.now(*reading)
    assert run(capsys, "copy", address(container, "data"), str(tmp_path / "back"))[0] == 0
    assert [fault.given for fault in (*writing, *reading)] == [1, 1, 2, 2]
    for path in (path for path in root.rglob("*") if path.is_file()):
        assert (tmp_path / "back" / path.relative_to(root)).read_bytes() == path.read_bytes()


def test_a_server_survives_a_busy_store(root: Path, tmp_path: Path, container: Any, troubles: Troubles) -> None:
    fill(root, address(container, "data"))
    busy = [Fault(*kind, times=2, matches=is_asked) for kind in (BUSY, MANY)]
    troubles.now(*busy)
    client = create_app(open_catalog({"tiny": address(container, "data")}, Kept(tmp_path / "kept"))).test_client()
    answer = client.get(f"/api/datasets/tiny/{layout.RECORDS}/3/17.json")
    assert (answer.status_code, [fault.given for fault in busy]) == (200, [2, 2])
    assert answer.json["neuron_id"]["neuron_index"] == 17


@pytest.mark.parametrize(("kind", "code", "sentence"), SENTENCES)
def test_an_export_that_is_refused_says_so_once_and_leaves_no_half_site(
    site_words: list[str],
    container: Any,
    troubles: Troubles,
    capsys: pytest.CaptureFixture[str],
    kind: tuple[int, str],
    code: int,
    sentence: str,
) -> None:
    troubles.now(Fault(*kind, times=ALWAYS))
    left, said = run(capsys, *site_words, "--out", address(container, "site"))
    assert left == code
    assert sentence.format(name=container.container_name) in said
    assert said.count(". ") <= 2
    assert "Traceback" not in said
    assert names(container, troubles) == set()


def test_an_export_whose_credentials_expire_on_the_way_leaves_the_older_site(
    site_words: list[str], container: Any, troubles: Troubles, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, *site_words, "--out", address(container, "site"))[0] == 0
    before = container.download_blob("site/api/site.json").readall()
    troubles.now(Fault(*EXPIRED, times=ALWAYS, matches=is_upload))
    left, said = run(capsys, *site_words, "--files", "--out", address(container, "site"))
    assert (left, RENEW in said, "the site is the older one" in said) == (3, True, True)
    troubles.now()
    assert container.download_blob("site/api/site.json").readall() == before


@pytest.mark.parametrize(("kind", "code", "sentence"), SENTENCES)
def test_a_copy_that_is_refused_says_so_once(
    root: Path,
    tmp_path: Path,
    container: Any,
    troubles: Troubles,
    capsys: pytest.CaptureFixture[str],
    kind: tuple[int, str],
    code: int,
    sentence: str,
) -> None:
    fill(root, address(container, "data"))
    troubles.now(Fault(*kind, times=ALWAYS))
    left, said = run(capsys, "copy", str(root), address(container, "other"))
    assert (left, sentence.format(name=container.container_name) in said) == (code, True), said
    left, said = run(capsys, "copy", address(container, "data"), str(tmp_path / "back"))
    reading = SHUT if kind != NOWHERE else "holds no dataset"
    assert (left, reading in said) == (code, True), said
    assert not (tmp_path / "back").exists()
    assert not any(name.startswith("other/") for name in names(container, troubles))


@pytest.mark.parametrize(("kind", "sentence"), [(EXPIRED, SHUT), (DENIED, SHUT), (NOWHERE, "holds no dataset")])
def test_a_server_of_a_store_that_refuses_says_why_in_its_lists(
    container: Any, troubles: Troubles, kind: tuple[int, str], sentence: str
) -> None:
    troubles.now(Fault(*kind, times=ALWAYS))
    client = create_app(open_catalog({"tiny": address(container, "data")})).test_client()
    answer = client.get("/api/datasets/tiny/dataset.json")
    assert answer.status_code == 503
    assert sentence in answer.json["detail"]
    (look,) = client.get("/api/site.json").json["datasets"]
    assert (look["status"], sentence in look["detail"]) == ("failed", True)
