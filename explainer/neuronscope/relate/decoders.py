"""Latents whose decoder directions point the same way: the decoders of all layers in, each latent's neighbours out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from neuronscope.relate.strongest import NOTHING, Blocks, Strongest, take_rows
from neuronscope.relate.vocabulary import spans_of

if TYPE_CHECKING:
    import torch


def nearest(
    decoders: Mapping[int, torch.Tensor], wanted: Callable[[int], bool], k: int, blocks: Blocks
) -> dict[int, Strongest]:
    """Of each latent the k others, in all layers, with the largest cosine; only [:, 0] of the result is meant.

    :param decoders: float32 [latent, width] by layer, ascending, of one width. Latents are numbered through them.
    :param wanted: whether the latents of a layer are asked for; those of the others are candidates all the same.
    """
    unit = {layer: _unit_length(matrix) for layer, matrix in decoders.items()}
    found = {layer: Strongest.of_none(len(matrix), k + 1) for layer, matrix in unit.items() if wanted(layer)}
    first = _first_keys(unit)
    for layer, strongest in found.items():
        for other, matrix in unit.items():
            there = spans_of(matrix.any(1).cpu().numpy())  # a decoder that is 0 points nowhere
            for start, product in blocks.products(unit[layer], matrix):
                take_rows(strongest.rows(start, start + len(product)), product, there, first[other], blocks)
        _leave_out(strongest, first[layer], ~unit[layer].any(1).cpu().numpy())
    return found


def _unit_length(matrix: torch.Tensor) -> torch.Tensor:
    lengths = matrix.norm(dim=1, keepdim=True)
    return matrix / lengths.where(lengths > 0, 1)


def _first_keys(decoders: Mapping[int, torch.Tensor]) -> dict[int, int]:
    sizes = [len(matrix) for matrix in decoders.values()]
    return dict(zip(decoders, np.cumsum([0, *sizes[:-1]]).tolist(), strict=True))


def _leave_out(strongest: Strongest, first_key: int, without: np.ndarray) -> None:
    """Take each latent itself out of its own list, which is one place longer than asked for; and empty some lists."""
    for row in range(len(strongest.keys)):
        keys, values = strongest.keys[row, 0], strongest.values[row, 0]
        itself = np.flatnonzero(keys == first_key + row)
        place = int(itself[0]) if itself.size else len(keys) - 1
        keys[place:-1], values[place:-1] = keys[place + 1 :].copy(), values[place + 1 :].copy()
        keys[-1] = NOTHING
    strongest.keys[without] = NOTHING
