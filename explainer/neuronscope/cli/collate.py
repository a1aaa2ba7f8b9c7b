"""``neuronscope collate MODEL TEXT... --out DATASET``: what the units of a model respond to, as a dataset."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from neuronscope.cli.arguments import check_free, layer_numbers, source_date
from neuronscope.cli.progress import StageBar
from neuronscope.cli.steps import ModelChoice, TextChoice, prepare

if TYPE_CHECKING:
    from neuronscope.collate import Summary


def collate(
    model: Annotated[str, typer.Argument(help="A model folder, a hub id, or a .gguf file.")],
    text: Annotated[list[Path], typer.Argument(help="Text: .txt, .md, .jsonl or .parquet files.")],
    out: Annotated[Path, typer.Option(help="Where to write the dataset: a new or empty folder.")],
    layers: Annotated[str | None, typer.Option(help="Which layers, such as 0-5 or 0,3,7-9; all unless given.")] = None,
    sequences: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Use the first N sequences only; all unless given.")
    ] = None,
    sequence_length: Annotated[int, typer.Option(min=1, help="Tokens per sequence.")] = 64,
    top: Annotated[int, typer.Option(min=0, help="Records with the largest activations.")] = 20,
    negative: Annotated[int, typer.Option(min=0, help="Records with the most negative activations.")] = 10,
    random: Annotated[int, typer.Option(min=0, help="Records drawn at random.")] = 15,
    per_quantile: Annotated[int, typer.Option(min=0, help="Records per range of ranks.")] = 5,
    most_selective: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Keep only the N units of highest kurtosis in each layer.")
    ] = None,
    dtype: Annotated[str, typer.Option(help="float32, bfloat16 or float16.")] = "float32",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 and so on.")] = "auto",
    batch_size: Annotated[int, typer.Option(min=1, max=256, help="Sequences per forward pass.")] = 32,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Of what is drawn at random.")] = 0,
    include_special: Annotated[
        bool, typer.Option("--include-special", help="Count BOS and the first position like any other.")
    ] = False,
    field: Annotated[str | None, typer.Option(help='The field of JSONL and Parquet; "text" unless given.')] = None,
    files: Annotated[bool, typer.Option("--files", help="Write a file per unit instead of a zip per layer.")] = False,
    model_name: Annotated[
        str | None, typer.Option(help="What to call the model; its folder or id unless given.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="The dataset's title on the page.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Collate what every MLP neuron of a model responds to in some text.

    Example: neuronscope collate gpt2 book.txt --out gpt2-book

    Example: neuronscope collate ./my-model news.jsonl --field body --out mine --layers 0,4-7 --sequences 2000
    """
    from neuronscope.collate import CollateOptions, Sampling
    from neuronscope.collate import collate as run

    began = time.perf_counter()
    options = CollateOptions(
        layers=layer_numbers(layers),
        most_selective=most_selective,
        sampling=Sampling(top=top, negative=negative, random=random, per_quantile=per_quantile, seed=seed),
        include_special=include_special,
        batch_size=batch_size,
        packed=not files,
        title=title,
    )
    created = source_date()
    check_free(out)
    with StageBar(sequence_length) as bar:
        text_choice = TextChoice(text, field, sequences, sequence_length)
        subject, found = prepare(ModelChoice(model, dtype, device, model_name), text_choice, bar)
        load = time.perf_counter() - began
        summary = run(subject, found, out=out, options=options, progress=bar.show, created=created)
    seconds = {"load": load, **summary.seconds, "total": time.perf_counter() - began}
    _say(summary, seconds, json=json)


def _say(summary: Summary, seconds: dict[str, float], *, json: bool) -> None:
    names = ("sequences", "tokens", "units", "dead_units", "duplicates_dropped", "peak_memory_bytes", "dataset")
    if json:
        rounded = {name: round(value, 3) for name, value in seconds.items()}
        typer.echo(orjson.dumps({"seconds": rounded} | {name: getattr(summary, name) for name in names}))
        return
    kept = sum(layer.units for layer in summary.manifest.layers)
    typer.echo(
        f"{kept:,} units over {summary.sequences:,} sequences ({summary.tokens:,} tokens) "
        f"in {seconds['total']:,.0f} s. Look at them: neuronscope serve {summary.dataset}",
        err=True,
    )
