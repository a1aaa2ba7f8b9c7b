"""How long one record takes out of a zip of 1,536 members on disk: one table on standard output.

    python benchmarks/read_record.py

Each read opens the file anew, reads the member's range, and inflates and verifies it; the page cache is warm.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from neuronscope import codec
from neuronscope.dataset import Dataset, DatasetWriter, open_dataset
from neuronscope.dataset.layout import RECORDS
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord

UNITS = 1536
SEQUENCES = 80  # of 64 tokens: some 70 kB of JSON
WORDS = [" the", " of", ",", " and", " model", "ing", ".", " neuron", " in", " light", "\n", " a", " 17", " he", "s"]


def a_record(unit: int, choose: random.Random) -> NeuronRecord:
    """A record of the usual size over made-up text."""
    sequences = []
    for _ in range(SEQUENCES):
        activations = [float(f"{choose.gauss(0, 1):.4g}") for _ in range(64)]
        sequences.append(ActivationRecord(choose.choices(WORDS, k=64), activations))
    return NeuronRecord(NeuronId(0, unit), random_sample=sequences)


def write(root: Path, files: list[tuple[int, bytes]], *, packed: bool) -> None:
    """A dataset of one layer."""
    with DatasetWriter(root, packed=packed) as writer:
        writer.add_layer(RECORDS, 0, files)
        writer.finish(Manifest("x", "X", ModelInfo("x"), SourceInfo("mlp"), [LayerInfo(0, UNITS)]))


def milliseconds(read: Callable[[int], object], units: list[int]) -> list[float]:
    """How long each read takes."""
    times = []
    for unit in units:
        begin = time.perf_counter()
        read(unit)
        times.append((time.perf_counter() - begin) * 1000)
    return sorted(times)


def rows(packed: Dataset, folders: Dataset, units: list[int]) -> list[tuple[str, list[float]]]:
    """Each way of reading, and its times."""
    packed.record(0, 0)  # the central directory is read once
    return [
        ("zip: as it lies, verified the first time", milliseconds(lambda u: packed.stored(RECORDS, 0, u), units)),
        ("zip: as it lies, verified before", milliseconds(lambda u: packed.stored(RECORDS, 0, u), units)),
        ("zip: plain bytes", milliseconds(lambda u: packed.read(RECORDS, 0, u), units)),
        ("zip: decoded record", milliseconds(lambda u: packed.record(0, u), units)),
        ("folder: plain bytes", milliseconds(lambda u: folders.read(RECORDS, 0, u), units)),
        ("folder: decoded record", milliseconds(lambda u: folders.record(0, u), units)),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    units = random.Random(1).sample(range(UNITS), UNITS)
    choose = random.Random(0)
    files = [(unit, codec.dumps(a_record(unit, choose))) for unit in range(UNITS)]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "packed", files, packed=True)
        write(Path(folder) / "folders", files, packed=False)
        packed, folders = open_dataset(Path(folder) / "packed"), open_dataset(Path(folder) / "folders")
        stored = packed.stored(RECORDS, 0, 0)
        assert stored is not None
        first = milliseconds(lambda u: open_dataset(packed.root).record(0, u), [0] * 9)
        print(f"{UNITS:,} members; a record is {stored.size:,} bytes, deflated {len(stored.data):,}\n")
        print(f"{'reading one record':<44}{'median ms':>10}{'p99 ms':>10}")
        for name, times in [("zip: opening the dataset, then one record", first), *rows(packed, folders, units)]:
            print(f"{name:<44}{statistics.median(times):>10.3f}{times[int(len(times) * 0.99)]:>10.3f}")


if __name__ == "__main__":
    main()
