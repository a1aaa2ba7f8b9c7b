"""``neuronscope saes``: published releases of SAEs, their ids, and what is known of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from neuronscope import codec
from neuronscope.cli.liveoptions import Json
from neuronscope.cli.printable import on_a_line
from neuronscope.errors import StorageFailed

if TYPE_CHECKING:
    from neuronscope.subject.sae_directory import Entry, Release


def saes(
    release: Annotated[str | None, typer.Argument(help="A release, as the list names it.")] = None,
    sae_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="One of its SAEs.")] = None,
    model: Annotated[str | None, typer.Option(help="Only releases for models with this in their name.")] = None,
    json: Json = False,
) -> None:
    """List the releases of SAEs that sae_lens knows, the ids of one, or what is known of one SAE.

    The list is read on this machine; the configuration of an SAE is fetched from the hub, if it can be reached.

    Example: neuronscope saes --model gpt2

    Example: neuronscope saes gpt2-small-res-jb

    Example: neuronscope saes gpt2-small-res-jb blocks.5.hook_resid_pre
    """
    from neuronscope.subject import sae_directory as directory

    if release is None:
        _print_releases(directory.releases(model), json=json)
    elif sae_id is None:
        _print_ids(directory.entries(release), json=json)
    else:
        _print_one(directory.entry(release, sae_id), json=json)


def _print_releases(found: list[Release], *, json: bool) -> None:
    if json:
        typer.echo(codec.dumps({"releases": found}))
        return
    table = Table()
    for name in ("release", "model", "SAEs", "from"):
        table.add_column(name, justify="right" if name == "SAEs" else "left")
    for one in found:
        table.add_row(one.release, one.model, f"{one.saes:,}", one.repository)
    Console().print(table)


def _print_ids(found: list[Entry], *, json: bool) -> None:
    if json:
        typer.echo(codec.dumps({"saes": found}))
        return
    table = Table()
    for name in ("id", "published L0", "variance explained", "Neuronpedia"):
        table.add_column(name, justify="left" if name in ("id", "Neuronpedia") else "right")
    for one in found:
        known = (_number(one.l0), _number(one.variance_explained), one.neuronpedia or "")
        table.add_row(one.id, *known)
    Console().print(table)


def _print_one(found: Entry, *, json: bool) -> None:
    from neuronscope.subject import sae_directory as directory

    failed: StorageFailed | None = None
    configuration = {}
    try:
        configuration = directory.configuration(found)
    except StorageFailed as error:  # what the directory says is worth telling all the same
        failed = error
    if json:
        typer.echo(codec.dumps({"sae": found, "configuration": None if failed else configuration}))
    else:
        _print_rows(found, configuration)
    if failed is not None:
        raise failed


def _print_rows(found: Entry, configuration: dict[str, Any]) -> None:
    console = Console()
    rows = {"release": found.release, "id": found.id, "model": found.model, "from": f"{found.repository}/{found.path}"}
    rows |= {"published L0": _number(found.l0), "variance explained": _number(found.variance_explained)}
    rows |= {name: str(value) for name, value in configuration.items()}
    for name, value in rows.items():
        console.print(Text(f"{name:<20} {on_a_line(value)}"), soft_wrap=True)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
