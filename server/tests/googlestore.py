"""A server of Google's storage protocol on this machine, to which the names of Google's hosts lead.

``python googlestore.py serve PORT CERTIFICATE`` is that server: an emulator over TLS, which gives a token to whoever
asks for one, since who may do what is not what it emulates.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if __name__ != "__main__":
    from .azurite import free_port, leading_names, wait_for

PROJECT = "lab"
_HOSTS = ("storage.googleapis.com", "www.googleapis.com", "oauth2.googleapis.com")
_PATIENCE = 30  # seconds


@contextmanager
def google_store(folder: Path) -> Iterator[None]:
    """It runs, and this process reaches it with credentials of a service, while the context lasts."""
    import trustme

    authority, certificate = folder / "authority.pem", folder / "certificate.pem"
    made = trustme.CA()
    made.cert_pem.write_to_path(str(authority))
    made.issue_cert(*_HOSTS).private_key_and_cert_chain_pem.write_to_path(str(certificate))
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, __file__, "serve", str(port), str(certificate)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    before = dict(os.environ)
    os.environ.update(
        GOOGLE_APPLICATION_CREDENTIALS=str(_credentials(folder)),
        GOOGLE_CLOUD_PROJECT=PROJECT,
        SSL_CERT_FILE=str(authority),
        REQUESTS_CA_BUNDLE=str(authority),
    )
    try:
        wait_for(server, port)
        with leading_names(_HOSTS, port):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        server.terminate()
        server.wait(_PATIENCE)


def _credentials(folder: Path) -> Path:
    """A file as Google gives out for a service, with a key that was made here."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "service.json"
    file.write_text(
        json.dumps(
            {
                "type": "service_account",
                "project_id": PROJECT,
                "private_key_id": "1",
                "private_key": key.decode(),
                "client_email": f"tests@{PROJECT}.iam.gserviceaccount.com",
                "client_id": "1",
                "token_uri": "https://oauth2.googleapis.com/token",
            }
        )
    )
    return file


def serve(port: int, certificate: str) -> None:
    """Until it is ended. The emulator writes its own addresses with http, so requests say otherwise here."""
    from functools import partial
    from http.server import HTTPServer

    from gcp_storage_emulator import server as emulator
    from gcp_storage_emulator.storage import Storage

    class OverTls(emulator.Request):  # type: ignore[misc]
        @property
        def base_url(self) -> str:
            return str(super().base_url).replace("http://", "https://", 1)

        @property
        def full_url(self) -> str:
            return str(super().full_url).replace("http://", "https://", 1)

    class Handler(emulator.RequestHandler):  # type: ignore[misc]
        def do_POST(self) -> None:  # noqa: N802 - the standard library's name
            if self.path.partition("?")[0].endswith("/token"):
                self.rfile.read(int(self.headers["Content-Length"]))
                data = json.dumps({"access_token": "any", "expires_in": 3600, "token_type": "Bearer"}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            else:
                super().do_POST()

    emulator.Request = OverTls
    listening = HTTPServer(("127.0.0.1", port), partial(Handler, Storage(use_memory_fs=True)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    listening.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[2]), sys.argv[3])
