"""``neuronscope check DATASET``: every fault of a dataset on a line of its own."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from neuronscope import codec
from neuronscope.cli.printable import on_a_line
from neuronscope.dataset import open_dataset
from neuronscope.dataset.check import Checked, check_dataset

_QUIET_SECONDS = 2.0  # a check that takes longer says how far it is


def check(
    dataset: Annotated[str, typer.Argument(help="A dataset's folder, or its https://, az:// or gs:// address.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Look for missing, unreadable, damaged and inconsistent files; exit code 1 if there are any.

    Example: neuronscope check data/sample
    """
    from neuronscope.trace.stored import check_traces

    checked, faults = 0, []
    with open_dataset(dataset) as opened:
        for item in _with_progress(chain(check_dataset(opened), check_traces(opened))):
            checked += 1
            for fault in item.faults:
                faults.append({"path": item.path, "fault": fault})
                if not json:
                    typer.echo(on_a_line(f"{item.path}: {fault}"))
        root = opened.root
    if json:
        typer.echo(codec.dumps({"dataset": root, "checked": checked, "faults": faults}))
    else:
        typer.echo(f"{checked:,} files looked at, {_count(len(faults))}.", err=True)
    if faults:
        raise typer.Exit(1)


def _count(faults: int) -> str:
    return "no faults" if not faults else f"{faults:,} fault{'s' if faults > 1 else ''}"


def _with_progress(items: Iterable[Checked]) -> Iterator[Checked]:
    """The items, with a line on a terminal's standard error that says how many there were, once it takes long."""
    console = Console(stderr=True)
    began, status = time.monotonic(), console.status("")
    try:
        for number, item in enumerate(items):
            if console.is_terminal and time.monotonic() - began > _QUIET_SECONDS:
                status.update(Text(on_a_line(f"{number:,} files looked at, now {item.path}")))
                status.start()
            yield item
    finally:
        status.stop()
