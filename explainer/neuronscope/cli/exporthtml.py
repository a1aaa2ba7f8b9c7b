"""``neuronscope export html DATASET UNIT ... --out FILE``: units as one HTML file that needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from neuronscope import codec
from neuronscope.cli.arguments import unit_place
from neuronscope.cli.printable import on_a_line
from neuronscope.dataset import layout, open_dataset
from neuronscope.errors import BadInput
from neuronscope.lists import Lists, UnitList

if TYPE_CHECKING:
    from neuronscope.dataset import Dataset

_MOST = 1000  # units of a search; a list or names may be as many as one likes

Named = dict[str, str | None]  # by key, what a list calls it


def export_html(
    dataset: Annotated[str, typer.Argument(help="A dataset's folder, or its https://, az:// or gs:// address.")],
    units: Annotated[list[str] | None, typer.Argument(metavar="UNIT", help="Layer and unit, such as 12:345.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file to write; an older one is replaced.")
    ] = None,
    list_: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="The units of a list of the dataset.")
    ] = None,
    query: Annotated[
        str | None, typer.Option(metavar="WORDS", help="The units that a search finds, best first, as for search.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="How many units of a search.")] = 100,
    title: Annotated[
        str | None, typer.Option(help="What the file is called; the dataset's title unless given.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Write units to one HTML file: their texts, explanations, scores and related tokens, and where they come from.

    The file opens without a network and without this software. Its first unit can be read where scripts do not run.

    Example: neuronscope export html my-dataset 12:345 12:346 --out units.html

    Example: neuronscope export html my-dataset --query "days of the week" --limit 20 --out weekdays.html
    """
    from neuronscope.dashboards import OfflineFeatureDashboard
    from neuronscope.dashboards.saving import save_text

    if out is None:
        raise BadInput("name the file to write with --out, such as units.html")
    if sum(given is not None for given in (units or None, list_, query)) != 1:
        raise BadInput("name units like 12:345, or a list with --list, or words with --query: one of the three")
    with open_dataset(dataset) as opened, Console(stderr=True).status("reading units"):
        chosen = _chosen(opened, units, list_, query, limit)
        names = {key: name for key, name in chosen.items() if name}
        dashboard = OfflineFeatureDashboard(opened, names=names, title=title or list_)
        where = save_text(out, dashboard.html(list(chosen)))
    size = where.stat().st_size
    if json:
        typer.echo(codec.dumps({"file": str(where), "units": list(chosen), "bytes": size}))
        return
    said = f"{len(chosen):,} unit{'' if len(chosen) == 1 else 's'}"
    typer.echo(f"{on_a_line(str(where))}: {said}, {size / 1000:,.0f} kB.", err=True)


def _chosen(dataset: Dataset, units: Sequence[str] | None, list_: str | None, query: str | None, limit: int) -> Named:
    if list_ is not None:
        return {f"{one.layer}:{one.unit}": one.label for one in _list(dataset, list_).units}
    if query is not None:
        return dict.fromkeys(_found(dataset, query, limit))
    return dict.fromkeys(f"{layer}:{unit}" for layer, unit in map(unit_place, units or ()))


def _list(dataset: Dataset, name: str) -> UnitList:
    """The list of that title.

    :raises BadInput: there is none, with those there are; or it is empty.
    """
    data = dataset.file(layout.LISTS)
    lists = [] if data is None else codec.loads(data, Lists).lists
    found = next((one for one in lists if one.title.casefold() == name.strip().casefold()), None)
    if found is None:
        there = ", ".join(repr(one.title) for one in lists[:20]) or "none"
        raise BadInput(f"{dataset.name} has no list {name[:80]!r}; its lists: {there}")
    if not found.units:
        raise BadInput(f"the list {found.title!r} of {dataset.name} is empty")
    return found


def _found(dataset: Dataset, query: str, limit: int) -> list[str]:
    """The units that a search finds, each once; a unit may be found by several of its explanations.

    :raises BadInput: none is found.
    """
    from neuronscope.dataset.search import SearchRequest, search_dataset

    answer = search_dataset(dataset, SearchRequest(query, limit=limit))
    keys = list(dict.fromkeys(f"{hit.layer}:{hit.unit}" for hit in answer.hits))
    if not keys:
        raise BadInput(f"nothing in {dataset.name} matches {query[:80]!r}")
    return keys
