"""``neuronscope compare DATASET UNITS``: units side by side, as the route of this name answers them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from neuronscope.codec import dumps
from neuronscope.dataset import open_dataset
from neuronscope.dataset.localcache import cache_home
from neuronscope.errors import BadInput, StorageFailed

if TYPE_CHECKING:
    from neuronscope_server.compare import Comparison


def compare_command(
    dataset: Annotated[str, typer.Argument(help="A dataset's folder, or its https://, az:// or gs:// address.")],
    units: Annotated[str, typer.Argument(help="Units as LAYER:UNIT, with commas between them: 3:17,3:99.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Compare units: the tokens that two have in common, their cosine, and whether they fire together.

    Example: neuronscope compare my-dataset 3:17,3:99
    """
    found = _compared(dataset, units)
    if json:
        sys.stdout.buffer.write(dumps(found) + b"\n")
        return
    places = [f"{one.layer}:{one.unit}" for one in found.units]
    for pair in found.pairs:
        typer.echo(f"{places[pair.first]} and {places[pair.second]}")
        numbers = (("token overlap", pair.token_overlap), ("decoder cosine", pair.decoder_cosine))
        for name, measured in (*numbers, ("co-activation", pair.coactivation)):
            typer.echo(f"  {name:<15}{f'-  {measured.reason}' if measured.value is None else f'{measured.value:.4g}'}")


def _compared(address: str, units: str) -> Comparison:
    from neuronscope_server.catalog import Catalog, absolute
    from neuronscope_server.compare import comparison
    from neuronscope_server.refused import Refused
    from neuronscope_server.tables import Tables

    with open_dataset(absolute(address)) as dataset:
        catalog = Catalog({dataset.name: dataset})
        try:
            return comparison(catalog, Tables(catalog, cache_home(os.environ)), dataset.name, units)
        except Refused as refused:
            kind = StorageFailed if refused.status >= 500 else BadInput
            raise kind(refused.detail) from refused
