"""``neuronscope import graph``: an attribution graph of another tool, kept among a dataset's traces."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neuronscope import codec
from neuronscope.errors import BadInput


def import_graph(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The JSON of an attribution graph: metadata, qParams, nodes, links.")
    ],
    dataset: Annotated[str, typer.Option(metavar="DATASET", help="The dataset that keeps it: a folder made here.")],
    id_: Annotated[
        str | None,
        typer.Option("--id", help="Small letters, digits and dashes; the prompt's first words unless given."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Take the place of a trace of the same id.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Keep an attribution graph that another tool made among a dataset's traces, where the viewer shows it.

    Its nodes, links and tokens are shown as they are. Influences have no sign and stand as effects that raise the
    output; what a trace knows beyond that (baselines, what happens when nodes are replaced) the graph does not say.

    Example: neuronscope import graph dallas-austin.json --dataset ./collated/gemma --id dallas-austin
    """
    from neuronscope.trace.graph import read_graph
    from neuronscope.trace.stored import stored, write_trace

    if not file.is_file():
        raise BadInput(f"{file}: there is no such file")
    report = read_graph(file.read_bytes())
    trace = stored(report, "".join(report.tokens), id_)
    write_trace(Path(dataset), trace, force=force)
    said = {"dataset": dataset, "id": trace.id, "nodes": report.total, "edges": len(report.edges or [])}
    if json:
        typer.echo(codec.dumps(said))
    else:
        typer.echo(f"{report.total:,} nodes and {said['edges']:,} edges are kept as {trace.id} in {dataset}.", err=True)
