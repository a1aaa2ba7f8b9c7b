"""One layer's nodes: what stands at its hook point, and how its units make it up.

A site is read once per text. Everything about kinds of units is here: neurons and dimensions of the stream stand at the
hook point themselves; latents of an SAE stand there times their decoder's rows, and what they leave out is the error,
``x = decode(z) + error``, one node per position.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.subject.hooks import HookPoint
from neuronscope.subject.reconstruction import Reconstruction
from neuronscope.subject.source import Reader, Source, SparseActivations

if TYPE_CHECKING:
    import torch

ERROR = -1  # in place of a unit


@dataclass(frozen=True)
class Candidates:
    """Nodes of one site: [node] each. ``unit`` is ERROR for an error, whose activation is its norm."""

    position: torch.Tensor
    unit: torch.Tensor
    activation: torch.Tensor
    baseline: torch.Tensor
    gradient: torch.Tensor  # NaN of errors
    effect: torch.Tensor


@dataclass(frozen=True)
class Site:
    """One layer of a source on one text: [position, width] of the text's tokens, in the model's dtype."""

    layer: int
    point: HookPoint
    values: torch.Tensor
    baseline: torch.Tensor  # what stands there when every node is at its baseline
    latents: Latents | None  # None: the numbers at the hook point are the units

    def nodes(self, gradient: torch.Tensor) -> Candidates:
        """Every node that differs from its baseline, with its effect to first order.

        :param gradient: d metric / d values, [position, width].
        """
        if self.latents is not None:
            return self.latents.nodes(gradient)

        position, unit = (self.values != self.baseline).nonzero().unbind(1)
        value, base, slope = (x[position, unit] for x in (self.values, self.baseline, gradient))
        return Candidates(position, unit, value, base, slope, (base - value) * slope)

    def replaced(self, values: torch.Tensor, position: int, unit: int) -> torch.Tensor:
        """``values`` [width] of one position, with one node at its baseline."""
        if self.latents is not None:
            return values + self.latents.step(position, unit).to(values.dtype)
        changed = values.clone()
        changed[unit] = self.baseline[position, unit]
        return changed


@dataclass(frozen=True)
class Latents:
    """``z`` and the error of one SAE on one text, and on the baseline; all [position, ...]."""

    decoder: torch.Tensor  # [latent, width]
    scale: torch.Tensor  # [position, 1]: what a latent's row is multiplied by
    z: SparseActivations
    base: SparseActivations | None  # None: zero
    error: torch.Tensor  # [position, width]
    base_error: torch.Tensor

    def nodes(self, gradient: torch.Tensor) -> Candidates:
        """Latents that are not 0 on either text, and one error per position."""
        import torch

        position, unit, value, base = self._pairs()
        slope = (gradient[position] * self.decoder[unit]).sum(-1) * self.scale[position, 0]
        norm, base_norm = self.error.norm(dim=-1), self.base_error.norm(dim=-1)
        lost = ((self.base_error - self.error) * gradient).sum(-1)
        places = torch.arange(len(norm), device=norm.device)
        return Candidates(
            torch.cat([position, places]),
            torch.cat([unit, torch.full_like(places, ERROR)]),
            torch.cat([value, norm]),
            torch.cat([base, base_norm]),
            torch.cat([slope, torch.full_like(norm, torch.nan)]),
            torch.cat([(base - value) * slope, lost]),
        )

    def step(self, position: int, unit: int) -> torch.Tensor:
        """[width]: what replacing one node adds to what stands at the hook point."""
        if unit == ERROR:
            return self.base_error[position] - self.error[position]
        change = _at(self.base, position, unit) - _at(self.z, position, unit)
        return change * self.decoder[unit] * self.scale[position, 0]

    def _pairs(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Position, unit, activation and baseline of each latent that is not 0 on one of the two texts."""
        import torch

        kind = self.error.dtype
        if self.base is None:
            return self.z.position, self.z.unit, self.z.value.to(kind), torch.zeros_like(self.z.value, dtype=kind)
        width = self.z.shape[2]
        keys = torch.cat([self.z.position * width + self.z.unit, self.base.position * width + self.base.unit])
        both, place = keys.unique(return_inverse=True)
        found = torch.zeros((2, len(both)), dtype=kind, device=keys.device)
        split = len(self.z.value)
        found[0, place[:split]] = self.z.value.to(kind)
        found[1, place[split:]] = self.base.value.to(kind)
        return both // width, both % width, found[0], found[1]


def make_site(
    source: Source, layer: int, values: torch.Tensor, baseline: torch.Tensor | None, mean: torch.Tensor | None
) -> Site:
    """One layer's site.

    :param values: [position, width] of the text; ``baseline`` those of another text, or None.
    :param mean: [unit], what units are replaced by; None with ``baseline`` None: zero.
    :raises BadInput: units that are not traced: heads, directions, latents over several layers or without a decoder.
    """
    import torch

    reader = source.readers_of([layer])[layer]
    if source.sparse:
        latents, standing = _latents(source, reader, values, baseline)
        return Site(layer, reader.points[0], values, standing, latents)
    if source.kind == "attn" or reader.directions is not None:
        raise BadInput(f"{source.title} are not traced: neurons, the residual stream and latents are")
    standing = torch.zeros_like(values) if mean is None else mean.to(values).expand_as(values)
    return Site(layer, reader.points[0], values, standing if baseline is None else baseline, None)


def _latents(
    source: Source, reader: Reader, values: torch.Tensor, baseline: torch.Tensor | None
) -> tuple[Latents, torch.Tensor]:
    """The latents, and what stands at the hook point when all of them and the error are at their baselines."""
    made: Reconstruction | None = None if reader.reconstruction is None else reader.reconstruction()
    if len(reader.points) > 1 or made is None or reader.directions is None or reader.directions.out != reader.points:
        raise BadInput(f"{source.title} are not traced: SAEs that write where they read, with a decoder, are")
    z = _sparse(reader.convert(values[None]))
    empty = SparseActivations(z.shape, z.position[:0], z.unit[:0], z.value[:0])
    error = values - made.decode(z, values[None])[0].to(values)
    scale = made.scale(values[None])[0].to(values)
    decoder = made.decoders[0].weights.to(values)
    if baseline is None:
        nothing = made.decode(empty, values[None])[0].to(values)  # the decoder's bias, at this position's scale
        return Latents(decoder, scale, z, None, error, error * 0), nothing
    base = _sparse(reader.convert(baseline[None]))
    # The other text's latents at this text's scale, so that latents and errors add up to its values exactly.
    shown = made.decode(base, values[None])[0].to(values)
    return Latents(decoder, scale, z, base, error, baseline - shown), baseline


def _sparse(found: torch.Tensor | SparseActivations) -> SparseActivations:
    assert isinstance(found, SparseActivations)
    return found


def _at(z: SparseActivations | None, position: int, unit: int) -> torch.Tensor | float:
    if z is None:
        return 0.0
    here = (z.position == position) & (z.unit == unit)
    return z.value[here].sum()
