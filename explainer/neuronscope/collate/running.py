"""Batches through the model: a job's batches in, every layer's activations out, in the order of the batches.

On a processor each batch runs on one thread, and as many batches are under way as there are threads. So the numbers do
not depend on how many there are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.followed import Places, places
from neuronscope.collate.job import Job
from neuronscope.collate.lanes import Turn, in_lanes
from neuronscope.collate.options import SHARD
from neuronscope.collate.stopwatch import Stopwatch
from neuronscope.collate.threads import side_by_side
from neuronscope.subject import open_stream

if TYPE_CHECKING:
    import torch

    from neuronscope.subject import SparseActivations

Take = Callable[[int, "Batch", "torch.Tensor | SparseActivations"], None]


@dataclass(frozen=True)
class Batch:
    """Some sequences of one shard, in order."""

    shard: int
    first: int  # sequence
    ids: torch.Tensor  # int64 [sequence, position]
    ends: bool  # the shard's last one
    places: Places  # where sums by token go


def batches(job: Job, shard: int) -> Iterator[Batch]:
    """The batches of one shard."""
    import torch

    prefix = torch.tensor(job.positions.prefix, dtype=torch.int64)
    start, end = shard * SHARD, min((shard + 1) * SHARD, len(job.sequences))
    followed = places(job.followed, _counted(job, start, end))
    for first in range(start, end, job.batch_size):
        after = min(first + job.batch_size, end)
        ids = torch.from_numpy(job.sequences.ids[first:after].astype(np.int64))
        whole = torch.cat([prefix.expand(len(ids), -1), ids], dim=1)
        rows = replace(followed, rows=followed.rows[first - start : after - start])
        yield Batch(shard, first, whole, ends=after == end, places=rows)


def _counted(job: Job, start: int, end: int) -> NDArray[np.int64]:
    """The counted tokens of some sequences, [sequence, counted position]."""
    ids = job.sequences.ids[start:end].astype(np.int64)
    prefix = np.tile(np.array(job.positions.prefix, np.int64), (len(ids), 1))
    return np.concatenate([prefix, ids], axis=1)[:, job.span.counted :]


def run_batches(
    job: Job, several: Iterable[Batch], take: Take, watch: Stopwatch, *, layers: Iterable[int] | None = None
) -> Generator[int]:
    """Run batches through the model; yields how many are done, whenever one is.

    :param take: ``take(layer, batch, values)`` is called batch by batch for each layer, by several threads, which may
        be in different layers at a time.
    :param layers: fewer than all of the job's.
    :raises BrokenData: activations are not finite.
    """
    adding, read = threading.Lock(), sorted(layers or job.layers)
    with side_by_side(job.subject.device) as lanes, open_stream(job.subject, job.source, read) as stream:

        def run(batch: Batch, turn: Turn) -> None:
            own = Stopwatch()

            def visit(layer: int, values: torch.Tensor | SparseActivations) -> None:
                with own.stage("statistics"), turn(layer):
                    take(layer, batch, values)

            with own.stage("forward"):
                stream.run(batch.ids, visit)
            with adding:
                watch.add(own, share=1 / lanes)

        with closing(in_lanes(several, run, lanes, apart=read[len(read) // (4 * lanes)])) as done:
            yield from done
