"""The built viewer's files, or a sentence without them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from neuronscope_server.app import create_app
from neuronscope_server.catalog import Catalog
from neuronscope_server.viewerfiles import inline_script_hashes


def test_page_is_asked_for_each_time_and_hashed_files_never_again(client: FlaskClient) -> None:
    page, script, icon = client.get("/"), client.get("/index.0a1b2c3d.js"), client.get("/icon.svg")
    assert page.headers["Cache-Control"] == "no-cache"
    assert page.content_type == "text/html; charset=utf-8"
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert script.content_type == "text/javascript; charset=utf-8"
    assert (icon.headers["Cache-Control"], icon.content_type) == ("no-cache", "image/svg+xml")
    assert client.get("/index.html").data == page.data


def test_script_goes_out_compressed(client: FlaskClient) -> None:
    zipped = client.get("/index.0a1b2c3d.js", headers={"Accept-Encoding": "gzip, br"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert len(zipped.data) < len(client.get("/index.0a1b2c3d.js").data)


def test_without_a_viewer_the_page_says_how_to_get_it_and_the_api_works(catalog: Catalog, tmp_path: Path) -> None:
    client = create_app(catalog, static=tmp_path / "absent").test_client()
    page = client.get("/")
    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    assert "make build" in page.text
    assert client.get("/api/health").json["status"] == "ok"
    assert client.get("/index.js").status_code == 404


@pytest.mark.parametrize(
    ("page", "count"),
    [
        ("<script>a</script>", 1),
        ("<script src=x.js></script>", 0),
        ("<script>if (a < b && c) d('</p>');</script><script type=module>e</script>", 2),
        ("<p>no script</p>", 0),
    ],
)
def test_only_scripts_that_stand_in_the_page_are_hashed(page: str, count: int) -> None:
    assert len(inline_script_hashes(page.encode())) == count


def test_hash_is_the_one_browsers_compute() -> None:
    # From the specification of content security policy, level 2, section 7.15.
    page = b"<script>alert('Hello, world.');</script>"
    assert inline_script_hashes(page) == ["'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"]
