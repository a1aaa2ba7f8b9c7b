"""``neuronscope activations MODEL TEXT --unit 12:345``: some units on a text, as heat-maps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from neuronscope import codec
from neuronscope.cli import liveoptions as live
from neuronscope.cli.heatmap import heatmap
from neuronscope.cli.printable import on_a_line
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.live import UnitPlace
    from neuronscope.live.answers import LiveUnit

_PLACE = re.compile(r"(?:([^@]+)@)?([0-9]{1,9})[:/]([0-9]{1,9})")


def activations(
    model: live.Model,
    text: live.Typed,
    unit: Annotated[
        list[str], typer.Option(metavar="LAYER:UNIT", help="Which unit; NAME@LAYER:UNIT of an SAE. Repeatable.")
    ],
    dataset: live.DatasetOption = None,
    sae: live.Saes = None,
    bos: live.Bos = None,
    dtype: live.Dtype = "float32",
    device: live.Device = "auto",
    json: live.Json = False,
) -> None:
    """Show what some units do on a text; with a dataset on the colour scale of its records.

    Example: neuronscope activations ./models/smollm2 "The cat sat on the mat" --unit 12:345 --unit 3:17

    Example: neuronscope activations ./models/smollm2 "The cat" --unit 16:750 --dataset ./collated/smollm2 --json
    """
    from neuronscope.live import AskActivations

    ask = AskActivations(text=text, bos=bos, units=[_place(one) for one in unit])
    found = live.open_live(model, dtype, device, dataset=dataset, saes=sae or ()).ask(ask)
    if json:
        typer.echo(codec.dumps(found))
        return
    console = Console()
    for one in found.units:
        for line in _lines(one):
            console.print(line, soft_wrap=True)


def _place(text: str) -> UnitPlace:
    from neuronscope.live import UnitPlace

    found = _PLACE.fullmatch(text.strip())
    if found is None:
        raise BadInput(f"--unit {text!r} cannot be read: write it like 12:345, or NAME@12:345")
    return UnitPlace(int(found[2]), int(found[3]), found[1])


def _lines(unit: LiveUnit) -> list[Text]:
    """A heading, what explains the unit, and the text on the stored scale or, without one, on its own."""
    skipped = set(unit.record.ignored or ())
    values = [0.0 if i in skipped else value for i, value in enumerate(unit.record.activations)]
    own = max((abs(value) for value in values), default=0.0)
    scale = unit.max if unit.max is not None and unit.max > 0 else own
    peak = max(values, default=0.0)
    known = f"stored maximum {unit.max:.4g}" if unit.max is not None else "no stored maximum: on its own scale"
    source = "" if unit.source is None else f"{on_a_line(unit.source)} "
    lines = [Text(f"{source}layer {unit.layer}, unit {unit.unit}: largest {peak:.4g}, {known}", style="bold")]
    if unit.explanation:
        score = "not scored" if unit.score is None else f"score {unit.score:.2f}"
        lines.append(Text(f"{on_a_line(unit.explanation)}  ({score})"))
    shares = [value / scale if scale else 0.0 for value in values]
    return [*lines, heatmap(zip(unit.record.tokens, shares, strict=True)), Text()]
