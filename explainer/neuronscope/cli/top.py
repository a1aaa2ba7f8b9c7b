"""``neuronscope top MODEL TEXT``: the strongest units of each token, with what explains them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from neuronscope import codec
from neuronscope.cli import liveoptions as live
from neuronscope.cli.arguments import layer_numbers
from neuronscope.cli.printable import on_a_line, token_on_a_line
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.live import TopUnits

_AMONG = ("all", "stored", "explained")
_WIDTH = 140  # where the output is no terminal


def top(
    model: live.Model,
    text: live.Typed,
    dataset: live.DatasetOption = None,
    k: Annotated[int, typer.Option("-k", min=1, help="How many units of each token.")] = 5,
    per: Annotated[str, typer.Option(help="token, or text: each unit once, at its peak.")] = "token",
    by: Annotated[str, typer.Option(help="activation, or share of the stored maximum.")] = "activation",
    layers: Annotated[str | None, typer.Option(help="Which layers, such as 0-5 or 0,3,7-9.")] = None,
    max_density: Annotated[float | None, typer.Option(help="Units that fire on this share of tokens or less.")] = None,
    min_activation: Annotated[float | None, typer.Option(help="Activations of this or more.")] = None,
    among: Annotated[str, typer.Option(help="all, stored (units of the dataset) or explained.")] = "all",
    source: Annotated[str | None, typer.Option(help="An SAE by its name, in place of the dataset's units.")] = None,
    sae: live.Saes = None,
    bos: live.Bos = None,
    dtype: live.Dtype = "float32",
    device: live.Device = "auto",
    json: live.Json = False,
) -> None:
    """List the strongest units of each token of a text, with the dataset's explanations of them.

    Example: neuronscope top ./models/smollm2 "The cat sat on the mat" --dataset ./collated/smollm2 -k 5

    Example: neuronscope top ./models/gpt2 "The cat" --sae res=gpt2-small-res-jb/blocks.5.hook_resid_pre --source res
    """
    from neuronscope.live import AskTopUnits

    for name, value, known in (("per", per, ("token", "text")), ("by", by, ("activation", "share"))):
        _refuse_unknown(name, value, known)
    _refuse_unknown("among", among, _AMONG)
    chosen = layer_numbers(layers)
    ask = AskTopUnits(
        text=text,
        bos=bos,
        k=k,
        per=per,  # type: ignore[arg-type]  # looked at above
        by=by,  # type: ignore[arg-type]
        layers=None if chosen is None else list(chosen),
        max_density=max_density,
        min_activation=min_activation,
        among=among,  # type: ignore[arg-type]
        source=source,
    )
    found = live.open_live(model, dtype, device, dataset=dataset, saes=sae or ()).ask(ask)
    if json:
        typer.echo(codec.dumps(found))
        return
    console = Console()
    console = console if console.is_terminal else Console(width=_WIDTH)
    console.print(_table(found))


def _refuse_unknown(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise BadInput(f"--{name} {value!r} is unknown: choose {', '.join(known[:-1])} or {known[-1]}")


def _table(found: TopUnits) -> Table:
    table = Table()
    for name in ("position", "token", "activation", "of max", "unit", "texts"):
        table.add_column(name, justify="left" if name == "token" else "right", no_wrap=True)
    table.add_column("description", no_wrap=True, overflow="ellipsis", ratio=1)
    for group in found.positions:
        for number, unit in enumerate(group):
            first = number == 0 or found.per == "text"
            table.add_row(
                str(unit.position) if first else "",
                Text(token_on_a_line(found.tokens[unit.position])) if first else "",
                f"{unit.activation:.4g}",
                "" if unit.share is None else f"{unit.share:.0%}",
                f"{unit.layer}:{unit.unit}",
                "" if unit.explanations is None else str(unit.explanations),
                Text(on_a_line(unit.explanation or "")),
            )
    return table
