"""A batch of activations on a GPU in; every unit's figures, and the rows that a cache has places for, out.

What ``kernels/reduce.py`` and ``copy_rows`` do on a CPU, in torch, so that only results leave the device. Bits are
compared and counted as integers here too: extremes, windows and counts are the same to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.bits import Bits, bits_of
from neuronscope.collate.finebins import FINE, OCTAVES, SIDE
from neuronscope.collate.moments import moments_of

if TYPE_CHECKING:
    import torch

_BLOCK = 2**23  # activations at a time: some 500 MB while they are float64 or indices


@dataclass(frozen=True)
class Reduced:
    """Figures of one batch, as ``kernels.reduce`` gives them; ``bins`` are of this batch alone."""

    maxima: NDArray[np.float32]  # [unit, sequence]
    minima: NDArray[np.float32]  # [unit, sequence]
    sums: NDArray[np.float64]  # [4, unit]
    bases: NDArray[np.int32]  # [2, unit]
    bins: NDArray[np.uint32]  # [unit, 2 * SIDE]


def reduce_on_device(values: torch.Tensor, bases: NDArray[np.int32]) -> Reduced:
    """Work out every unit's figures over one batch.

    :param values: [sequence, position, unit], where they are.
    :param bases: int32 [2, unit], where the windows of the fine bins began until now.
    """
    import torch

    started = torch.from_numpy(bases).to(values.device)
    size = max(1, _BLOCK // values[:, :, 0].numel())
    blocks = zip(values.split(size, dim=2), started.split(size, dim=1), strict=True)
    parts = list(zip(*(_reduce_block(*block) for block in blocks), strict=True))
    maxima, minima, sums, raised, bins = (torch.cat(part, dim=-1).cpu().numpy() for part in parts)
    return Reduced(
        np.ascontiguousarray(maxima.T),
        np.ascontiguousarray(minima.T),
        sums,
        raised,
        bins.reshape(-1, 2 * SIDE).view(np.uint32),
    )


def rows_on_device(values: torch.Tensor, placed: NDArray[np.int32]) -> tuple[NDArray[Any], NDArray[Any], Bits]:
    """Unit and sequence, [row], of all that has a place, in the order that they were given one; and their bits, [row,
    position].

    :param values: [sequence, recorded position, unit], where they are.
    :param placed: int32 [unit, sequence], -1 where there is no place.
    """
    import torch

    from neuronscope.collate.kernels.lanes import LANES

    unit, sequence = np.nonzero(placed >= 0)
    order = np.lexsort((unit % LANES, sequence, unit // LANES))
    unit, sequence = unit[order], sequence[order]
    at_unit, at_sequence = (torch.from_numpy(index).to(values.device) for index in (unit, sequence))
    return unit, sequence, bits_of(values[at_sequence, :, at_unit].cpu())


def _reduce_block(values: torch.Tensor, bases: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Of a few units: maxima and minima [sequence, unit], sums [4, unit], bases [2, unit], counts [unit * bin]."""
    import torch

    units = values.shape[2]
    bits = _integers(values)
    sign = bits >> _digits(bits) - 1  # -1 or 0
    ordered = bits ^ (sign & _magnitude(bits))
    high, low = ordered.amax(dim=1), ordered.amin(dim=1)
    raised = torch.stack([_raised(high.amax(dim=0), bases[0]), _raised(~low.amin(dim=0), bases[1], side=1)])
    codes = _codes(bits & _magnitude(bits), sign, raised)
    index = codes.long() + torch.arange(units, device=values.device) * (2 * SIDE)
    counts = torch.bincount(index.flatten(), minlength=units * 2 * SIDE).int()
    moments = moments_of(values.reshape(-1, units))
    sums = torch.from_numpy(np.stack([moments.mean, moments.m2, moments.m3, moments.m4]))
    return _floats(high), _floats(low), sums, raised, counts


def _integers(values: torch.Tensor) -> torch.Tensor:
    """As ``bits_of`` has them: bfloat16 in 16 bits, anything else in 32."""
    import torch

    return values.view(torch.int16) if values.dtype == torch.bfloat16 else values.float().view(torch.int32)


def _digits(bits: torch.Tensor) -> int:
    return 8 * int(bits.element_size())


def _magnitude(bits: torch.Tensor) -> int:
    return (1 << _digits(bits) - 1) - 1


def _floats(ordered: torch.Tensor) -> torch.Tensor:
    """Integers in the order of the floats that they stand for, as float32."""
    import torch

    bits = ordered ^ ((ordered >> _digits(ordered) - 1) & _magnitude(ordered))
    return bits.view(torch.bfloat16 if _digits(bits) == 16 else torch.float32).float()


def _raised(extremes: torch.Tensor, bases: torch.Tensor, side: int = 0) -> torch.Tensor:
    """Where one side's windows begin now; ``extremes``, [unit]: bits of the largest magnitudes, or nothing above 0."""
    import torch

    # Below 0, a power of two still belongs to the octave under it.
    octave = (extremes - side) >> _digits(extremes) - 9
    window = (octave.int() + 1 - OCTAVES) * FINE
    return torch.where(extremes > 0, torch.maximum(window, bases), bases)


def _codes(size: torch.Tensor, sign: torch.Tensor, bases: torch.Tensor) -> torch.Tensor:
    """Each value's place among the bins of its unit, from the bits of its magnitude and its sign, -1 or 0."""
    import torch

    # Bins below 0 hold their outer edge, not their inner one.
    fine = (size + sign) >> _digits(size) - 13
    place = (fine - torch.where(sign < 0, bases[1], bases[0]) + 2).clamp(1, SIDE - 1)
    return torch.where(size > 0, place - sign * SIDE, 0)  # 0 and -0 are one
