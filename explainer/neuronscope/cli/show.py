"""``neuronscope show DATASET LAYER:UNIT``: a unit in a terminal, its texts as heat-maps; or the dataset, or a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from neuronscope import codec
from neuronscope.cli.arguments import unit_place
from neuronscope.cli.heatmap import heatmap
from neuronscope.cli.printable import on_a_line
from neuronscope.cli.showpart import part_of
from neuronscope.dataset import open_dataset
from neuronscope.errors import BadInput
from neuronscope.records import NeuronId

if TYPE_CHECKING:
    from neuronscope.dataset import Dataset
    from neuronscope.records import ActivationRecord, NeuronRecord, NeuronSimulationResults

_CONTEXT = 16  # tokens to each side of the peak
_SILENT = "This dataset holds no activations of it, so there are no texts to show."

Line = tuple[str, Text]  # the value at a text's peak, and the text


def show(
    dataset: Annotated[str, typer.Argument(help="A dataset's folder, or its https://, az:// or gs:// address.")],
    unit: Annotated[str | None, typer.Argument(help="Layer and unit, such as 12:345.")] = None,
    part: Annotated[
        str | None,
        typer.Option(
            help="Only one of its files, as JSON: logits, related-tokens/weight-based, ... or, without a unit, lists, "
            "puzzles, puzzle-results, traces, traces/ID, reports, reports/RUN, units/LAYER, matches/DATASET/LAYER."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Texts of each group.")] = 5,
    full: Annotated[bool, typer.Option("--full", help="Whole sequences, not only what is around the peak.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Show what one unit responds to: its explanations, statistics and texts, on one colour scale.

    Without a unit, show what the dataset is. Its address may be that of a running Neuronscope.

    Example: neuronscope show my-dataset 12:345

    Example: neuronscope show http://127.0.0.1:8000/api/datasets/sample 12:345 --part logits
    """
    place = None if unit is None else unit_place(unit)
    with open_dataset(dataset) as opened:
        if place is None or part is not None:
            found = opened.manifest if part is None else part_of(opened, part, place)
            _print(found, json=json)
            return
        layer, number = place
        record = opened.record(layer, number)
        explained = opened.explanations(layer, number)
        if record is None and explained is None and number not in opened.units(layer):
            raise BadInput(_missing(opened, layer, number))
    if json:
        typer.echo(codec.dumps({"record": record, "explanations": explained}))
        return
    console = Console()
    groups = [Text(_SILENT)] if record is None else _groups(record, limit=limit, full=full)
    for line in (*_head(NeuronId(*place), record, explained), *groups):
        if isinstance(line, Text):
            console.print(line, soft_wrap=not console.is_terminal)
        elif console.is_terminal:
            console.print(_in_columns(*line))
        else:
            console.print(Text.assemble(f"{line[0]:>9}  ", line[1]), soft_wrap=True)


def _print(found: object, *, json: bool) -> None:
    """As one line, or for eyes."""
    data = codec.dumps(found)
    if json:
        typer.echo(data)
    else:
        Console(soft_wrap=True).print_json(data.decode(), ensure_ascii=False)


def _missing(dataset: Dataset, layer: int, unit: int) -> str:
    layers, units = dataset.layers(), dataset.units(layer)
    if layer not in layers:
        return f"{dataset.name} has no layer {layer}; it has {len(layers)}: {', '.join(map(str, layers[:20]))}"
    return f"layer {layer} of {dataset.name} has no unit {unit}; it has {len(units)} from {units[0]} to {units[-1]}"


def _head(place: NeuronId, record: NeuronRecord | None, explained: NeuronSimulationResults | None) -> list[Text]:
    lines = [Text(f"Layer {place.layer_index}, unit {place.neuron_index}", style="bold")]
    for item in explained.scored_explanations if explained else ():
        score = item.scored_simulation and item.scored_simulation.ev_correlation_score
        said = f"{on_a_line(item.explanation.strip())}  ({item.author or 'author unknown'}"
        lines.append(Text(f"{said}, {'not scored' if score is None else f'score {score:.2f}'})"))
    return [*lines, *([] if record is None else [_numbers(record)]), Text()]


def _numbers(record: NeuronRecord) -> Text:
    known = {"mean": record.mean, "variance": record.variance, "kurtosis": record.kurtosis}
    if record.statistics is not None:
        stats = record.statistics
        known |= {"max": stats.max, "min": stats.min, "density": stats.density}
    said = "  ".join(f"{name} {value:.4g}" for name, value in known.items() if value is not None)
    return Text(said, style="dim")


def _in_columns(peak: str, text: Text) -> Table:
    """So that a text's further lines stand below its first."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=9, justify="right", no_wrap=True)
    grid.add_column()
    grid.add_row(peak, text)
    return grid


def _groups(record: NeuronRecord, *, limit: int, full: bool) -> list[Text | Line]:
    groups: list[tuple[str, Sequence[ActivationRecord]]] = [("Top", record.most_positive_activation_records)]
    groups.append(("Most negative", record.most_negative_activation_records or []))
    groups.append(("Random", record.random_sample))
    scale = max((abs(v) for _, some in groups for one in some for v in _counted(one)), default=0.0)
    lines: list[Text | Line] = []
    for title, some in groups:
        if some:
            lines.append(Text(f"{title}: {min(limit, len(some))} of {len(some)}", style="bold"))
            lines += [_line(one, scale, full=full) for one in some[:limit]]
            lines.append(Text())
    return lines


def _counted(record: ActivationRecord) -> list[float]:
    skipped = set(record.ignored or ())
    return [value for i, value in enumerate(record.activations) if i not in skipped]


def _line(record: ActivationRecord, scale: float, *, full: bool) -> Line:
    """The peak's value, and the tokens; those that are not counted stay uncoloured."""
    skipped = set(record.ignored or ())
    counted = [i for i in range(len(record.tokens)) if i not in skipped]
    peak = max(counted, key=lambda i: abs(record.activations[i]), default=0)
    first, last = (0, len(record.tokens)) if full else (max(0, peak - _CONTEXT), peak + _CONTEXT + 1)
    last = min(last, len(record.tokens))
    shares = [0.0 if i in skipped or not scale else record.activations[i] / scale for i in range(first, last)]
    line = heatmap(zip(record.tokens[first:last], shares, strict=True), underlined=peak - first)
    return (f"{record.activations[peak]:.3g}" if record.activations else ""), line
