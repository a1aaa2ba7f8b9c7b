"""Comparing all pairs of units by their figures of merit, beside one dense product of the same shape in float32.

Figures are made up: a few common causes and noise, rounded to bfloat16. The product is measured on a part of the rows
and reckoned for all pairs; both orders of a pair count, as in the product of a matrix with its own transpose.

    python benchmarks/coactivate.py --units 46080 --sequences 1024 8192
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from neuronscope.collate.correlation import nearest, standardised
from neuronscope.collate.engine import peak_memory

PART = 2048


def figures(units: int, sequences: int) -> Iterator[NDArray[np.float32]]:
    """Some units at a time."""
    draw = np.random.default_rng(0)
    causes = draw.normal(size=(64, sequences)).astype(np.float32)
    for first in range(0, units, PART):
        count = min(PART, units - first)
        mixed = draw.normal(size=(count, 64)).astype(np.float32) ** 3 @ causes
        noisy = mixed + 4 * draw.normal(size=(count, sequences)).astype(np.float32)
        yield torch.from_numpy(noisy).bfloat16().float().numpy()


def dense(units: int, sequences: int) -> float:
    """Seconds that the product of all pairs would take."""
    some = torch.randn(PART, sequences)
    _ = some @ some.T
    began = time.perf_counter()
    _ = some @ some.T
    return (time.perf_counter() - began) * (units / PART) ** 2


def measure(units: int, sequences: int, threads: int) -> str:
    """One row."""
    with tempfile.TemporaryDirectory(prefix="neuronscope-") as folder:
        began = time.perf_counter()
        rows, fires = standardised(figures(units, sequences), Path(folder) / "rows.bin", (units, sequences))
        made = time.perf_counter() - began
        product = dense(units, sequences)
        began = time.perf_counter()
        nearest(rows, fires, 10, threads)
        took = time.perf_counter() - began
        product = (product + dense(units, sequences)) / 2
    memory = peak_memory() / 1e9
    return (
        f"{units:>7,} {sequences:>9,} {made:>9.1f} {took:>11.1f} {product:>15.1f} {took / product:>6.2f} {memory:>7.2f}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=46_080)
    parser.add_argument("--sequences", type=int, nargs="+", default=[1024, 8192])
    arguments = parser.parse_args()
    threads = torch.get_num_threads()
    measure(4096, 256, threads)  # compiles
    print("  units sequences figures s comparing s dense product s  ratio peak GB")
    for sequences in arguments.sequences:
        print(measure(arguments.units, sequences, threads), flush=True)


if __name__ == "__main__":
    main()
