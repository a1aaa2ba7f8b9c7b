"""``neuronscope trace MODEL TEXT --metric ...``: which units at which tokens move an output, and whether that holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar, cast

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from neuronscope import codec
from neuronscope.cli import liveoptions as live
from neuronscope.cli.arguments import layer_numbers
from neuronscope.cli.printable import token_on_a_line
from neuronscope.cli.progress import StageBar
from neuronscope.cli.tracefiles import Files
from neuronscope.cli.traceprompts import Prompts, Together, print_together, read_prompts, refuse_mixed, rows
from neuronscope.cli.tracesaving import Force, Save, Saving

if TYPE_CHECKING:
    from neuronscope.dataset import Dataset
    from neuronscope.subject import Source, Subject
    from neuronscope.trace import Edge, Metric, Trace, TraceOptions, TraceReport
    from neuronscope.trace.nouns import MetricPrompt, Per
    from neuronscope.trace.stages import Stages

T = TypeVar("T")


@dataclass(frozen=True)
class Given:
    """A model and a text as they were typed."""

    model: str
    text: str | None  # None: several prompts
    sae: str | None
    dataset: str | None
    bos: bool | None
    dtype: str
    device: str


def trace(
    model: live.Model,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="What the model reads; <eot> in it separates turns.")
    ] = None,
    metric: Annotated[
        str, typer.Option(help="loss, 'logit: Mary' or 'difference: Mary, John'; the space belongs to the token.")
    ] = "loss",
    sae: Annotated[
        str | None, typer.Option(metavar="SAE", help="Latents of it, not neurons: RELEASE/ID or a path.")
    ] = None,
    baseline: Annotated[str, typer.Option(help="What nodes are replaced by: zero, mean or text.")] = "zero",
    baseline_text: Annotated[str | None, typer.Option(help="The other text; it has as many tokens.")] = None,
    method: Annotated[str, typer.Option(help="patching, integrated_gradients or exact.")] = "patching",
    layers: Annotated[str | None, typer.Option(help="Which layers, such as 0-5 or 0,3,7-9.")] = None,
    top: Annotated[int, typer.Option(min=1, help="How many nodes, of the largest effects.")] = 50,
    prompts: Prompts = None,
    together: Together = "position",
    dataset: live.DatasetOption = None,
    verify: Annotated[bool, typer.Option("--verify", help="Measure each node's effect by replacing it.")] = False,
    edges: Annotated[
        int, typer.Option(min=0, help="Among how many of the strongest nodes edges are found; 100 for a graph.")
    ] = 0,
    csv: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the nodes as a table, and edges beside it, in FILE-edges.csv."),
    ] = None,
    parquet: Annotated[Path | None, typer.Option(metavar="FILE", help="The same as a Parquet table.")] = None,
    graph: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the JSON that viewers of attribution graphs read.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write what --json prints to a file.")] = None,
    save: Save = None,
    force: Force = False,
    bos: live.Bos = None,
    dtype: live.Dtype = "float32",
    device: live.Device = "auto",
    json: live.Json = False,
) -> None:
    """Attribute an output to units at tokens, and check that.

    An effect is that on the metric of replacing the node by its baseline: below 0, the node as it is raises the metric.

    Example: neuronscope trace ./models/gpt2 "John and Mary went out. John gave it to" --metric "logit: Mary" --verify

    Example: neuronscope trace ./models/gpt2 "The cat sat" --top 200 --edges 100 --csv nodes.csv --graph graph.json

    Example: neuronscope trace ./models/gpt2 "The cat" --sae gpt2-small-res-jb/blocks.5.hook_resid_pre --top 20 --json

    Example: neuronscope trace ./models/gpt2 --prompts names.jsonl --together unit --csv nodes.csv

    Example: neuronscope trace ./models/gpt2 "The cat sat" --dataset ./data/gpt2 --save the-cat --verify --edges 100
    """
    from neuronscope.trace import TraceOptions, read_metric
    from neuronscope.trace.prompting import prompt_of

    wanted = read_metric(metric)
    options = TraceOptions(
        baseline=baseline,  # type: ignore[arg-type]  # looked at where it is made
        baseline_text=baseline_text,
        method=method,  # type: ignore[arg-type]
        layers=layer_numbers(layers),
        keep=top,
    )
    refuse_mixed(text, prompts, {"--verify": verify, "--edges": edges, "--graph": graph, "--save": save})
    files = Files(csv, parquet, graph, out)
    files.check()
    given = Given(model, text, sae, dataset, bos, dtype, device)
    if text is None:
        _several(given, read_prompts(prompts or Path()), wanted, options, together, files, json)
        return
    saving = Saving(save, dataset, force)
    saving.check(text)
    among = edges or (min(top, 100) if graph is not None else 0)
    with StageBar(1) as bar:
        found = _watched(_traced(given, wanted, options), bar)
        told = _watched(found.reporting(verify=top if verify else None, edges=among or None), bar)
    files.write(found.rows(), told)
    saving.write(told, prompt_of(text, bos))
    if json:
        typer.echo(codec.dumps(told))
    else:
        _print(Console(), told)


def _several(
    given: Given,
    prompts: Sequence[MetricPrompt],
    metric: Metric,
    options: TraceOptions,
    per: str,
    files: Files,
    json: bool,
) -> None:
    from neuronscope.trace import read_metric
    from neuronscope.trace.several import refuse_texts, tracing_prompts

    metrics = [metric if one.metric is None else read_metric(one.metric) for one in prompts]
    refuse_texts(prompts, metrics, per, options)
    subject, units, opened = _opened(given)
    with StageBar(1) as bar:
        making = tracing_prompts(
            subject, prompts, metrics, per=cast("Per", per), units=units, options=options, dataset=opened, bos=given.bos
        )
        told = _watched(making, bar)
    files.write_nodes(rows(told), told)
    if json:
        typer.echo(codec.dumps(told))
    else:
        print_together(Console(), told)


def _watched(stages: Stages[T], bar: StageBar) -> T:
    """What the stages make, each of them shown."""
    while True:
        try:
            stage = next(stages)
        except StopIteration as end:
            made: T = end.value
            return made
        bar.stage(stage.doing, stage.done, stage.total)


def _traced(given: Given, metric: Metric, options: TraceOptions) -> Stages[Trace]:
    from neuronscope.trace.tracing import tracing

    assert given.text is not None
    subject, units, opened = _opened(given)
    return tracing(subject, given.text, metric, options=options, units=units, dataset=opened, bos=given.bos)


def _opened(given: Given) -> tuple[Subject, Source | None, Dataset | None]:
    from neuronscope.dataset import open_dataset
    from neuronscope.subject import open_source

    opened = None if given.dataset is None else open_dataset(given.dataset)
    subject = live.open_subject(given.model, given.dtype, given.device)
    units = None if given.sae is None else open_source(subject, f"sae:{given.sae}")
    return subject, units, opened


def _print(console: Console, told: TraceReport) -> None:
    console.print(Text(f"{told.metric} is {told.value:.4f}"))
    if told.note:
        console.print(told.note)
    table = Table()
    for name in ("layer", "unit", "position", "token", "activation", "effect", "the node"):
        table.add_column(name, justify="left" if name in ("token", "the node") else "right")
    for node in told.nodes:
        table.add_row(
            str(node.layer),
            "error" if node.unit is None else str(node.unit),
            str(node.position),
            Text(token_on_a_line(node.token)),
            f"{node.activation:.4g}",
            f"{node.effect:+.4g}",
            "raises it" if node.effect < 0 else "lowers it" if node.effect > 0 else "",
        )
    console.print(table)
    whole = told.completeness
    console.print(
        f"sum of all effects {whole.predicted:+.4f}; replacing all nodes at once {whole.measured:+.4f} "
        f"({len(whole.layers)} layers, which overlap)"
    )
    if told.edges is not None:
        strongest = ", ".join(_edge(told, edge) for edge in told.edges[:3])
        console.print(f"{len(told.edges):,} edges among {told.edge_nodes} nodes; strongest: {strongest or 'none'}")
    if told.verify is not None:
        known = told.verify.reason if told.verify.correlation is None else f"{told.verify.correlation:.3f}"
        console.print(f"correlation of predicted with measured effects of {len(told.verify.points)} nodes: {known}")


def _edge(told: TraceReport, edge: Edge) -> str:
    ends = (told.nodes[edge.source], told.nodes[edge.target])
    names = [f"{node.layer}:{'error' if node.unit is None else node.unit}@{node.position}" for node in ends]
    return f"{' to '.join(names)} ({edge.effect:+.4g})"
