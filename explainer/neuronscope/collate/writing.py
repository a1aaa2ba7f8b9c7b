"""What is written of layers that saw every sequence: what each shows in, the files of a dataset out."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from neuronscope.codec import dumps
from neuronscope.collate.coactivation import FigureTable, Progress, coactivation, neighbour_files
from neuronscope.collate.describe import RunFacts, columns
from neuronscope.collate.excerpts import Excerpts
from neuronscope.collate.figures import figures_file
from neuronscope.collate.finish import Again, Chosen, results
from neuronscope.collate.job import Job
from neuronscope.collate.lanes import Turn, in_lanes
from neuronscope.collate.recordbytes import records
from neuronscope.collate.threads import threads
from neuronscope.collate.tokenfiles import token_files
from neuronscope.dataset.layout import (
    NEURONS_BY_ACTIVATION,
    RECORDS,
    TOKENS_BY_ACTIVATION,
    figures_path,
    units_path,
)
from neuronscope.dataset.writer import Content, DatasetWriter, FileBatch
from neuronscope.subject import decode, token_texts

_AT_ONCE = 8  # layers: each takes some 200 MB meanwhile


class LayerFiles:
    """Adds the files of layers to what ``writer`` writes, several at a time, then those that need all layers."""

    def __init__(self, job: Job, writer: DatasetWriter) -> None:
        self._job = job
        self._writer = writer
        self._facts = RunFacts(len(job.sequences), job.tokens, job.density_definition, job.options.sampling)
        self._excerpts = Excerpts(job.sequences, job.positions, decode(job.subject.tokenizer))

    def add(self, layers: Sequence[Chosen], again: Again) -> Generator[int]:
        """Records, the table of units, related tokens and, where they are kept, figures of merit; yields how many
        layers are done, whenever one is.

        As long as there are as many layers as threads each works on one: what has to wait, for the disk or for parts
        of a layer, waits for itself alone. Rows are let go.
        """
        lanes = max(1, min(threads(), len(layers), _AT_ONCE))

        def add(chosen: Chosen, _: Turn) -> None:
            self._add(chosen, again, threads() // lanes)

        return in_lanes(layers, add, lanes)

    def _add(self, chosen: Chosen, again: Again, own: int) -> None:
        layer, parts, options = chosen.layer.layer, [], self._job.options

        def batches() -> Iterator[FileBatch]:
            for result in results(chosen, again):
                parts.append(columns(result, self._excerpts, self._facts))
                yield from records(result, self._excerpts, self._facts)

        self._writer.add_batches(RECORDS, layer, batches(), threads=own)
        self._writer.add_file(units_path(layer), dumps(_joined(parts)))
        if options.related_tokens:
            self._writer.add_layer(TOKENS_BY_ACTIVATION, layer, self._token_files(chosen), threads=own)
        if options.keep_table:
            self._writer.add_file(figures_path(layer), figures_file(self._job, chosen.layer))
        chosen.layer.let_go()  # comparing units needs memory of its own

    def add_neighbours(self, layers: Sequence[Chosen], folder: Path, heard: Progress) -> None:
        """Which units act together, if that was asked for; ``folder`` is for working files."""
        many, sequences = self._job.options.co_activation, len(self._job.sequences)
        if not many:
            return
        units = {chosen.layer.layer: chosen.units for chosen in layers}
        table = FigureTable([chosen.layer for chosen in layers], units, sequences)
        together = coactivation(table, folder, top=many, progress=heard)
        for chosen in layers:
            layer = chosen.layer.layer
            self._writer.add_layer(NEURONS_BY_ACTIVATION, layer, neighbour_files(together, layer), threads=threads())

    def _token_files(self, chosen: Chosen) -> Iterator[tuple[int, Content]]:
        followed, many = self._job.followed, self._job.options.related_tokens
        means = chosen.layer.token_means(chosen.units, followed, many, self._job.tokens_at)
        return token_files(chosen.units, means, followed, self._texts)

    @cached_property
    def _texts(self) -> list[str]:
        """Of the tokens that are followed."""
        return token_texts(self._job.subject.tokenizer, self._job.followed.ids.tolist())


def _joined(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Columns of a layer, from those of its parts."""
    first = parts[0]
    return {
        name: [value for part in parts for value in part[name]] if isinstance(column, list) else column
        for name, column in first.items()
    }
