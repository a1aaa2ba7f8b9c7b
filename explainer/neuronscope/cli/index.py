"""``neuronscope index DATASET``: tables of units and the search index, brought up to date."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from neuronscope import codec
from neuronscope.dataset import open_dataset
from neuronscope.dataset.localcache import cache_folder, cache_home

if TYPE_CHECKING:
    from neuronscope.dataset import Dataset
    from neuronscope.dataset.indexing import Indexed


def index(
    dataset: Annotated[str, typer.Argument(help="A dataset's folder, or its https://, az:// or gs:// address.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Bring a dataset's tables of units and its search index up to date, after explanations or relations were added.

    Tables go into the dataset: units/{layer}.json, and units.parquet for DuckDB, Polars and pandas. The search index,
    and all of it for a dataset that cannot be written, is kept in ~/.cache/neuronscope.

    Example: neuronscope index my-dataset
    """
    with open_dataset(dataset) as opened:
        folder = cache_folder(cache_home(os.environ), opened.root)
        done, search = _indexed(opened, folder)
    if json:
        said = {"dataset": dataset, "tables": done.where, "units": done.units, "changed": done.changed}
        typer.echo(codec.dumps(said | {"search": str(search)}))
        return
    what = f"{done.changed} files written to {done.where}" if done.changed else "tables were up to date"
    typer.echo(f"{done.units:,} units: {what}; search index in {search}", err=True)


def _indexed(dataset: Dataset, folder: Path) -> tuple[Indexed, Path]:
    from neuronscope.dataset.indexing import index_units
    from neuronscope.dataset.search import build_search_index

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        tables = bars.add_task("tables of units", total=None)
        words = bars.add_task("search index, by layer", total=None, visible=False)

        def count(done: int, layers: int, units: int) -> None:
            bars.update(tables, description=f"layer {done + 1} of {layers}, units", completed=units)

        done = index_units(dataset, folder, count)
        bars.update(tables, description="tables of units", completed=done.units, total=done.units)
        bars.update(words, visible=True)
        return done, build_search_index(dataset, folder, lambda n, of: bars.update(words, completed=n, total=of))
