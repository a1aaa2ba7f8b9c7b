"""A host before a real store: it passes requests on, and answers some of them itself as a troubled store does."""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .azurite import Azurite, leading

Matches = Callable[[str, str], bool]  # method, and path with its query


@dataclass
class Fault:
    """An answer of the store's own: ``code`` as Azure names it, given ``times`` times to requests that match."""

    status: int
    code: str
    times: int
    matches: Matches = lambda method, path: True  # noqa: ARG005
    given: int = 0


@dataclass
class Troubles:
    """What is to go wrong, and how often it did."""

    faults: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self, *faults: Fault) -> None:
        """These, in place of those before."""
        self.faults = list(faults)

    def of(self, method: str, path: str) -> Fault | None:
        """What is wrong with a request, which counts."""
        with self.lock:
            for fault in self.faults:
                if fault.given < fault.times and fault.matches(method, path):
                    fault.given += 1
                    return fault
        return None


@contextmanager
def troubled(store: Azurite) -> Iterator[Troubles]:
    """This process reaches the store through a host that makes trouble, while the context lasts."""
    troubles = Troubles()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(store, troubles))
    server.daemon_threads = True
    server.socket = _with_certificate(store).wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        with leading(Azurite(server.server_address[1], store.authority)):
            yield troubles
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _with_certificate(store: Azurite) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(store.authority.with_name("certificate.pem"))
    return context


def _handler(store: Azurite, troubles: Troubles) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fault = troubles.of(self.command, self.path)
            if fault is None:
                self._passed_on(body)
            else:
                said = f"<?xml version='1.0'?><Error><Code>{fault.code}</Code><Message>m</Message></Error>".encode()
                headers = {"x-ms-error-code": fault.code, "Content-Type": "application/xml"}
                self._answer(fault.status, headers, said)

        do_HEAD = do_PUT = do_DELETE = do_POST = do_GET  # noqa: N815 - as the library names them

        def _passed_on(self, body: bytes) -> None:
            there = http.client.HTTPSConnection("127.0.0.1", store.port, context=_trusting())
            there.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                there.putheader(name, value)
            there.endheaders(body or None)
            answer = there.getresponse()
            hop = ("transfer-encoding", "connection", "keep-alive", "content-length")
            headers = {name: value for name, value in answer.getheaders() if name.lower() not in hop}
            data = answer.read()
            size = answer.getheader("Content-Length") if self.command == "HEAD" else None
            self._answer(answer.status, headers, data, size)
            there.close()

        def _answer(self, status: int, headers: dict[str, str], body: bytes, size: str | None = None) -> None:
            self.send_response_only(status)
            for name, value in {**headers, "Content-Length": size or str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # this machine's own
    return context
