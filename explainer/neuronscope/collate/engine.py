"""Sequences through a subject, a dataset of records out, in one pass.

Every batch goes through the model once, and all layers' statistics are brought up to date while it does. Shards of 256
sequences are merged in index order, wherever they were worked on, so that the result depends on neither. What is
merged is written down now and then: a run that was cut off goes on from there.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from neuronscope.collate.dense import DenseLayer, Span
from neuronscope.collate.finish import Chosen, choose_layer, compute_again
from neuronscope.collate.job import Job, Layer, Tally, plan_job
from neuronscope.collate.lanes import Turn, in_lanes
from neuronscope.collate.nonzeros import ShardFiles
from neuronscope.collate.options import SHARD, CollateOptions
from neuronscope.collate.provenance import facts_of, manifest_of, now
from neuronscope.collate.rowcache import RowCache, no_floors, plan_cache
from neuronscope.collate.running import Batch, Take, batches, run_batches
from neuronscope.collate.sequences import Sequences
from neuronscope.collate.sparse import SparseLayer
from neuronscope.collate.spread import ShardResult, Spread, spread_shards, writable
from neuronscope.collate.stopwatch import Stopwatch
from neuronscope.collate.table import open_table
from neuronscope.collate.threads import threads
from neuronscope.collate.tokensums import open_sums
from neuronscope.collate.working import Run, State, WorkingFolder, abandon, is_unfinished
from neuronscope.collate.writing import LayerFiles
from neuronscope.dataset.manifest import Manifest
from neuronscope.dataset.writer import DatasetWriter
from neuronscope.errors import BadInput, BrokenData
from neuronscope.subject import Source, Subject, open_source

if TYPE_CHECKING:
    import torch

    from neuronscope.subject import SparseActivations


@dataclass(frozen=True)
class Step:
    """How far a run is: ``done`` of ``total`` of a stage ("collating", "choosing", "writing", "relating"); ``silent``
    are units that have not fired yet, where that is known."""

    stage: str
    done: int
    total: int
    silent: int | None = None


Progress = Callable[[Step], None]


@dataclass(frozen=True)
class Summary:
    """What a run did; ``seconds`` has forward, statistics, relate, write; ``dead_units`` are some of ``units``."""

    manifest: Manifest
    dataset: str
    seconds: dict[str, float]
    sequences: int
    tokens: int
    units: int
    dead_units: int
    duplicates_dropped: int
    computed_again: int  # rows of activations that were chosen and not kept
    peak_memory_bytes: int


def collate(
    subject: Subject,
    sequences: Sequences,
    *,
    out: Path,
    source: Source | None = None,
    options: CollateOptions | None = None,
    spread: Spread | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    created: datetime | None = None,
) -> Summary:
    """Collate units of ``subject``, by default its MLP neurons, over ``sequences`` into a new dataset at ``out``.

    :param spread: several processes instead of this one.
    :param resume: go on with the unfinished run in ``out``, where there is one.
    :raises BadInput: ``out`` holds something already, or an unfinished run that was another one; a layer that the
        source lacks; sequences longer than the model can read.
    :raises BrokenData: the model gives infinite activations.
    :raises StorageFailed: the disk is full or failed; the run can go on when there is room.
    """
    job = plan_job(subject, source or open_source(subject), sequences, options or CollateOptions())
    new = not is_unfinished(out)
    folder = WorkingFolder(out, every=job.options.checkpoint_seconds)
    run, done, states = folder.begin(Run(now(created), facts_of(job)), resume=resume)
    try:
        collation = Collation(job, folder.path, progress or unseen)
        collation.restore(done, states)
        collation.stream(folder, spread)
    except (BadInput, BrokenData) as error:
        if new or isinstance(error, BrokenData):  # it would end the same way again
            abandon(out)
        raise
    summary = collation.write(out, datetime.fromisoformat(run.created))
    folder.remove()
    return summary


class _Line:
    """One layer's batches, in order: each shard has a tally of its own."""

    def __init__(self, layer: Layer, span: Span) -> None:
        self._layer = layer
        self._span = span
        self._tally: Tally | None = None

    def take(self, batch: Batch, values: torch.Tensor | SparseActivations) -> None:
        """Count one batch."""
        if self._tally is None:
            self._tally = self._layer.tally(batch.shard, self._span)
        self._tally.add(values, batch.first, batch.places)
        if batch.ends:
            self._layer.merge(batch.shard, self._tally.close())  # type: ignore[arg-type]  # its own kind
            self._tally = None


class Collation:
    """One run; what it keeps on disk meanwhile goes into ``folder``."""

    def __init__(self, job: Job, folder: Path, progress: Progress) -> None:
        self.job = job
        self.watch = Stopwatch()
        self._folder = folder
        self._progress = progress
        self._done = 0  # shards
        self._computed_again = 0
        with self.watch.stage("statistics"):
            self.layers = [_new_layer(job, layer, folder) for layer in job.layers]

    @property
    def done(self) -> int:
        """How many shards are."""
        return self._done

    def restore(self, done: int, states: Iterable[State]) -> None:
        """Go on after ``done`` shards."""
        self._done = done
        for layer, state in zip(self.layers, states, strict=False):
            layer.restore(state)

    def stream(self, folder: WorkingFolder, spread: Spread | None = None) -> None:
        """Run all sequences that are not done through the model."""
        for _ in self.here(folder) if spread is None else self._elsewhere(folder, spread):
            pass

    def write(self, out: Path, created: datetime) -> Summary:
        """Choose what every unit shows, and write the dataset."""
        with self.watch.stage("statistics"):
            chosen = self._choose()
        again = compute_again(self.job, chosen, self.watch)
        self._computed_again = len(again)
        with (
            self.watch.stage("write"),
            DatasetWriter(out, packed=self.job.options.packed, replacing=True) as writer,
        ):
            files = LayerFiles(self.job, writer)
            self._report("writing", 0, len(chosen))
            with closing(files.add(chosen, again)) as steps:
                for done in steps:
                    self._report("writing", done, len(chosen))
            with self.watch.stage("relate"):
                files.add_neighbours(chosen, self._folder, lambda done, of: self._report("relating", done, of))
            kept = {layer.layer.layer: layer.units.tolist() for layer in chosen}
            manifest = writer.finish(manifest_of(self.job, kept=kept, name=out.resolve().name, created=created))
        self._report("writing", len(chosen), len(chosen))
        return self._summary(manifest, out, chosen)

    def here(self, folder: WorkingFolder, *, at_a_time: int | None = None) -> Iterator[None]:
        """The shards that are not done, in this process; yields whenever what is done may be written down.

        :param at_a_time: how many shards at most before it yields.
        """
        lines = {layer.layer: _Line(layer, self.job.span) for layer in self.layers}

        def take(layer: int, batch: Batch, values: torch.Tensor | SparseActivations) -> None:
            lines[layer].take(batch, values)

        while self._done < self.job.shards:
            self._run(self._stretch(folder, at_a_time), take)
            self._checkpoint(folder)
            yield
        self._report_sequences(len(self.job.sequences))

    def _stretch(self, folder: WorkingFolder, at_a_time: int | None) -> Iterator[Batch]:
        """Batches until it is time for a checkpoint, which is made between shards."""
        first = self._done
        for shard in range(first, self.job.shards):
            if shard > first and (folder.is_due() or shard - first == at_a_time):
                return
            yield from batches(self.job, shard)
            self._done = shard + 1

    def _run(self, several: Iterable[Batch], take: Take) -> None:
        first = self._done * SHARD
        self._report_sequences(first)
        with closing(run_batches(self.job, several, take, self.watch)) as steps:
            for done in steps:
                so_far = first + done * self.job.batch_size
                if so_far % SHARD and so_far < len(self.job.sequences):  # the rest is said when it is written down
                    self._report_sequences(so_far)

    def _elsewhere(self, folder: WorkingFolder, spread: Spread) -> Iterator[None]:
        """The same in other processes."""
        with closing(spread_shards(self.job, self._done, self.layers, spread)) as results:
            for result in results:
                self._merge(result)
                self._report_sequences(min(self._done * SHARD, len(self.job.sequences)))
                self._checkpoint(folder)
                yield

    def _merge(self, result: ShardResult) -> None:
        with self.watch.stage("statistics"):
            for layer, seen in zip(self.layers, result.layers, strict=True):
                layer.merge(self._done, writable(seen))  # type: ignore[arg-type]  # of its own kind
        for stage, seconds in result.seconds.items():
            self.watch.seconds[stage] += seconds
        self._done += 1

    def _checkpoint(self, folder: WorkingFolder) -> None:
        """Write down what is done; at the end too if it took a while, since writing may be cut off as well."""
        if folder.is_due():
            with self.watch.stage("statistics"):
                folder.save(self._done, self.layers)

    def _choose(self) -> list[Chosen]:
        chosen: dict[int, Chosen] = {}

        def choose(layer: Layer, _: Turn) -> None:
            chosen[layer.layer] = choose_layer(self.job, layer)

        self._report("choosing", 0, len(self.layers))
        with closing(in_lanes(self.layers, choose, threads())) as steps:
            for done in steps:
                self._report("choosing", done, len(self.layers))
        return [chosen[layer.layer] for layer in self.layers]

    def _report(self, stage: str, done: int, total: int) -> None:
        self._progress(Step(stage, done, total))

    def _report_sequences(self, done: int) -> None:
        silent = sum(int((~layer.fired).sum()) for layer in self.layers) if self._done else None
        self._progress(Step("collating", done, len(self.job.sequences), silent))

    def _summary(self, manifest: Manifest, out: Path, chosen: Sequence[Chosen]) -> Summary:
        return Summary(
            manifest=manifest,
            dataset=str(out),
            seconds={name: self.watch.seconds[name] for name in ("forward", "statistics", "relate", "write")},
            sequences=len(self.job.sequences),
            tokens=self.job.tokens,
            units=sum(self.job.units.values()),
            dead_units=sum(layer.dead_units for layer in chosen),
            duplicates_dropped=self.job.sequences.duplicates_dropped,
            computed_again=self._computed_again,
            peak_memory_bytes=peak_memory(),
        )


def _new_layer(job: Job, layer: int, folder: Path) -> Layer:
    units, sequences = job.units[layer], len(job.sequences)
    shape = (sequences, job.recorded, job.span.counted - job.span.recorded)
    if job.source.sparse:
        return SparseLayer(layer, units, ShardFiles(folder, layer), shape=shape)
    sampling = job.options.sampling
    plan = plan_cache(layer, units, sampling, shape=shape, dtype=job.bits)
    table = open_table(folder, layer, units, sequences=sequences, dtype=job.bits)
    sums = open_sums(folder, layer, units, len(job.followed.ids))
    return DenseLayer(layer, table, RowCache(plan, no_floors(units, sampling)), sums)


def unseen(step: Step) -> None:
    """Progress that nobody watches."""


def peak_memory() -> int:
    """The largest resident size of this process so far, in bytes (macOS reports bytes, others kilobytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
