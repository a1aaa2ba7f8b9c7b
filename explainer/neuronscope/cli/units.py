"""``neuronscope units DATASET``: units of a dataset as a table, sorted and filtered."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from neuronscope import codec
from neuronscope.cli.arguments import layer_numbers
from neuronscope.cli.printable import on_a_line, token_on_a_line
from neuronscope.dataset import open_dataset
from neuronscope.dataset.localcache import cache_folder, cache_home

if TYPE_CHECKING:
    from neuronscope.dataset.unitindex import UnitPage, UnitRow

_WIDTH = 140  # where the output is no terminal


def units(
    dataset: Annotated[str, typer.Argument(help="A dataset's folder, or its https://, az:// or gs:// address.")],
    sort: Annotated[
        str,
        typer.Option(
            help="layer, max, min, mean, variance, skewness, kurtosis, density, sequences_fired, score or explanations."
        ),
    ] = "layer",
    ascending: Annotated[bool, typer.Option("--ascending", help="Smallest first, for any column but layer.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 20,
    layers: Annotated[str | None, typer.Option(help="Which layers, such as 0-5 or 0,3,7-9.")] = None,
    min_score: Annotated[float | None, typer.Option(help="Units whose best explanation scores this or more.")] = None,
    max_density: Annotated[float | None, typer.Option(help="Units that fire on this share of tokens or less.")] = None,
    dead: Annotated[bool | None, typer.Option("--dead/--alive", help="Units that never fired, or did.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """List units of a dataset with their statistics and best explanations.

    Example: neuronscope units my-dataset --sort kurtosis --limit 20

    Example: neuronscope units my-dataset --layers 4-6 --dead --json
    """
    from neuronscope.dataset.indexing import open_units
    from neuronscope.dataset.unitindex import UnitQuery

    descending = sort != "layer" and not ascending
    query = UnitQuery(sort, descending, layer_numbers(layers), min_score, max_density, dead)
    with open_dataset(dataset) as opened:
        found = open_units(opened, cache_folder(cache_home(os.environ), opened.root)).page(query, limit=limit)
    if json:
        typer.echo(codec.dumps({"units": [dataclasses.asdict(row) for row in found.rows], "total": found.total}))
        return
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    console.print(_table(found.rows))
    typer.echo(_count(found), err=True)


def _table(rows: list[UnitRow]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("unit", "max", "density", "kurtosis", "score"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("peak", no_wrap=True)
    table.add_column("explanation", ratio=1)
    for row in rows:
        numbers = (row.max, row.density, row.kurtosis, row.score)
        peak = "dead" if row.dead else token_on_a_line(row.peak_token or "")
        said = on_a_line(row.explanation or "")
        table.add_row(f"{row.layer}:{row.unit}", *map(_short, numbers), Text(peak), Text(said))
    return table


def _short(number: float | None) -> str:
    return "-" if number is None else f"{number:.4g}"


def _count(found: UnitPage) -> str:
    if not found.rows:
        return "No unit is like that."
    return f"{len(found.rows):,} of {found.total:,} units"
