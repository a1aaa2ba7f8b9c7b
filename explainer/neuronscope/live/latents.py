"""Latents changed and SAEs spliced in: a reader and what shall be done in; edits, and what the SAE left out, out.

With ``z`` what the SAE makes of ``x``, ``D`` its decoder and ``d`` the changes of latents, ``x`` becomes

* ``x + d @ W_dec`` where it is not spliced in, so that a change of nothing changes not one bit;
* ``D(z) + d @ W_dec`` with "reconstruct";
* ``D(z) + d @ W_dec + (x - D(z))`` with "reconstruct+error".

Positions before the text (BOS) stay as they are: SAEs are hardly ever trained on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from neuronscope.errors import BadInput
from neuronscope.live.asks import SpliceMode
from neuronscope.subject.edits import Edit
from neuronscope.subject.reconstruction import Reconstruction
from neuronscope.subject.source import Reader, SparseActivations

if TYPE_CHECKING:
    import torch


class Step(Protocol):
    """An intervention on one latent."""

    @property
    def unit(self) -> int:
        """Which latent."""

    def rows(self, begin: int, count: int) -> list[int] | slice:
        """Which of ``count`` positions from ``begin`` on are changed."""

    def new(self, old: torch.Tensor) -> torch.Tensor:
        """The activations afterwards."""


@dataclass
class Watched:
    """What an SAE left out in the first pass: [position] each, of the model's input; None until then."""

    hook: str
    error_norm: torch.Tensor | None = None
    norm: torch.Tensor | None = None
    latents: torch.Tensor | None = None


class LatentEdits:
    """The edits of one SAE in one layer; those of a transcoder read at one hook point and write at another."""

    def __init__(self, reader: Reader, steps: Sequence[Step], mode: SpliceMode | None, prefix: int, name: str) -> None:
        """:raises BadInput: it cannot be spliced in, or holds no decoder."""
        self._reader, self._steps, self._mode, self._prefix = reader, steps, mode, prefix
        self._reconstruction = _reconstruction(reader, name, mode)
        assert reader.directions is not None
        self._out = reader.directions.out
        self.watched = Watched(self._out[0].name)
        self._read: torch.Tensor | None = None

    def edits(self) -> list[Edit]:
        """Reading and writing, in the order in which a pass comes to them."""
        points = self._reader.points
        if len(points) > 1:
            return [Edit(point, self._adding(index)) for index, point in enumerate(self._out)]
        if points == self._out:
            return [Edit(points[0], self._at_once)]
        return [Edit(points[0], self._keep, reads=True), Edit(self._out[0], self._written)]

    def _at_once(self, values: torch.Tensor, begin: int) -> torch.Tensor:
        return self._changed(values, values, begin)

    def _keep(self, values: torch.Tensor, _: int) -> None:
        self._read = values.clone()

    def _written(self, values: torch.Tensor, begin: int) -> torch.Tensor:
        assert self._read is not None
        return self._changed(self._read, values, begin)

    def _adding(self, index: int) -> Any:
        """A latent of a crosscoder grows by the same number wherever it is written; nothing has to be read for that."""
        decoder = self._reconstruction.decoders[index]

        def add(values: torch.Tensor, begin: int) -> torch.Tensor:
            changed = values.float()
            for step in self._steps:
                rows = step.rows(begin, values.shape[1])
                grown = step.new(changed.new_zeros(changed[:, rows, 0].shape))
                changed[:, rows] = changed[:, rows] + grown[..., None] * decoder.weights[step.unit]
            return changed

        return add

    def _changed(self, read: torch.Tensor, values: torch.Tensor, begin: int) -> torch.Tensor:
        """``values`` [sequence, position, d] after splice and steps, in float32."""
        latents = self._reader.convert(read)
        exact = values.float()
        base = exact
        if self._mode is not None:
            made = self._reconstruction.decode(latents, read)
            self._watch(exact, made, latents)
            base = made if self._mode == "reconstruct" else made + (exact - made)
        if self._steps:
            base = base + self._reconstruction.written(self._grown(latents, begin), read)
        before = max(0, self._prefix - begin)
        return base if before == 0 else exact.clone().index_copy_(1, *_after(base, before))

    def _grown(self, latents: SparseActivations, begin: int) -> SparseActivations:
        """By how much the steps change the latents."""
        import torch

        sequences, count, _ = latents.shape
        positions, units, values = [], [], []
        for unit in dict.fromkeys(step.unit for step in self._steps):
            old = _column(latents, unit)
            new = old.clone()
            for step in self._steps:
                if step.unit == unit:
                    rows = step.rows(begin, count)
                    new[:, rows] = step.new(new[:, rows])
            positions.append(torch.arange(sequences * count, device=old.device))
            units.append(positions[-1].new_full((sequences * count,), unit))
            values.append((new - old).reshape(-1))
        return SparseActivations(latents.shape, torch.cat(positions), torch.cat(units), torch.cat(values))

    def _watch(self, exact: torch.Tensor, made: torch.Tensor, latents: SparseActivations) -> None:
        if self.watched.norm is None:
            self.watched.error_norm = (exact - made)[0].norm(dim=-1)
            self.watched.norm = exact[0].norm(dim=-1)
            self.watched.latents = latents.position.bincount(minlength=exact.shape[1])[: exact.shape[1]]


def _after(base: torch.Tensor, before: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The positions from ``before`` on, and what stands there."""
    import torch

    return torch.arange(before, base.shape[1], device=base.device), base[:, before:]


def _column(latents: SparseActivations, unit: int) -> torch.Tensor:
    """One latent at every position: float32 [sequence, position]."""
    sequences, count, _ = latents.shape
    column = latents.value.new_zeros(sequences * count)
    here = latents.unit == unit
    column[latents.position[here]] = latents.value[here]
    return column.reshape(sequences, count)


def _reconstruction(reader: Reader, name: str, mode: SpliceMode | None) -> Reconstruction:
    if mode is not None and len(reader.points) > 1:
        raise BadInput(f"{name} reads several layers before it writes the first, so it cannot be spliced into one pass")
    made = None if reader.reconstruction is None else reader.reconstruction()
    if made is None:
        raise BadInput(f"the files of {name} hold no decoder that is read here, so its latents can be read only")
    if reader.directions is None or not reader.directions.out:
        raise BadInput(f"where {name} writes is no hook point of this model, so its latents can be read only")
    return made
