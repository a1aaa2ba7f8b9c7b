"""Bytes out: gzip or plain by what the client takes, strong ETags, 304."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from neuronscope_server.outgoing import pack

URL = "/api/datasets/tiny/collated-activations/3/17.json"
GZIP = {"Accept-Encoding": "gzip"}
ADDRESSES = [URL, "/", "/index.0a1b2c3d.js", "/api/health", "/api/site.json", "/api/datasets/tiny/units/0.json"]


@given(st.binary(max_size=5_000))
def test_packed_bytes_come_back(data: bytes) -> None:
    file = pack(data)
    assert file.bytes() == data
    assert not file.deflated or gzip.decompress(file.gzip()) == data


def test_zip_members_bytes_go_out_unchanged(client: FlaskClient, packed: Path) -> None:
    archive = packed / "collated-activations" / "3.zip"
    with zipfile.ZipFile(archive) as opened:
        info, plain = opened.getinfo("17.json"), opened.read("17.json")
    response = client.get(URL, headers=GZIP)
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.data[10:-8] in archive.read_bytes()
    assert len(response.data) == info.compress_size + 18
    assert gzip.decompress(response.data) == plain


def test_client_without_gzip_gets_it_inflated(client: FlaskClient) -> None:
    zipped, plain = client.get(URL, headers=GZIP), client.get(URL)
    assert "Content-Encoding" not in plain.headers
    assert plain.data == gzip.decompress(zipped.data)
    assert client.get(URL, headers={"Accept-Encoding": "gzip;q=0, br"}).data == plain.data
    assert client.get(URL, headers={"Accept-Encoding": "br, *"}).data == zipped.data


def test_the_two_encodings_have_different_etags(client: FlaskClient) -> None:
    tags = client.get(URL, headers=GZIP).headers["ETag"], client.get(URL).headers["ETag"]
    assert tags[0] != tags[1]
    assert not any(tag.startswith("W/") for tag in tags)


@pytest.mark.parametrize("url", ADDRESSES)
@pytest.mark.parametrize("how", ["{}", "W/{}", '"other", {}', "*"])
def test_repeat_costs_a_304(client: FlaskClient, url: str, how: str) -> None:
    first = client.get(url, headers=GZIP)
    again = client.get(url, headers={**GZIP, "If-None-Match": how.format(first.headers["ETag"])})
    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Vary", "Cache-Control", "Content-Security-Policy"):
        assert again.headers[name] == first.headers[name]


@pytest.mark.parametrize("url", ADDRESSES)
def test_another_etag_gets_the_whole_answer(client: FlaskClient, url: str) -> None:
    assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("url", ADDRESSES)
def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient, url: str) -> None:
    get, head = client.get(url, headers=GZIP), client.head(url, headers=GZIP)
    assert head.data == b""
    assert {k: v for k, v in head.headers if k != "Date"} == {k: v for k, v in get.headers if k != "Date"}


@pytest.mark.parametrize("url", ADDRESSES)
def test_answer_varies_with_the_encoding(client: FlaskClient, url: str) -> None:
    assert "Accept-Encoding" in client.get(url).headers["Vary"]
