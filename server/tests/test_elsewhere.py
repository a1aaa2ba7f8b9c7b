"""Datasets that stay where they are: what a site says of them, and what is asked of their host meanwhile."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from neuronscope.dataset import PUBLISHED_GPT2_SMALL, PUBLISHED_GPT2_XL, Dataset, layout
from neuronscope.dataset.folder import FolderStore
from neuronscope.dataset.published import PUBLISHED
from neuronscope.errors import BadInput, BrokenData
from neuronscope_server.app import create_app
from neuronscope_server.catalog import Catalog, open_catalog
from neuronscope_server.publish.pieces import SitePlan
from neuronscope_server.publish.plan import plan_site

from .test_sitecheck import host

XL = "https://openaipublic.blob.core.windows.net/neuron-explainer/data"


def planned(viewer: Path, **roots: str) -> SitePlan:
    return plan_site(open_catalog({}), title="Elsewhere", packed=True, static=viewer, elsewhere=roots)


def files(plan: SitePlan) -> dict[str, Any]:
    """The JSON files of a plan, by their paths."""
    pieces = [(f"{one.folder}/{piece.path}", piece) for one in plan.releases for group in one.groups for piece in group]
    pieces += [(head.path, head) for head in plan.heads]
    return {path: json.loads(b"".join(piece.read())) for path, piece in pieces if path.endswith(".json")}


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose every connection fails."""

    def refused(*_: object) -> None:
        raise AssertionError("another machine was asked")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("root", [PUBLISHED_GPT2_XL, XL, f"{XL}/"])
def test_a_published_root_is_put_into_a_site_without_a_network(built_viewer: Path, root: str) -> None:
    there = files(planned(built_viewer, xl=root))
    (entry,) = there["api/site.json"]["datasets"]
    assert (entry["layers"], entry["units"], entry["model"]) == (48, 48 * 6400, "GPT-2 XL")
    assert entry["places"]["related-tokens/weight-based"] == f"{XL}/related-tokens/weight-based"
    assert "schema_version" not in there[f"{entry['root']}/dataset.json"]
    assert "lists" in entry["parts"]
    assert "lists" not in entry["places"]
    (found,) = there[f"{entry['root']}/lists.json"]["lists"]
    assert (found["title"], len(found["units"])) == ("Units worth seeing", 36)


@pytest.mark.usefixtures("no_network")
def test_gpt2_small_has_no_list(built_viewer: Path) -> None:
    there = files(planned(built_viewer, small=PUBLISHED_GPT2_SMALL))
    (entry,) = there["api/site.json"]["datasets"]
    assert "lists" not in entry["parts"]
    assert f"{entry['root']}/lists.json" not in there


def test_another_root_is_asked_and_its_own_lists_come_along(own: Path, built_viewer: Path) -> None:
    with host(own) as url:
        there = files(planned(built_viewer, own=url.rstrip("/")))
    (entry,) = there["api/site.json"]["datasets"]
    assert there[f"{entry['root']}/lists.json"]["lists"][0]["title"] == "Words"
    (own / layout.LISTS).write_text('{"lists": 3}')
    with host(own) as url, pytest.raises(BrokenData, match=r"/lists\.json: \$\.lists"):
        planned(built_viewer, own=url.rstrip("/"))


def test_what_browsers_cannot_read_there_is_refused(packed: Path, built_viewer: Path) -> None:
    with host(packed) as url, pytest.raises(BadInput, match="its layers are zips"):
        planned(built_viewer, tiny=url.rstrip("/"))
    with pytest.raises(BadInput, match="give an https://, az:// or gs:// address"):
        planned(built_viewer, tiny=str(packed))


def test_a_server_of_the_published_root_offers_the_list(public: Path) -> None:
    known = PUBLISHED[0]
    dataset = Dataset(FolderStore(public), name="xl", assumed=known.manifest(), beside=known.beside())
    client = create_app(Catalog({"xl": dataset})).test_client()
    (entry,) = client.get("/api/site.json").json["datasets"]
    assert "lists" in entry["parts"]
    answer = client.get("/api/datasets/xl/lists.json").json
    assert answer["lists"][0]["units"][0] == {
        "layer": 5,
        "unit": 131,
        "label": "Chapter and verse, paragraph and section: citations of scripture and of law",
    }
