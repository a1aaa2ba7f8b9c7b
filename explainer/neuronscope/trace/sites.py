"""One layer's nodes: what stands at its hook point, and how its units make it up.

A site is read once per text. Everything about kinds of units is here: neurons and dimensions of the stream stand at the
hook point themselves; latents of an SAE stand there times their decoder's rows, and what they leave out is the error,
``x = decode(z) + error``, one node per position.
"""

from __future__ import annotations

from collections.abc import Callable
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

    source: str  # the kind of units
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

    def through(
        self, values: torch.Tensor, positions: torch.Tensor, units: torch.Tensor, gradient: torch.Tensor
    ) -> torch.Tensor:
        """What one node in each row is of the metric, to first order and in the graph: [row].

        :param values: what stands here, [row, position, width]; ``positions`` and ``units`` int64 [row].
        :param gradient: d metric / d values, [position, width].
        """
        here = values[range(len(values)), positions]
        if self.latents is None:
            return here.gather(1, units[:, None])[:, 0] * gradient[positions, units]
        return self.latents.through(here, positions, units, gradient[positions])

    def replacing(self, slopes: torch.Tensor, positions: torch.Tensor, units: torch.Tensor) -> torch.Tensor:
        """To first order what putting each of some nodes at its baseline does: [row, node].

        :param slopes: the derivative of something by what stands here, [row, position, width].
        """
        if self.latents is None:
            change = (self.baseline - self.values)[positions, units]
            return slopes[:, positions, units] * change
        return (slopes[:, positions] * self.latents.steps(positions, units).to(slopes.dtype)).sum(-1)


@dataclass(frozen=True)
class Latents:
    """``z`` and the error of one SAE on one text, and on the baseline; all [position, ...]."""

    decoder: torch.Tensor  # [latent, width]
    scale: torch.Tensor  # [position, 1]: what a latent's row is multiplied by
    z: SparseActivations
    base: SparseActivations | None  # None: zero
    error: torch.Tensor  # [position, width]
    base_error: torch.Tensor
    single: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]  # see Reader
    made: Reconstruction

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

    def steps(self, positions: torch.Tensor, units: torch.Tensor) -> torch.Tensor:
        """:meth:`step` of several nodes: [node, width]."""
        import torch

        pairs = zip(positions.tolist(), units.tolist(), strict=True)
        return torch.stack([self.step(position, unit) for position, unit in pairs])

    def through(
        self, here: torch.Tensor, positions: torch.Tensor, units: torch.Tensor, gradient: torch.Tensor
    ) -> torch.Tensor:
        """As of ``Site``; ``here`` and ``gradient`` [row, width] at the nodes' positions."""
        import torch

        latent = units != ERROR
        slopes = (gradient * self.decoder[units.clamp(min=0)]).sum(-1) * self.scale[positions, 0]
        z = self.single(here[latent], units[latent]).to(here.dtype)
        found = here.new_zeros(len(here)).index_put((latent,), z * slopes[latent])
        rows = (~latent).nonzero()[:, 0].tolist()
        errors = [(self._error(here[row], int(positions[row])) * gradient[row]).sum() for row in rows]
        return found if not errors else found.index_put((~latent,), torch.stack(errors))

    def _error(self, here: torch.Tensor, position: int) -> torch.Tensor:
        """[width]: the error at one position, in the graph, with the latents that fire there."""
        fired = self.z.unit[self.z.position == position]
        value = self.single(here.expand(len(fired), -1), fired)
        z = SparseActivations((1, 1, self.z.shape[2]), fired * 0, fired, value.float())
        return here - self.made.decode(z, here[None, None])[0, 0].to(here.dtype)

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
        return Site(source.kind, layer, reader.points[0], values, standing, latents)
    if source.kind == "attn" or reader.directions is not None:
        raise BadInput(f"{source.title} are not traced: neurons, the residual stream and latents are")
    standing = torch.zeros_like(values) if mean is None else mean.to(values).expand_as(values)
    base = standing if baseline is None else baseline
    return Site(source.kind, layer, reader.points[0], values, base, None)


def _latents(
    source: Source, reader: Reader, values: torch.Tensor, baseline: torch.Tensor | None
) -> tuple[Latents, torch.Tensor]:
    """The latents, and what stands at the hook point when all of them and the error are at their baselines."""
    made: Reconstruction | None = None if reader.reconstruction is None else reader.reconstruction()
    if len(reader.points) > 1 or made is None or reader.directions is None or reader.directions.out != reader.points:
        raise BadInput(f"{source.title} are not traced: SAEs that write where they read, with a decoder, are")
    assert reader.latents is not None  # of one hook point
    z = _sparse(reader.convert(values[None]))
    empty = SparseActivations(z.shape, z.position[:0], z.unit[:0], z.value[:0])
    error = values - made.decode(z, values[None])[0].to(values)
    scale = made.scale(values[None])[0].to(values)
    decoder = made.decoders[0].weights.to(values)
    if baseline is None:
        nothing = made.decode(empty, values[None])[0].to(values)  # the decoder's bias, at this position's scale
        return Latents(decoder, scale, z, None, error, error * 0, reader.latents, made), nothing
    base = _sparse(reader.convert(baseline[None]))
    # The other text's latents at this text's scale, so that latents and errors add up to its values exactly.
    shown = made.decode(base, values[None])[0].to(values)
    return Latents(decoder, scale, z, base, error, baseline - shown, reader.latents, made), baseline


def _sparse(found: torch.Tensor | SparseActivations) -> SparseActivations:
    assert isinstance(found, SparseActivations)
    return found


def _at(z: SparseActivations | None, position: int, unit: int) -> torch.Tensor | float:
    if z is None:
        return 0.0
    here = (z.position == position) & (z.unit == unit)
    return z.value[here].sum()
