"""A real server of Azure's blob protocol on this machine, to which the host names of Azure's accounts lead.

``python azurite.py PORT AUTHORITY COMMAND...`` runs a command of ours in a process that reaches it too.
``python azurite.py site DATASET...`` publishes datasets there, prints the page's address for browsers, and serves it
until it is ended.
"""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / ".cache/azurite/node_modules/azurite/dist/src/blob/main.js"
ACCOUNT = "lab"
KEY = base64.b64encode(b"a key that opens nothing but this").decode()
_HOST = ".blob.core.windows.net"
_PATIENCE = 30  # seconds


@dataclass(frozen=True)
class Azurite:
    """Where it listens, and the file with the authority that vouches for it."""

    port: int
    authority: Path

    def command(self, *words: str) -> list[str]:
        """The program that runs a command of ours towards it."""
        return [sys.executable, __file__, str(self.port), str(self.authority), *words]

    def container(self, name: str) -> Any:
        """Azure's own client for a container, which is made."""
        from azure.storage.blob import ContainerClient

        client = ContainerClient(f"https://{ACCOUNT}{_HOST}", name, credential=KEY)
        client.create_container()
        return client


@contextmanager
def azurite(folder: Path) -> Iterator[Azurite]:
    """It runs, and this process and its children reach it, while the context lasts."""
    import trustme

    authority, certificate = folder / "authority.pem", folder / "certificate.pem"
    made = trustme.CA()
    made.cert_pem.write_to_path(str(authority))
    made.issue_cert(f"*{_HOST}").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    port = free_port()
    given = ["--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(folder), "--silent"]
    given += ["--cert", str(certificate), "--key", str(certificate), "--skipApiVersionCheck", "--disableTelemetry"]
    server = subprocess.Popen(
        [shutil.which("node") or "node", str(PROGRAM), *given],
        env={**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"},
        stdout=subprocess.DEVNULL,
    )
    found = Azurite(port, authority)
    before = dict(os.environ)
    try:
        wait_for(server, port)
        with leading(found):
            yield found
    finally:
        os.environ.clear()
        os.environ.update(before)
        server.terminate()
        server.wait(_PATIENCE)


@contextmanager
def leading(found: Azurite) -> Iterator[None]:
    """The names of Azure's hosts lead there, in this process; what led elsewhere before does again afterwards."""
    os.environ.update(
        AZURE_STORAGE_ACCOUNT=ACCOUNT,
        AZURE_STORAGE_KEY=KEY,
        SSL_CERT_FILE=str(found.authority),
        REQUESTS_CA_BUNDLE=str(found.authority),
    )
    with leading_names((_HOST,), found.port):
        yield


@contextmanager
def leading_names(ends: tuple[str, ...], port: int) -> Iterator[None]:
    """The names of hosts that end so lead to a port of this machine, in this process."""
    real = socket.getaddrinfo

    def towards(host: Any, asked: Any, *more: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        return real("127.0.0.1", port, *more, **named) if name.endswith(ends) else real(host, asked, *more, **named)

    socket.getaddrinfo = towards
    try:
        yield
    finally:
        socket.getaddrinfo = real


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    """Until it listens."""
    for _ in range(_PATIENCE * 20):
        assert server.poll() is None, f"{server.args} ended"
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"no answer on port {port}")


def show_site(datasets: list[str]) -> None:
    """By the address that has the account in its path, so that no host name has to lead anywhere."""
    import tempfile

    from neuronscope.cli.app import build_app

    with tempfile.TemporaryDirectory() as folder, azurite(Path(folder)) as found:
        found.container("site").set_container_access_policy(signed_identifiers={}, public_access="blob")
        words = ["export", "site", *datasets, "--out", f"az://{ACCOUNT}/site/lab", "--json"]
        with contextlib.redirect_stdout(sys.stderr):
            build_app()(words, standalone_mode=False)
        sys.stdout.write(f"https://127.0.0.1:{found.port}/{ACCOUNT}/site/lab/index.html\n")
        sys.stdout.flush()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        signal.pause()


if __name__ == "__main__":
    if sys.argv[1] == "site":
        show_site(sys.argv[2:])
    else:
        from neuronscope.cli import main

        with leading(Azurite(int(sys.argv[1]), Path(sys.argv[2]))):
            main(sys.argv[3:])
