"""``trace --prompts FILE``: several prompts averaged; lines of a file in, the table of their strongest nodes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from neuronscope import codec
from neuronscope.errors import BadInput, BrokenData

if TYPE_CHECKING:
    from neuronscope.trace.nouns import MetricPrompt, PromptsReport

Prompts = Annotated[
    Path | None,
    typer.Option(
        "--prompts",
        metavar="FILE",
        help='Several prompts, averaged: a line each, {"text": ...} or {"messages": ...}, mostly with its "metric".',
    ),
]
Together = Annotated[
    str, typer.Option("--together", help="Of several prompts: a unit at each position, or one unit at all of them.")
]
_SHOWN = 60  # characters of a prompt


def read_prompts(path: Path) -> list[MetricPrompt]:
    """One prompt a line; empty lines are none.

    :raises BadInput: no such file, no prompts in it, or a line that is none.
    """
    from neuronscope.trace.nouns import MetricPrompt

    if not path.is_file():
        raise BadInput(f"{path}: there is no such file")
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if line.strip():
            try:
                found.append(codec.loads(line, MetricPrompt))
            except BrokenData as error:
                raise BadInput(
                    f'{path}, line {number}: {error}; write {{"text": ...}} or {{"messages": ...}}'
                ) from error
    if not found:
        raise BadInput(f"{path} has no prompts: write one a line")
    return found


def refuse_mixed(text: str | None, prompts: Path | None, single: dict[str, object]) -> None:
    """:raises BadInput: no prompt, one and several, or for several what only one has; ``single``: that, as given."""
    if (text is None) == (prompts is None):
        raise BadInput("give a TEXT, or --prompts with a file of several, and not both")
    asked = [name for name, given in single.items() if given]
    if prompts is not None and asked:
        raise BadInput(f"{asked[0]} is about one prompt: trace those of --prompts one by one for it")


def rows(told: PromptsReport) -> Sequence[dict[str, Any]]:
    """The nodes as rows of a table."""
    return [asdict(node) for node in told.nodes]


def print_together(console: Console, told: PromptsReport) -> None:
    """The prompts, and their nodes as a table."""
    for one in told.prompts:
        console.print(Text(f"{one.metric} is {one.value:.4f} after {one.prompt[-_SHOWN:]!r}", style="dim"))
    table = Table(title=f"Means over {len(told.prompts)} prompts", title_justify="left")
    for name in ("layer", "unit", "position", "prompts", "mean effect", "the node"):
        table.add_column(name, justify="left" if name == "the node" else "right")
    for node in told.nodes:
        table.add_row(
            str(node.layer),
            "error" if node.unit is None else str(node.unit),
            "any" if node.position is None else str(node.position),
            str(node.texts),
            f"{node.effect:+.4g}",
            "raises it" if node.effect < 0 else "lowers it" if node.effect > 0 else "",
        )
    console.print(table)
