"""``neuronscope relate MODEL --dataset DATASET``: what the weights connect a dataset's units to."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from neuronscope.cli.arguments import layer_numbers
from neuronscope.cli.progress import StageBar
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.relate import RelateOptions, RelateSummary
    from neuronscope.subject import Source, Subject

_MODEL = "The model"
_WHAT = "What to keep"


def relate(
    model: Annotated[str, typer.Argument(help="The model of the dataset: a folder, a hub id, or a .gguf file.")],
    dataset: Annotated[Path | None, typer.Option(help="The dataset to add to: a folder of this machine.")] = None,
    source: Annotated[
        str | None,
        typer.Option(
            help="What the units were read with, where they are not MLP neurons: sae:RELEASE/ID, sae:PATH or "
            "vectors:FILE, as for collate."
        ),
    ] = None,
    layers: Annotated[
        str | None, typer.Option(help="Whose units get relations, such as 0-5 or 0,3,7-9; all unless given.")
    ] = None,
    tokens: Annotated[int, typer.Option(min=1, max=1000, help="Tokens of each sign.", rich_help_panel=_WHAT)] = 50,
    neurons: Annotated[
        int, typer.Option(min=1, max=1000, help="Units of each sign and direction.", rich_help_panel=_WHAT)
    ] = 10,
    mask: Annotated[
        str,
        typer.Option(
            metavar="KINDS",
            help="Tokens to leave out: special (BOS and the like), unused (reserved names, rows without a token), "
            "special,unused or none.",
            rich_help_panel=_WHAT,
        ),
    ] = "special",
    raw: Annotated[
        bool,
        typer.Option("--raw", help="Leave the norms' gains out instead of folding them in.", rich_help_panel=_WHAT),
    ] = False,
    dtype: Annotated[
        str, typer.Option(help="Of the loaded weights; products are float32.", rich_help_panel=_MODEL)
    ] = "float32",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 and so on.", rich_help_panel=_MODEL)] = "auto",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Add related tokens, related units and logit tables, worked out from the weights alone.

    Relations are among the units of the dataset, over all pairs of its layers. Nothing runs through the model; products
    of weights are float32. What is not defined for these units, such as tokens for an SAE of attention outputs, is left
    out, and why is said at the end.

    Example: neuronscope relate gpt2 --dataset my-dataset
    """
    from neuronscope.relate import RelateOptions
    from neuronscope.relate import relate as add_relations

    if dataset is None:
        raise BadInput("name the dataset to add to with --dataset")
    began = time.perf_counter()
    options = RelateOptions(tokens=tokens, neurons=neurons, mask=_kinds(mask), raw=raw, layers=layer_numbers(layers))
    _refuse_early(dataset, options)
    with StageBar(1) as bar:
        bar.stage("loading", 0, 1)
        subject, units = _load(model, source, dtype, device)
        bar.stage("loading", 1, 1)
        loaded = time.perf_counter() - began
        summary = add_relations(subject, dataset, units, options=options, progress=bar.stage)
    seconds = {"load": loaded, **summary.seconds, "total": time.perf_counter() - began}
    _say(summary, seconds, json=json)


def _kinds(text: str) -> tuple[str, ...]:
    """``special,unused`` as its parts, ``none`` as nothing."""
    return () if text.strip() == "none" else tuple(part.strip() for part in text.split(","))


def _refuse_early(dataset: Path, options: RelateOptions) -> None:
    """What can be known before a model is loaded."""
    from neuronscope.relate.fitting import read_local, wanted_layers

    wanted_layers(read_local(dataset), options.layers)


def _load(model: str, source: str | None, dtype: str, device: str) -> tuple[Subject, Source | None]:
    from neuronscope.subject import load_subject, open_source

    subject = load_subject(model, dtype, device)
    return subject, None if source is None else open_source(subject, source)


def _say(summary: RelateSummary, seconds: dict[str, float], *, json: bool) -> None:
    if json:
        rounded = {name: round(value, 3) for name, value in seconds.items()}
        typer.echo(orjson.dumps({"seconds": rounded} | {k: v for k, v in asdict(summary).items() if k != "seconds"}))
        return
    gains = f"gains of {', '.join(summary.folded)} folded in" if summary.folded else "no gains folded in"
    masked = ", ".join(f"{count:,} {kind}" for kind, count in summary.masked.items()) or "none"
    typer.echo(
        f"{summary.units:,} units related to {summary.tokens:,} tokens (masked: {masked}) and to each other, {gains}, "
        f"in {seconds['total']:,.0f} s: {', '.join(summary.parts) or 'nothing'}",
        err=True,
    )
    for part, reason in summary.left_out.items():
        typer.echo(f"left out, {part}: {reason}", err=True)
