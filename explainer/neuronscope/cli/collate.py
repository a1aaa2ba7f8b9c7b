"""``neuronscope collate MODEL TEXT... --out DATASET``: what the units of a model respond to, as a dataset."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from neuronscope.cli.arguments import batch_size as read_batch_size
from neuronscope.cli.arguments import check_out, layer_numbers, source_date
from neuronscope.cli.collation import Asked, carry_out, complete, reckon
from neuronscope.cli.steps import ModelChoice, TextChoice

if TYPE_CHECKING:
    from neuronscope.collate import Estimate, Summary
    from neuronscope.dataset import Manifest

_MODEL = "The model"
_WHAT = "What to keep"
_RUN = "How to run"

# What --json says of a run besides its seconds.
_COUNTED = ("sequences", "tokens", "units", "dead_units", "duplicates_dropped")
_SAID = (*_COUNTED, "computed_again", "peak_memory_bytes", "dataset")


def collate(
    model: Annotated[str, typer.Argument(help="A model folder, a hub id, or a .gguf file.")],
    text: Annotated[
        list[Path], typer.Argument(help="Text: .txt, .md, .jsonl, .parquet files, or a Hugging Face dataset folder.")
    ],
    out: Annotated[Path | None, typer.Option(help="Where to write the dataset: a new or empty folder.")] = None,
    source: Annotated[
        str,
        typer.Option(
            help="Which units: mlp (neurons), resid, attn (heads), sae:RELEASE/ID, sae:PATH, or vectors:FILE. "
            "@HOOK behind a path says where it is read, if it does not say so itself."
        ),
    ] = "mlp",
    layers: Annotated[str | None, typer.Option(help="Which layers, such as 0-5 or 0,3,7-9; all unless given.")] = None,
    sequences: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Use the first N sequences only; all unless given.")
    ] = None,
    sequence_length: Annotated[int, typer.Option(min=1, help="Tokens per sequence.")] = 64,
    field: Annotated[str | None, typer.Option(help='The field of JSONL and Parquet; "text" unless given.')] = None,
    top: Annotated[int, typer.Option(min=0, help="Records with the largest activations.", rich_help_panel=_WHAT)] = 20,
    negative: Annotated[
        int, typer.Option(min=0, help="Records with the most negative activations.", rich_help_panel=_WHAT)
    ] = 10,
    random: Annotated[int, typer.Option(min=0, help="Records drawn at random.", rich_help_panel=_WHAT)] = 15,
    per_quantile: Annotated[int, typer.Option(min=0, help="Records per range of ranks.", rich_help_panel=_WHAT)] = 5,
    most_selective: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Keep only the N units of highest kurtosis in each layer.", rich_help_panel=_WHAT
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of what is drawn at random.", rich_help_panel=_WHAT)] = 0,
    include_special: Annotated[
        bool,
        typer.Option(
            "--include-special", help="Count BOS and the first position like any other.", rich_help_panel=_WHAT
        ),
    ] = False,
    keep_table: Annotated[
        bool,
        typer.Option(
            "--keep-table",
            help="Keep the largest and smallest activation of every unit in every sequence.",
            rich_help_panel=_WHAT,
        ),
    ] = False,
    related_tokens: Annotated[
        int, typer.Option(min=0, help="Tokens of highest mean activation of each unit.", rich_help_panel=_WHAT)
    ] = 50,
    token_minimum: Annotated[
        int,
        typer.Option(
            min=1,
            help="How often a token must occur to be one of them; more often where a large corpus keeps only its 4,096 "
            "commonest tokens.",
            rich_help_panel=_WHAT,
        ),
    ] = 3,
    co_activation: Annotated[
        int, typer.Option(min=0, help="Others that each unit acts together with; 0: none.", rich_help_panel=_WHAT)
    ] = 10,
    files: Annotated[
        bool,
        typer.Option("--files", help="Write a file per unit instead of a zip per layer.", rich_help_panel=_WHAT),
    ] = False,
    title: Annotated[str | None, typer.Option(help="The dataset's title on the page.", rich_help_panel=_WHAT)] = None,
    dtype: Annotated[str, typer.Option(help="bfloat16, float32 or float16.", rich_help_panel=_MODEL)] = "bfloat16",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 and so on.", rich_help_panel=_MODEL)] = "auto",
    module: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help="Where units are in an architecture that is not known, such as model.layers.{layer}.mlp.down_proj.",
            rich_help_panel=_MODEL,
        ),
    ] = None,
    model_name: Annotated[
        str | None, typer.Option(help="What to call the model; its folder or id unless given.", rich_help_panel=_MODEL)
    ] = None,
    batch_size: Annotated[
        str, typer.Option(metavar="N|auto", help="Sequences per forward pass.", rich_help_panel=_RUN)
    ] = "auto",
    threads: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Threads of each process; as many as cores.", rich_help_panel=_RUN),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Split the work over N processes.", rich_help_panel=_RUN)
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="The same on a Ray cluster; auto finds it.", rich_help_panel=_RUN),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the unfinished run in --out.", rich_help_panel=_RUN)
    ] = False,
    checkpoint_seconds: Annotated[
        float, typer.Option(min=0, help="How often to write down what is done so far.", rich_help_panel=_RUN)
    ] = 60.0,
    estimate: Annotated[
        bool,
        typer.Option(
            "--estimate", help="Say how much time, memory and disk it would take, and leave.", rich_help_panel=_RUN
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Collate what every unit of a model responds to in some text.

    Example: neuronscope collate gpt2 book.txt --out gpt2-book

    Example: neuronscope collate ./my-model news.jsonl --field body --out mine --layers 0,4-7 --sequences 2000

    Example: neuronscope collate gpt2 book.txt --out book-latents --source sae:gpt2-small-res-jb/blocks.8.hook_resid_pre

    Example: neuronscope collate gpt2 book.txt --estimate
    """
    from neuronscope.collate import CollateOptions, Sampling, Spread

    began = time.perf_counter()
    asked = Asked(
        ModelChoice(model, dtype, device, model_name, source, module, threads),
        TextChoice(text, field, sequences, sequence_length),
        CollateOptions(
            layers=layer_numbers(layers),
            most_selective=most_selective,
            sampling=Sampling(top=top, negative=negative, random=random, per_quantile=per_quantile, seed=seed),
            include_special=include_special,
            batch_size=read_batch_size(batch_size),
            packed=not files,
            title=title,
            keep_table=keep_table,
            related_tokens=related_tokens,
            token_minimum=token_minimum,
            co_activation=co_activation,
            checkpoint_seconds=checkpoint_seconds,
        ),
    )
    if estimate:
        _say_estimate(reckon(asked), json=json)
        return
    spread = Spread(workers or 2, ray) if workers or ray else None
    created, out = source_date(), check_out(out, resume=resume)
    if manifest := complete(out):
        _say_complete(manifest, out, json=json)
        return
    summary = carry_out(asked, out, spread=spread, resume=resume, created=created)
    _say(summary, time.perf_counter() - began, json=json)


def _say(summary: Summary, total: float, *, json: bool) -> None:
    seconds = summary.seconds | {"total": total}
    if json:
        rounded = {name: round(value, 3) for name, value in seconds.items()}
        typer.echo(orjson.dumps({"seconds": rounded} | {name: getattr(summary, name) for name in _SAID}))
        return
    kept = sum(layer.units for layer in summary.manifest.layers)
    typer.echo(
        f"{kept:,} units over {summary.sequences:,} sequences ({summary.tokens:,} tokens) "
        f"in {seconds['total']:,.0f} s. Look at them: neuronscope serve {summary.dataset}",
        err=True,
    )


def _say_complete(manifest: Manifest, out: Path, *, json: bool) -> None:
    """The same where nothing was left to do: what only the run knew that made it is null."""
    units, corpus = sum(layer.units for layer in manifest.layers), manifest.corpus
    if json:
        known = dict.fromkeys(_SAID) | {"units": units, "dataset": str(out)}
        known |= {name: getattr(corpus, name, None) for name in ("sequences", "tokens", "duplicates_dropped")}
        seconds = dict.fromkeys(("load", "forward", "statistics", "relate", "write", "total"), 0.0)
        typer.echo(orjson.dumps({"seconds": seconds} | known))
        return
    made_of = f"{units:,} units of {manifest.model.name}"
    typer.echo(f"{out} is complete ({made_of}): there is nothing left to do.", err=True)


def _say_estimate(found: Estimate, *, json: bool) -> None:
    if json:
        typer.echo(orjson.dumps(found))
        return
    total = sum(found.seconds.values())
    typer.echo(
        f"{found.units:,} units over {found.sequences:,} sequences, {found.batch_size} at a time; "
        f"measured over {found.measured}:\n"
        f"  time     {_duration(total)} (model {_duration(found.seconds['forward'])}, "
        f"statistics {_duration(found.seconds['statistics'])}, comparing {_duration(found.seconds['relate'])}, "
        f"writing {_duration(found.seconds['write'])})\n"
        f"  memory   {_size(found.memory_bytes)}\n"
        f"  disk     {_size(found.dataset_bytes)}, and {_size(found.working_bytes)} more until it is done"
    )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
