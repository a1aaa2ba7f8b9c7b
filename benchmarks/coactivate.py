"""Comparing all pairs of units by their figures of merit, beside a dense product of the same shape and dtype.

    python benchmarks/coactivate.py --units 46080 --sequences 1024 8192

Figures are made up: a few common causes and noise, in bfloat16, in the tables that a collation leaves behind. The
product is that of all rows with all rows, of which a part is measured before and after. Kernels are compiled before.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from neuronscope.collate.bits import Bits, bits_of
from neuronscope.collate.coactivation import FigureTable, coactivation
from neuronscope.collate.dense import DenseLayer
from neuronscope.collate.options import SHARD, Sampling
from neuronscope.collate.rowcache import RowCache, no_floors, plan_cache
from neuronscope.collate.table import open_table

sys.path.insert(0, str(Path(__file__).parent))
from memory import Memory

PART = 2048  # rows of the product that is measured
LAYER = 1536  # units
NOTHING = Sampling(top=0, negative=0, random=0, per_quantile=0)


def figures(units: int, sequences: int, noise: float) -> Iterator[Bits]:
    """Bits [unit, sequence] of one layer after the other."""
    draw = torch.Generator().manual_seed(0)
    causes = torch.randn(24, sequences, generator=draw)
    for first in range(0, units, LAYER):
        count = min(LAYER, units - first)
        mixed = torch.randn(count, 24, generator=draw) @ causes
        yield bits_of((0.3 * mixed + noise * torch.randn(count, sequences, generator=draw)).bfloat16())


def make_layers(folder: Path, units: int, sequences: int, noise: float) -> list[DenseLayer]:
    """Layers that have seen all sequences."""
    layers = []
    for index, bits in enumerate(figures(units, sequences, noise)):
        table = open_table(folder, index, len(bits), sequences=sequences, dtype=bits.dtype)
        for first in range(0, sequences, SHARD):
            part = bits[:, first : first + SHARD]
            table[first // SHARD, 0, :, : part.shape[1]] = part
        plan = plan_cache(index, len(bits), NOTHING, shape=(sequences, 1, 0), dtype=bits.dtype)
        layers.append(DenseLayer(index, table, RowCache(plan, no_floors(len(bits), NOTHING))))
    return layers


def dense(units: int, sequences: int) -> float:
    """Seconds that the product of all rows with all rows takes."""
    some = torch.randn(PART, sequences).bfloat16()
    _ = some @ some.T
    began = time.perf_counter()
    for _ in range(3):
        _ = some @ some.T
    return (time.perf_counter() - began) / 3 * (units / PART) ** 2


def measure(units: int, sequences: int, noise: float, scratch: Path | None) -> str:
    """One row of the table."""
    with tempfile.TemporaryDirectory(prefix="neuronscope-", dir=scratch) as folder:
        layers = make_layers(Path(folder), units, sequences, noise)
        table = FigureTable(layers, {layer.layer: np.arange(layer.units) for layer in layers}, sequences)
        before, memory = dense(units, sequences), Memory()
        began = time.perf_counter()
        coactivation(table, Path(folder))
        took, peak = time.perf_counter() - began, memory.peak
        product = (before + dense(units, sequences)) / 2
    cost = took / (units**2 * sequences) * 1e12
    return (
        f"{units:>7,} {sequences:>9,} {took:>9.1f} {product:>15.1f} {took / product:>6.2f} {cost:>10.2f} "
        f"{peak / 1e9:>7.2f}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=46_080)
    parser.add_argument("--sequences", type=int, nargs="+", default=[1024, 8192])
    parser.add_argument("--noise", type=float, default=3.0, help="beside the common causes")
    parser.add_argument("--scratch", type=Path, help="where to write; the system's temporary folder unless given")
    arguments = parser.parse_args()
    measure(600, 64, arguments.noise, arguments.scratch)
    print("  units sequences comparing dense product s  ratio ps per one peak GB")
    for sequences in arguments.sequences:
        print(measure(arguments.units, sequences, arguments.noise, arguments.scratch), flush=True)


if __name__ == "__main__":
    main()
