"""From latents back to what was read: an SAE's encoder and decoder and its latents in, what they make of them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuronscope.subject.encoders import Encoder, Normalisation, OtherEncoder
from neuronscope.subject.source import SparseActivations

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Decoder:
    """``latents @ weights + bias (+ read @ skip)``, brought to the scale of what was read."""

    weights: torch.Tensor  # float32 [latent, d]
    bias: torch.Tensor | None = None  # float32 [d]
    skip: torch.Tensor | None = None  # float32 [d_in, d]: what a skip transcoder adds of what it reads


@dataclass(frozen=True)
class Reconstruction:
    """One decoder for each hook point written, and what its encoder did to the values first, to be undone."""

    decoders: tuple[Decoder, ...]
    centred: bool = False
    normalise: Normalisation = "none"

    def decode(self, latents: SparseActivations, read: torch.Tensor, point: int = 0) -> torch.Tensor:
        """What the latents stand for: float32 [sequence, position, d].

        :param read: what they were made of, [sequence, position, d_in] in any dtype.
        """
        decoder = self.decoders[point]
        made = self.written(latents, read, point)
        if decoder.bias is not None:
            made = made + decoder.bias * self.scale(read)
        if decoder.skip is not None:
            made = made + read.float() @ decoder.skip
        if self.centred or self.normalise == "layer_norm":
            made = made + read.float().mean(-1, keepdim=True)
        return made

    def written(self, latents: SparseActivations, read: torch.Tensor, point: int = 0) -> torch.Tensor:
        """What the latents alone add, without biases and the like: float32 [sequence, position, d]."""
        weights = self.decoders[point].weights
        sequences, positions, _ = latents.shape
        made = weights.new_zeros(sequences * positions, weights.shape[1])
        made.index_add_(0, latents.position, latents.value[:, None] * weights[latents.unit])
        return made.reshape(sequences, positions, -1) * self.scale(read)

    def scale(self, read: torch.Tensor) -> torch.Tensor:
        """float32 [sequence, position, 1]: what the encoder divided by."""
        values = read.float()
        if self.normalise == "constant_norm_rescale":
            return values.norm(dim=-1, keepdim=True) / values.shape[-1] ** 0.5
        if self.normalise == "layer_norm":
            return values.std(-1, keepdim=True)
        return values.new_ones((*values.shape[:-1], 1))


def reconstruction(encoder: Encoder | OtherEncoder, decoders: tuple[Decoder, ...]) -> Reconstruction:
    """How latents of ``encoder`` are decoded."""
    if isinstance(encoder, OtherEncoder):
        return Reconstruction(decoders)
    return Reconstruction(decoders, encoder.centred, encoder.normalise)
