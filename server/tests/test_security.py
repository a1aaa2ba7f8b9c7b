"""Hosts, bodies, headers, other origins."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from neuronscope_server.app import create_app
from neuronscope_server.catalog import Catalog
from neuronscope_server.shapes import Options

EVERYWHERE = ["/", "/api/health", "/api/datasets/tiny/collated-activations/0/1.json", "/nothing", "/api/datasets/x/y"]


@pytest.mark.parametrize("url", EVERYWHERE)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_every_answer_has_the_security_headers_once(client: FlaskClient, url: str, method: str) -> None:
    headers = client.open(url, method=method).headers
    assert headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert headers.getlist("Referrer-Policy") == ["no-referrer"]
    assert headers.getlist("Cross-Origin-Opener-Policy") == ["same-origin"]
    assert headers.getlist("Cross-Origin-Resource-Policy") == ["same-origin"]
    (policy,) = headers.getlist("Content-Security-Policy")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "Set-Cookie" not in headers


def test_listed_origins_alone_may_show_pages_in_frames(catalog: Catalog) -> None:
    frames = ["https://blog.example", "http://localhost:8888"]
    client = create_app(catalog, Options(frames=frames)).test_client()
    for url in EVERYWHERE:
        headers = client.get(url, headers={"Origin": frames[0]}).headers
        assert headers["Content-Security-Policy"].endswith("frame-ancestors https://blog.example http://localhost:8888")
        assert "Access-Control-Allow-Origin" not in headers


def test_policy_allows_the_inline_script_by_its_hash(client: FlaskClient, built_viewer: Path) -> None:
    page = (built_viewer / "index.html").read_text()
    script = page.partition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in client.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]", "[::1]:8000"])
def test_this_machines_names_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/api/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:8000:1", "localhost@evil", "", "[::2]", "a/localhost"]
)
@pytest.mark.parametrize("url", EVERYWHERE)
def test_other_hosts_are_refused(client: FlaskClient, host: str, url: str) -> None:
    response = client.get(url, headers={"Host": host})
    assert response.status_code == 421
    assert "--allow-host" in response.json["detail"]


def test_further_hosts_are_answered_when_named(catalog: Catalog) -> None:
    named = create_app(catalog, Options(hosts=["Neurons.example"])).test_client()
    assert named.get("/api/health", headers={"Host": "neurons.example:80"}).status_code == 200
    assert named.get("/api/health", headers={"Host": "localhost"}).status_code == 421
    anyone = create_app(catalog, Options(hosts=["*"])).test_client()
    assert anyone.get("/api/health", headers={"Host": "whoever.example"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [("192.0.2.1:8000", 200), ("[2001:db8::1]:80", 200), ("localhost", 200),
     ("evil.example", 421), ("1.2.3.4.evil.example", 421), ("[::zz]", 421), ("", 421)],
)  # fmt: skip
def test_any_ip_address_is_answered_when_all_are_listened_on(catalog: Catalog, host: str, status: int) -> None:
    everywhere = create_app(catalog, Options(any_ip=True)).test_client()
    assert everywhere.get("/api/health", headers={"Host": host}).status_code == status


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("url", EVERYWHERE)
def test_a_body_of_ten_megabytes_is_refused(client: FlaskClient, url: str, method: str) -> None:
    response = client.open(url, method=method, data=b"x" * 10_000_000)
    assert response.status_code == 413
    assert response.content_type == "application/problem+json"
    assert "1,000,000 bytes" in response.json["detail"]


def test_other_origins_are_told_nothing(client: FlaskClient) -> None:
    headers = client.get("/api/health", headers={"Origin": "https://other.example"}).headers
    assert not [name for name, _ in headers if name.startswith("Access-Control")]


def test_listed_origins_may_read(catalog: Catalog) -> None:
    client = create_app(catalog, Options(cors_origins=["https://other.example"])).test_client()
    url = "/api/datasets/tiny/collated-activations/0/1.json"
    listed = client.get(url, headers={"Origin": "https://other.example"})
    assert listed.headers["Access-Control-Allow-Origin"] == "https://other.example"
    assert listed.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in listed.headers
    assert "Origin" in ", ".join(listed.headers.getlist("Vary"))
    for origin in ("https://evil.example", "https://other.example.evil", "null"):
        assert "Access-Control-Allow-Origin" not in client.get(url, headers={"Origin": origin}).headers
    problem = client.get("/api/nothing", headers={"Origin": "https://other.example"})
    assert problem.headers["Access-Control-Allow-Origin"] == "https://other.example"
