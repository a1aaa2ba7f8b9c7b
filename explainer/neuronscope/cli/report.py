"""``neuronscope report DATASET``: how good its explanations are, in a terminal, as JSON, or as a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from neuronscope import codec
from neuronscope.cli.arguments import layer_numbers
from neuronscope.cli.bar import shown
from neuronscope.dataset import open_dataset
from neuronscope.dataset.newfile import check_place

if TYPE_CHECKING:
    from neuronscope.explain.report.nouns import ExplanationReport
    from neuronscope.explain.report.summary import Selection

_WIDTH = 140  # where the output is no terminal


def report(
    dataset: Annotated[str, typer.Argument(help="A dataset's folder, or its https://, az:// or gs:// address.")],
    run: Annotated[str, typer.Option(metavar="ID", help="Only explanations of this run; all for every one.")] = "all",
    layers: Annotated[str | None, typer.Option(help="Which layers, such as 0-5 or 0,3,7-9.")] = None,
    explainer: Annotated[
        list[str] | None,
        typer.Option(
            help="Only explanations by pairs, token-space, tokens, peak, contrastive, person or unknown; may be given "
            "several times or with commas."
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with plots that needs nothing but itself.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Say how good a dataset's explanations are, and how far above token lookup and a shuffled explanation.

    Averages are over units, with 95% intervals; every one says over how many. What is undefined is not counted as 0: it
    is counted apart, with its reasons.

    Example: neuronscope report my-dataset

    Example: neuronscope report my-dataset --layers 0-5 --explainer pairs --html report.html
    """
    from neuronscope.cli.reporttables import report_parts
    from neuronscope.explain.report.page import write_page
    from neuronscope.explain.report.summary import Selection

    if html is not None:
        check_place(html)  # before anything slow starts
    selection = Selection(None if run == "all" else run, layer_numbers(layers), _names(explainer))
    found = _read(dataset, selection)
    if html is not None:
        write_page(found, html)
        typer.echo(f"Written to {html}", err=True)
    if json:
        typer.echo(codec.dumps(found))
        return
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    for part in report_parts(found):
        console.print(part)


def _names(given: list[str] | None) -> tuple[str, ...] | None:
    names = [name.strip() for text in given or () for name in text.split(",") if name.strip()]
    return tuple(names) or None


def _read(address: str, selection: Selection) -> ExplanationReport:
    from neuronscope.explain.report.summary import report_on

    with open_dataset(address) as opened, shown("units") as bar:
        return report_on(opened, selection, progress=bar.show)
