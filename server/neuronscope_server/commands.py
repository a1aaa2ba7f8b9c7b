"""The server's command, ``neuronscope serve``: arguments in, a running server out."""

from __future__ import annotations

import os
import re
import socket
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import orjson
import typer

from neuronscope.cli.ports import Address, free_port
from neuronscope.dataset.localcache import cache_home
from neuronscope.dataset.readcache import MOST
from neuronscope.errors import BadInput
from neuronscope_server.acting import checked_annotations, checked_scoring, checked_token, refuse_open_doors
from neuronscope_server.exporting import DATABASE
from neuronscope_server.live.checked import Devices, checked_live
from neuronscope_server.named import named_roots
from neuronscope_server.production import Service, bracketed, serve
from neuronscope_server.shapes import Options

SAMPLE = Path(__file__).with_name("sample")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")

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
    frames: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN", help="Another site whose pages may show units in a frame, https://...; repeatable."
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A further host name to answer for; repeatable; '*' for any.")
    ] = None,
    sentence_model: Annotated[
        Path | None, typer.Option(help="Search by meaning too: the folder of a model2vec model on this machine.")
    ] = None,
    writable: Annotated[
        bool, typer.Option("--writable", help="Keep what people write: explanations, votes, lists.")
    ] = False,
    annotations: Annotated[str | None, DATABASE] = None,
    llm: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODEL", help="Score texts with it: openai:MODEL@URL, a folder or a .gguf file; repeatable."
        ),
    ] = None,
    simulator: Annotated[str | None, typer.Option(help="all-at-once, one-at-a-time or structured.")] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="[NAME=]MODEL", help="Try live text with it: a folder, a .gguf file or a name of the hub."
        ),
    ] = None,
    sae: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[NAME=]SAE", help="Of --model: RELEASE/ID, a path, vectors:FILE, crosscoder:FOLDER@LAYER."
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="The base model of --model, which is asked too and crosscoders read."),
    ] = None,
    dtype: Annotated[str, typer.Option(help="Of --model: float32, bfloat16 or float16.")] = "float32",
    device: Annotated[str, typer.Option(help="Of --model: auto, or a device of torch.")] = "auto",
    base_device: Annotated[str | None, typer.Option(help="Of --base; that of --model unless given.")] = None,
    crosscoder_device: Annotated[
        str | None, typer.Option(help="Of crosscoders over both; that of --model unless given.")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="NEURONSCOPE_TOKEN", help="Ask for it before anything is written or run.", show_default=False
        ),
    ] = None,
    read_cache: Annotated[
        float,
        typer.Option(min=0, metavar="GB", help="How much of datasets on other machines is kept here; 0: nothing."),
    ] = MOST / 1e9,
    workers: Annotated[int, typer.Option(min=1, help="Processes; more than one helps when many people read.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object once the server listens.")] = False,
) -> None:
    """Serve datasets and the viewer; without any dataset, the sample.

    Example: neuronscope serve gpt2=./collated/gpt2 az://openaipublic/neuron-explainer/data --port 8080
    """
    roots = named_roots(datasets or [str(sample())])
    check_roots(roots)
    address = free_port(host, port)
    options = Options(
        hosts=allowed_hosts(address, allow_host or []),
        any_ip=address.is_wildcard,
        cors_origins=checked_origins(cors_origin or []),
        frames=checked_origins(frames or []),
        sentence_model=checked_model(sentence_model),
        cache=str(cache_home(os.environ)),
        scoring=checked_scoring(llm or [], simulator),
        live=checked_live(model, sae or [], base, dtype, Devices(device, base_device, crosscoder_device)),
        token=checked_token(token),
        annotations=checked_annotations(annotations, writable=writable),
    )
    refuse_open_doors(address, options)
    service = Service(
        roots,
        address,
        options,
        workers=workers,
        threads=64 if options.acts else 32,
        read_cache=round(read_cache * 1e9),
    )

    def listening() -> None:
        _say(service, json=json)
        if open_page:
            webbrowser.open(service.url)

    serve(service, listening=listening)


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


def allowed_hosts(
    address: Address, further: list[str], *, own_name: Callable[[], str] = socket.gethostname
) -> list[str]:
    """The names that a request may ask for: this machine's own, the one listened on, and those listed.

    What listens everywhere also answers for the name that this machine has for others.
    """
    listened = [own_name()] if address.is_wildcard else [bracketed(address.host), bracketed(address.ip)]
    return list(dict.fromkeys([*Options().hosts, *listened, *further]))


def checked_model(folder: Path | None) -> str | None:
    """:raises BadInput: it cannot be read; better known before anything listens."""
    if folder is None:
        return None
    from neuronscope.dataset.search import load_encoder

    load_encoder(folder)
    return str(folder.absolute())


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
        print(f"Neuronscope is at {service.url} (Ctrl-C ends it){_for_whom(service)}", flush=True)


def _for_whom(service: Service) -> str:
    """A line more for a server that others can reach."""
    if not service.address.is_wildcard:
        return ""
    from neuronscope_server.security import is_ip

    hosts = service.options.hosts
    names = ", ".join(host for host in hosts if not is_ip(host))
    further = "for any name" if "*" in hosts else f"for {names}; further names need --allow-host"
    return f"\nIt listens on all addresses of this machine, and answers for them and {further}."
