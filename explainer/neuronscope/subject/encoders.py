"""From what is read at a hook point to the latents that are not zero: the encoders of SAEs, transcoders, crosscoders.

In come activations [sequence, position, d_in], one tensor for each hook point, out go SparseActivations. The matrix
product is the only dense thing: it is made in blocks of positions, and what follows works on the latents that fire.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from neuronscope.errors import BrokenData
from neuronscope.subject.source import SparseActivations

if TYPE_CHECKING:
    import torch

Normalisation = Literal["none", "layer_norm", "constant_norm_rescale"]

# Pre-activations of one block, at least 64 positions of it: 64 MB in float32, and far fewer rows are slow to multiply.
BLOCK = 2**24
_LEAST_ROWS = 64

# Position within the block, latent, value: [non-zero] each, ascending in position and then in latent.
Fired = tuple["torch.Tensor", "torch.Tensor", "torch.Tensor"]


class Activation(Protocol):
    """What makes latents of pre-activations."""

    def fire(self, pre: torch.Tensor) -> Fired:
        """The latents of ``pre`` [position, latent] that are not zero."""


@dataclass(frozen=True)
class Threshold:
    """``pre`` above a threshold of at least 0 (ReLU, JumpReLU), or what it becomes scaled and shifted (gated SAEs)."""

    above: torch.Tensor  # [latent]
    scale: torch.Tensor | None = None  # [latent]
    shift: torch.Tensor | None = None  # [latent]

    def fire(self, pre: torch.Tensor) -> Fired:
        at = _above(pre, self.above)
        position, unit = at // pre.shape[1], at % pre.shape[1]
        value = pre.reshape(-1)[at]
        if self.scale is None or self.shift is None:
            return position, unit, value
        value = value * self.scale[unit] + self.shift[unit]
        kept = value > 0  # rounding can take a latent at its threshold to 0
        return position[kept], unit[kept], value[kept]


@dataclass(frozen=True)
class TopK:
    """The ``k`` largest of each position, as far as they are above 0; signed: the largest of either sign."""

    k: int
    signed: bool = False

    def fire(self, pre: torch.Tensor) -> Fired:
        unit = (pre.abs() if self.signed else pre).topk(self.k, dim=1, sorted=False).indices.sort(dim=1).values
        value = pre.gather(1, unit)
        kept = value != 0 if self.signed else value > 0
        return kept.nonzero()[:, 0], unit[kept], value[kept]


@dataclass(frozen=True)
class GroupMax:
    """The largest of each of ``groups`` equal runs of latents, as far as it is above 0."""

    groups: int

    def fire(self, pre: torch.Tensor) -> Fired:
        value, within = pre.unflatten(1, (self.groups, -1)).max(dim=2)
        position, group = (value > 0).nonzero().unbind(1)
        unit = within[position, group] + group * (pre.shape[1] // self.groups)
        return position, unit, value[position, group]


@dataclass(frozen=True)
class Whole:
    """Pre-activations that are the latents already, from an encoder that is a function of its own."""

    def fire(self, pre: torch.Tensor) -> Fired:
        position, unit = pre.nonzero().unbind(1)
        return position, unit, pre[position, unit]


@dataclass(frozen=True)
class Encoder:
    """``activation(sum over m of prepared(x_m) @ weights[m] + bias)``, computed in the dtype of the weights."""

    weights: tuple[torch.Tensor, ...]  # [d_in, latent], one for each hook point
    bias: torch.Tensor  # [latent]
    activation: Activation
    centred: bool = False  # the mean over d_in is taken out of x, as in a model whose writing weights are centred
    normalise: Normalisation = "none"
    subtract: torch.Tensor | None = None  # [d_in], from x last of all: the decoder's bias

    @property
    def d_in(self) -> int:
        """Numbers per token that it reads at each of its hook points."""
        return int(self.weights[0].shape[0])

    @property
    def latents(self) -> int:
        """Width of the dictionary."""
        return int(self.bias.shape[0])

    def encode(self, *values: torch.Tensor) -> SparseActivations:
        """Latents of a batch from one [sequence, position, d_in] for each hook point, any dtype.

        :raises BrokenData: values that are not finite.
        """
        inputs = [self._prepared(x) for x in values]
        return in_blocks(lambda *rows: self.activation.fire(self._pre(*rows)), inputs, values[0], self.latents)

    def single(self, values: torch.Tensor, latents: torch.Tensor) -> torch.Tensor:
        """One latent of each row, as it is where it fires: gradients pass.

        :param values: [n, d_in], of the only hook point; ``latents`` int64 [n].
        """
        pre = (self._prepared(values) * self.weights[0][:, latents].T).sum(-1) + self.bias[latents]
        made = self.activation
        if isinstance(made, Threshold) and made.scale is not None and made.shift is not None:
            return pre * made.scale[latents] + made.shift[latents]
        return pre

    def _pre(self, *rows: torch.Tensor) -> torch.Tensor:
        import torch

        pre = torch.addmm(self.bias, rows[0], self.weights[0])
        for x, weight in zip(rows[1:], self.weights[1:], strict=True):
            pre.addmm_(x, weight)
        return pre

    def _prepared(self, values: torch.Tensor) -> torch.Tensor:
        """[position, d_in] as the weights want it."""
        x = values.reshape(-1, values.shape[-1]).to(self.weights[0].dtype)
        if self.centred:
            x = x - x.mean(-1, keepdim=True)
        if self.normalise == "layer_norm":  # with the sample's deviation and the constant added outside the root
            x = x - x.mean(-1, keepdim=True)
            x = x / (x.std(-1, keepdim=True) + 1e-5)
        elif self.normalise == "constant_norm_rescale":
            x = x * (x.shape[-1] ** 0.5 / x.norm(dim=-1, keepdim=True))
        return x if self.subtract is None else x - self.subtract


@dataclass(frozen=True)
class OtherEncoder:
    """An encoder that is only known as a function: [position, d_in] -> latents [position, latent]."""

    function: Callable[[torch.Tensor], torch.Tensor]
    d_in: int
    latents: int

    def encode(self, values: torch.Tensor) -> SparseActivations:
        """Latents of a batch [sequence, position, d_in].

        :raises BrokenData: values that are not finite.
        """
        flat = values.reshape(-1, values.shape[-1])
        return in_blocks(lambda rows: Whole().fire(self.function(rows)), [flat], values, self.latents)

    def single(self, values: torch.Tensor, latents: torch.Tensor) -> torch.Tensor:
        """As of ``Encoder``, of [n, d_in] and int64 [n]."""
        return self.function(values).gather(1, latents[:, None])[:, 0]


def in_blocks(
    fire: Callable[..., Fired], inputs: list[torch.Tensor], like: torch.Tensor, latents: int
) -> SparseActivations:
    """``fire`` for each block of positions of ``inputs`` [position, d_in]; ``like`` is [sequence, position, ...]."""
    import torch

    if not all(bool(torch.isfinite(x).all()) for x in inputs):
        raise BrokenData("the model's activations are not finite where latents are computed from them; try float32")
    size = max(_LEAST_ROWS, BLOCK // latents)
    parts = []
    for start in range(0, len(inputs[0]), size):
        position, unit, value = fire(*(x[start : start + size] for x in inputs))
        parts.append((position + start, unit, value.float()))
    position, unit, value = (torch.cat(part) for part in zip(*parts, strict=True))
    return SparseActivations((like.shape[0], like.shape[1], latents), position, unit, value)


def _above(pre: torch.Tensor, threshold: torch.Tensor) -> torch.Tensor:
    """Flat indices where ``pre`` [position, latent] is above ``threshold`` [latent], ascending."""
    import numpy as np
    import torch

    if pre.device.type == "cpu" and pre.dtype in (torch.float32, torch.float64):
        # numpy compares and searches ten times as fast as torch does on the CPU.
        return torch.from_numpy(np.flatnonzero(pre.numpy() > threshold.numpy()))
    return (pre > threshold).reshape(-1).nonzero().squeeze(1)
