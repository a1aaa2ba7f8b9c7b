"""What a collation would take in time, memory and disk: a job in, a short run of it measured, an Estimate out."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from neuronscope.collate.coactivation import seconds_for
from neuronscope.collate.engine import Collation, peak_memory, unseen
from neuronscope.collate.finebins import SIDE
from neuronscope.collate.job import Job, plan_job
from neuronscope.collate.rowcache import places_for
from neuronscope.collate.sequences import Sequences
from neuronscope.collate.table import table_bytes
from neuronscope.collate.tokensums import sums_bytes
from neuronscope.collate.working import WorkingFolder
from neuronscope.dataset.layout import FIGURES

_SEQUENCES = 128  # measured: enough for records of their usual size
_UNITS = 64  # written of each layer: enough for what a layer takes whatever its units not to count
_SPARSE_BYTES = 300_000_000  # what is in memory at a time when the units of a sparse source are chosen


@dataclass(frozen=True)
class Estimate:
    """For the whole job, from a run over ``measured`` sequences; the working files are there until the end of it."""

    measured: int
    sequences: int
    units: int
    batch_size: int
    seconds: dict[str, float]  # forward, statistics, relate, write
    memory_bytes: int  # resident, the mapped tables of figures aside
    dataset_bytes: int
    working_bytes: int


def estimate(job: Job) -> Estimate:
    """Run a part of ``job`` in a temporary folder, and reckon from that."""
    few = _part(job, min(_SEQUENCES, len(job.sequences)))
    with tempfile.TemporaryDirectory(prefix="neuronscope-") as folder:
        _run(_part(job, min(job.batch_size, len(job.sequences))), Path(folder) / "first")  # compiles and warms up
        collation = _run(few, Path(folder) / "second")
        out = Path(folder) / "second" / "out"
        figures = _bytes_of(out / FIGURES)
        written = _bytes_of(out) - figures
        nonzeros = _bytes_of(Path(folder) / "second" / "working") if job.source.sparse else 0
    more = len(job.sequences) / len(few.sequences)
    units = sum(job.units.values())
    wider = _kept(job) / _kept(few)
    spent = collation.watch.seconds
    return Estimate(
        measured=len(few.sequences),
        sequences=len(job.sequences),
        units=units,
        batch_size=job.batch_size,
        seconds={
            "forward": spent["forward"] * more,
            "statistics": spent["statistics"] * more,
            "relate": _relating(job),
            "write": spent["write"] * wider,
        },
        memory_bytes=peak_memory() + _state_bytes(job),
        dataset_bytes=int(written * wider + figures * more),
        working_bytes=int(nonzeros * more) if job.source.sparse else _table_bytes(job) + _state_bytes(job),
    )


def _part(job: Job, count: int) -> Job:
    rows: Sequences = job.sequences
    first = replace(rows, ids=rows.ids[:count], documents=rows.documents[:count], offsets=rows.offsets[:count])
    units = min(_UNITS, job.options.most_selective or _UNITS)
    few = replace(job.options, most_selective=units)
    return plan_job(job.subject, job.source, first, few)


def _kept(job: Job) -> int:
    """Units that have records."""
    return sum(min(count, job.options.most_selective or count) for count in job.units.values())


def _run(job: Job, folder: Path) -> Collation:
    working = WorkingFolder(folder / "working", every=float("inf"))
    collation = Collation(job, working.path, unseen)
    collation.stream(working)
    collation.write(folder / "out", datetime.now(UTC))
    return collation


def _relating(job: Job) -> float:
    return seconds_for(_kept(job), len(job.sequences)) if job.options.co_activation else 0.0


def _bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _table_bytes(job: Job) -> int:
    sums = sum(sums_bytes(units, len(job.followed.ids)) for units in job.units.values())
    return table_bytes(job.units, len(job.sequences), job.bits) + 2 * sums  # those of the last checkpoint too


def _state_bytes(job: Job) -> int:
    """Rows and counts of all layers, as they are in memory and in a checkpoint."""
    if job.source.sparse:
        return _SPARSE_BYTES
    row = job.recorded * job.bits.itemsize + 12
    return sum(job.units.values()) * (places_for(job.options.sampling, len(job.sequences)) * row + 2 * SIDE * 12)
