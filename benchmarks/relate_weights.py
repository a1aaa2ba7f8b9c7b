"""Relating every MLP neuron of a model by weight against dense products of the same size: one table on standard output.

    python benchmarks/relate_weights.py .cache/smollm2

Both make the same products: embedding x reading vectors, writing vectors x unembedding, writing x reading vectors of
all pairs of layers. Relating keeps of each row and column the strongest, adds up moments, counts histograms, and writes
the dataset; the dense products are thrown away. Layer by layer the two take turns, so that a machine that is slower for
a while is slower for both. The dataset that is added to has records without sequences. Kernels are compiled before.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from neuronscope.dataset import DatasetWriter, Manifest, dumps
from neuronscope.dataset.manifest import LayerInfo, ModelInfo, SourceInfo
from neuronscope.records import NeuronId, NeuronRecord
from neuronscope.relate import RelateSummary, relate
from neuronscope.subject import Source, Subject, load_subject, open_source
from neuronscope.subject.wiring import wire

sys.path.insert(0, str(Path(__file__).parent))
from memory import Memory

COLUMNS = 49_152  # of one dense product, about as many as there are tokens


class Dense:
    """The products of one layer, as large as BLAS likes them."""

    def __init__(self, subject: Subject, source: Source, layers: int) -> None:
        import torch

        self.units, self.width = source.units[0], subject.info.d_model
        self.readings = len(wire(subject, source, 0).reading)
        self.tokens = subject.info.vocabulary
        generator = torch.Generator().manual_seed(0)
        self.left = torch.randn(self.units, self.width, generator=generator)
        self.right = torch.randn(max(self.tokens, COLUMNS), self.width, generator=generator)
        self.out = torch.empty(self.units, len(self.right))
        self.seconds = self.flops = 0.0
        self.layers = layers

    def columns(self, layer: int) -> list[int]:
        """The columns of each product that this layer's units take part in, with all earlier layers."""
        pairs = self.readings * layer * self.units
        whole, rest = divmod(pairs, COLUMNS)
        return [self.tokens] * (self.readings + 1) + [COLUMNS] * whole + [rest] * (rest > 0)

    def multiply(self, _stage: str, layer: int, layers: int) -> None:
        """What ``relate`` calls between two layers."""
        import torch

        if _stage != "relating, by layer" or layer == layers:
            return
        began = time.perf_counter()
        for columns in self.columns(layer):
            # A slice of rows, so that what comes out lies without gaps.
            out = self.out.view(-1)[: self.units * columns].view(self.units, columns)
            torch.mm(self.left, self.right[:columns].T, out=out)
            self.flops += 2 * self.units * columns * self.width
        self.seconds += time.perf_counter() - began


def make_dataset(root: Path, subject: Subject, source: Source, layers: int) -> None:
    """All neurons of the first layers, with records that hold no sequences."""
    info = subject.info
    manifest = Manifest(
        name="bench",
        title="Bench",
        model=ModelInfo(info.name, info.architecture, info.layers, None, info.hash),
        source=SourceInfo(source.kind, source.hook),
        layers=[LayerInfo(layer, source.units[layer]) for layer in range(layers)],
    )
    with DatasetWriter(root) as writer:
        for layer in range(layers):
            records = ((unit, dumps(NeuronRecord(NeuronId(layer, unit)))) for unit in range(source.units[layer]))
            writer.add_layer("collated-activations", layer, records)
        writer.finish(manifest)


def table(dense: Dense, summary: RelateSummary, total: float, written: int, peak: int) -> str:
    """The figures as text."""
    computing = summary.seconds["tokens"] + summary.seconds["neurons"]
    head = (
        f"{'units':>7} {'tokens':>7} {'Tflop':>6} {'dense s':>8} {'relating s':>10} {'ratio':>6} {'writing s':>9} "
        f"{'GB':>5} {'all s':>6} {'ratio of all':>12} {'peak GB':>7}"
    )
    row = (
        f"{summary.units:>7,} {summary.tokens:>7,} {dense.flops / 1e12:>6.2f} {dense.seconds:>8.1f} {computing:>10.1f} "
        f"{computing / dense.seconds:>6.2f} {summary.seconds['write']:>9.1f} {written / 1e9:>5.2f} {total:>6.0f} "
        f"{total / dense.seconds:>12.2f} {peak / 1e9:>7.2f}"
    )
    return f"{head}\n{row}"


def main() -> None:
    """Relate, with dense products between the layers, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="model folder")
    parser.add_argument("--layers", type=int, help="the first layers only; all unless given")
    parser.add_argument("--scratch", type=Path, help="where to write; the system's temporary folder unless given")
    arguments = parser.parse_args()
    subject = load_subject(arguments.model)
    source = open_source(subject)
    layers = arguments.layers or subject.info.layers
    with tempfile.TemporaryDirectory(prefix="neuronscope-", dir=arguments.scratch) as folder:
        make_dataset(Path(folder) / "warm", subject, source, 1)
        relate(subject, Path(folder) / "warm")
        root = Path(folder) / "dataset"
        make_dataset(root, subject, source, layers)
        memory, dense = Memory(), Dense(subject, source, layers)
        dense.multiply("relating, by layer", 0, layers)
        dense.seconds = dense.flops = 0.0
        began = time.perf_counter()
        summary = relate(subject, root, progress=dense.multiply)
        total = time.perf_counter() - began - dense.seconds
        parts = [path for part in summary.parts for path in (root / part).rglob("*.zip")]
        written = sum(path.stat().st_size for path in parts)
    print(f"{arguments.model}, float32; what is written comes on top of the products")
    print(table(dense, summary, total, written, memory.peak))


if __name__ == "__main__":
    main()
