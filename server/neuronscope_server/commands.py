"""The server's command, ``neuronscope serve``: arguments in, a running server out."""

from __future__ import annotations

import re
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import orjson
import typer

from neuronscope.cli.ports import free_port
from neuronscope.errors import BadInput
from neuronscope_server.production import Service, bracketed, serve
from neuronscope_server.shapes import Options

SAMPLE = Path(__file__).with_name("sample")
_NAMED = re.compile(r"([^/\\:=]+)=(.+)")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")


def add_commands(app: typer.Typer, groups: dict[str, typer.Typer]) -> None:  # noqa: ARG001 - serve is in no group
    """Add ``serve`` to the root command."""
    app.command("serve")(serve_command)


Listening = Callable[[], None]


def serve_command(
    datasets: Annotated[
        list[str] | None, typer.Argument(metavar="[DATASET | NAME=DATASET]...", help="Folders or addresses.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8000,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    cors_origin: Annotated[
        list[str] | None, typer.Option(help="Another site whose pages may read the API, https://...; repeatable.")
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A further host name to answer for; repeatable; '*' for any.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes; more than one helps when many people read.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object once the server listens.")] = False,
) -> None:
    """Serve datasets and the viewer; without any dataset, the sample.

    Example: neuronscope serve gpt2=./collated/gpt2 az://openaipublic/neuron-explainer/data --port 8080
    """
    roots = named_roots(datasets or [str(sample())])
    check_roots(roots)
    options = Options(hosts=allowed_hosts(host, allow_host or []), cors_origins=checked_origins(cors_origin or []))
    service = Service(roots, options, host=host, port=free_port(host, port), workers=workers)

    def listening() -> None:
        _say(service, json=json)
        if open_page:
            webbrowser.open(service.url)

    serve(service, listening=listening)


def named_roots(arguments: list[str]) -> dict[str, str]:
    """``NAME=PATH`` or a path, as names and absolute roots.

    :raises BadInput: two datasets of one name.
    """
    from neuronscope.dataset.opening import slug
    from neuronscope_server.catalog import absolute

    roots: dict[str, str] = {}
    for argument in arguments:
        named = None if Path(argument).exists() else _NAMED.fullmatch(argument)
        root = absolute(named[2] if named else argument)
        name = slug(named[1] if named else root.rstrip("/").rpartition("/")[2])
        if name in roots:
            raise BadInput(f"Two datasets are called {name!r}: {roots[name]} and {root}. Name one: NAME={root}")
        roots[name] = root
    return roots


def check_roots(roots: dict[str, str]) -> None:
    """Look at every folder before anything listens; other machines are not asked.

    :raises BadInput: a folder holds no dataset.
    :raises BrokenData: its manifest cannot be used.
    """
    from neuronscope_server.catalog import is_remote, open_catalog

    catalog = open_catalog(roots)
    for dataset in map(catalog.dataset, catalog.names()):
        if not is_remote(dataset):
            _ = dataset.manifest


def sample() -> Path:
    """The dataset that travels with this package.

    :raises BadInput: this copy was built without it.
    """
    if not SAMPLE.is_dir():
        raise BadInput("Name a dataset to serve: this copy has no sample (in a checkout, make build puts one in).")
    return SAMPLE


def allowed_hosts(host: str, further: list[str]) -> list[str]:
    """The names that a request may ask for: this machine's own, the one listened on, and those listed."""
    return [*Options().hosts, bracketed(host), *further]


def checked_origins(origins: list[str]) -> list[str]:
    """:raises BadInput: an origin that is not ``scheme://host[:port]``; browsers would never match it."""
    for origin in origins:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise BadInput(f"{origin!r} is not an origin; write https://host or http://host:port, without a path.")
    return origins


def _say(service: Service, *, json: bool) -> None:
    if json:
        sys.stdout.buffer.write(orjson.dumps({"url": service.url, "datasets": list(service.roots)}) + b"\n")
        sys.stdout.flush()
    else:
        print(f"Neuronscope is at {service.url} (Ctrl-C ends it)", flush=True)
