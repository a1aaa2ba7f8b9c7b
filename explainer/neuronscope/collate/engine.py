"""Sequences through a subject, a dataset of records out.

Two passes over the same batches: the first gathers statistics and the table of figures of merit, then every unit's
sequences are chosen, and the second keeps only the rows that were chosen. Memory holds the table and those rows, never
all activations.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from neuronscope.codec import dumps
from neuronscope.collate.describe import Counted, Excerpts, columns, records
from neuronscope.collate.options import SHARD, CollateOptions
from neuronscope.collate.plan import LayerPlan, plan_layer
from neuronscope.collate.provenance import manifest_of
from neuronscope.collate.sequences import Sequences
from neuronscope.collate.stopwatch import Stopwatch
from neuronscope.collate.tally import LayerTally
from neuronscope.dataset.layout import RECORDS, units_path
from neuronscope.dataset.manifest import Manifest
from neuronscope.dataset.writer import DatasetWriter
from neuronscope.errors import BadInput
from neuronscope.subject import Positions, Subject, decode, positions, stream_activations

if TYPE_CHECKING:
    import torch

# Called with the stage ("statistics", "records", "writing"), how much of it is done, and of how much.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Summary:
    """What a run did; ``seconds`` has forward, statistics and write; ``dead_units`` are counted among ``units``."""

    manifest: Manifest
    dataset: str
    seconds: dict[str, float]
    sequences: int
    tokens: int
    units: int
    dead_units: int
    duplicates_dropped: int
    peak_memory_bytes: int


def collate(
    subject: Subject,
    sequences: Sequences,
    *,
    out: Path,
    options: CollateOptions | None = None,
    progress: Progress | None = None,
    created: datetime | None = None,
) -> Summary:
    """Collate MLP neurons of ``subject`` over ``sequences`` into a new dataset at ``out``.

    :raises BadInput: ``out`` holds something already, a layer that the model lacks, sequences longer than it can read.
    :raises BrokenData: the model gives infinite activations.
    :raises StorageFailed: the disk is full or failed; nothing is left behind.
    """
    run = _Run(subject, sequences, options or CollateOptions(), progress or _unseen)
    with DatasetWriter(out, packed=run.options.packed) as writer:
        plans = run.plans()
        run.write(plans, writer)
        when = created or datetime.now(UTC)
        kept = {plan.layer: plan.kept.tolist() for plan in plans}
        manifest = writer.finish(
            manifest_of(subject, sequences, run.options, kept=kept, name=out.resolve().name, created=when)
        )
    return Summary(
        manifest=manifest,
        dataset=str(out),
        seconds={name: run.watch.seconds[name] for name in ("forward", "statistics", "write")},
        sequences=len(sequences),
        tokens=run.counted.tokens,
        units=sum(len(plan.mean) for plan in plans),
        dead_units=sum(plan.dead_units for plan in plans),
        duplicates_dropped=sequences.duplicates_dropped,
        peak_memory_bytes=_peak_memory(),
    )


class _Run:
    """One collation: what it was asked for, and how long its stages took."""

    def __init__(self, subject: Subject, sequences: Sequences, options: CollateOptions, progress: Progress) -> None:
        self.subject = subject
        self.sequences = sequences
        self.options = options
        self.progress = progress
        self.watch = Stopwatch()
        self.positions = positions(subject.info, include_special=options.include_special)
        self.layers = _layers(subject, options)
        tokens = len(sequences) * _counted_per_sequence(subject, sequences, self.positions)
        self.counted = Counted(len(sequences), tokens, subject.info.gated)

    def plans(self) -> list[LayerPlan]:
        """Both passes: plans whose rows are filled in."""
        tallies = self._tally()
        recorded = len(self.positions.prefix) + self.sequences.length - self.positions.recorded
        plans = {}
        with self.watch.stage("statistics"):
            for layer in self.layers:  # one table after the other is let go
                plans[layer] = plan_layer(
                    tallies.pop(layer),
                    sampling=self.options.sampling,
                    most_selective=self.options.most_selective,
                    length=recorded,
                )
        self._fill(plans)
        return list(plans.values())

    def write(self, plans: list[LayerPlan], writer: DatasetWriter) -> None:
        excerpts = Excerpts(self.sequences, self.positions, decode(self.subject.tokenizer))
        with self.watch.stage("write"):
            for done, plan in enumerate(plans):
                self.progress("writing", done, len(plans))
                layer = records(plan, excerpts, self.counted, self.options.sampling)
                writer.add_layer(RECORDS, plan.layer, ((r.neuron_id.neuron_index, dumps(r)) for r in layer))
                writer.add_file(units_path(plan.layer), dumps(columns(plan, excerpts, self.counted)))
        self.progress("writing", len(plans), len(plans))

    def _tally(self) -> dict[int, LayerTally]:
        units = self.subject.info.units
        tallies = {layer: LayerTally(layer, units[layer], len(self.sequences)) for layer in self.layers}
        counted = self.positions.counted
        self._pass("statistics", lambda layer, values, first: tallies[layer].add(values[:, counted:], first))
        return tallies

    def _fill(self, plans: dict[int, LayerPlan]) -> None:
        def visit(layer: int, values: torch.Tensor, first: int) -> None:
            plan = plans[layer]
            plan.rows.add(values[:, self.positions.recorded :], first)
            if self.counted.gated:
                plan.rows.count_above(values[:, self.positions.counted :], plan.thresholds)

        self._pass("records", visit)

    def _pass(self, stage: str, visit: Callable[[int, torch.Tensor, int], None]) -> None:
        """Run every batch, in index order; both passes use the same batches, so they see the same numbers."""
        for first, batch in self._batches():
            self.progress(stage, first, len(self.sequences))

            def timed(layer: int, values: torch.Tensor, first: int = first) -> None:
                with self.watch.stage("statistics"):
                    visit(layer, values, first)

            with self.watch.stage("forward"):
                stream_activations(self.subject, batch, self.layers, visit=timed)
        self.progress(stage, len(self.sequences), len(self.sequences))

    def _batches(self) -> Iterator[tuple[int, torch.Tensor]]:
        """(index of the first sequence, int64 ids [sequence, position]) without crossing the end of a shard."""
        import torch

        prefix = torch.tensor(self.positions.prefix, dtype=torch.int64)
        for shard in range(0, len(self.sequences), SHARD):
            end = min(shard + SHARD, len(self.sequences))
            for first in range(shard, end, self.options.batch_size):
                rows = self.sequences.ids[first : min(first + self.options.batch_size, end)]
                ids = torch.from_numpy(rows).to(torch.int64)
                yield first, torch.cat([prefix.expand(len(ids), -1), ids], dim=1)


def _unseen(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def _layers(subject: Subject, options: CollateOptions) -> list[int]:
    last = subject.info.layers - 1
    wanted = range(last + 1) if options.layers is None else sorted(set(options.layers))
    for layer in wanted:
        if not 0 <= layer <= last:
            raise BadInput(f"layer {layer}: {subject.info.name} has layers 0 to {last}")
    return list(wanted)


def _counted_per_sequence(subject: Subject, sequences: Sequences, positions: Positions) -> int:
    length = len(positions.prefix) + sequences.length
    longest = subject.info.max_positions
    if longest is not None and length > longest:
        raise BadInput(
            f"sequences of {length} tokens (BOS included) are more than {subject.info.name} reads: {longest}"
        )
    if length <= positions.counted:
        raise BadInput(
            "sequences of one token leave nothing to count: the first position is left out; make them longer"
        )
    return length - positions.counted


def _peak_memory() -> int:
    """The largest resident size of this process so far, in bytes (macOS reports bytes, others kilobytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
