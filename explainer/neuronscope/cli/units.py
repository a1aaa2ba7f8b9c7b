"""``neuronscope units DATASET``: units of a dataset as a table, sorted and filtered, or as a file."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from neuronscope import codec
from neuronscope.cli.arguments import layer_numbers, unit_ranges
from neuronscope.cli.printable import on_a_line, token_on_a_line
from neuronscope.dataset import open_dataset
from neuronscope.dataset.localcache import cache_folder, cache_home

if TYPE_CHECKING:
    from neuronscope.dataset import Dataset
    from neuronscope.dataset.unitindex import UnitIndex, UnitPage, UnitQuery, UnitRow

_SHOWN = 20  # units, unless a limit is given
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
    limit: Annotated[
        int | None, typer.Option(min=1, help=f"How many; {_SHOWN} unless given, or all with --out.", show_default=False)
    ] = None,
    layers: Annotated[str | None, typer.Option(help="Which layers, such as 0-5 or 0,3,7-9.")] = None,
    min_score: Annotated[float | None, typer.Option(help="Units whose best explanation scores this or more.")] = None,
    max_density: Annotated[float | None, typer.Option(help="Units that fire on this share of tokens or less.")] = None,
    dead: Annotated[bool | None, typer.Option("--dead/--alive", help="Units that never fired, or did.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CONDITION",
            help='Units of which this holds: a column as for --sort, >= or <=, a number, as in "density<=0.01". Given '
            "several times, all must hold; what is undefined meets none.",
        ),
    ] = None,
    chosen: Annotated[
        str | None, typer.Option("--units", help="Only these, such as 3:17,3:40-60,5:*.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write them with all columns to a .csv, .parquet or .json file."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """List units of a dataset with their statistics and best explanations.

    Example: neuronscope units my-dataset --sort kurtosis --limit 20

    Example: neuronscope units my-dataset --layers 4-6 --dead --json

    Example: neuronscope units my-dataset --where "density<=0.01" --where "kurtosis>=20" --sort score

    Example: neuronscope units my-dataset --units 3:17,5:* --where "score>=0.3" --out units.csv
    """
    from neuronscope.dataset.conditions import read_condition
    from neuronscope.dataset.indexing import open_units
    from neuronscope.dataset.unitfiles import kind_of
    from neuronscope.dataset.unitindex import UnitQuery

    if out is not None:
        kind_of(out)  # before anything slow
    query = UnitQuery(
        sort,
        sort != "layer" and not ascending,
        layer_numbers(layers),
        min_score,
        max_density,
        dead,
        tuple(map(read_condition, where or ())),
    )
    with open_dataset(dataset) as opened:
        query = dataclasses.replace(query, units=_places(opened, chosen))
        index = open_units(opened, cache_folder(cache_home(os.environ), opened.root))
    if out is not None:
        _write(index, query, out, limit, json)
        return
    found = index.page(query, limit=limit or _SHOWN)
    if json:
        typer.echo(codec.dumps({"units": [dataclasses.asdict(row) for row in found.rows], "total": found.total}))
        return
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    console.print(_table(found.rows))
    typer.echo(_count(found), err=True)


def _places(dataset: Dataset, chosen: str | None) -> tuple[tuple[int, int], ...] | None:
    if chosen is None or chosen.strip() == "all":
        return None
    from neuronscope.explain.planning import chosen_units

    return tuple((unit.layer_index, unit.neuron_index) for unit in chosen_units(dataset, unit_ranges(chosen)))


def _write(index: UnitIndex, query: UnitQuery, out: Path, limit: int | None, json: bool) -> None:
    from neuronscope.dataset.unitfiles import write_selection

    total = index.page(query, limit=1).total
    written = total if limit is None else min(limit, total)
    write_selection(index.select(query, limit=limit), out)
    if json:
        typer.echo(codec.dumps({"out": str(out), "units": written, "total": total}))
    else:
        typer.echo(f"{written:,} of {total:,} units written to {out}", err=True)


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
