"""What ``trace`` writes: the files that were asked for and a trace in; tables, a graph and JSON on the disk out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuronscope import codec
from neuronscope.dataset.newfile import NewFile, check_place
from neuronscope.dataset.parquet import as_parquet
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.trace import TraceReport
    from neuronscope.trace.nouns import PromptsReport

Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Files:
    """Where each form goes; None: nowhere."""

    csv: Path | None
    parquet: Path | None
    graph: Path | None
    json: Path | None

    def check(self) -> None:
        """Before anything is computed.

        :raises BadInput: a name that ends as something else, or a place where no file can be.
        """
        for path, ending in ((self.csv, ".csv"), (self.parquet, ".parquet"), (self.graph, ".json")):
            if path is not None and path.suffix != ending:
                raise BadInput(f"{path}: the name of this file ends in {ending}")
        for path in (self.csv, self.parquet, self.graph, self.json):
            if path is not None:
                check_place(path)

    def write(self, rows: Rows, told: TraceReport) -> None:
        """The nodes are ``rows``; edges name them by their row, from 0."""
        from neuronscope.trace import graph_of

        edges = None if told.edges is None else [_edge(told, number) for number in range(len(told.edges))]
        self.write_nodes(rows, told)
        for path, made in self._tables():
            if edges is not None:
                _write(path.with_stem(f"{path.stem}-edges"), made(edges))
        if self.graph is not None:
            _write(self.graph, codec.dumps(graph_of(told, slug=self.graph.stem)))

    def write_nodes(self, rows: Rows, told: TraceReport | PromptsReport) -> None:
        """The nodes as tables, and everything that is told as JSON."""
        for path, made in self._tables():
            _write(path, made(rows))
        if self.json is not None:
            _write(self.json, codec.dumps(told))

    def _tables(self) -> list[tuple[Path, Callable[[Rows], bytes]]]:
        forms = ((self.csv, _as_csv), (self.parquet, as_parquet))
        return [(path, made) for path, made in forms if path is not None]


def _edge(told: TraceReport, number: int) -> dict[str, Any]:
    assert told.edges is not None
    edge = told.edges[number]
    ends = {"source": told.nodes[edge.source], "target": told.nodes[edge.target]}
    row: dict[str, Any] = {}
    for name, node in ends.items():
        row |= {name: getattr(edge, name), f"{name}_module": node.module, f"{name}_unit": node.unit}
        row |= {f"{name}_position": node.position}
    return {**row, "effect": edge.effect}


def _as_csv(rows: Rows) -> bytes:
    text = io.StringIO()
    table = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode()


def _write(path: Path, data: bytes) -> None:
    with NewFile(path) as file:
        file.write(data)
