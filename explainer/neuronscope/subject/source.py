"""What a source of units is: the nouns that stand between opening one and reading it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.subject.hooks import HookPoint

if TYPE_CHECKING:
    import torch

    from neuronscope.subject.reconstruction import Reconstruction


@dataclass(frozen=True)
class SparseActivations:
    """The non-zero activations of one batch, in order of position and, within one, of unit."""

    shape: tuple[int, int, int]  # sequences, positions, units
    position: torch.Tensor  # int64 [non-zero]: sequence * positions + position
    unit: torch.Tensor  # int64 [non-zero]
    value: torch.Tensor  # float32 [non-zero]


@dataclass(frozen=True)
class Directions:
    """What units read at their hook points and what they write, where they do so along a direction."""

    reading: tuple[torch.Tensor, ...] | None  # [d, unit] for each point of the reader; None: not along a direction
    out: tuple[HookPoint, ...]  # where they are written; empty where that is not known
    writing: Callable[[], tuple[torch.Tensor, ...] | None]  # [unit, d] for each point of ``out``, read when called


@dataclass(frozen=True)
class Reader:
    """How one layer's units come from what its hook points give."""

    points: tuple[HookPoint, ...]
    units: int
    convert: Callable[..., torch.Tensor | SparseActivations]  # gets one [sequence, position, width] for each point
    directions: Directions | None = None  # None: the model's own units, whose weights are the model's
    # How latents are put together again to what was read, read when called; None: they are not latents, or their files
    # hold no decoder.
    reconstruction: Callable[[], Reconstruction | None] | None = None
    # Single latents in the graph: gets [n, width] and int64 [n], gives [n], as far as each of them fires there.
    latents: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] | None = None


@dataclass(frozen=True)
class Source:
    """Units of one kind in the layers that have them; ``open_source`` makes it for one subject."""

    kind: str  # "mlp", "resid", "attn", "sae", "transcoder", "crosscoder", "vectors"
    title: str  # for the title of a dataset
    hook: str  # where it is read, with {layer} for several layers: what a manifest says
    true_zero: bool  # False: the density of a unit counts tokens above 10% of its maximum
    sparse: bool  # activations come as SparseActivations
    hash: str | None  # over weights and configuration of its own; None where the model's hash says it all
    prepend_bos: bool | None  # what its configuration asks for; None: the tokenizer's default
    readers: Mapping[int, Reader] = field(repr=False)

    @property
    def units(self) -> dict[int, int]:
        """How many units each layer has, by layer index, ascending."""
        return {layer: self.readers[layer].units for layer in sorted(self.readers)}

    def readers_of(self, layers: Iterable[int]) -> dict[int, Reader]:
        """The readers of some layers, ascending.

        :raises BadInput: a layer in which this source has no units.
        """
        wanted = sorted(set(layers))
        if missing := [layer for layer in wanted if layer not in self.readers]:
            there = _ranges(sorted(self.readers))
            raise BadInput(f"layer {missing[0]}: this source ({self.title}) has layers {there}")
        return {layer: self.readers[layer] for layer in wanted}


def _ranges(layers: list[int]) -> str:
    """``[0, 1, 2, 5]`` as "0-2, 5"."""
    starts = [layer for layer in layers if layer - 1 not in layers]
    ends = [layer for layer in layers if layer + 1 not in layers]
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))
