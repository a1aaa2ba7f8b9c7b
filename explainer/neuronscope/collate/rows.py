"""The activations that records show: chosen (unit, sequence) pairs of one layer in, their rows of activations out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


class LayerRows:
    """Rows of one layer; also counts each unit's tokens above a threshold, which is known only after the first pass."""

    def __init__(self, chosen: Sequence[Sequence[int]], units: NDArray[np.intp], length: int) -> None:
        """``chosen[i]`` are the sequences of unit ``units[i]``; ``length`` is the number of recorded positions."""
        self._units = units
        self._starts = np.cumsum([0, *map(len, chosen)])
        self._sequence = np.concatenate([np.asarray(pick, dtype=np.intp) for pick in chosen])
        self._unit = np.repeat(units, np.diff(self._starts))
        self._by_sequence = np.argsort(self._sequence, kind="stable")
        self._sorted = self._sequence[self._by_sequence]
        self._values = np.zeros((len(self._sequence), length), dtype=np.float32)
        self.above: NDArray[np.int64] = np.zeros(len(units), dtype=np.int64)

    def add(self, values: torch.Tensor, first: int) -> None:
        """Pick from ``values``, [sequence, recorded position, unit]; the first one is sequence ``first``."""
        import torch

        low, high = np.searchsorted(self._sorted, [first, first + len(values)])
        pairs = self._by_sequence[low:high]
        sequence = torch.from_numpy(self._sequence[pairs] - first).to(values.device)
        unit = torch.from_numpy(self._unit[pairs]).to(values.device)
        self._values[pairs] = values[sequence, :, unit].float().cpu().numpy()

    def count_above(self, values: torch.Tensor, thresholds: NDArray[np.float32]) -> None:
        """Count tokens of ``values``, [sequence, counted position, unit], above float32 ``thresholds`` [kept unit]."""
        import torch

        kept = values.flatten(0, 1)
        if len(self._units) < values.shape[2]:
            kept = kept[:, torch.from_numpy(self._units).to(values.device)]
        above = kept.float() > torch.from_numpy(thresholds).to(values.device)
        self.above += above.sum(dim=0).cpu().numpy()

    def of(self, index: int) -> dict[int, NDArray[np.float32]]:
        """Rows of the unit at ``index`` of the kept ones, by sequence."""
        span = range(self._starts[index], self._starts[index + 1])
        return {int(self._sequence[row]): self._values[row] for row in span}
