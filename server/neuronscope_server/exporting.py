"""``neuronscope annotations export``: a dataset in, what people wrote about it out, in the public form."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from neuronscope.codec import dumps
from neuronscope.errors import BadInput
from neuronscope.records import NeuronSimulationResults

if TYPE_CHECKING:
    from neuronscope.annotations.store import Annotations

DATABASE = typer.Option(metavar="URL", help="The database, as a SQLAlchemy URL; else the file that serve uses.")


def export_command(
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="The folder or address of the dataset.")],
    annotations: Annotated[str | None, DATABASE] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of a line for each unit.")
    ] = False,
) -> None:
    """Print the explanations that people wrote, a line of JSON for each unit, in the form of the dataset's own.

    Example: neuronscope annotations export ./collated/gpt2 > written.jsonl
    """
    from neuronscope.annotations.store import Annotations
    from neuronscope.dataset import open_dataset
    from neuronscope_server.annotations import words_key
    from neuronscope_server.catalog import absolute

    opened = open_dataset(absolute(dataset))
    key = words_key(opened)
    with closing(Annotations(annotations or existing_database())) as words:
        units = _explained(words, key)
        if json:
            _print(dumps({"dataset": opened.name, "units": list(units)}))
            return
        for unit in units:
            _print(dumps(unit))


def database(*, make: bool = True) -> str:
    """The URL of the SQLite file that is used unless another database is named; its folder is made for this user."""
    from neuronscope.annotations.home import annotations_file
    from neuronscope.annotations.schema import sqlite_url

    file = annotations_file(os.environ)
    if make:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return sqlite_url(file)


def existing_database() -> str:
    """As :func:`database`.

    :raises BadInput: nobody has written anything yet; looking must not make a file.
    """
    from neuronscope.annotations.home import annotations_file

    file = annotations_file(os.environ)
    if not file.is_file():
        raise BadInput(
            f"Nothing was written on this machine yet ({file} is not there); or name the database: --annotations"
        )
    return database(make=False)


def _explained(words: Annotations, key: str) -> Iterator[NeuronSimulationResults]:
    from neuronscope.annotations.export import public_form

    for unit in words.units(key):
        if unit.explanations:
            yield public_form(unit)


def _print(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
