"""The production server: a configuration in, granian serving the application until it is interrupted.

granian runs the application in child processes; the configuration travels to them as one JSON object.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from neuronscope.cli.ports import Address
from neuronscope.dataset.readcache import MOST, Kept
from neuronscope.errors import BadInput
from neuronscope_server.shapes import Options

if TYPE_CHECKING:
    from flask import Flask
    from granian.server.mp import MPServer

_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where a person on this machine reaches what listens everywhere
_PARENT_CHECK = 1.0  # seconds between two looks whether the parent process still lives


@dataclass(frozen=True)
class Service:
    """What to serve and where. ``threads`` is per worker: how many requests may wait for a dataset at a time."""

    roots: dict[str, str]  # by name
    address: Address
    options: Options = field(default_factory=Options)
    workers: int = 1
    threads: int = 32
    read_cache: int = MOST  # bytes of datasets on other machines that are kept on this one; 0: none

    def __post_init__(self) -> None:
        """:raises BadInput: several processes where the queue of jobs is in one."""
        if self.workers > 1 and self.options.acts:
            said = "with --writable, --llm or --model it is 1, since queues and models live in one process."
            raise BadInput(f"--workers is {self.workers}: {said}")

    @property
    def url(self) -> str:
        """The address a person on this machine opens."""
        host = _LOOPBACK.get(self.address.ip, self.address.host)
        return f"http://{bracketed(host)}:{self.address.port}"


def bracketed(host: str) -> str:
    """The host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def serve(service: Service, *, listening: Callable[[], None]) -> None:
    """Serve until interrupted; ``listening`` is called once requests are answered."""
    server = _granian(service)
    watcher = threading.Thread(target=_announce, args=(service, server, listening), daemon=True)
    server.on_startup(watcher.start)
    server.serve(target_loader=load_app)


def load_app(config: str) -> Flask:
    """The application of a ``Service`` in JSON; called in the child process."""
    from neuronscope_server.app import create_app
    from neuronscope_server.catalog import open_catalog

    if sys.platform != "win32":
        # Ctrl-C in a terminal reaches every process; a worker that gets it and then the parent's SIGTERM deadlocks in
        # granian's signal handler, so workers leave it to the parent.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    service = msgspec.json.decode(config, type=Service)
    threading.Thread(target=_end_with, args=(_parent(),), daemon=True).start()
    return create_app(open_catalog(service.roots, _kept(service)), service.options, ahead=True)


def _kept(service: Service) -> Kept | None:
    """Where what is read from other machines is kept, if anything is to be."""
    cache, most = service.options.cache, service.read_cache // service.workers
    far = any("://" in root for root in service.roots.values())
    return Kept(Path(cache) / "read", most) if cache and most and far else None


def _granian(service: Service) -> MPServer:
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.log import LogLevels
    from granian.server.mp import MPServer

    return MPServer(
        msgspec.json.encode(service).decode(),
        address=service.address.ip,
        port=service.address.port,
        interface=Interfaces.WSGI,
        workers=service.workers,
        blocking_threads=service.threads,
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=5,
    )


def _announce(service: Service, server: MPServer, listening: Callable[[], None]) -> None:
    """Wait for an answer, then say so. Nothing is done before the workers are forked: a fork copies held locks."""
    while len(server.wrks) < service.workers or not _answers(service):
        time.sleep(0.02)
    listening()


def _answers(service: Service) -> bool:
    host, port = service.url.removeprefix("http://").rsplit(":", 1)
    connection = http.client.HTTPConnection(host.strip("[]"), int(port), timeout=5)
    try:
        connection.request("GET", "/api/health", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _parent() -> int:
    """The process that started this one, also where it is gone already by the time that somebody asks."""
    begun_by = multiprocessing.parent_process()
    return os.getppid() if begun_by is None or begun_by.pid is None else begun_by.pid


def _end_with(parent: int) -> None:
    """End this process when its parent is gone without having said so: nobody else would."""
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK)
    os._exit(1)
