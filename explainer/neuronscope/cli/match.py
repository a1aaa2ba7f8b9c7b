"""``neuronscope match A B TEXT...``: for each unit of dataset A, the units of dataset B that act most like it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from neuronscope.cli.arguments import layer_pairs as read_pairs
from neuronscope.cli.progress import StageBar
from neuronscope.cli.steps import TextChoice, cut_text
from neuronscope.dataset import open_dataset
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.collate import Sequences
    from neuronscope.dataset import Manifest
    from neuronscope.dataset.manifest import CorpusInfo
    from neuronscope.match import MatchSummary, Side

_MODELS = "The models"


def match(
    dataset: Annotated[Path, typer.Argument(metavar="A", help="The dataset to add to: a folder of this machine.")],
    other: Annotated[str, typer.Argument(metavar="B", help="The dataset to compare with: a folder or an address.")],
    text: Annotated[list[Path], typer.Argument(metavar="TEXT", help="The text that both were collated from.")],
    model_a: Annotated[
        str | None, typer.Option(help="The model of A: a folder, a hub id, or a .gguf file.", rich_help_panel=_MODELS)
    ] = None,
    model_b: Annotated[
        str | None, typer.Option(help="The model of B; that of A unless given.", rich_help_panel=_MODELS)
    ] = None,
    source_a: Annotated[
        str | None,
        typer.Option(help="What A's units were read with, where not MLP neurons.", rich_help_panel=_MODELS),
    ] = None,
    source_b: Annotated[str | None, typer.Option(help="The same of B.", rich_help_panel=_MODELS)] = None,
    dtype: Annotated[
        str | None,
        typer.Option(help="bfloat16, float32 or float16; as each was collated unless given.", rich_help_panel=_MODELS),
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 and so on.", rich_help_panel=_MODELS)] = "auto",
    layers: Annotated[
        str | None,
        typer.Option(
            help="Which layers, such as 0-5; 3:5 compares layer 3 of A with layer 5 of B. Unless given, all that both "
            "have, each with its own like."
        ),
    ] = None,
    partners: Annotated[int, typer.Option(min=1, max=100, help="How many units of B for each of A.")] = 3,
    name: Annotated[
        str | None, typer.Option(help="What B is called where both are served; its own name unless given.")
    ] = None,
    field: Annotated[str | None, typer.Option(help='The field of JSONL and Parquet; "text" unless given.')] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Match the units of two datasets by the correlation of their activations over the text that both were made of.

    Each unit of A gets its best partners among the units of B, over all tokens that both datasets count.

    Example: neuronscope match small large book.txt --model-a ./small-model --model-b ./large-model

    Example: neuronscope match neurons latents book.txt --model-a gpt2 --source-b sae:PATH --layers 8
    """
    from neuronscope.dataset.opening import slug
    from neuronscope.match import layer_pairs, match, refuse_other_text
    from neuronscope.relate.fitting import read_local

    if model_a is None:
        raise BadInput("name the model that A was made of with --model-a")
    own = read_local(dataset)
    with open_dataset(other) as opened:
        theirs = opened.manifest
    corpus = refuse_other_text(own, theirs)
    pairs = layer_pairs(own, theirs, read_pairs(layers))
    _refuse_missing(own, source_a, "--source-a")
    _refuse_missing(theirs, source_b, "--source-b")
    with StageBar(1) as bar:
        a = _side(own, model_a, source_a, dtype, device, bar)
        b = _side(theirs, model_b or model_a, source_b, dtype, device, bar)
        sequences = _same_text(a, corpus, text, field, bar)
        summary = match(
            dataset,
            a,
            b,
            sequences.ids,
            other=slug(name or theirs.name),
            pairs=pairs,
            partners=partners,
            progress=lambda done, total: bar.stage("comparing units", done, total),
        )
    _say(summary, json=json)


def _refuse_missing(manifest: Manifest, source: str | None, option: str) -> None:
    """Before a model is loaded."""
    if source is None and manifest.source.kind != "mlp":
        raise BadInput(
            f"{manifest.name} holds units of the kind {manifest.source.kind} ({manifest.source.hook}): name what they "
            f"were read with, as for collate, with {option}"
        )


def _side(manifest: Manifest, model: str, source: str | None, dtype: str | None, device: str, bar: StageBar) -> Side:
    from neuronscope.match import open_side
    from neuronscope.subject import load_subject, open_source

    stage = f"loading, {manifest.name}"
    bar.stage(stage, 0, 1)
    subject = load_subject(model, dtype or (manifest.run.dtype if manifest.run else "float32"), device)
    side = open_side(manifest, subject, None if source is None else open_source(subject, source))
    bar.stage(stage, 1, 1)
    return side


def _same_text(a: Side, corpus: CorpusInfo, text: list[Path], field: str | None, bar: StageBar) -> Sequences:
    """The text, cut as it was for the datasets.

    :raises BadInput: it is another one.
    """
    from neuronscope.collate import check_files

    check_files(text)
    sequences = cut_text(a.subject, TextChoice(text, field, corpus.sequences, corpus.sequence_length), bar)
    if sequences.hash() != corpus.hash:
        raise BadInput(
            f"this text is not the one that {a.name} was made of ({corpus.name}: {corpus.sequences:,} sequences of "
            f"{corpus.sequence_length} tokens): name the same files in the same order, and the same --field"
        )
    return sequences


def _say(summary: MatchSummary, *, json: bool) -> None:
    if json:
        typer.echo(orjson.dumps(asdict(summary) | {"seconds": round(summary.seconds, 3)}))
        return
    middle = "" if summary.median is None else f"; the best correlation is {summary.median:.2f} in the median"
    typer.echo(
        f"{summary.matched:,} of {summary.units:,} units of {summary.dataset} have partners in {summary.other}, over "
        f"{summary.tokens:,} tokens, in {summary.seconds:,.0f} s{middle}",
        err=True,
    )
