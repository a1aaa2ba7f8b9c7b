"""One loaded SAE, transcoder or crosscoder, whatever file it came from, and what every loader needs to make one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from neuronscope.errors import BadInput
from neuronscope.subject.encoders import Encoder, OtherEncoder
from neuronscope.subject.reconstruction import Decoder

if TYPE_CHECKING:
    import torch

Kind = Literal["sae", "transcoder", "crosscoder"]


@dataclass(frozen=True)
class Dictionary:
    """Its encoder, where that reads, and what its configuration says about the model it was made for."""

    name: str  # for messages
    kind: Kind
    hooks: tuple[str, ...]  # in the order of the encoder's weights
    encoder: Encoder | OtherEncoder
    hash: str
    prepend_bos: bool | None = None
    centred_model: bool = False  # made on a model whose writing weights were centred, as TransformerLens can do
    hooks_out: tuple[str, ...] | None = None  # where it writes; None: where it reads, a transcoder after the MLP
    # Decoders [latent, d] for each hook point written, None if the files hold none; read when called, since only some
    # uses need them and they are as large as the encoder.
    decoders: Callable[[], tuple[torch.Tensor, ...] | None] | None = None
    # The whole decoder for each hook point written, where what is read is to be put together again.
    whole: Callable[[], tuple[Decoder, ...] | None] | None = None


def layer_in(path: Path) -> int | None:
    """The layer that a path names, as in ``layer_12/width_16k`` or ``layers.5.mlp``; the last one if there are more."""
    found = re.findall(r"(?:^|[/._-])(?:layers?|blocks?|h)[._](\d+)(?=[/._-]|$)", path.as_posix())
    return int(found[-1]) if found else None


def checked(name: str, tensors: dict[str, torch.Tensor], shapes: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """The size of each named dimension, where every tensor of ``shapes`` is there and the sizes agree.

    :raises BadInput: a tensor is missing, has another number of dimensions, or disagrees with another.
    """
    sizes: dict[str, int] = {}
    for key, dimensions in shapes.items():
        if key not in tensors:
            raise BadInput(f"{name} holds no {key}; it has {', '.join(sorted(tensors)) or 'nothing'}")
        shape = tuple(tensors[key].shape)
        expected = tuple(sizes.get(dimension, size) for dimension, size in zip(dimensions, shape, strict=False))
        if len(shape) != len(dimensions) or shape != expected:
            raise BadInput(f"{name}: {key} is {list(shape)} where [{', '.join(dimensions)}] is expected ({sizes})")
        sizes |= dict(zip(dimensions, shape, strict=True))
    return sizes
